"""Lists the networks that a configuration runs, with parameters counted in the networks themselves.

python -m workflow_scripts.tools.list_networks [config.yaml mine.yaml] [--csv]
"""

import csv
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.training.quiet_tensorflow import keras
from workflow_scripts.common.command_line import run
from workflow_scripts.orchestration.brought import is_trained
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.training.networks import build_network
from workflow_scripts.training.trained_file import model_path
from workflow_scripts.training.trained_models import imported_network

COLUMNS = ("network", "input_size", "imagenet", "parameters", "epochs")


def list_networks(*config: Path, as_csv: Annotated[bool, Parameter(name="--csv")] = False) -> None:
    """Print input size, ImageNet weights or not, parameters and epochs of every network that CONFIG runs.

    Parameters
    ----------
    config
        Configuration files, later ones on top of earlier ones, all on top of lookalike's own.
        Their networks have as many classes as they have run.expressions.
    as_csv
        Print CSV, for machines.
    """
    settings = read_config(config)
    classes = len(settings["run"]["expressions"])
    networks = settings["training"]["networks"]
    rows = [network_row(name, networks[name], classes) for name in settings["run"]["networks"]]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([COLUMNS, *rows])
        return
    print(f"{'network':<16}{'input':>6}  {'ImageNet':<9}{'parameters':>12}{'epochs':>8}")
    for name, size, imagenet, parameters, epochs in rows:
        print(f"{name:<16}{size:>6}  {imagenet:<9}{parameters:>12,}{epochs:>8}")


def network_row(name: str, settings: dict, classes: int) -> tuple[str, int, str, int, int | str]:
    """One row of the list; the network is built to count its parameters, and discarded.

    If it was trained elsewhere, its model (of the first fold) is loaded instead.
    """
    if is_trained(settings):
        network, size = imported_network(Path(model_path(settings, 1)), settings, f"training.networks.{name}")
        from_imagenet, epochs = "trained", "-"
    else:
        network, _ = build_network(settings, classes)
        size, epochs = settings["input_size"], settings["epochs"]
        from_imagenet = "yes" if settings["weights"] else "no"
    parameters = network.count_params()
    keras.backend.clear_session(free_memory=True)
    return name, size, from_imagenet, parameters, epochs


if __name__ == "__main__":
    run(list_networks)
