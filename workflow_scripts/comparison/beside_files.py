"""Heatmaps of what is put beside a study's networks, in the form of the workflow's own."""

import io
from pathlib import Path

import numpy as np

from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.hdf5 import new_hdf5


def write_fold(output: Path, expression: str, heatmap: np.ndarray, missing: str, varies: float) -> None:
    """Write the heatmap of one fold, float32 (HEIGHT, WIDTH); NaN, with the reason, if it is missing.

    varies: its amplitude, in its own units; NaN if there is none.
    """
    with new_hdf5(output) as file:
        file["heatmap"] = heatmap
        file.attrs["expression"] = expression
        file.attrs["missing"] = missing
        file.attrs["amplitude"] = varies


def write_mean(output: Path, heatmap: np.ndarray) -> None:
    """Write the mean over folds, float32 (HEIGHT, WIDTH)."""
    content = io.BytesIO()
    np.save(content, heatmap, allow_pickle=False)
    with atomic_write(output) as unfinished:
        unfinished.write_bytes(content.getvalue())
