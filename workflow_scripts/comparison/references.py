"""What else would score like a network's own heatmap: references for every score, inside the face.

References of a mask, whatever the network:

- ``centre``: a Gaussian at the centre of the face, with the face's own mean and standard deviations in x
  and y;
- ``other_masks``: the places that most of the other expressions' masks share.

References of a network's heatmap, in the same fold:

- ``mean_of_folds``: the network's heatmaps of the same expression, averaged over all folds, as one heatmap:
  what averaging alone gains, beside ``mean_of_others``;
- ``other_expressions``: the network's heatmaps of the other expressions, the mean of their scores;
- ``mean_of_others``: the mean of these heatmaps, as one heatmap;
- ``best_cut``: the heatmap thresholded where this score is highest, instead of by Otsu's method; for IoU and
  F1, which it is an upper bound of.

The whole face and a random region as large as the heatmap's are in the cell's own row (`cell_scores`); masks
elsewhere in the face are in `comparison.nulls`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from workflow_scripts.comparison.scores import Metric, heatmap_scores
from workflow_scripts.comparison.thresholds import important_region, stretch_to_8bit
from workflow_scripts.standardization.heatmaps import mean_heatmap

CENTRE, OTHER_MASKS = "centre", "other_masks"
OTHER_EXPRESSIONS, MEAN_OF_OTHERS, BEST_CUT = "other_expressions", "mean_of_others", "best_cut"
MEAN_OF_FOLDS = "mean_of_folds"
NOT_TESTED = (MEAN_OF_FOLDS, BEST_CUT)  # made of the same scores as what would be compared with them
OF_MASK = (CENTRE, OTHER_MASKS)
OF_NETWORK = (MEAN_OF_FOLDS, OTHER_EXPRESSIONS, MEAN_OF_OTHERS, BEST_CUT)
CUT = ("iou", "f1")

Scores = Mapping[str, float | None]


def own_scores(
    metrics: Sequence[Metric], heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray
) -> dict[str, float | None]:
    """The scores of a heatmap, float (h, w), by the names of metrics; None if it is missing or constant."""
    if not np.ptp(heatmap) > 0:  # NaN is not above 0 either
        return dict.fromkeys(metric.name for metric in metrics)
    return heatmap_scores(metrics, heatmap, important_region(heatmap)[0], mask, face)


def centre_map(face: np.ndarray) -> np.ndarray:
    """A Gaussian with the mean and standard deviations of the face's places; 0 outside: float64 (h, w)."""
    places = np.argwhere(face)
    distances = (np.indices(face.shape).transpose(1, 2, 0) - places.mean(axis=0)) / places.std(axis=0)
    return np.where(face, np.exp(-(distances**2).sum(axis=2) / 2), 0.0)


def majority(masks: Sequence[np.ndarray]) -> np.ndarray:
    """The places in more than half of some masks, bool (h, w) like each."""
    return np.sum(masks, axis=0) * 2 > len(masks)


def mask_references(
    metrics: Sequence[Metric], masks: Mapping[str, np.ndarray], face: np.ndarray
) -> list[tuple[str, str, Scores]]:
    """The references of each mask: (expression, reference, scores)."""
    centre, found = centre_map(face), []
    for expression, mask in masks.items():
        found.append((expression, CENTRE, own_scores(metrics, centre, mask, face)))
        if len(masks) > 1:
            shared = majority([other for name, other in masks.items() if name != expression])
            scores = own_scores(metrics, (shared & face).astype(float), mask, face)
            found.append((expression, OTHER_MASKS, scores))
    return found


def score_matrix(
    metrics: Sequence[Metric],
    heatmaps: Mapping[str, np.ndarray],
    masks: Mapping[str, np.ndarray],
    face: np.ndarray,
) -> dict[tuple[str, str], Scores]:
    """The scores of one network and fold: by (expression of the heatmap, expression of the mask).

    heatmaps: those that are not missing.
    """
    found = {}
    for expression, heatmap in heatmaps.items():
        region = important_region(heatmap)[0]
        for of_mask, mask in masks.items():
            found[expression, of_mask] = heatmap_scores(metrics, heatmap, region, mask, face)
    return found


def network_references(
    metrics: Sequence[Metric],
    heatmaps: Mapping[str, np.ndarray],
    masks: Mapping[str, np.ndarray],
    face: np.ndarray,
    matrix: Mapping[tuple[str, str], Scores],
) -> list[tuple[str, str, Scores]]:
    """The references of one network and fold: (expression, reference, scores).

    heatmaps: those that are not missing. matrix: from `score_matrix`. There is no reference for an expression
    without a heatmap, and none of the others if the network has no other heatmap.
    """
    found = []
    for expression in (name for name in masks if name in heatmaps):
        others = [name for name in heatmaps if name != expression]
        if others:
            scores = [matrix[name, expression] for name in others]
            means = {name: float(np.mean([one[name] for one in scores])) for name in scores[0]}
            mixed = mean_heatmap([heatmaps[name] for name in others])
            found.append((expression, OTHER_EXPRESSIONS, means))
            found.append((expression, MEAN_OF_OTHERS, own_scores(metrics, mixed, masks[expression], face)))
        cut = [metric for metric in metrics if metric.name in CUT]
        found.append((expression, BEST_CUT, best_cut(cut, heatmaps[expression], masks[expression])))
    return found


def best_cut(metrics: Sequence[Metric], heatmap: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """The highest score over all thresholds of the stretched heatmap, float (h, w), for metrics of masks."""
    stretched = stretch_to_8bit(heatmap)
    found, overlaps = (
        np.cumsum(np.bincount(levels, minlength=256)[::-1])  # pixels at or above each level, from 255 down
        for levels in (stretched.ravel(), stretched[mask])
    )
    return {
        metric.name: max(map(metric.score, overlaps, found, [int(mask.sum())] * 256)) for metric in metrics
    }
