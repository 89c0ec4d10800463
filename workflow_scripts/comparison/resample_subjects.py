"""Rule resample_subjects: what one network would score without each of the subjects."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subject_file import CellSubjects, write_subjects
from workflow_scripts.comparison.subject_scores import amplitude_changes, score_changes, smooth
from workflow_scripts.comparison.subjects import SubjectMaps, read_subjects
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def resample_subjects(
    heatmaps: list[Path],
    *,
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    masked: str,
    folds: Path,
    standard_face: Path,
    step: int,
    metrics: str = json.dumps(PAPER),
    averaging: str = "plain",
    output: Path,
) -> None:
    """Leave each subject out of the HEATMAPS of one network.

    Parameters
    ----------
    heatmaps
        Standardized explanations of the network's cells (HDF5).
    cells
        Their [fold, expression], as a JSON list in the same order.
    masks
        The masks of all mask sets.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    folds
        Table of images and folds, of any repeat: it says which images are of the same subject.
    standard_face
        Table of the 89 standard points.
    step
        Pixels of the grid on which each subject's explanations are kept.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    averaging
        How explanations were averaged (standardization.averaging).
    output
        The HDF5 file to write (`comparison.subject_file`).
    """
    subject_of = {row["image_id"]: row["group"] for row in read_table(folds, ["image_id", "group"])}
    face = face_area(read_standard_face(standard_face))
    used = smooth(load_metrics(json.loads(metrics)))
    drawn = [(*of, read_mask(path)) for of, path in zip(json.loads(masked), masks or [], strict=True)]
    found = {}
    for (fold, expression), path in zip(json.loads(cells), heatmaps, strict=True):
        heatmap = read_heatmap(path)
        if np.isnan(heatmap).all():
            print(f"fold {fold}, {expression}: no heatmap")
            continue
        of_masks = {name: mask for name, shown, mask in drawn if shown == expression}
        plain = read_subjects(path, subject_of)
        maps = plain if averaging == "plain" else read_subjects(path, subject_of, averaging)
        scores = score_changes(used, maps, of_masks, face)
        found[fold, expression] = CellSubjects(maps.on_grid(step), _for(maps, plain), scores)
        print(f"fold {fold}, {expression}: {len(maps.subjects)} subjects, {maps.images.sum()} explanations")
    write_subjects(output, found, [metric.name for metric in used])


def _for(maps: SubjectMaps, plain: SubjectMaps) -> np.ndarray:
    """Changes of the amplitude, which is of plain explanations, for the subjects of the heatmap."""
    changes = dict(zip(plain.subjects, amplitude_changes(plain), strict=False))
    return np.array([changes[name] for name in maps.subjects if len(maps.subjects) > 1])


if __name__ == "__main__":
    run(resample_subjects)
