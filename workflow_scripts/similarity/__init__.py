"""Stage similarity: the networks' heatmaps compared with each other."""
