"""Are explanations any good? What is measured of the explanation of one image, on plain arrays.

The answer f is the network's probability of the expression that is explained. Regions are parts of the image.

- deletion, insertion (Petsiuk, Das & Saenko 2018, BMVC): regions are hidden, or shown, one after the other,
  the most important first; the area under the answer, normalised as (f(z) - f(empty)) / (f(x) - f(empty)),
  over the share of the pixels that changed. Of a network that adds up its regions, random orders have 0.5.
- infidelity (Yeh et al. 2019, "On the (in)fidelity and sensitivity of explanations", NeurIPS 32): how badly
  the sums of the weights of hidden regions predict how far the answer falls.
- stability over seeds: ICC(1,1), the one-way intraclass correlation of a single rater (Shrout & Fleiss 1979,
  Psychological Bulletin 86, 420-428, case 1): seeds have no order, and the n-th of one image has nothing in
  common with the n-th of another, so there is no effect of raters to take out, as ICC(2,1) does.
- stability over other settings: the correlation (Pearson) of the maps, pixel by pixel; and that of ranks
  (Spearman), in which regions that do not matter, and are in no order, count as much as those that do.
"""

from itertools import combinations

import numpy as np

DELETION, INSERTION, INFIDELITY = "deletion", "insertion", "infidelity"
OF_SEEDS, OF_REGIONS, OF_HIDING, FIT = "stability_seeds", "stability_regions", "stability_hide", "r2"
RANKS = {OF_REGIONS: "ranks_regions", OF_HIDING: "ranks_hide"}  # by the correlation that they are beside
MEASURES = (DELETION, INSERTION, INFIDELITY, OF_SEEDS, OF_REGIONS, OF_HIDING, *RANKS.values(), FIT)
LOWER = (DELETION, INFIDELITY)  # is better
COLUMNS = ("image_id", "expression", "measure", "value", "baseline", "left_out")  # of quality.csv
LEAST_FALL = 0.1  # of the probability to the whole image, to divide an area by
LEAST_SPREAD = 0.05  # root mean square of falls, whose share infidelity is


def removal_masks(order: np.ndarray) -> np.ndarray:
    """Masks int (R + 1, R), 1 = shown, of regions hidden one after the other in this order of all R.

    >>> removal_masks(np.array([1, 0])).tolist()
    [[1, 1], [1, 0], [0, 0]]
    """
    place = np.argsort(order)
    return (place[None, :] >= np.arange(len(order) + 1)[:, None]).astype(int)


def curve_area(answers: np.ndarray, order: np.ndarray, sizes: np.ndarray) -> float:
    """The area under answers (R + 1,), normalised to 0 and 1 at empty and whole images, by pixels.

    order: of the R regions, as they changed. sizes: pixels of each region (R,). The first and the last answer
    are those to the whole and the empty image, in either order; that to the whole image must be larger.

    >>> curve_area(np.array([1.0, 0.25, 0.0]), np.array([0, 1]), np.array([1, 1]))
    0.375
    """
    low, high = sorted((answers[0], answers[-1]))
    shares = np.concatenate([[0], np.cumsum(sizes[order])]) / sizes.sum()
    return float(np.trapezoid((answers - low) / (high - low), shares))


def infidelity(weights: np.ndarray, hidden: np.ndarray, falls: np.ndarray) -> float:
    """The share of the squared falls of the answer that sums of weights do not predict: 0 to 1.

    weights (R,). hidden (n, R), 1 = hidden. falls (n,): f(x) minus the answer without the hidden regions. As
    explainers differ in units, weights are first scaled as fits the falls best, as Yeh et al. do in their
    comparisons, but never below 0: weights of the wrong sign predict nothing.
    """
    sums = hidden @ weights
    scale = max(sums @ falls, 0) / (sums @ sums) if sums.any() else 0
    return float(((falls - scale * sums) ** 2).sum() / (falls**2).sum())


def intraclass_correlation(values: np.ndarray) -> float:
    """ICC(1,1) of values (n, k), k of each of n things: the share of the variance that lies between things.

    1 if all k agree; about 0, perhaps below, if values say nothing of the things; nan if all are the same.
    """
    n, k = values.shape
    means = values.mean(axis=1)
    between = k * means.var(ddof=1)
    within = ((values - means[:, None]) ** 2).sum() / (n * (k - 1))
    total = between + (k - 1) * within
    return float((between - within) / total) if total > 0 else float("nan")


def map_agreement(maps: np.ndarray) -> float:
    """The mean correlation of all pairs of k maps (k, s, s); nan if a map is the same everywhere."""
    flat = maps.reshape(len(maps), -1)
    if (np.ptp(flat, axis=1) == 0).any():
        return float("nan")
    together = np.corrcoef(flat.astype(np.float64))
    return float(np.mean([together[pair] for pair in combinations(range(len(maps)), 2)]))


def rank_agreement(maps: np.ndarray) -> float:
    """Likewise, of the ranks of their pixels."""
    from scipy.stats import rankdata  # takes long to import, and plans import this module

    return map_agreement(rankdata(maps.reshape(len(maps), -1), axis=1))
