"""Stage faces: indexed images become aligned gray faces with 68 landmarks."""
