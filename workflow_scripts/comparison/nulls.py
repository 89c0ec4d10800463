"""Spatial nulls: would a mask like this one, elsewhere in the face, score as high?

Unit: the place of the mask. Null: the mask is a random region of the face with its own area and smoothness,
mirror-symmetric as faces are (`comparison.surrogates`), placed without knowledge of the heatmaps. Statistic:
the mean over the folds of a panel's scores, so that p is about these heatmaps and says nothing about other
trainings. Nor does a small p say that they agree with the mask of their expression more than with others':
all may favour eyes and mouth (`comparison.specificity`). All networks, folds and explainers are tested
against the same surrogates of a mask. Scores are computed on the coarse grid of the surrogates, the panel's
own as well as theirs.

Averages over expressions, networks or both have the same null, with another unit: the place of the SET of
masks. The masks together lie elsewhere, to each other about as they do, without knowledge of the heatmaps,
which stay as they are. Statistic: the mean of the panels' statistics, as the average itself is made. The
surrogates of a number belong together: of one mask they are the same for all networks and folds, whose
heatmaps are alike; of different masks they are drawn together (`joint_surrogates`), because masks overlap
and a network's heatmaps of different expressions are alike. So the mean over panels is taken surrogate by
surrogate, and nothing that panels share is averaged away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.surrogates import mostly, on_grid
from workflow_scripts.comparison.thresholds import important_region

DECIMALS = 5  # of the scores that are kept
TIE = 1e-5  # scores this close are equal: a sum of float32 depends on its order
TAIL = 0.025  # on each side of the band of null scores


@dataclass(frozen=True)
class Null:
    """Scores of one panel: its own on the grid, and those of the surrogates, their mean and 95 % band.

    p: one-sided, (1 + surrogates that agree at least as well) / (1 + surrogates).
    """

    score: float
    mean: float
    low: float
    high: float
    p: float


class MaskOnGrid:
    """A mask and its surrogates on the coarse grid, and the scores of heatmaps for all of them."""

    def __init__(self, mask: np.ndarray, face: np.ndarray, surrogates: np.ndarray, step: int):
        """mask, face: bool (h, w) at full size. surrogates: bool (n, places of the face on the grid)."""
        self.mask, self.face, self.step = mask, face, step
        self.places = mostly(face, step)
        own = (mostly(mask, step) & self.places)[self.places]
        self.masks = np.concatenate([own[None], surrogates]).astype(np.float32)
        self.area = int(own.sum())

    def mean_scores(self, metrics: Sequence[Metric], heatmaps: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        """Mean scores of heatmaps, each float (h, w), for the mask and then each surrogate: float64 (1 + n,).

        By the names of the metrics that can be tested (`comparison.metrics`).
        """
        found = {}
        of_masks = [metric for metric in metrics if metric.takes == "mask"]
        areas = [self._areas(important_region(one)[0]) for one in heatmaps] if of_masks else []
        for metric in of_masks:
            found[metric.name] = np.mean([[metric.score(*one) for one in each] for each in areas], axis=0)
        coarse = [on_grid(heatmap, self.step) for heatmap in heatmaps]
        for metric in (one for one in metrics if one.weights):
            weights = [metric.weights(one, self.places, self.area) for one in coarse]
            found[metric.name] = self._sums(np.mean(weights, axis=0))
        return {metric.name: found[metric.name] for metric in metrics if metric.name in found}

    def _areas(self, region: np.ndarray) -> list[tuple[float, float, float]]:
        """Overlap of a region, bool (h, w), with each mask, its area and the mask's, in pixels.

        What the mask has outside the face stays part of it and of all surrogates.
        """
        cell = self.face.sum() / self.places.sum()  # pixels
        outside = np.count_nonzero(region & self.mask & ~self.face)
        overlaps = self._sums(on_grid(region, self.step)) * cell + outside
        area = float(self.area * cell + np.count_nonzero(self.mask & ~self.face))
        found = float(region.sum())
        # a coarse mask may hold a little more of a region than the region has
        return [(overlap, found, area) for overlap in np.minimum(overlaps, min(found, area)).tolist()]

    def _sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of values, (h, w) on the grid, over each mask."""
        return (self.masks @ values[self.places].astype(np.float32)).astype(np.float64)


def panel_nulls(metrics: Sequence[Metric], heatmaps: Sequence[np.ndarray], on: MaskOnGrid) -> dict[str, Null]:
    """Test the mean score of a panel's heatmaps, one per fold; by the names of metrics that can be tested."""
    better = {metric.name: metric.better for metric in metrics}
    scores = on.mean_scores(metrics, heatmaps) if heatmaps else {}
    return {name: null_of(one, better[name]) for name, one in scores.items()}


def null_of(scores: np.ndarray, better: str) -> Null:
    """The test of the first of some scores, float64 (1 + n,), against the others. better: higher or lower.

    >>> null_of(np.array([0.5, 0.25, 0.5, 0.75, 0.25]), "higher").p
    0.6
    """
    own, null = np.round(scores[0], DECIMALS), np.round(scores[1:], DECIMALS)
    gain = (scores[1:] - scores[0]) * (1 if better == "higher" else -1)
    low, high = np.quantile(null, (TAIL, 1 - TAIL))
    p = (1 + int(np.count_nonzero(gain >= -TIE))) / (1 + len(null))
    return Null(float(own), float(null.mean()), float(low), float(high), p)


def averaged(
    panels: Mapping[tuple[str, str], np.ndarray], expressions: Sequence[str], networks: Sequence[str]
) -> dict[tuple[str, str], tuple[np.ndarray, list[tuple[str, str]]]]:
    """Scores of averages, one metric's, surrogate by surrogate: with the panels behind each.

    panels: float64 (1 + n,) of each (network, expression). Averages over expressions are of what has all of
    them; those over networks are of the `networks` that have. By (name, expression), as in
    `comparison.summary`.

    >>> one, two = np.array([1.0, 2.0]), np.array([3.0, 6.0])
    >>> found = averaged({("A", "joy"): one, ("A", "fear"): two}, ["joy", "fear"], [])
    >>> {key: scores.tolist() for key, (scores, _) in found.items()}
    {('A', 'average'): [2.0, 4.0]}
    """
    names = dict.fromkeys(network for network, _ in panels)
    complete = [name for name in names if all((name, one) in panels for one in expressions)]
    behind = {(name, AVERAGE): [(name, one) for one in expressions] for name in complete}
    if members := [name for name in complete if name in networks]:
        for expression in (*expressions, AVERAGE):
            of_average = expressions if expression == AVERAGE else [expression]
            behind[AVERAGE, expression] = [(name, one) for name in members for one in of_average]
    return {key: (np.mean([panels[one] for one in of], axis=0), of) for key, of in behind.items()}
