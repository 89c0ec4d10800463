"""Stage standardization: from explanation stacks to heatmaps on the standard face."""
