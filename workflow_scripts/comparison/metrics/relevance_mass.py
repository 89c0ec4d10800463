"""Relevance mass accuracy: the share of positive importance inside the face that lies in the mask.

Arras, Osman & Samek 2022, Information Fusion 81, 14-40. A flat heatmap scores the mask's share of the face.
"""

import numpy as np

LABEL = "relevance mass"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score; where nothing is positive, the score is 0."""
    positive = np.where(face, np.maximum(heatmap, 0), 0)
    total = positive.sum()
    return positive / total if total else positive
