"""How networks want their images scaled, under the names keras.applications uses."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import layers

SCALINGS = {
    "unit": {"scale": 1 / 255},  # [0, 1]
    "tf": {"scale": 1 / 127.5, "offset": -1},  # [-1, 1]
    # zero mean of ImageNet's channels in the order blue, green, red; gray images have three equal channels
    "caffe": {"scale": 1.0, "offset": [-103.939, -116.779, -123.68]},
    "none": {"scale": 1.0},  # [0, 255]
}


def scaling_layer(scaling: str) -> "layers.Layer":
    """The layer that scales gray images repeated to three channels from 0..255."""
    from keras import layers  # here: the check of the plan knows the names, and does without TensorFlow

    return layers.Rescaling(**SCALINGS[scaling], name=f"scaling_{scaling}")
