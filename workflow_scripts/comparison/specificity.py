"""Specificity: does a heatmap agree with the mask of its own expression more than with those of others?

S[e, m] is the score of the heatmap of expression e against the mask of expression m. Masks differ in size and
heatmaps in how much they agree with any mask, so S is double-centred (less its row and column means, plus the
grand mean). The statistic is the mean of its diagonal, which for n expressions is (n - 1) / n times the mean
score of own masks minus that of others. Unit: the label of an expression. Null: heatmaps do not know to which
expression they belong, so all assignments of masks to heatmaps are equally likely; with up to seven
expressions all are enumerated, and p is exact.
"""

from itertools import permutations

import numpy as np

MOST_ENUMERATED = 7  # expressions: 5,040 assignments
DRAWN = 10_000
TIE = 1e-12  # sums this close are equal: they depend on their order


def double_centred(scores: np.ndarray) -> np.ndarray:
    """Scores, float (n, n), less the means of their rows and columns.

    >>> double_centred(np.array([[2.0, 1.0], [1.0, 2.0]])).tolist()
    [[0.5, -0.5], [-0.5, 0.5]]
    """
    return scores - scores.mean(axis=0) - scores.mean(axis=1, keepdims=True) + scores.mean()


def own_minus_others(scores: np.ndarray) -> float:
    """Mean score of own masks minus that of others' masks, of scores (n, n) with n >= 2."""
    n = len(scores)
    return float(np.trace(scores) / n - (scores.sum() - np.trace(scores)) / (n * (n - 1)))


def specificity_p(scores: np.ndarray, generator: np.random.Generator) -> float | None:
    """One-sided p of the mean diagonal of scores (n, n), higher being better; None for fewer than two.

    generator: for the assignments drawn where there are too many to enumerate.
    """
    n = len(scores)
    if n < 2:
        return None
    if n <= MOST_ENUMERATED:
        orders, added = np.array(list(permutations(range(n)))), 0  # the observed one is among them
    else:
        orders, added = np.array([generator.permutation(n) for _ in range(DRAWN)]), 1
    sums = scores[np.arange(n), orders].sum(axis=1)
    return float((np.count_nonzero(sums >= np.trace(scores) - TIE) + added) / (len(orders) + added))
