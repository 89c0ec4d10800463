"""Heatmaps: how much each place of the standard face weighs, float32 (HEIGHT, WIDTH); NaN = missing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.errors import StudyError
from workflow_scripts.hdf5_files import open_hdf5
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


def read_heatmap(path: Path) -> np.ndarray:
    """Read the heatmap of a cell (.h5) or of a network or study (.npy).

    Raises StudyError where the file does not hold a heatmap of the standard size.
    """
    path = Path(path)
    try:
        if path.suffix == ".npy":
            heatmap = np.load(path, allow_pickle=False)
        else:
            with open_hdf5(path, ["heatmap"]) as file:
                heatmap = file["heatmap"][:]
    except (OSError, ValueError, EOFError) as error:
        raise StudyError(f"{path}: no readable heatmap ({error}); delete it and rerun") from error
    if heatmap.shape != (HEIGHT, WIDTH):
        raise StudyError(
            f"{path}: expected a heatmap of {WIDTH} x {HEIGHT} pixels, found shape {heatmap.shape}"
        )
    return heatmap


def mean_heatmap(heatmaps: Sequence[np.ndarray]) -> np.ndarray:
    """Mean of heatmaps with equal weight, missing ones left out; missing where none is left.

    >>> missing = np.full((2, 1), np.nan)
    >>> mean_heatmap([np.zeros((2, 1)), np.ones((2, 1)), missing]).ravel().tolist()
    [0.5, 0.5]
    """
    present = [heatmap for heatmap in heatmaps if not np.isnan(heatmap).all()]
    if not present:
        return np.full_like(heatmaps[0], np.nan, dtype=np.float32)
    return np.mean(present, axis=0, dtype=np.float64).astype(np.float32)
