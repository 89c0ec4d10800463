"""The row of scores of one heatmap: a cell (network, fold, expression) against its mask."""

from collections.abc import Sequence

import numpy as np

from workflow_scripts.comparison.score_columns import AREAS, BASIS, CHANCE, FACE, score_columns
from workflow_scripts.comparison.scores import Metric, chance_face_scores, face_scores, heatmap_scores
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.standardization.heatmaps import amplitude, missing_reason


def score_heatmap(
    metrics: Sequence[Metric], heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray
) -> dict[str, float | int | None]:
    """Score a heatmap, float (h, w), against a mask, both on the canvas of the standard face.

    mask, face: bool (h, w). Returns the threshold, the areas as fractions of the canvas, and the scores: of
    the heatmap, of the whole face, and of a random region of the face as large as the heatmap's. If the
    heatmap is missing (NaN) or the same everywhere, its own scores and those of chance are None.
    """
    row = dict.fromkeys((*AREAS, *score_columns([metric.name for metric in metrics])))
    row |= {"mask_area": float(mask.mean())} | _named(FACE, face_scores(metrics, mask, face))
    if not np.ptp(heatmap) > 0:  # NaN is not above 0 either
        return row
    region, threshold = important_region(heatmap)
    row |= {"threshold": threshold, "heatmap_area": float(region.mean())}
    row |= heatmap_scores(metrics, heatmap, region, mask, face)
    return row | _named(CHANCE, chance_face_scores(metrics, region, mask, face))


def image_basis(heatmap: np.ndarray) -> dict[str, float | str | None]:
    """What is known about a heatmap that is an image, uint8 (h, w), with the keys BASIS.

    Its range, in grey levels, and why it has no scores, or an empty text.
    """
    facts = {"amplitude": amplitude(heatmap), "missing": missing_reason(heatmap, probability_range=0)}
    return dict.fromkeys(BASIS) | facts


def _named(prefix: str, scores: dict[str, float | None]) -> dict[str, float | None]:
    return {prefix + name: score for name, score in scores.items()}
