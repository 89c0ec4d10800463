"""The pointing game: does the most important place lie in the mask?

Zhang et al. 2018, International Journal of Computer Vision 126, 1084-1102; for one map, inside the face. A
flat heatmap scores the mask's share of the face. It hangs on a single place, which a coarse grid moves, so it
is not tested against masks elsewhere (`comparison.nulls`).
"""

import numpy as np

from workflow_scripts.comparison.ranks import top_places

LABEL = "pointing game"
BETTER = "higher"
TAKES = "map"


def score(heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray) -> float:
    """1 if the most important place lies in the mask; of places that tie, the share that does."""
    return float(top_places(heatmap, face, 1)[mask & face].sum())
