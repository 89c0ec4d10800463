"""What leaving out subjects of a network, or of a control, changes against one mask set: HDF5, by cell.

- ``metrics``: names of the numbers that were redone (`subject_scores`), an attribute; the amplitude is last.
- ``cells/{fold}/{expression}``: of each cell that has a heatmap: ``subjects`` (n,) names; ``changes`` float64
  (metrics, n), how much each number changes without each subject, (metrics, 0) if there is only one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5

Cell = tuple[int, str]  # fold, expression


@dataclass(frozen=True)
class Changes:
    """The numbers of one network against one mask set without each subject.

    subjects: their names, n of each (fold, expression). numbers: changes, float64 (n,), by (fold, expression,
    metric); empty for a single subject.
    """

    subjects: Mapping[Cell, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[tuple[int, str, str], np.ndarray] = field(default_factory=dict)


def write_changes(path: Path, changes: Changes, metrics: Sequence[str]) -> None:
    """Write the changes of all cells. metrics: those that each of them has."""
    with new_hdf5(path) as file:
        file.attrs.create("metrics", list(metrics), (len(metrics),), h5py.string_dtype())
        file.create_group("cells")
        for cell, names in changes.subjects.items():
            group = file.create_group("cells/{}/{}".format(*cell))
            group.create_dataset("subjects", data=names, shape=(len(names),), dtype=h5py.string_dtype())
            group["changes"] = np.array([changes.numbers[*cell, metric] for metric in metrics])
        file.check_disk()


def read_changes(path: Path) -> Changes:
    """The changes of all cells."""
    subjects, numbers = {}, {}
    with open_hdf5(path, ["cells", "metrics"]) as file:
        for fold, of_fold in file["cells"].items():
            for expression, group in of_fold.items():
                subjects[int(fold), expression] = group["subjects"].asstr()[:].tolist()
                for metric, one in zip(file.attrs["metrics"], group["changes"][:], strict=True):
                    numbers[int(fold), expression, metric] = one
    return Changes(subjects, numbers)
