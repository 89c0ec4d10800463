"""Stage comparison: heatmaps against masks of where people look."""
