"""Masks grown or shrunk by some pixels: does a score hang on where the border of a mask was drawn?"""

import cv2
import numpy as np

STEPS = (-8, -4, 4, 8)  # pixels of the standard canvas


def grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    """A mask, bool (h, w), whose border is moved outwards by `pixels`, or inwards if negative.

    >>> grown(np.pad([[True]], 2), 1).sum(), grown(np.ones((5, 5), bool), -1).sum()
    (5, 25)
    """
    if not pixels:
        return mask
    size = 2 * abs(pixels) + 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    change = cv2.dilate if pixels > 0 else cv2.erode
    return change(mask.astype(np.uint8), disk) > 0
