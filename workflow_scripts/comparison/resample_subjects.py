"""Rule resample_subjects: what one network would score without each of the subjects."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subject_file import Changes, write_changes
from workflow_scripts.comparison.subject_scores import AMPLITUDE, amplitude_changes, score_changes, smooth
from workflow_scripts.comparison.subjects import SubjectMaps, read_subject_names, read_subjects
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def resample_subjects(
    heatmaps: list[Path] | None = None,
    *,
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    expressions: str,
    folds: Path,
    standard_face: Path,
    metrics: str = json.dumps(PAPER),
    averaging: str = "plain",
    output: Path,
) -> None:
    """Leave each subject out of the HEATMAPS of one network, and score them against one mask set.

    Parameters
    ----------
    heatmaps
        Standardized explanations of the network's cells (HDF5).
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    masks
        The masks of the set.
    expressions
        Their expressions, as a JSON list in the same order.
    folds
        Table of images and folds, of any repeat: it says which images are of the same subject.
    standard_face
        Table of the 89 standard points.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    averaging
        How explanations were averaged (standardization.averaging).
    output
        The HDF5 file to write (`comparison.subject_file`).
    """
    subject_of = read_subject_names(folds)
    face = face_area(read_standard_face(standard_face))
    used = smooth(load_metrics(json.loads(metrics)))
    of_set = {name: read_mask(path) for name, path in zip(json.loads(expressions), masks or [], strict=True)}
    names, numbers = {}, {}
    for (_, fold, expression), path in zip(json.loads(cells), heatmaps or [], strict=True):
        if np.isnan(read_heatmap(path)).all():
            print(f"fold {fold}, {expression}: no heatmap")
            continue
        plain = read_subjects(path, subject_of)
        maps = plain if averaging == "plain" else read_subjects(path, subject_of, averaging)
        names[fold, expression] = maps.subjects
        changes = score_changes(used, maps, of_set[expression], face) | {AMPLITUDE: _for(maps, plain)}
        numbers |= {(fold, expression, metric): one for metric, one in changes.items()}
        print(f"fold {fold}, {expression}: {len(maps.subjects)} subjects, {maps.images.sum()} explanations")
    write_changes(output, Changes(names, numbers), [*(metric.name for metric in used), AMPLITUDE])


def _for(maps: SubjectMaps, plain: SubjectMaps) -> np.ndarray:
    """Changes of the amplitude, which is of plain explanations, for the subjects of the heatmap."""
    changes = dict(zip(plain.subjects, amplitude_changes(plain), strict=False))
    return np.array([changes[name] for name in maps.subjects if len(maps.subjects) > 1])


if __name__ == "__main__":
    run(resample_subjects)
