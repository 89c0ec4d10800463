"""InceptionV3 (Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "tf"


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """21,815,078 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.InceptionV3, input_shape, classes, weights, "inceptionv3")
