"""Checks of what users bring to a study: trained models and official splits."""

from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.splits import DATASETS, OFFICIAL, SUBJECTS
from workflow_scripts.training.repeats import fold_numbers
from workflow_scripts.training.trained_file import model_path

NONE, OTHER_FOLDS = "none", "other_folds"  # values of trained_on; anything else is a table of images


def is_trained(entry: Mapping) -> bool:
    """Whether an entry under training.networks is a model that was trained elsewhere."""
    return "model" in entry


def is_one(entry: Mapping) -> bool:
    """Whether a model that was trained elsewhere is the same for all folds."""
    return "{fold}" not in entry["model"]


def trained_networks(config: Mapping) -> list[str]:
    """The networks defined in config that were trained elsewhere."""
    return [name for name, entry in config["training"]["networks"].items() if is_trained(entry)]


def refuse_mixed(config: Mapping) -> None:
    """Refuse networks that are both to be trained and already trained, as in merged files: StudyError."""
    training = config.get("training")
    networks = training.get("networks") if isinstance(training, Mapping) else None
    for name, entry in networks.items() if isinstance(networks, Mapping) else ():
        if isinstance(entry, Mapping) and {"model", "architecture"} <= entry.keys():
            raise StudyError(
                f"training.networks.{name} has both model, for a network that was trained elsewhere, and "
                "architecture, for one to train here; give the model a name of its own"
            )


def check_brought(config: Mapping) -> None:
    """Refuse models and splits whose settings contradict the study: StudyError."""
    folds, split = config["training"]["folds"], config["training"]["split"]
    if folds == 1 and split == SUBJECTS:
        raise StudyError(
            "training.folds is 1, which leaves nothing to train on. Set it to 2 or more, or, if the data "
            f"sets come with a split into training and test images, set training.split to {OFFICIAL}"
        )
    if split == DATASETS and (folds != len(config["run"]["datasets"]) or folds < 2):
        raise StudyError(
            f"training.split is {DATASETS}, each of which is a fold, so training.folds ({folds}) must be the "
            f"number of run.datasets ({len(config['run']['datasets'])}), which is 2 or more"
        )
    networks = {name: config["training"]["networks"][name] for name in config["run"]["networks"]}
    if config["training"]["repeats"] > 1:
        _refuse_vain_repeats(config["training"]["repeats"], split, networks)
    for name, entry in networks.items():
        if is_trained(entry):
            _check_model(f"training.networks.{name}", entry, config["run"]["expressions"])


def _refuse_vain_repeats(repeats: int, split: str, networks: Mapping[str, Mapping]) -> None:
    """Refuse repeats of the cross-validation in which no network would be trained on another division."""
    if split != SUBJECTS:
        raise StudyError(
            f"training.repeats is {repeats}, but training.split is {split}: the data sets come with one "
            "division, and there is no other to train on. Set training.repeats to 1, or training.split to "
            f"{SUBJECTS}"
        )
    if all(is_trained(entry) and is_one(entry) for entry in networks.values()):
        raise StudyError(
            f"training.repeats is {repeats}, but each network of run.networks ({', '.join(networks)}) is one "
            "model for all folds: no training would be repeated. Set training.repeats to 1, or name networks "
            "that are trained, or have a model per fold ({fold} in its path)"
        )


def _check_model(key: str, entry: Mapping, studied: list[str]) -> None:
    if more := [name for name in entry["classes"] if name not in studied]:
        raise StudyError(
            f"{key}.classes: the model also has {', '.join(more)}, which run.expressions does not name. "
            "Add them there; without them its probabilities would not sum to 1, and rescaling them would "
            "make it another model"
        )
    if fewer := [name for name in studied if name not in entry["classes"]]:
        raise StudyError(
            f"{key}.classes: the model lacks {', '.join(fewer)}, named in run.expressions; remove them "
            "there, or leave the network out of run.networks"
        )
    if entry["trained_on"] == OTHER_FOLDS and is_one(entry):
        raise StudyError(
            f"{key}.trained_on is {OTHER_FOLDS}, but there is one model for all folds: its path has no "
            "{fold}. Name a table of the images it was trained on, or none if it saw none of them"
        )


def missing_models(config: Mapping) -> list[str]:
    """Missing files of the run's trained models, and of what these were trained on."""
    problems = []
    for name in config["run"]["networks"]:
        entry = config["training"]["networks"][name]
        files = {"model": model_path, "trained_on": seen_images} if is_trained(entry) else {}
        for key, path_of in files.items():
            paths = dict.fromkeys(path_of(entry, fold) for fold in fold_numbers(config["training"]))
            absent = [path for path in paths if path and not Path(path).is_file()]
            problems += [f"training.networks.{name}.{key}: there is no file {path}" for path in absent]
    return problems


def seen_images(entry: Mapping, fold: int | str) -> str:
    """The table of the images that the model of a fold was trained on; empty if there is none.

    >>> seen_images({"trained_on": "seen{fold}.csv"}, 2), seen_images({"trained_on": "none"}, 2)
    ('seen2.csv', '')
    """
    said = entry["trained_on"]
    return "" if said in (NONE, OTHER_FOLDS) else said.replace("{fold}", str(fold))
