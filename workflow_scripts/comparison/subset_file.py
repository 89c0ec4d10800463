"""Mean heatmaps of subsets of the explained images of one network: HDF5.

- ``heatmaps`` float32 (k, HEIGHT, WIDTH): means over the folds that have one, like a network's own heatmap;
  NaN where none has.
- ``subset``, ``value``, ``expression`` (k,): names; ``images``, ``folds`` int64 (k,): what each rests on.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

NAMES, COUNTS = ("subset", "value", "expression"), ("images", "folds")


class SubsetHeatmap(NamedTuple):
    """One mean heatmap, float32 (HEIGHT, WIDTH), with what it shows and rests on."""

    subset: str
    value: str
    expression: str
    images: int
    folds: int
    heatmap: np.ndarray


def write_subset_heatmaps(path: Path, found: Sequence[SubsetHeatmap]) -> None:
    """Write mean heatmaps, in order."""
    with new_hdf5(path) as file:
        maps = np.zeros((0, HEIGHT, WIDTH), np.float32)
        if found:
            maps = np.array([one.heatmap for one in found], np.float32)
        chunks = (1, HEIGHT, WIDTH) if found else None
        file.create_dataset("heatmaps", data=maps, chunks=chunks, compression="gzip" if found else None)
        for name in NAMES:
            texts = [getattr(one, name) for one in found]
            file.create_dataset(name, data=texts, shape=(len(found),), dtype=h5py.string_dtype())
        for name in COUNTS:
            file[name] = np.array([getattr(one, name) for one in found], np.int64)


def read_subset_heatmaps(path: Path) -> Iterator[SubsetHeatmap]:
    """All heatmaps of such a file."""
    with open_hdf5(path, ["heatmaps", *NAMES, *COUNTS]) as file:
        names = [file[name].asstr()[:].tolist() for name in NAMES]
        counts = [file[name][:].tolist() for name in COUNTS]
        for *about, heatmap in zip(*names, *counts, file["heatmaps"], strict=True):
            yield SubsetHeatmap(*about, heatmap)
