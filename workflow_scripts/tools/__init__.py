"""Programs that are run by hand; no rule runs any of them."""
