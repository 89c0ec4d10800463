"""Stage similarity: heatmaps of networks against each other."""
