"""What the keras.applications networks share: a base, average pooling, one dense layer.

The paper (section 3.3) replaces the last fully connected layers of each by global average pooling and
one dense layer; all layers stay trainable.
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

    `weights`: the official ImageNet file without top layers (StudyError if it is a different file), or
    None to train from scratch. In that case the momentum of batch normalisation is lowered: the default
    suits the many steps of an ImageNet training, and after a few hundred steps the moving averages would
    still be those of the untrained network.
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
