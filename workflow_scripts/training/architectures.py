"""Builds a network from its entry in the configuration."""

import inspect
from collections.abc import Mapping
from pathlib import Path

import keras

from workflow_scripts.errors import StudyError
from workflow_scripts.registry import load_entry
from workflow_scripts.training.model_file import with_preprocessing


def build_network(settings: Mapping, classes: int, weights: Path | None = None) -> tuple[keras.Model, str]:
    """The network that `settings` describe, for images with values 0 to 255, and its scaling.

    settings: ``architecture`` (a module of workflow_scripts/training/networks) and ``input_size``.
    weights: the checked ImageNet file, for architectures that take one.
    """
    architecture = load_entry("workflow_scripts.training.networks", settings["architecture"])
    size = settings["input_size"]
    options = {}
    if weights is not None:
        if "weights" not in inspect.signature(architecture.build).parameters:
            raise StudyError(
                f"architecture '{settings['architecture']}' has no pretrained weights; "
                "set weights: null in its entry under training.networks"
            )
        options["weights"] = weights
    core = architecture.build((size, size, 3), classes, **options)
    return with_preprocessing(core, architecture.SCALING), architecture.SCALING
