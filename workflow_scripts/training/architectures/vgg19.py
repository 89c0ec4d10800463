"""VGG19 (Simonyan and Zisserman, "Very Deep Convolutional Networks", ICLR 2015)."""

from pathlib import Path

import keras

from workflow_scripts.training.keras_application import classifier

SCALING = "caffe"


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """20,027,462 parameters with 6 classes; `weights`: the official ImageNet file, or None."""
    return classifier(keras.applications.VGG19, input_shape, classes, weights, "vgg19")
