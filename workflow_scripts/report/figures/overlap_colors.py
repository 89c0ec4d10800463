"""Three colours for what a heatmap's region and a mask share: they differ in grey too."""

import numpy as np
from matplotlib.colors import to_rgb

FOUND, IN_MASK, BOTH = (np.array(to_rgb(name)) for name in ("#f2ae49", "#3f7cc4", "#fff6cf"))
NAMES = {"found only": FOUND, "mask only": IN_MASK, "both": BOTH}
OPACITY = 0.9
FACE = 0.4  # of the face's own brightness, so that all three are brighter


def overlap(face: np.ndarray, region: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """A face (h, w, 3) with a region and a mask, bool (h, w), in the colours of NAMES.

    >>> places = np.array([[True, True, False, False]]), np.array([[True, False, True, False]])
    >>> (overlap(np.zeros((1, 4, 3)), *places) > 0).any(axis=2).tolist()
    [[True, True, True, False]]
    """
    return filled(face, (region & ~mask, FOUND), (mask & ~region, IN_MASK), (region & mask, BOTH))


def filled(face: np.ndarray, *parts: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """A face (h, w, 3), darkened, with places, bool (h, w), in a colour each."""
    picture = FACE * face
    for places, color in parts:
        picture[places] = (1 - OPACITY) * picture[places] + OPACITY * color
    return picture
