"""The scores of a heatmap on many targets at once.

A metric of maps with `weights` is a sum over the places of a target, one of masks a function of three areas,
which need not be whole (`people_targets.Targets`); so both are products of what a heatmap says of each place
with the targets. Metrics of maps without weights cannot be had this way and are left out;
`comparison.mask_kinds.people` has them too, without people's intervals. R is Pearson's r of the heatmap with
people's graded map, which no mask has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.people_targets import Targets
from workflow_scripts.comparison.scores import Metric, finite_score
from workflow_scripts.comparison.thresholds import important_region

R, R_LABEL = "r", "r"


def scored_metrics(metrics: Sequence[Metric]) -> list[Metric]:
    """Those of some metrics that can score many targets at once.

    >>> from workflow_scripts.comparison.scores import load_metrics
    >>> [metric.name for metric in scored_metrics(load_metrics(["iou", "auc", "pointing_game"]))]
    ['iou', 'auc']
    """
    return [metric for metric in metrics if metric.takes == "mask" or metric.weights]


def score_names(metrics: Sequence[Metric]) -> list[str]:
    """The names of the rows of `target_scores`: R, then those of the metrics."""
    return [R, *(metric.name for metric in scored_metrics(metrics))]


@dataclass(frozen=True)
class Predictor:
    """What a heatmap says of each place inside the face.

    rows: float64 (k, px), the standardized heatmap, divided by px; the region above Otsu's threshold; what
    each metric of maps with weights gives each place. found: pixels of that region, on the whole canvas.
    """

    rows: np.ndarray
    found: int


def predictor(metrics: Sequence[Metric], heatmap: np.ndarray, face: np.ndarray, area: int) -> Predictor:
    """The predictor of a heatmap, float (h, w), for targets of `area` places; NaN if it is missing.

    face: bool (h, w).
    """
    heatmap = heatmap.astype(np.float64)
    if not np.isfinite(heatmap).all():
        weighted = sum(metric.weights is not None for metric in metrics)
        return Predictor(np.full((2 + weighted, np.count_nonzero(face)), np.nan), 0)
    region, inside = important_region(heatmap)[0], heatmap[face]
    centred = inside - inside.mean()
    spread = centred.std()
    standardized = centred / spread if np.ptp(inside) > 0 else np.zeros(inside.shape)
    weights = [metric.weights(heatmap, face, area)[face] for metric in metrics if metric.weights]
    return Predictor(np.stack([standardized / len(inside), region[face], *weights]), int(region.sum()))


def target_scores(metrics: Sequence[Metric], of: Predictor, on: Targets) -> np.ndarray:
    """The scores of a predictor on m targets that all have the same area: float64 (scores, m).

    Rows are in the order of `score_names`. NaN where the predictor or the target is. Raises StudyError if a
    metric returns another number that is not finite.
    """
    graded, overlap, *weighted = [of.rows[0] @ on.graded.T, *(of.rows[1:] @ on.places.T)]
    sums = on.places.sum(axis=1)
    area, of_maps = round(float(np.nanmax(sums))) if np.isfinite(sums).any() else 0, iter(weighted)
    scores = [graded]
    for metric in scored_metrics(metrics):
        if metric.weights:
            scores.append(next(of_maps))
        else:
            scores.append(
                [finite_score(metric, both, of.found, area) if both == both else np.nan for both in overlap]
            )
    return np.array(scores, np.float64)


def patternless(metrics: Sequence[Metric], area: int, face: np.ndarray) -> np.ndarray:
    """What a map without any pattern scores, on any target of `area` places: float64 (scores,).

    That of the whole face by metrics of maps; 0 by R, and by metrics of masks, which the whole face may
    please; NaN by those of masks of which lower is better, which 0 would please. face: bool (h, w).
    """
    of_face = predictor(metrics, face, face, area).rows[2:]
    of_maps = iter(of_face @ np.full(of_face.shape[1], area / of_face.shape[1]))
    of_masks = {"higher": 0.0, "lower": np.nan}
    scored = scored_metrics(metrics)
    return np.array([0.0, *(next(of_maps) if one.weights else of_masks[one.better] for one in scored)])
