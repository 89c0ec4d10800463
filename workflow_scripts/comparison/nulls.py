"""Spatial nulls: would a mask like this one, elsewhere in the face, score as high?

Unit: the place of the mask. Null: the mask is a random region of the face with its own area, smoothness and
symmetry (`comparison.surrogates`), placed without knowledge of the heatmaps. Statistic: the mean over the
folds of a panel's scores, so that p is about these heatmaps and says nothing about other trainings. All
networks, folds and explainers are tested against the same surrogates of a mask. Scores are computed on the
coarse grid of the surrogates, the panel's own as well as theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.surrogates import mostly, on_grid
from workflow_scripts.comparison.thresholds import important_region

DECIMALS = 5  # sums in another order must not make a surrogate's score higher or lower
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

    def mean_scores(self, metric: Metric, heatmaps: Sequence[np.ndarray]) -> np.ndarray | None:
        """Mean scores of heatmaps, each float (h, w), for the mask and then each surrogate: float64 (1 + n,).

        None if the metric cannot be tested (`comparison.metrics`).
        """
        if metric.takes == "mask":
            return np.mean([self._of_region(metric, important_region(one)[0]) for one in heatmaps], axis=0)
        if metric.weights is None:
            return None
        coarse = [on_grid(heatmap, self.step) for heatmap in heatmaps]
        return self._sums(np.mean([metric.weights(one, self.places, self.area) for one in coarse], axis=0))

    def _of_region(self, metric: Metric, region: np.ndarray) -> list[float]:
        """The scores of a region, bool (h, w); what it shares with the mask outside the face stays."""
        cell = self.face.sum() / self.places.sum()  # pixels
        outside = np.count_nonzero(region & self.mask & ~self.face)
        overlaps = self._sums(on_grid(region, self.step)) * cell + outside
        area = float(self.area * cell + np.count_nonzero(self.mask & ~self.face))
        found = float(region.sum())
        # a coarse mask may hold a little more of a region than the region has
        return [metric.score(min(overlap, found, area), found, area) for overlap in overlaps.tolist()]

    def _sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of values, (h, w) on the grid, over each mask."""
        return (self.masks @ values[self.places].astype(np.float32)).astype(np.float64)


def panel_nulls(metrics: Sequence[Metric], heatmaps: Sequence[np.ndarray], on: MaskOnGrid) -> dict[str, Null]:
    """Test the mean score of a panel's heatmaps, one per fold; by the names of metrics that can be tested."""
    found = {}
    for metric in metrics if heatmaps else ():
        scores = on.mean_scores(metric, heatmaps)
        if scores is not None:
            scores = np.round(scores, DECIMALS)
            own, null = scores[0], scores[1:]
            as_good = null >= own if metric.better == "higher" else null <= own
            low, high = np.quantile(null, (TAIL, 1 - TAIL))
            p = (1 + np.count_nonzero(as_good)) / (1 + len(null))
            found[metric.name] = Null(float(own), float(null.mean()), float(low), float(high), p)
    return found
