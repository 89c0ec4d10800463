"""SilNet: the facial expression network of Ramis et al. (paper, reference 59)."""

import keras
from keras import layers

SCALING = "unit"


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Five convolutions and two dense layers; 184,852,038 parameters at 150 x 150 with 6 classes.

    All weights are initialised from the Glorot normal distribution.
    """

    def convolution(filters: int, kernel: int):
        return layers.Conv2D(
            filters, kernel, padding="same", activation="relu", kernel_initializer="glorot_normal"
        )

    def dense(units: int, activation: str):
        return layers.Dense(units, activation=activation, kernel_initializer="glorot_normal")

    inputs = keras.Input(input_shape)
    x = convolution(32, 11)(inputs)
    x = layers.MaxPooling2D(2, strides=2, padding="same")(x)
    for filters, kernel in ((32, 7), (64, 5)):
        x = convolution(filters, kernel)(x)
        x = convolution(filters, kernel)(x)
        x = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    x = layers.Flatten()(x)
    x = dense(512, "relu")(x)
    x = layers.Dropout(0.5)(x)
    x = dense(512, "relu")(x)
    outputs = dense(classes, "softmax")(x)
    return keras.Model(inputs, outputs, name="silnet")
