"""Stage faces: indexed images become aligned grey faces with 68 landmarks."""
