"""Builds control networks from a trained one (`training.controls`), without any training."""

import numpy as np

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.model_file import with_core


def untrained(model: keras.Model, seed: int, images: np.ndarray) -> keras.Model:
    """The network with all weights drawn anew by its layers' own initialisers; its preprocessing stays.

    model: as `model_file.load_model` returns it. images: float32 (n, s, s, 3) with values 0 to 255, some of
    the training images (see `randomized`). The same seed gives the same weights on the same version of Keras.
    """
    return randomized(model, groups=1, of=1, seed=seed, images=images)


def randomized(model: keras.Model, groups: int, of: int, seed: int, images: np.ndarray) -> keras.Model:
    """The network with the topmost `groups` of its `of` groups of layers drawn anew; all others stay.

    Groups are of equally many layers that have weights, from the output down (`layer_groups`). A layer is
    drawn the same, whatever the number of groups. Batch normalisation that is drawn anew gets the statistics
    of `images`, as it has in the first step of a training: with its initial means of 0 and variances of 1,
    deep networks would give the same answer to all images.
    """
    core = model.layers[-1]
    drawn = _drawn(core, seed)
    chosen = {id(layer) for group in layer_groups(core, of)[:groups] for layer in group}
    fresh = []
    for old, new in zip(weighted_layers(core), weighted_layers(drawn), strict=True):
        if id(old) in chosen:
            fresh.append(new)
        else:
            new.set_weights(old.get_weights())
    network = with_core(model, drawn)
    _calibrate(network, fresh, images)
    return network


def _calibrate(network: keras.Model, drawn: list[keras.Layer], images: np.ndarray) -> None:
    """Set the moving statistics of those batch normalisations that are among `drawn` to those of images."""
    norms = [one for one in weighted_layers(network) if isinstance(one, keras.layers.BatchNormalization)]
    chosen = {id(layer) for layer in drawn}
    if not any(id(layer) in chosen for layer in norms):
        return
    before = [(layer, layer.momentum, layer.trainable) for layer in norms]
    for layer in norms:
        layer.momentum, layer.trainable = 0.0, id(layer) in chosen  # one that is not trainable only infers
    network(images, training=True)
    for layer, momentum, trainable in before:
        layer.momentum, layer.trainable = momentum, trainable


def layer_groups(core: keras.Model, of: int) -> list[list[keras.Layer]]:
    """The layers with weights in `of` groups from the output down, of sizes that differ by at most one.

    Fewer groups if there are not that many layers.

    >>> layers = [keras.Input((2,)), *(keras.layers.Dense(2) for _ in range(4))]
    >>> [len(group) for group in layer_groups(keras.Sequential(layers), 3)]
    [2, 1, 1]
    """
    layers, groups = weighted_layers(core)[::-1], []
    for left in range(min(of, len(layers)), 0, -1):
        size = -(-len(layers) // left)
        groups.append(layers[:size])
        layers = layers[size:]
    return groups


def weighted_layers(network: keras.Model) -> list[keras.Layer]:
    """The layers that hold weights, in the order of computation, those of inner networks in their place."""
    found = []
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            found += weighted_layers(layer)
        elif layer.weights:
            found.append(layer)
    return found


def _drawn(core: keras.Model, seed: int) -> keras.Model:
    """A copy of a network whose layers have new weights, each seeded by its place."""
    copy = keras.models.clone_model(core)
    for place, layer in enumerate(weighted_layers(copy)):
        keras.utils.set_random_seed(derived_seed(seed, "layer", place, bits=32))
        fresh = type(layer).from_config(layer.get_config())
        fresh.build_from_config(layer.get_build_config())
        layer.set_weights(fresh.get_weights())
    return copy
