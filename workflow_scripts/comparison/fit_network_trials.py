"""Rule fit_network_trials: what one network did in the uncovering task, beside people."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.hazard_file import read_hazards
from workflow_scripts.comparison.observed import SPLITS, Observed, observe
from workflow_scripts.comparison.observed_tables import write_tables
from workflow_scripts.comparison.observer_trials import Fold, network_trials
from workflow_scripts.comparison.subjects import read_subject_names
from workflow_scripts.explanation.uncovering_grid import read_grid, tile_areas
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def fit_network_trials(
    stacks: list[Path],
    *,
    network: str,
    predictions: Annotated[list[Path], Parameter(consume_multiple=True)],
    positives: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    expressions: str,
    settings: str,
    people: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    people_names: str = "[]",
    grid: Path,
    standard_face: Path,
    seed: int,
    output: Path,
) -> None:
    """Fit the trials in the explanation STACKS of a network.

    Parameters
    ----------
    stacks
        Explanation stacks with trials, fold by fold, in each fold expression by expression.
    network
        The name of the network.
    predictions
        Tables of its predictions, one per fold.
    positives
        Tables of the images that were explained, one per fold.
    folds
        Table of folds, for the subjects.
    expressions
        The expressions of the study, as a JSON list.
    settings
        The explainer's entry under explanation.explainers, as JSON; `ends` says when a trial ends.
    people
        Fits of people's trials to compare with (HDF5).
    people_names
        Their names, as a JSON list in the same order.
    grid
        Table of the landmarks that the grid of tiles lies on.
    standard_face
        Table of the 89 standard points, for the tiles' areas inside the face.
    seed
        The study's seed.
    output
        Folder to write the tables of `comparison.observed` to.
    """
    points = read_standard_face(standard_face)[:68]
    areas = tile_areas(face_area(points), points, read_grid(grid))
    names, each = json.loads(expressions), len(stacks) // len(predictions)
    of_folds = [
        Fold(stacks[number * each : (number + 1) * each], *tables)
        for number, tables in enumerate(zip(predictions, positives, strict=True))
    ]
    table = network_trials(of_folds, read_subject_names(folds), names, json.loads(settings)["ends"])
    found = observe(network, table, areas, seed, SPLITS["network"])
    beside = {
        name: Observed(name, {}, *read_hazards(path), areas)
        for name, path in zip(json.loads(people_names), people or [], strict=True)
    }
    write_tables(output, found, table, beside, names, seed)


if __name__ == "__main__":
    run(fit_network_trials)
