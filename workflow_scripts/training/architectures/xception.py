"""Xception (Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "tf"


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """20,873,774 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.Xception, input_shape, classes, weights, "xception")
