"""Normalized scanpath saliency: the mean standardized value of the heatmap in the mask.

Values are standardized over the face (Peters et al. 2005, Vision Research 45, 2397-2416), with the mask's
places in place of fixations. 0 is what a map that does not know the mask has on average.
"""

import numpy as np

LABEL = "NSS"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score, for a mask of `area` places; a flat heatmap scores 0."""
    inside, result = heatmap[face], np.zeros(heatmap.shape)
    if np.ptp(inside) > 0 and area:
        result[face] = (inside - inside.mean()) / inside.std() / area
    return result
