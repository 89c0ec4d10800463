"""Numbers of one network beside its control networks, with their draws over subjects: an HDF5 file.

A row is about the control networks that stand for one entry of training.controls and one number of randomised
groups of layers, in all folds and repeats of the entry. ``rows``: a JSON list of `ControlRow` as mappings.
``trained`` and ``control``, float32 (rows, 1 + draws): the number of the trained network on the images that
the control networks explain, its mean over folds, and that of the control networks, their mean over folds and
repeats; first the number itself, then its draws (`comparison.subjects`), NaN for metrics that cannot be
redrawn. A number that one of the networks lacks is NaN, and `missing` says why.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5

RANK_CORRELATION = "rank_correlation"


@dataclass(frozen=True)
class ControlRow:
    """What a number is about.

    control, kind, randomized: see `training.controls.ControlNetwork`. groups: of layers in all; 0 for other
    kinds. mask_set: empty for numbers that need no mask. metric: of `comparison.metrics`, or ``amplitude``,
    of the heatmaps, or ``rank_correlation``, of the control's explanation of an image with the trained
    network's. n: images; subjects: the fewest behind a heatmap; folds: whose images are explained. missing:
    why there is no number.
    """

    control: str
    kind: str
    randomized: int
    groups: int
    mask_set: str
    expression: str
    metric: str
    n: int
    subjects: int
    folds: int
    missing: str = ""


@dataclass(frozen=True)
class ControlNumbers:
    """A row with its numbers, float32 (1 + draws,) each."""

    row: ControlRow
    trained: np.ndarray
    control: np.ndarray


def write_numbers(path: Path, numbers: Sequence[ControlNumbers], draws: int) -> None:
    """Write all numbers of a network."""
    with new_hdf5(path) as file:
        file.attrs["rows"] = json.dumps([asdict(one.row) for one in numbers])
        for name in ("trained", "control"):
            values = np.array([getattr(one, name) for one in numbers], np.float32)
            options = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if len(values) else {}
            file.create_dataset(name, data=values.reshape(len(numbers), 1 + draws), **options)


def read_numbers(path: Path) -> list[ControlNumbers]:
    """All numbers of a network."""
    with open_hdf5(path, ["rows", "trained", "control"]) as file:
        rows = [ControlRow(**row) for row in json.loads(file.attrs["rows"])]
        return [
            ControlNumbers(*one) for one in zip(rows, file["trained"][:], file["control"][:], strict=True)
        ]
