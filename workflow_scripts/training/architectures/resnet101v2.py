"""ResNet101V2 (He et al., "Identity Mappings in Deep Residual Networks", ECCV 2016)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "tf"


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """42,638,854 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.ResNet101V2, input_shape, classes, weights, "resnet101v2")
