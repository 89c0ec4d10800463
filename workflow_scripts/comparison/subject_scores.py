"""Scores of a cell without each of its subjects, from which intervals over faces follow.

Only scores that change smoothly with the heatmap are redone: those that are sums over the mask's places
(`comparison.metrics`), which need no threshold, and the amplitude, which needs no mask. A threshold by Otsu
jumps when a subject is left out, so that intervals of IoU, F1, precision and recall would be those of the
threshold: they have the interval over trainings alone.
"""

from collections.abc import Sequence

import numpy as np

from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.subjects import SubjectMaps
from workflow_scripts.standardization.heatmaps import amplitude

AMPLITUDE = "amplitude"


def smooth(metrics: Sequence[Metric]) -> list[Metric]:
    """The metrics that are redone."""
    return [metric for metric in metrics if metric.weights]


def amplitude_changes(maps: SubjectMaps) -> np.ndarray:
    """How the amplitude of the heatmap changes without each subject: float64 (n,).

    maps: of plain explanations, whatever the averaging.
    """
    own = amplitude(maps.heatmap())
    return np.array([amplitude(heatmap) - own for heatmap in maps.without_each()])


def score_changes(
    metrics: Sequence[Metric], maps: SubjectMaps, mask: np.ndarray, face: np.ndarray
) -> dict[str, np.ndarray]:
    """How scores change without each subject, by the names of `smooth` metrics: float64 (n,).

    mask, face: bool (h, w).
    """
    heatmaps = [heatmap.astype(np.float64) for heatmap in (maps.heatmap(), *maps.without_each())]
    found = {}
    for metric in smooth(metrics):
        scores = [metric.score(heatmap, mask, face) for heatmap in heatmaps]
        found[metric.name] = np.array(scores[1:]) - scores[0]
    return found
