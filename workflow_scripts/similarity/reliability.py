"""How alike the trainings of a network are: the ceiling of what its heatmaps can agree with.

Unit: a training, which is a fold. Estimand of the ceiling: the expected r, inside the face, of a network's
mean heatmap over its k folds with that of k other trainings on data split into parts of the same sizes. It
follows from the mean r between two folds by the formula of Spearman (1910) and Brown (1910; both British
Journal of Psychology 3, 271-295 and 296-322), k r / (1 + (k - 1) r), which takes all folds to vary alike. Two
noisy heatmaps of the same pattern correlate about sqrt(ceiling_a * ceiling_b), so that is what an r between
networks a and b is read against, as in a correction for attenuation.

Two caveats. Folds of a cross-validation share most of their training images, so other trainings may agree
less. And networks share the test images of a fold, so their deviations may be alike, and their r may exceed
that bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.common.averages import mean

ROUNDING = 1e-12


@dataclass(frozen=True)
class Reliability:
    """Agreement of a network's fold heatmaps; None where there are fewer than two.

    folds: those whose heatmap is neither missing nor constant. r_folds: mean r between two of them. r_rest:
    mean r of each with the mean of the others. ceiling: expected r of their mean with another such mean; 0 if
    they do not agree at all.
    """

    folds: int
    r_folds: float | None = None
    r_rest: float | None = None
    ceiling: float | None = None


def reliability(products: np.ndarray) -> Reliability:
    """The agreement of heatmaps, given by the products of each two of them after centring: float (k, k).

    >>> reliability(np.array([[1.0, 0.5], [0.5, 1.0]]))
    Reliability(folds=2, r_folds=0.5, r_rest=0.5, ceiling=0.6666666666666666)
    """
    varying = np.diag(products) > 0
    products, k = products[np.ix_(varying, varying)], int(varying.sum())
    if k < 2:
        return Reliability(k)
    spread = np.sqrt(np.diag(products))
    r = (products / np.outer(spread, spread))[np.triu_indices(k, 1)].mean()
    with_rest = products.sum(axis=1) - np.diag(products)
    of_rest = products.sum() - 2 * with_rest - np.diag(products)
    r_rest = None
    if (of_rest > ROUNDING * np.trace(products)).all():  # otherwise the others cancel each other out
        r_rest = float((with_rest / (spread * np.sqrt(of_rest))).mean())
    return Reliability(k, float(r), r_rest, spearman_brown(float(r), k))


def mean_reliability(found: Sequence[Reliability]) -> Reliability:
    """The mean agreement over repeats of a cross-validation, of those where it is known; all their folds.

    >>> mean_reliability([Reliability(2, 0.5, 0.5, 0.6), Reliability(1)])
    Reliability(folds=3, r_folds=0.5, r_rest=0.5, ceiling=0.6)
    """
    means = [mean(getattr(one, name) for one in found) for name in ("r_folds", "r_rest", "ceiling")]
    return Reliability(sum(one.folds for one in found), *means)


def spearman_brown(r: float, k: int) -> float:
    """Expected r of two means of k maps each, if single maps correlate by r; 0 if r is negative.

    >>> spearman_brown(0.5, 3), spearman_brown(-0.2, 3)
    (0.75, 0.0)
    """
    return k * r / (1 + (k - 1) * r) if r > 0 else 0.0
