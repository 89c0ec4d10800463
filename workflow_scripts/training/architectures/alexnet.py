"""AlexNet (Krizhevsky et al., 2012), as the study builds it (paper, reference 64)."""

import keras
from keras import layers

SCALING = "unit"


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Five convolutions and three dense layers; 88,718,726 parameters at 224 x 224 with 6 classes."""
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(96, 11, strides=4, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Conv2D(256, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for filters in (384, 384, 256):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(4096, activation="relu")(x)
    x = layers.Dropout(0.4)(x)
    x = layers.Dense(4096, activation="relu")(x)
    x = layers.Dense(4096, activation="relu")(x)
    x = layers.Dropout(0.4)(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="alexnet")
