"""MobileNetV3Large (Howard et al., "Searching for MobileNetV3", ICCV 2019), from keras.applications."""

from pathlib import Path

import keras
from keras import layers

SCALING = "none"  # the network rescales 0..255 itself
FROM_SCRATCH_MOMENTUM = 0.9


def build(input_shape: tuple[int, int, int], classes: int, weights: Path | None = None) -> keras.Model:
    """The convolutional base, global average pooling and one dense layer; 3,002,118 parameters.

    `weights` is the official file without top layers. Without it the memory of the batch
    normalisations is shortened: their momentum is made for the steps of an ImageNet training, and
    after a few hundred steps the averages would still be those of the untrained network.
    """
    base = keras.applications.MobileNetV3Large(
        input_shape=input_shape, include_top=False, weights=weights and str(weights), pooling="avg"
    )
    if weights is None:
        for layer in base.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.momentum = FROM_SCRATCH_MOMENTUM
    outputs = layers.Dense(classes, activation="softmax")(base.output)
    return keras.Model(base.input, outputs, name="mobilenetv3")
