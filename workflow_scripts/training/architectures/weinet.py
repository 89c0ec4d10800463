"""WeiNet: the small facial expression network of Wei et al. (paper, reference 72)."""

import keras
from keras import layers

SCALING = "unit"


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Three 7 x 7 convolutions, each followed by max pooling of stride 1; 1,728,230 parameters at 64 x 64."""
    inputs = x = keras.Input(input_shape)
    for filters in (32, 32, 64):
        x = layers.Conv2D(filters, 7, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="weinet")
