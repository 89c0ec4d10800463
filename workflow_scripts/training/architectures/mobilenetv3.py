"""MobileNetV3Large (Howard et al., "Searching for MobileNetV3", ICCV 2019)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "none"  # the model itself rescales 0..255


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """3,002,118 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.MobileNetV3Large, input_shape, classes, weights, "mobilenetv3")
