"""SongNet: the facial expression network for phones of Song et al. (paper, reference 71)."""

import keras
from keras import layers

SCALING = "unit"


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Four convolutions with max pooling of stride 2, two dropouts; 172,678 parameters at 224 x 224."""
    inputs = x = keras.Input(input_shape)
    for filters, kernel, dropout in ((64, 5, 0), (64, 5, 0), (32, 3, 0.5), (32, 3, 0.5)):
        x = layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="songnet")
