"""The pointing game: does the most important place lie in the mask?

Zhang et al. 2018, International Journal of Computer Vision 126, 1084-1102; for one map, inside the face. A
flat heatmap scores the mask's share of the face.
"""

import numpy as np

from workflow_scripts.comparison.ranks import top_places

LABEL = "pointing game"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score: 1 at the most important place; places that tie share it."""
    return top_places(heatmap, face, 1)
