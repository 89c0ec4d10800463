"""Makes a model that was trained elsewhere a network of the study."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.errors import StudyError
from workflow_scripts.training.model_file import with_preprocessing
from workflow_scripts.training.network_loading import load_network
from workflow_scripts.training.probabilities import refuse_no_probabilities
from workflow_scripts.training.trained_file import read_description, refuse_foreign

CHANNELS = (1, 3)


def imported_network(path: Path, settings: Mapping, key: str) -> tuple[keras.Model, int]:
    """The model of a file behind its scaling, for images with values 0 to 255, and the side of its input.

    path: a `.keras` file whose model takes images (n, s, s, 3) or, if grey, (n, s, s, 1), and returns
    probabilities (n, classes). settings: ``classes``, in the order of its outputs; ``scaling``, a key of
    SCALINGS; ``input_size``, if the file does not say. key: where the settings are in config, for errors.
    Raises StudyError if file and settings contradict each other, or the outputs are not probabilities.
    """
    core = _loaded(path)
    classes, taken, given = settings["classes"], _shape(core, "input_shape"), _shape(core, "output_shape")
    if len(taken) != 4 or taken[1] != taken[2] or taken[3] not in CHANNELS:
        raise StudyError(
            f"{path}: it takes {taken}; expected square images with three equal channels, (None, s, s, 3), "
            "or one, (None, s, s, 1). Save a model that takes these"
        )
    if given != (None, len(classes)):
        raise StudyError(
            f"{path}: its output is {given}, but {key}.classes names {len(classes)} classes "
            f"({', '.join(classes)}); name the model's classes, all of them, in the order of its outputs"
        )
    size = _size(path, settings.get("input_size"), taken[1], key)
    if settings["scaling"] == "caffe" and taken[3] == 1:
        raise StudyError(f"{key}.scaling: caffe is for three channels, but {path} takes one; choose another")
    network = with_preprocessing(core, settings["scaling"], size)
    remedy = "save the model with its softmax: explanations need probabilities, not logits"
    refuse_no_probabilities(network, str(path), remedy)
    return network, size


def _loaded(path: Path) -> keras.Model:
    """The model of a file, loaded in Keras' safe mode after a check that it names only Keras' layers."""
    refuse_foreign(read_description(path), path)
    try:
        return load_network(path)
    except (OSError, KeyError, ValueError, TypeError, ImportError, zipfile.BadZipFile) as error:
        raise StudyError(
            f"{path}: Keras cannot load it in its safe mode ({shorten(str(error), 200)}); copy the complete "
            "file again, or save the model again with Keras 3"
        ) from error


def _shape(core: keras.Model, what: str) -> tuple:
    """The shape of a model's only input or output; empty if it has several, or none yet."""
    shape = getattr(core, what, ())
    return shape if isinstance(shape, tuple) else ()


def _size(path: Path, asked: int | None, told: int | None, key: str) -> int:
    if asked and told and asked != told:
        raise StudyError(f"{key}.input_size is {asked}, but {path} takes {told} px; remove the key")
    if not (asked or told):
        raise StudyError(
            f"{path}: it takes images of any size; set {key}.input_size to the one it was trained with"
        )
    return asked or told
