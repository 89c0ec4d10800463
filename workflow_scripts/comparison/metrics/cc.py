"""Correlation: Pearson's r of heatmap and mask inside the face.

As in Bylinskii et al. 2019, IEEE TPAMI 41, 740-757, with the mask in place of the map of fixations.
"""

import numpy as np

LABEL = "CC"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score, for a mask of `area` places; a flat heatmap or mask scores 0."""
    inside, result = heatmap[face], np.zeros(heatmap.shape)
    share = area / len(inside)
    if np.ptp(inside) > 0 and 0 < share < 1:
        standardized = (inside - inside.mean()) / inside.std()
        result[face] = standardized / len(inside) / np.sqrt(share * (1 - share))
    return result
