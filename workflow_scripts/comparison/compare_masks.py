"""Rule compare_masks: the heatmap of one cell against one mask."""

import json
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.cell_table import true_expressions, write_cell_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


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
    write_cell_table(
        (network, fold, expression),
        heatmap,
        true_expressions(positives, expression),
        read_mask(mask),
        face_area(read_standard_face(standard_face)),
        json.loads(metrics),
        output,
    )


if __name__ == "__main__":
    run(compare_masks)
