"""The table of one cell: a row with what its heatmap is based on, and its scores against a mask."""

from collections.abc import Sequence
from math import isnan
from pathlib import Path

import numpy as np

from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.score_columns import cell_columns, metric_names
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap

OF_IMAGES = ("samples", "noise", "bias_bound", "median_r2")  # unknown for some explainers
FACTS = ("averaged", "missing", "amplitude", *OF_IMAGES)


def true_expressions(positives: Path, expression: str) -> list[str]:
    """The true expressions of the images that a table of positives has for a predicted one."""
    rows = read_table(positives, ["expression", "true"])
    return [row["true"] for row in rows if row["expression"] == expression]


def write_cell_table(
    cell: tuple[str, int, str],
    heatmap: Path,
    true: Sequence[str],
    mask: np.ndarray,
    face: np.ndarray,
    metrics: Sequence[str],
    output: Path,
) -> None:
    """Threshold the heatmap of a cell by Otsu's method, score it, and write its row.

    cell: network, fold, expression. heatmap: its standardized explanations (HDF5). true: the true expressions
    of its images. mask, face: bool (h, w) on the standard face. metrics: as in comparison.metrics. A missing
    heatmap has a reason instead of scores.
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
    row |= score_heatmap(load_metrics(metrics), read_heatmap(heatmap), mask, face)
    write_table(output, cell_columns(metric_names(metrics)), [row])
