"""What a training keeps beside its network: its state while it runs, then its files until they are used."""

import shutil
from pathlib import Path

FINISHED = "finished"  # prefix of the names of finished files
# networks and control networks that were trained, below results
MODELS = ("training/*/fold*/model.keras", "training/*/controls/*/fold*/repeat*/model.keras")


def backup_folder(model: Path) -> Path:
    """The folder where the training that writes `model` keeps its state."""
    return model.with_name(f"{model.stem}.unfinished")


def forget_training(model: Path) -> None:
    """Remove the backup of the finished training that wrote `model`."""
    shutil.rmtree(backup_folder(model), ignore_errors=True)


def forget_finished(results: Path) -> None:
    """Remove the backups of all finished trainings, once nothing is left to run that would use them."""
    models = [path for pattern in MODELS for path in results.glob(pattern)]
    for model in models:
        if (backup_folder(model) / f"{FINISHED}-{model.name}").is_file():
            forget_training(model)
