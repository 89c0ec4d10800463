"""How networks need their images scaled, under the names that keras.applications uses.

Plans use these names without TensorFlow: only the functions import it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import layers

SCALINGS = {
    "unit": {"scale": 1 / 255},  # [0, 1]
    "tf": {"scale": 1 / 127.5, "offset": -1},  # [-1, 1]
    # subtracts ImageNet's channel means, in the order blue, green, red; a grey image's channels are equal
    "caffe": {"scale": 1.0, "offset": [-103.939, -116.779, -123.68]},
    "none": {"scale": 1.0},  # [0, 255]
}


def scaling_layer(scaling: str) -> "layers.Layer":
    """The layer that scales grey images, repeated to three channels, from 0..255."""
    from keras import layers

    return layers.Rescaling(**SCALINGS[scaling], name=f"scaling_{scaling}")


def first_channel() -> "list[layers.Layer]":
    """Layers that reduce grey images (n, s, s, 3), whose three channels are equal, to (n, s, s, 1)."""
    from keras import layers

    return [layers.Permute((1, 3, 2)), layers.Cropping2D(((0, 0), (0, 2))), layers.Permute((1, 3, 2))]
