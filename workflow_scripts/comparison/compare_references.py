"""Rule compare_references: what scores of one explainer and mask set are compared with, and their tests."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.reference_tables import (
    GROWN,
    MATRIX,
    NULLS,
    REFERENCES,
    Heatmaps,
    grown_table,
    matrix_table,
    nulls_table,
    references_table,
)
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


def compare_references(
    heatmaps: list[Path] | None = None,
    *,
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    expressions: str,
    mask_set: str,
    standard_face: Path,
    learned: Path,
    seed: int,
    settings: str,
    references: Path,
    matrix: Path,
    nulls: Path,
    grown: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Score what the HEATMAPS of all cells are compared with.

    Parameters
    ----------
    heatmaps
        Heatmaps of the cells (HDF5).
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    masks
        The masks of the set.
    expressions
        Their expressions, as a JSON list in the same order.
    mask_set
        Name of the mask set, which seeds its surrogates.
    standard_face
        Table of the 89 standard points.
    learned
        Table of the networks that says which of them learned; averages leave out the others.
    seed
        The study's seed.
    settings
        The section comparison.nulls of config, as JSON: surrogates, their number; step, pixels of their grid.
    references
        Table to write: scores of references, by cell or by mask.
    matrix
        Table to write: scores of the heatmaps of every expression against the masks of every expression.
    nulls
        Table to write: tests of every panel, and of averages, against surrogates of masks.
    grown
        Table to write: average scores against masks that are grown or shrunk.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    read = {
        tuple(cell): read_heatmap(path) for cell, path in zip(json.loads(cells), heatmaps or [], strict=True)
    }
    names = json.loads(expressions)
    given = Heatmaps(
        {cell: heatmap for cell, heatmap in read.items() if np.ptp(heatmap) > 0},
        {name: read_mask(path) for name, path in zip(names, masks or [], strict=True)},
        face_area(read_standard_face(standard_face)),
        load_metrics(json.loads(metrics)),
    )
    print(f"{len(given.maps)} of {len(read)} heatmaps, the others are missing (scores.csv has the reasons)")
    chosen = json.loads(settings)
    write_table(references, REFERENCES, references_table(given))
    did_learn = [name for name, did in read_learned(learned).items() if did]
    of_matrix = matrix_table(given, did_learn)
    for name in given.networks:
        if name not in {row["network"] for row in of_matrix}:
            print(f"{name}: not in the matrix, since no fold has heatmaps of all expressions")
    write_table(matrix, MATRIX, of_matrix)
    of_nulls = nulls_table(given, mask_set, seed, chosen["surrogates"], chosen["step"], did_learn)
    write_table(nulls, NULLS, of_nulls)
    write_table(grown, GROWN, grown_table(given))


if __name__ == "__main__":
    run(compare_references)
