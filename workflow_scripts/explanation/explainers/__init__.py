"""Explainers, one module each: build(model, settings, seed) with explain(image, image_id)."""
