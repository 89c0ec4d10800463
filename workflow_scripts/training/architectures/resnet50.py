"""ResNet50 (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "caffe"


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """23,600,006 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.ResNet50, input_shape, classes, weights, "resnet50")
