"""EfficientNetV2B0 (Tan and Le, "EfficientNetV2: Smaller Models and Faster Training", ICML 2021)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "none"  # the model itself rescales 0..255


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """5,926,998 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.EfficientNetV2B0, input_shape, classes, weights, "efficientnetv2")
