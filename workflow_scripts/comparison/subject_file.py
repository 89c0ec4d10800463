"""What the rule resample_subjects keeps of a network, or of a control: HDF5, by cell.

- ``metrics``: names of the metrics that were redone (`subject_scores.smooth`), an attribute.
- ``cells/{fold}/{expression}``: of each cell that has a heatmap: ``subjects`` (n,) names; ``images`` int64
  (n,); ``maps`` float32 (n, h, w), each subject's explanations on the grid of `comparison.nulls`, their sum;
  ``amplitude`` float64 (n,), how much it changes without each subject; ``scores/{mask set}`` float64
  (metrics, n), likewise, of the mask sets that have a mask of the expression. Changes are empty where the
  cell has a single subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5
from workflow_scripts.comparison.subject_scores import AMPLITUDE
from workflow_scripts.comparison.subjects import SubjectMaps

Cell = tuple[int, str]  # fold, expression


@dataclass(frozen=True)
class CellSubjects:
    """One cell: its explanations by subject, on the grid, and the changes of its numbers without each.

    amplitude: float64 (n,). scores: by (mask set, metric), likewise.
    """

    maps: SubjectMaps
    amplitude: np.ndarray
    scores: Mapping[tuple[str, str], np.ndarray]


@dataclass(frozen=True)
class Changes:
    """The numbers of one network against one mask set without each subject.

    subjects: their names, n of each (fold, expression). numbers: changes, float64 (n,), by (fold, expression,
    metric); empty for a single subject.
    """

    subjects: Mapping[Cell, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[tuple[int, str, str], np.ndarray] = field(default_factory=dict)


def write_subjects(path: Path, cells: Mapping[Cell, CellSubjects], metrics: Sequence[str]) -> None:
    """Write all cells of a network. metrics: the names of those in each cell's scores."""
    with new_hdf5(path) as file:
        file.attrs.create("metrics", list(metrics), (len(metrics),), h5py.string_dtype())
        file.create_group("cells")
        for (fold, expression), cell in cells.items():
            group = file.create_group(f"cells/{fold}/{expression}")
            names = cell.maps.subjects
            group.create_dataset("subjects", data=names, shape=(len(names),), dtype=h5py.string_dtype())
            group["images"], group["amplitude"] = cell.maps.images, cell.amplitude
            maps = cell.maps.sums.astype(np.float32)
            group.create_dataset("maps", data=maps, compression="gzip", compression_opts=1, shuffle=True)
            for mask_set in dict.fromkeys(name for name, _ in cell.scores):
                group[f"scores/{mask_set}"] = np.array([cell.scores[mask_set, one] for one in metrics])
            file.check_disk()


def read_changes(path: Path, mask_set: str) -> Changes:
    """How the amplitudes of a network, and its scores against a mask set, change without each subject."""
    subjects, numbers = {}, {}
    with open_hdf5(path, ["cells", "metrics"]) as file:
        for (fold, expression), group in _cells(file):
            subjects[fold, expression] = group["subjects"].asstr()[:].tolist()
            numbers[fold, expression, AMPLITUDE] = group["amplitude"][:]
            if f"scores/{mask_set}" in group:
                changes = group[f"scores/{mask_set}"][:]
                for metric, one in zip(file.attrs["metrics"], changes, strict=True):
                    numbers[fold, expression, metric] = one
    return Changes(subjects, numbers)


def read_maps(path: Path) -> dict[Cell, SubjectMaps]:
    """The explanations of a network by subject, on the grid."""
    with open_hdf5(path, ["cells", "metrics"]) as file:
        return {
            cell: SubjectMaps(group["subjects"].asstr()[:].tolist(), group["images"][:], group["maps"][:])
            for cell, group in _cells(file)
        }


def _cells(file: h5py.File) -> list[tuple[Cell, h5py.Group]]:
    return [
        ((int(fold), expression), group)
        for fold, of_fold in file["cells"].items()
        for expression, group in of_fold.items()
    ]
