"""IoU at the mask's own area: of the most important places, as many as the mask has, against the mask.

The paper's IoU depends on how large the region above Otsu's threshold happens to be; here both regions have
the same area. Inside the face; a function of rank accuracy r, r / (2 - r).
"""

import numpy as np

from workflow_scripts.comparison.ranks import top_places

LABEL = "IoU at mask area"
BETTER = "higher"
TAKES = "map"


def score(heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray) -> float:
    """Intersection over union inside the face; an empty mask scores 0."""
    area = int(np.count_nonzero(mask & face))
    overlap = float(top_places(heatmap, face, area)[mask & face].sum())
    return overlap / (2 * area - overlap) if area else 0.0
