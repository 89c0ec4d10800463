"""The scores of a heatmap on many targets at once.

A metric of maps with `weights` is a sum over the places of a target, one of masks a function of three areas;
so both are products of what a heatmap says of each place with the targets. Metrics of maps without weights
cannot be had this way and are left out; `comparison.mask_kinds.people` has them too, without people's
intervals. R is Pearson's r of the heatmap with people's graded map, which no mask has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.people_targets import Targets
from workflow_scripts.comparison.scores import Metric, face_scores
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
    """The predictor of a heatmap, float (h, w), for targets of `area` places. face: bool (h, w)."""
    heatmap = heatmap.astype(np.float64)
    region, inside = important_region(heatmap)[0], heatmap[face]
    centred = inside - inside.mean()
    spread = centred.std()
    standardized = centred / spread if spread > 0 else np.zeros(inside.shape)
    weights = [metric.weights(heatmap, face, area)[face] for metric in metrics if metric.weights]
    return Predictor(np.stack([standardized / len(inside), region[face], *weights]), int(region.sum()))


def target_scores(metrics: Sequence[Metric], of: Predictor, on: Targets) -> np.ndarray:
    """The scores of a predictor on m targets that all have the same area: float64 (scores, m).

    Rows are in the order of `score_names`.
    """
    graded, overlap, *weighted = [of.rows[0] @ on.graded.T, *(of.rows[1:] @ on.places.T)]
    area, of_maps = int(on.places[0].sum()), iter(weighted)
    scores = [graded]
    for metric in scored_metrics(metrics):
        if metric.weights:
            scores.append(next(of_maps))
        else:
            scores.append([metric.score(round(both), of.found, area) for both in overlap])
    return np.array(scores, np.float64)


def patternless(metrics: Sequence[Metric], places: np.ndarray, face: np.ndarray) -> np.ndarray:
    """What a map without any pattern scores, on targets of these places: float64 (scores,).

    That of the whole face by metrics of maps; 0 by metrics of masks, which the whole face may please, and by
    R. places: bool (h, w).
    """
    of_face = face_scores(metrics, places & face, face)
    of_metrics = [0.0 if metric.takes == "mask" else of_face[metric.name] for metric in metrics]
    kept = {metric.name for metric in scored_metrics(metrics)}
    names = [metric.name for metric in metrics]
    return np.array([0.0, *(score for name, score in zip(names, of_metrics, strict=True) if name in kept)])
