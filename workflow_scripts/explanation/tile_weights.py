"""How much seeing each tile helped: the weights of Wegrzyn et al. (2017), for any observer."""

import numpy as np


def tile_weights(shown: np.ndarray, counts: np.ndarray, horizon: float) -> np.ndarray:
    """The weight of each tile in trials that ended with the same answer: float64 (T,).

    shown: bool (n, T), the tiles seen when a trial ended; counts: (n,), their number. Of trials with at most
    h tiles, a tile gets 1 - count / h from each in which it was shown; the weight is that sum over its mean
    over all tiles, less 1. So 0.5 is half as much again as the mean tile, and -1 is nothing; times 100 it is
    percent, as in the published table. h is relative to the observer: the quantile `horizon`, 0 to 1, of the
    tiles that these trials needed (people's 16 is their quantile .77). Trials that ended with nothing seen
    say nothing and do not count. Zeros if nothing is left: no trial, or none that needed less than h.

    >>> tile_weights(np.array([[1, 0, 0], [1, 1, 0]], bool), np.array([1, 2]), horizon=1).tolist()
    [2.0, -1.0, -1.0]
    """
    shown, counts = np.asarray(shown, dtype=np.float64), np.asarray(counts)
    seen = counts > 0
    if not seen.any():
        return np.zeros(shown.shape[1])
    most = np.quantile(counts[seen], horizon)
    used = seen & (counts <= most)
    sums = (1 - counts[used] / most) @ shown[used]
    return sums / sums.mean() - 1 if sums.any() else np.zeros(shown.shape[1])
