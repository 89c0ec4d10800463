"""The report's page: what it shows as plain data, its sections, its style."""
