"""Relevance rank accuracy: of the most important places, as many as the mask has, the share in the mask.

Arras, Osman & Samek 2022, Information Fusion 81, 14-40; inside the face. A flat heatmap scores the mask's
share of the face.
"""

import numpy as np

from workflow_scripts.comparison.ranks import top_places

LABEL = "rank accuracy"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score, for a mask of `area` places; an empty mask scores 0.

    Places that tie for the last rank share what is left.
    """
    return top_places(heatmap, face, area) / max(area, 1)
