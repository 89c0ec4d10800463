"""What takes the place of the hidden parts of an image."""

import cv2
import numpy as np

BLUR = 1 / 8  # of an image's side: standard deviation


def covered_image(image: np.ndarray, cover: str) -> np.ndarray:
    """An image (s, s, 3) that is hidden everywhere, float32 (s, s, 3). cover: a key of COVERS."""
    return np.asarray(COVERS[cover](image), np.float32)


def _blurred(image: np.ndarray) -> np.ndarray:
    # of a kernel beyond the border, the border's pixels are repeated
    return cv2.GaussianBlur(image, (0, 0), BLUR * len(image), borderType=cv2.BORDER_REPLICATE)


def _mean(image: np.ndarray) -> np.ndarray:
    return np.broadcast_to(image.mean(axis=(0, 1), dtype=np.float64), image.shape)


COVERS = {"blur": _blurred, "black": np.zeros_like, "mean": _mean}
