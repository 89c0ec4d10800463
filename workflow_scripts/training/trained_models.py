"""A model that was trained elsewhere, made a network of the study."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten

import keras

from workflow_scripts.common.errors import StudyError
from workflow_scripts.training.model_file import with_preprocessing
from workflow_scripts.training.probabilities import refuse_no_probabilities
from workflow_scripts.training.trained_file import read_description, refuse_foreign

CHANNELS = (1, 3)


def imported_network(path: Path, settings: Mapping, key: str) -> tuple[keras.Model, int]:
    """The model of a file behind its scaling, for images with values 0 to 255, and the side of its input.

    path: a `.keras` file; of its layers it takes images (n, s, s, 3) or, for grey ones, (n, s, s, 1), and
    gives probabilities (n, classes). settings: ``classes``, in the order of its outputs; ``scaling``, a key
    of SCALINGS; ``input_size``, where the file does not say it. key: of the settings, for errors. Raises
    StudyError where file and settings contradict each other, or the outputs are no probabilities.
    """
    core = _loaded(path)
    classes, taken, given = settings["classes"], _shape(core, "input_shape"), _shape(core, "output_shape")
    if len(taken) != 4 or taken[1] != taken[2] or taken[3] not in CHANNELS:
        raise StudyError(
            f"{path}: it takes {taken}; expected square images of 3 equal channels, (None, s, s, 3), or of "
            "one, (None, s, s, 1). Save a model that takes these"
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
    remedy = "save the model with its softmax: of a classifier's logits no explanation is a probability"
    refuse_no_probabilities(network, str(path), remedy)
    return network, size


def _loaded(path: Path) -> keras.Model:
    """The model of a file, loaded in Keras' safe mode once its text is known to name Keras' layers alone."""
    refuse_foreign(read_description(path), path)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, KeyError, ValueError, TypeError, ImportError, zipfile.BadZipFile) as error:
        raise StudyError(
            f"{path}: Keras cannot load it in its safe mode ({shorten(str(error), 200)}); copy it again, "
            "whole, or save it again with Keras 3"
        ) from error


def _shape(core: keras.Model, what: str) -> tuple:
    """The shape of the one input or output of a model; empty where it has several, or none yet."""
    shape = getattr(core, what, ())
    return shape if isinstance(shape, tuple) else ()


def _size(path: Path, asked: int | None, told: int | None, key: str) -> int:
    if asked and told and asked != told:
        raise StudyError(f"{key}.input_size is {asked}, but {path} takes {told} px; take the key out")
    if not (asked or told):
        raise StudyError(
            f"{path}: it takes images of any size; set {key}.input_size to the one it was trained with"
        )
    return asked or told
