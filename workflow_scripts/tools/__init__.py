"""Programs for users to run; only record_provenance is run by a rule."""
