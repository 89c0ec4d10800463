"""Builds control networks from a trained one (`training.controls`), without any training."""

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.model_file import with_core


def untrained(model: keras.Model, seed: int) -> keras.Model:
    """The network with all weights drawn anew by its layers' own initialisers; its preprocessing stays.

    model: as `model_file.load_model` returns it. Moving averages of batch normalisation begin at 0 and 1.
    The same seed gives the same weights on the same version of Keras.
    """
    return randomized(model, groups=1, of=1, seed=seed)


def randomized(model: keras.Model, groups: int, of: int, seed: int) -> keras.Model:
    """The network with the topmost `groups` of its `of` groups of layers drawn anew; all others stay.

    Groups are of equally many layers that have weights, from the output down; the last may have fewer. A
    layer is drawn the same, whatever the number of groups.
    """
    core = model.layers[-1]
    drawn = _drawn(core, seed)
    chosen = {id(layer) for group in layer_groups(core, of)[:groups] for layer in group}
    for old, new in zip(weighted_layers(core), weighted_layers(drawn), strict=True):
        if id(old) not in chosen:
            new.set_weights(old.get_weights())
    return with_core(model, drawn)


def layer_groups(core: keras.Model, of: int) -> list[list[keras.Layer]]:
    """The layers with weights in at most `of` groups from the output down, equally many in each.

    >>> layers = [keras.Input((2,)), *(keras.layers.Dense(2) for _ in range(3))]
    >>> [len(group) for group in layer_groups(keras.Sequential(layers), 2)]
    [2, 1]
    """
    layers = weighted_layers(core)[::-1]
    size = -(-len(layers) // of)
    return [layers[start : start + size] for start in range(0, len(layers), size)]


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
