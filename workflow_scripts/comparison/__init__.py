"""Stage comparison: heatmaps against masks of where an expression shows."""
