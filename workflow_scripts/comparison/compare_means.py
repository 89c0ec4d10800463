"""Rule compare_means: the mean heatmaps of one explainer against one set of masks.

A panel (network, expression) has two scores, and they differ. The *score of the mean map*, which is made
here, is that of the heatmap averaged over folds, which figures show. The *mean of fold scores*, in
summary.csv, is the average of the scores of the single folds' heatmaps; the published entries are such
means. Averaging removes what single folds have by accident, so the mean map often scores higher.
"""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import AREAS, PAPER, metric_names, score_columns
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def compare_means(
    heatmaps: list[Path] | None = None,
    *,
    networks: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    expressions: str,
    standard_face: Path,
    output: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Threshold mean HEATMAPS by Otsu's method and score each against the mask of its expression.

    Parameters
    ----------
    heatmaps
        Mean heatmaps (.npy): of each network, those of all expressions.
    networks
        The networks, as a JSON list in the same order; without a name: the mean over those that learned,
        which the table calls average.
    masks
        The masks of the set.
    expressions
        Their expressions, as a JSON list in the same order.
    standard_face
        Table of the 89 standard points, for the baselines inside the face.
    output
        Table to write: a row per heatmap with its threshold, areas as fractions of the canvas, its scores
        and those of the baselines. A missing heatmap has a reason instead. The scores are those of the mean
        maps; summary.csv has the means of fold scores, which are other numbers.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    entries = json.loads(metrics)
    scored_by, face = load_metrics(entries), face_area(read_standard_face(standard_face))
    regions = {name: read_mask(path) for name, path in zip(json.loads(expressions), masks or [], strict=True)}
    rows = []
    for (network, expression), path in zip(
        product(json.loads(networks), regions), heatmaps or [], strict=True
    ):
        heatmap = read_heatmap(path)
        row = {"network": network or AVERAGE, "expression": expression}
        row |= {"missing": _why_missing(network, heatmap)}
        rows.append(row | score_heatmap(scored_by, heatmap, regions[expression], face))
    write_table(output, mean_columns(metric_names(entries)), rows)
    missing = sum(bool(row["missing"]) for row in rows)
    print(f"{len(rows) - missing} of {len(rows)} mean heatmaps scored, the others are missing: {output}")


def mean_columns(metrics: Sequence[str]) -> list[str]:
    """Columns of a mean heatmap's row. metrics: names.

    >>> mean_columns(["iou"])[5:]
    ['mask_area', 'iou', 'face_iou', 'chance_face_iou']
    """
    return ["network", "expression", "missing", *AREAS, *score_columns(metrics)]


def _why_missing(network: str, heatmap: np.ndarray) -> str:
    """Why a mean, float (h, w), has no scores; an empty text if it has."""
    if np.ptp(heatmap) > 0:
        return ""
    if np.isnan(heatmap).all():
        return "no fold has a heatmap" if network else "no network that learned has a heatmap"
    return "the same everywhere"


if __name__ == "__main__":
    run(compare_means)
