"""How much seeing a tile of a face helped to recognise its expression, from trials that uncover it.

The formula is that of Wegrzyn et al. 2017, PLoS ONE 12(5) e0177239, as found in their tables: it takes their
published trials to their published weights. A trial ends when its observer answers; people's trials of more
than 16 tiles have no weight. A network may need 40 tiles where people need 10, so for any other observer the
horizon is relative to it (`relative_horizon`); people's 16 is the quantile .77 of the tiles that they needed.
"""

import numpy as np


def tile_weights(shown: np.ndarray, counts: np.ndarray, most: float) -> np.ndarray:
    """The weight of each tile for one observer of one face, float64 (T,), from trials with the same answer.

    shown: bool (n, T), the tiles seen when a trial ended; counts: (n,), their number. Of the trials with 1 to
    `most` tiles: the mean of 1 - count / most where a tile was shown, and of 0 where not; over its mean over
    the tiles, less 1. So .5 is half as much again as the mean tile, and -1 is nothing; times 100 it is
    percent, as in the published table. NaN everywhere if there is no such trial, or all took `most`.

    >>> tile_weights(np.array([[1, 0, 0], [1, 1, 0]], bool), np.array([1, 2]), most=2).tolist()
    [2.0, -1.0, -1.0]
    """
    shown, counts = np.asarray(shown, dtype=np.float64), np.asarray(counts)
    used = (counts > 0) & (counts < most)
    if not used.any():
        return np.full(shown.shape[1], np.nan)
    sums = (1 - counts[used] / most) @ shown[used]
    return sums / sums.mean() - 1


def relative_horizon(counts: np.ndarray, quantile: float) -> float:
    """The quantile, 0 to 1, of the tiles that trials needed; 0 if all ended with nothing seen.

    >>> relative_horizon(np.array([0, 10, 20]), 0.5)
    15.0
    """
    counts = np.asarray(counts)
    needed = counts[counts > 0]
    return float(np.quantile(needed, quantile)) if len(needed) else 0.0
