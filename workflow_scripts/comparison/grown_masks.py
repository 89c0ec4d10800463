"""Masks grown or shrunk by some pixels: does a score, or a ranking, hang on where their border was drawn?"""

import cv2
import numpy as np

STEPS = (-8, -4, 4, 8)  # pixels of the standard canvas


def grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    """A mask, bool (h, w), whose border is moved outwards by `pixels`, or inwards if negative.

    >>> [int(mask.sum()) for mask in (grown(np.pad([[True]], 2), 1), grown(np.ones((5, 5), bool), -1))]
    [5, 25]
    """
    if not pixels:
        return mask
    places = np.arange(-abs(pixels), abs(pixels) + 1) ** 2
    # OpenCV's own ellipse is wider than a disk, and wider across than down
    disk = (places[:, None] + places <= pixels**2).astype(np.uint8)
    change = cv2.dilate if pixels > 0 else cv2.erode
    return change(mask.astype(np.uint8), disk) > 0
