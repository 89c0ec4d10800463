"""What the networks from keras.applications share: their base, average pooling, one dense layer.

The paper (section 3.3) removes the last fully connected layers of each and puts a global average
pooling and one dense layer in their place; all layers stay trainable.
"""

from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers

from workflow_scripts.common.errors import StudyError

FROM_SCRATCH_MOMENTUM = 0.9


def classifier(
    application: Callable[..., keras.Model],
    input_shape: tuple[int, int, int],
    classes: int,
    weights: Path | None,
    name: str,
) -> keras.Model:
    """A classifier on the base of a keras.applications network.

    `weights`: the official ImageNet file without top layers (StudyError where it is another), or None
    for training from scratch. Then the memory of batch normalisations is shortened: their momentum is
    made for the steps of an ImageNet training, and after a few hundred steps their averages would still
    be those of the untrained network.
    """
    base = application(input_shape=input_shape, include_top=False, weights=None, pooling="avg")
    if weights:
        try:
            base.load_weights(weights)
        except (OSError, KeyError, ValueError) as error:
            raise StudyError(
                f"{weights}: not weights of {name} without top layers ({error}); delete the file and rerun"
            ) from error
    else:
        for layer in base.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.momentum = FROM_SCRATCH_MOMENTUM
    outputs = layers.Dense(classes, activation="softmax")(base.output)
    return keras.Model(base.input, outputs, name=name)
