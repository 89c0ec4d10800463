"""Rule compare_network: all heatmaps of one network against the masks of one set.

For explainers that declare BATCHED: the tables are those of `compare_masks`.
"""

import json
from itertools import product
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_table import true_expressions, write_cell_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def compare_network(
    heatmaps: list[Path],
    *,
    network: str,
    folds: str,
    expressions: str,
    masks: Annotated[list[Path], Parameter(consume_multiple=True)],
    masked: str,
    positives: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    metrics: str = json.dumps(PAPER),
    outputs: Annotated[list[Path], Parameter(consume_multiple=True)],
) -> None:
    """Threshold HEATMAPS by Otsu's method and score each against the mask of its expression.

    Parameters
    ----------
    heatmaps
        Standardized explanations (HDF5), fold by fold, in each fold those of the masked expressions.
    network
        Name of the network.
    folds
        The test folds, as a JSON list.
    expressions
        The expressions of the study, as a JSON list.
    masks
        The mask images of the set.
    masked
        Their expressions, in the same order, as a JSON list.
    positives
        Tables of the explained images, one per fold.
    standard_face
        Table of the 89 standard points, for the baselines inside the face.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    outputs
        The table of each cell to write, fold by fold, in each fold expression by expression: a row as of
        `compare_masks`; none for an expression that the set has no mask for.
    """
    face, used = face_area(read_standard_face(standard_face)), json.loads(metrics)
    mask_of = {name: read_mask(path) for name, path in zip(json.loads(masked), masks, strict=True)}
    positives_of = dict(zip(json.loads(folds), positives, strict=True))
    waiting = iter(heatmaps)
    cells = product(positives_of, json.loads(expressions))
    for (fold, expression), output in zip(cells, outputs, strict=True):
        if expression not in mask_of:
            write_table(output, cell_columns(metric_names(used)), [])
            continue
        true = true_expressions(positives_of[fold], expression)
        cell = network, fold, expression
        write_cell_table(cell, next(waiting), true, mask_of[expression], face, used, output)


if __name__ == "__main__":
    run(compare_network)
