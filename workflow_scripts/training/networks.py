"""Builds a network from its entry in config."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_function, in_one_line, load_entry, own_file, place_in
from workflow_scripts.training.budget import head_scale
from workflow_scripts.training.model_file import not_safe, with_preprocessing
from workflow_scripts.training.probabilities import refuse_no_probabilities
from workflow_scripts.training.scaling import SCALINGS

ARCHITECTURES = "workflow_scripts.training.architectures"
DEFAULT_SCALING = "unit"
SOFTMAX = 'end it with keras.layers.Dense(classes, activation="softmax")'


def build_network(settings: Mapping, classes: int, weights: Path | None = None) -> tuple[keras.Model, str]:
    """The network that `settings` describes, for images with values 0 to 255, and its scaling.

    settings: ``architecture``, a module of workflow_scripts/training/architectures or
    ``path/to/file.py:function``; ``input_size``; ``input_scaling``: ``native`` (the architecture's own)
    or ``unit`` (1/255). weights: the checked ImageNet file, for architectures that take one.
    """
    name, size = settings["architecture"], settings["input_size"]
    build, native_scaling = _architecture(name)
    options = {}
    if weights is not None:
        if "weights" not in inspect.signature(build).parameters:
            raise StudyError(
                f"architecture '{name}' has no pretrained weights; "
                "set weights: null in its entry under training.networks"
            )
        options["weights"] = weights
    core = _built(name, size, build, (size, size, 3), classes, **options)
    if not isinstance(core, keras.Model) or core.output_shape != (None, classes):
        raise StudyError(
            f"architecture '{name}': expected a keras.Model with output (None, {classes}), "
            f"got {getattr(core, 'output_shape', type(core).__name__)}"
        )
    if core.input_shape != (None, size, size, 3):
        raise StudyError(
            f"architecture '{name}' takes images {_without_batch(core.input_shape)}, not {(size, size, 3)}; "
            "begin it with keras.Input(input_shape), which follows input_size; faces are grey, with three "
            "equal channels"
        )
    if own_file(name):
        _refuse_code(core, name)
        refuse_no_probabilities(core, f"architecture '{name}'", SOFTMAX)
    scaling = native_scaling if settings.get("input_scaling", "native") == "native" else "unit"
    return with_preprocessing(core, scaling), scaling


def head_scale_of(network: keras.Model) -> float | None:
    """Standard deviation of the random last dense layer of a network from `build_network`.

    None if the network has no dense layer with one output per class.
    """
    classes = network.output_shape[-1]
    for layer in reversed(network.layers[-1].layers):
        if isinstance(layer, keras.layers.Dense) and layer.units == classes:
            return head_scale(*layer.kernel.shape)
    return None


def _built(name: str, size: int, build: Callable[..., keras.Model], *arguments, **options) -> keras.Model:
    """What `build` returns; a StudyError of one line for anything it raises."""
    try:
        return build(*arguments, **options)
    except StudyError:
        raise
    except Exception as error:  # whatever a user's file raises
        where = f"{place_in(own_file(name), error)}: " if own_file(name) else ""
        raise StudyError(
            f"architecture '{name}' at input_size {size}: {where}{in_one_line(error)}"
        ) from error


def _without_batch(shape: object) -> object:
    return shape[1:] if isinstance(shape, tuple) else shape


def _refuse_code(network: keras.Model, name: str) -> None:
    """Raise StudyError for a network that could be saved, but not loaded without importing its file."""
    registered = keras.saving.get_custom_objects()
    kept = dict(registered)
    registered.clear()
    try:
        description = keras.saving.serialize_keras_object(network)
        keras.saving.deserialize_keras_object(description, safe_mode=True)
    except (TypeError, ValueError) as error:
        raise StudyError(f"architecture '{name}': {not_safe(error)}") from error
    finally:
        registered.update(kept)


def _architecture(name: str) -> tuple[Callable[..., keras.Model], str]:
    """The function that builds an architecture, and the scaling it needs."""
    module = load_entry(ARCHITECTURES, name)
    scaling = getattr(module, "SCALING", DEFAULT_SCALING) if own_file(name) else module.SCALING
    if scaling not in list(SCALINGS):
        raise StudyError(f"architecture '{name}': SCALING is {scaling!r}; there are {', '.join(SCALINGS)}")
    return entry_function(ARCHITECTURES, name, "build"), scaling
