"""What the report's figures share: grids of faces, the colours of heatmaps."""
