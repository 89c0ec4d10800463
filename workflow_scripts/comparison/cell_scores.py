"""The row of scores of one heatmap: a cell (network, fold, expression) against its mask."""

import numpy as np

from workflow_scripts.comparison.scores import METRICS, all_face_scores, chance_scores, mask_scores
from workflow_scripts.comparison.thresholds import important_region

KINDS = ("", "all_face_", "chance_")
SCORE_COLUMNS = tuple(kind + metric for kind in KINDS for metric in METRICS)
COLUMNS = ("network", "fold", "expression", "n", "threshold", "heatmap_area", "mask_area", *SCORE_COLUMNS)


def score_heatmap(heatmap: np.ndarray, mask: np.ndarray) -> dict[str, float | int | None]:
    """Score a heatmap, float (h, w), against a mask, bool (h, w).

    Returns the threshold, the areas as parts of the canvas, and the scores of the heatmap, of the
    all-face mask and of chance. All but the mask's area are None where the heatmap is missing (NaN).
    """
    missing = np.isnan(heatmap).all()
    row = dict.fromkeys(("threshold", "heatmap_area", *SCORE_COLUMNS)) | {"mask_area": float(mask.mean())}
    if missing:
        return row
    region, threshold = important_region(heatmap)
    row |= {"threshold": threshold, "heatmap_area": float(region.mean())}
    kinds = (mask_scores(region, mask), all_face_scores(mask), chance_scores(region, mask))
    for kind, scores in zip(KINDS, kinds, strict=True):
        row |= {kind + metric: score for metric, score in scores.items()}
    return row
