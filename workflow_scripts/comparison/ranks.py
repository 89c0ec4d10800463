"""Ranks of a heatmap's places inside the face, where equal values share their ranks."""

import numpy as np


def midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, float64 (n,); equal values have the mean of their ranks.

    >>> midranks(np.array([7.0, 3.0, 7.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[first, len(values)])
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    return ranks


def top_places(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """The `area` places of the face with the highest values, float64 (h, w): 1 inside, 0 outside.

    Places that tie for the last ranks share what is left equally, so that the sum is `area` (or the face, if
    that is smaller) and the result does not depend on their order.

    >>> top_places(np.array([[3.0, 1.0, 1.0]]), np.ones((1, 3), bool), 2).tolist()
    [[1.0, 0.5, 0.5]]
    """
    inside, result = heatmap[face], np.zeros(heatmap.shape)
    area = min(area, len(inside))
    if area:
        lowest = np.partition(inside, len(inside) - area)[len(inside) - area]
        above = inside > lowest
        tied = inside == lowest
        result[face] = above + tied * (area - above.sum()) / tied.sum()
    return result
