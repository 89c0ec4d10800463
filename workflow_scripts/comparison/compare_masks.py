"""Rule compare_masks: the heatmap of one cell against one mask."""

import json
from math import isnan
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

OF_IMAGES = ("samples", "noise", "bias_bound", "median_r2")  # unknown for some explainers
FACTS = ("averaged", "missing", "amplitude", *OF_IMAGES)


def compare_masks(
    heatmap: Path,
    mask: Path,
    *,
    positives: Path,
    standard_face: Path,
    network: str,
    fold: int,
    expression: str,
    output: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Threshold HEATMAP by Otsu's method and score it against MASK.

    Parameters
    ----------
    heatmap
        Standardized explanations of the cell (HDF5).
    mask
        Mask image.
    positives
        Table of the explained images of the network and fold.
    standard_face
        Table of the 89 standard points, for the baselines inside the face.
    network
        Name of the network.
    fold
        The test fold.
    expression
        The predicted expression.
    output
        Table of one row to write: what the heatmap is based on, its scores, and those of the baselines. A
        missing heatmap has a reason instead of scores.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    entries = json.loads(metrics)
    with open_hdf5(heatmap, ["image_id", *FACTS]) as file:
        explained, facts = len(file["image_id"]), dict(file.attrs)
    true = [
        row["true"]
        for row in read_table(positives, ["expression", "true"])
        if row["expression"] == expression
    ]
    face = face_area(read_standard_face(standard_face))
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
    row |= score_heatmap(load_metrics(entries), read_heatmap(heatmap), read_mask(mask), face)
    write_table(output, cell_columns(metric_names(entries)), [row])


if __name__ == "__main__":
    run(compare_masks)
