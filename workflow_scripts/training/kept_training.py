"""What a training keeps beside its network: its state, then its files until they are used."""

import shutil
from pathlib import Path

FINISHED = "finished"  # begins the names of finished files


def backup_folder(model: Path) -> Path:
    """Where the training that ends in the file `model` keeps its state."""
    return model.with_name(f"{model.stem}.unfinished")


def forget_training(model: Path) -> None:
    """Remove what was kept of the finished training of a network that is in use."""
    shutil.rmtree(backup_folder(model), ignore_errors=True)


def forget_finished(results: Path) -> None:
    """Remove what was kept of all finished trainings, where nothing is left to run that would use them."""
    for model in results.glob("training/*/fold*/model.keras"):
        if (backup_folder(model) / f"{FINISHED}-{model.name}").is_file():
            forget_training(model)
