"""Area under the ROC curve inside the face: does the heatmap rank the mask's places above the others?

The AUC of Judd et al. for saliency maps, with the mask in place of fixations (Bylinskii et al. 2019, IEEE
TPAMI 41, 740-757). It needs no threshold and does not change if the heatmap is stretched.
"""

import numpy as np

from workflow_scripts.comparison.ranks import midranks

LABEL = "AUC"
BETTER = "higher"
TAKES = "map"


def weights(heatmap: np.ndarray, face: np.ndarray, area: int) -> np.ndarray:
    """What each place adds to the score, for a mask of `area` places; contract in `comparison.metrics`.

    The probability that a place of the mask has a higher value than a place beside it, ties counting half
    (Mann & Whitney 1947): a sum over the ranks of the mask's places. A mask that fills the face scores 0.5,
    one that is empty there 0.
    """
    inside = heatmap[face]
    others = len(inside) - area
    if not area or not others:
        return np.full(heatmap.shape, 0.5 / max(area, 1))
    result = np.zeros(heatmap.shape)
    result[face] = (midranks(inside) - (area + 1) / 2) / (area * others)
    return result
