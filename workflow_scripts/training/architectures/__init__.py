"""Architectures, one module each: SCALING and build(input_shape, classes)."""
