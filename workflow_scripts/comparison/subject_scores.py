"""Scores over redrawn subjects: what panels would score if these networks had been shown other faces.

The statistic of a panel is the mean over folds of the score of the fold's heatmap, which is the estimate of
the claim ``trainings`` too (`comparison.summary`): one number has two intervals. Here are the scores of single
folds in every draw of `comparison.subjects`; means over folds, expressions and networks, and their
differences, are taken draw by draw (`comparison.over_faces`).

Only scores that change smoothly with the heatmap can be redrawn: those that are sums over the mask's places
(`comparison.metrics`), which need no threshold, and the amplitude, which needs no mask. A threshold by Otsu
jumps from draw to draw, so that intervals of IoU, F1, precision and recall would be those of the threshold:
they have the interval over trainings alone. Redrawn scores are computed on a coarse grid and moved by the
difference between the full and the coarse score of the heatmap itself.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.subjects import SubjectMaps
from workflow_scripts.comparison.surrogates import mostly, on_grid

AMPLITUDE = "amplitude"


def smooth(metrics: Sequence[Metric]) -> list[Metric]:
    """The metrics that can be redrawn."""
    return [metric for metric in metrics if metric.weights]


def redrawn_amplitudes(maps: SubjectMaps, weights: np.ndarray) -> np.ndarray:
    """The amplitude of the redrawn heatmaps of a cell, float32 (draws,); NaN where no subject has weight.

    maps: at full size, plain sums, whatever the averaging. weights: float32 (draws, subjects).
    """
    return np.concatenate([np.ptp(batch, axis=1) for batch in maps.redrawn(weights)])


def redrawn_scores(
    metrics: Sequence[Metric],
    heatmap: np.ndarray,
    maps: SubjectMaps,
    weights: np.ndarray,
    masks: Mapping[str, np.ndarray],
    face: np.ndarray,
    step: int,
) -> dict[tuple[str, str], np.ndarray]:
    """Scores of one cell by (name of the mask, name of the metric): float32 (1 + draws,).

    The first is that of the heatmap itself, at full size; NaN where no subject has weight. heatmap: float
    (h, w), the mean behind the score. maps: `SubjectMaps.on_grid(step)`. weights: float32 (draws, subjects).
    masks, by any names, and face: bool (h, w). All masks are of this cell's expression.
    """
    places, used = mostly(face, step), smooth(metrics)
    coarse = {name: mostly(mask, step) & places for name, mask in masks.items()}
    found = {(name, metric.name): [] for name in masks for metric in used}

    def add(drawn: np.ndarray) -> None:
        for name, mask in coarse.items():
            area = int(np.count_nonzero(mask))
            for metric in used:
                found[name, metric.name].append(metric.weights(drawn, places, area)[mask].sum())

    add(on_grid(heatmap, step))
    for batch in maps.redrawn(weights):
        for drawn in batch.reshape(len(batch), *places.shape).astype(np.float64):
            if np.isfinite(drawn).all():
                add(drawn)
            else:
                for scores in found.values():
                    scores.append(np.nan)
    result = {}
    for (name, metric), scores in found.items():
        score = next(one.score for one in used if one.name == metric)
        full = score(heatmap.astype(np.float64), masks[name], face)
        result[name, metric] = np.array([full, *(np.array(scores[1:]) + full - scores[0])], np.float32)
    return result
