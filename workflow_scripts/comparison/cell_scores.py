"""The row of scores of one heatmap: a cell (network, fold, expression) against its mask."""

import numpy as np

from workflow_scripts.comparison.scores import METRICS, chance_face_scores, mask_scores
from workflow_scripts.comparison.thresholds import important_region

FACE, CHANCE = "face_", "chance_face_"  # prefixes of the baselines' scores
SCORE_COLUMNS = tuple(kind + metric for kind in ("", FACE, CHANCE) for metric in METRICS)
AREAS = ("threshold", "heatmap_area", "mask_area")
# what a cell rests on: images, the share of them that were recognised rightly, the fits, the heatmap
BASIS = ("n", "share_correct", "median_r2", "amplitude", "missing")
COLUMNS = ("network", "fold", "expression", *BASIS, *AREAS, *SCORE_COLUMNS)


def score_heatmap(heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray) -> dict[str, float | int | None]:
    """Score a heatmap, float (h, w), against a mask, both on the canvas of the standard face.

    mask, face: bool (h, w). Returns the threshold, the areas as fractions of the canvas, and the scores: of
    the heatmap, of the whole face, and of a random region of the face as large as the heatmap's. Where the
    heatmap is missing (NaN) or the same everywhere, its own and those of chance are None.
    """
    row = dict.fromkeys((*AREAS, *SCORE_COLUMNS)) | {"mask_area": float(mask.mean())}
    row |= {FACE + metric: score for metric, score in mask_scores(face, mask).items()}
    if not np.ptp(heatmap) > 0:  # NaN is not above 0 either
        return row
    region, threshold = important_region(heatmap)
    row |= {"threshold": threshold, "heatmap_area": float(region.mean())}
    row |= mask_scores(region, mask)
    return row | {CHANCE + metric: score for metric, score in chance_face_scores(region, mask, face).items()}
