"""How much seeing a tile of a face helped to recognise its expression, from trials that uncover it.

The formula is that of Wegrzyn et al. 2017, PLoS ONE 12(5) e0177239, as found in their tables: it takes their
published trials to their published weights. A trial ends when its observer answers; only right answers count.
"""

from collections.abc import Sequence

import numpy as np

HORIZON = 16  # tiles; trials that took more have no weight


def tile_weights(shown: np.ndarray, counts: np.ndarray, horizon: int = HORIZON) -> np.ndarray:
    """Weights of the tiles of one face for one observer, float64 (T,), from trials with right answers.

    shown: bool (n, T), the tiles seen in each trial. counts: (n,), their numbers. Of the trials with at most
    `horizon` tiles: the mean of 1 - count / horizon where a tile was shown, and of 0 where not; in percent of
    the mean over the tiles, less 100. NaN everywhere if there is no such trial, or all took `horizon` tiles.

    >>> seen = np.array([[True, True, False, False], [True, False, False, False]])
    >>> tile_weights(seen, np.array([2, 1]), horizon=4).round(1).tolist()
    [185.7, 14.3, -100.0, -100.0]
    """
    early = np.asarray(counts) <= horizon
    speed = 1 - np.asarray(counts, np.float64)[early] / horizon
    if not speed.any():
        return np.full(shown.shape[1], np.nan)
    helped = (shown[early] * speed[:, None]).mean(axis=0)
    return 100 * helped / helped.mean() - 100


def shown_tiles(trials: Sequence[str], tiles: int) -> np.ndarray:
    """The tiles seen in each trial, bool (n, `tiles`), from lists like 21-41-3.

    >>> shown_tiles(["2-0", "1"], 3).tolist()
    [[True, False, True], [False, True, False]]
    """
    shown = np.zeros((len(trials), tiles), bool)
    for row, listed in zip(shown, trials, strict=True):
        row[[int(tile) for tile in listed.split("-")]] = True
    return shown
