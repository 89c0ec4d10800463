"""How well two masks agree (paper, Eq. 3 to 6), and what the agreement is worth."""

import numpy as np

METRICS = ("iou", "f1", "precision", "recall")


def scores_of_areas(overlap: float, predicted: float, true: float) -> dict[str, float]:
    """IoU, F1, precision and recall from the areas of two masks and of their overlap; 0 / 0 counts as 0.

    >>> scores_of_areas(overlap=1, predicted=2, true=2)["f1"]
    0.5
    """

    def ratio(part: float, whole: float) -> float:
        return float(part / whole) if whole else 0.0

    return {
        "iou": ratio(overlap, predicted + true - overlap),
        "f1": ratio(2 * overlap, predicted + true),
        "precision": ratio(overlap, predicted),
        "recall": ratio(overlap, true),
    }


def mask_scores(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Scores of a predicted mask against the true one, both bool (h, w)."""
    return scores_of_areas(np.count_nonzero(predicted & true), predicted.sum(), true.sum())


def chance_face_scores(predicted: np.ndarray, true: np.ndarray, face: np.ndarray) -> dict[str, float]:
    """Expected scores of a region as large as `predicted` whose pixels are drawn at random from the face.

    predicted, true, face: bool (h, w). A region larger than the face becomes the face. The expected overlap
    is the region's area times the mask's share of the face. F1, precision and recall are linear in the
    overlap, so theirs are exact; IoU is not, but the overlap of tens of thousands of pixels hardly varies:
    it is exact to three digits on the standard canvas.
    """
    area = min(float(predicted.sum()), float(face.sum()))
    overlap = area * np.count_nonzero(true & face) / face.sum()
    return scores_of_areas(overlap, area, true.sum())
