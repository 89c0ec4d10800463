"""Similarity of heatmaps (paper, section 4.5, Eq. 7)."""

import numpy as np


def correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Pearson's r of two heatmaps, or of the same places of both; None if one is missing or constant.

    >>> correlation(np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.0, 0.0]))
    -1.0
    """
    a, b = (np.asarray(heatmap, dtype=np.float64).ravel() for heatmap in (a, b))
    if not (is_comparable(a) and is_comparable(b)):
        return None
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def is_comparable(heatmap: np.ndarray) -> bool:
    """Whether a heatmap is neither missing nor constant."""
    return bool(np.isfinite(heatmap).all() and np.ptp(heatmap) > 0)
