"""Rule compare_action_units: how much of one explainer's heatmaps lies in the region of each action unit."""

import json
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.action_unit_regions import UNITS, unit_regions, units_table
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


def compare_action_units(
    heatmaps: list[Path],
    *,
    cells: str,
    regions: Path,
    standard_face: Path,
    learned: Path,
    folds: int,
    output: Path,
    one_model: str = "[]",
    beside: str = "{}",
    metrics: str = json.dumps(PAPER),
) -> None:
    """Score the HEATMAPS of all cells against the region of every action unit.

    Parameters
    ----------
    heatmaps
        Heatmaps of the cells (HDF5).
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    regions
        Table of the regions of action units.
    standard_face
        Table of the 89 standard points.
    learned
        Table of the networks that says which of them learned; averages leave out the others.
    folds
        Number of folds of one cross-validation.
    output
        Table to write: network and expression, or their averages, action_unit, metric, and the mean over
        folds with its interval.
    one_model
        The networks that are one model for all folds, as a JSON list.
    beside
        What is put beside the networks, with its folds, as a JSON object.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function. Those that
        take a map are used.
    """
    read = {tuple(cell): read_heatmap(path) for cell, path in zip(json.loads(cells), heatmaps, strict=True)}
    landmarks = read_standard_face(standard_face)
    face = face_area(landmarks)
    rows = units_table(
        load_metrics(json.loads(metrics)),
        {cell: heatmap for cell, heatmap in read.items() if np.ptp(heatmap) > 0},
        unit_regions(regions, landmarks, face),
        face,
        folds,
        [name for name, did in read_learned(learned).items() if did],
        json.loads(one_model),
        {name: len(of) for name, of in json.loads(beside).items()},
    )
    write_table(output, UNITS, rows)


if __name__ == "__main__":
    run(compare_action_units)
