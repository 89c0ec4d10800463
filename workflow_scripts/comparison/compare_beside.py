"""Rule compare_beside: what is put beside the networks against one set of masks."""

import json
from math import isnan
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import BASIS, CELL, PAPER, cell_columns, metric_names
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def compare_beside(
    heatmaps: list[Path] | None = None,
    *,
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    expressions: str,
    standard_face: Path,
    output: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Threshold HEATMAPS by Otsu's method and score each against the mask of its expression.

    Parameters
    ----------
    heatmaps
        Heatmaps that are put beside those of the study (HDF5).
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    masks
        The masks of the set.
    expressions
        Their expressions, as a JSON list in the same order.
    standard_face
        Table of the 89 standard points, for the baselines inside the face.
    output
        Table to write: a row per heatmap, like those of single cells. The images behind these heatmaps,
        and their fits, are unknown; amplitudes are in their own units. A missing heatmap has a reason
        instead.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    entries = json.loads(metrics)
    scored_by, face = load_metrics(entries), face_area(read_standard_face(standard_face))
    regions = {name: read_mask(path) for name, path in zip(json.loads(expressions), masks or [], strict=True)}
    rows = []
    for cell, path in zip(json.loads(cells), heatmaps or [], strict=True):
        with open_hdf5(path, ["heatmap", "missing", "amplitude"]) as file:
            facts = dict(file.attrs)
        amplitude = None if isnan(facts["amplitude"]) else float(facts["amplitude"])
        row = dict(zip(CELL, cell, strict=True)) | dict.fromkeys(BASIS)
        row |= {"amplitude": amplitude, "missing": facts["missing"]}
        rows.append(row | score_heatmap(scored_by, read_heatmap(path), regions[cell[-1]], face))
    write_table(output, cell_columns(metric_names(entries)), rows)
    print(f"{len(rows)} heatmaps scored: {output}")


if __name__ == "__main__":
    run(compare_beside)
