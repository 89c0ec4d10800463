"""The row of one cell: what its heatmap is based on, and its scores against a mask."""

from collections.abc import Sequence
from math import isnan
from pathlib import Path

import numpy as np

from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.standardization.heatmaps import read_heatmap

OF_IMAGES = ("samples", "noise", "bias_bound", "median_r2")  # unknown for some explainers
FACTS = ("averaged", "missing", "amplitude", *OF_IMAGES)


def true_expressions(positives: Path, expression: str) -> list[str]:
    """The true expressions of the images that a table of positives has for a predicted one."""
    rows = read_table(positives, ["expression", "true"])
    return [row["true"] for row in rows if row["expression"] == expression]


def cell_row(
    cell: tuple[str, int, str],
    heatmap: Path,
    true: Sequence[str],
    mask: np.ndarray,
    face: np.ndarray,
    metrics: Sequence[Metric],
) -> dict[str, object]:
    """Threshold the heatmap of a cell by Otsu's method and score it: its row, as of `cell_columns`.

    cell: network, fold, expression. heatmap: its standardized explanations (HDF5). true: the true expressions
    of its images. mask, face: bool (h, w) on the standard face. A missing heatmap has a reason instead of
    scores.
    """
    network, fold, expression = cell
    with open_hdf5(heatmap, ["image_id", *FACTS]) as file:
        explained, facts = len(file["image_id"]), dict(file.attrs)
    row = {
        "network": network,
        "fold": fold,
        "expression": expression,
        "n": int(facts["averaged"]),
        "share_correct": true.count(expression) / explained if explained else None,
        **{name: None if isnan(facts[name]) else float(facts[name]) for name in OF_IMAGES},
        "amplitude": float(facts["amplitude"]) if explained else None,
        "missing": facts["missing"],
    }
    return row | score_heatmap(metrics, read_heatmap(heatmap), mask, face)
