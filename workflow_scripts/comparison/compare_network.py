"""Rule compare_network: the heatmaps of one network against one set of masks, and without each subject."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_table import cell_row, true_expressions
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names
from workflow_scripts.comparison.scores import Metric, load_metrics
from workflow_scripts.comparison.subject_file import Changes, write_changes
from workflow_scripts.comparison.subject_scores import AMPLITUDE, amplitude_changes, score_changes, smooth
from workflow_scripts.comparison.subjects import SubjectMaps, read_subject_names, read_subjects
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def compare_network(
    heatmaps: list[Path] | None = None,
    *,
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    expressions: str,
    positives: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: str,
    subjects: Path,
    standard_face: Path,
    metrics: str = json.dumps(PAPER),
    averaging: str = "plain",
    scores: Path,
    changes: Path,
) -> None:
    """Score HEATMAPS, thresholded by Otsu's method or as they are, against masks, and without each subject.

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
    positives
        Tables of the images explained in each fold.
    folds
        These folds, as a JSON list in the same order.
    subjects
        Table of images and folds, of any repeat: it says which images are of the same subject.
    standard_face
        Table of the 89 standard points, for the baselines inside the face.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    averaging
        How explanations were averaged (standardization.averaging).
    scores
        Table to write, a row per cell: what the heatmap is based on, its scores, and those of the baselines.
        A missing heatmap has a reason instead of scores.
    changes
        The HDF5 file to write, with what the network would score without each subject (`subject_file`).
    """
    face, used = face_area(read_standard_face(standard_face)), load_metrics(json.loads(metrics))
    of_set = {name: read_mask(path) for name, path in zip(json.loads(expressions), masks or [], strict=True)}
    positives_of = dict(zip(json.loads(folds), positives, strict=True))
    subject_of = read_subject_names(subjects)
    rows, names, numbers = [], {}, {}
    for (network, fold, expression), path in zip(json.loads(cells), heatmaps or [], strict=True):
        true, mask = true_expressions(positives_of[fold], expression), of_set[expression]
        rows.append(cell_row((network, fold, expression), path, true, mask, face, used))
        if reason := rows[-1]["missing"]:
            print(f"fold {fold}, {expression}: no heatmap ({reason})")
            continue
        maps = [read_subjects(path, subject_of, how) for how in dict.fromkeys(("plain", averaging))]
        names[fold, expression] = maps[-1].subjects
        found = _changes(used, maps, mask, face)
        numbers |= {(fold, expression, metric): one for metric, one in found.items()}
        images = maps[-1].images.sum()
        print(f"fold {fold}, {expression}: {len(maps[-1].subjects)} subjects, {images} explanations")
    write_table(scores, cell_columns(metric_names(json.loads(metrics))), rows)
    write_changes(changes, Changes(names, numbers), [*(metric.name for metric in smooth(used)), AMPLITUDE])


def _changes(
    metrics: Sequence[Metric], maps: Sequence[SubjectMaps], mask: np.ndarray, face: np.ndarray
) -> dict[str, np.ndarray]:
    """What leaving out each subject changes. maps: plain, and as the heatmap was averaged, if otherwise."""
    plain, own = maps[0], maps[-1]
    # the amplitude is of plain explanations, of the subjects of the heatmap
    of_plain = dict(zip(plain.subjects, amplitude_changes(plain), strict=False))
    amplitudes = np.array([of_plain[name] for name in own.subjects if len(own.subjects) > 1])
    return score_changes(metrics, own, mask, face) | {AMPLITUDE: amplitudes}


if __name__ == "__main__":
    run(compare_network)
