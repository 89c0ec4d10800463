"""Colours of differences over the face: which of two has more there, and where it is more than chance."""

import cv2
import numpy as np

from workflow_scripts.report.figures.heatmap_colors import FACE_GRAY

LEVEL = 0.05
# blue and orange: for all eyes; in grey, the one is darker than the face, the other brighter
LESS, MORE = np.array([0.04, 0.25, 0.65]), np.array([1.00, 0.68, 0.25])
FADED, OPAQUE = 0.45, 0.95  # the most opaque a place gets where differences are not, or are, significant
OUTLINE = np.array([1.0, 1.0, 1.0])
STEPS = 256


def contrasted(picture: np.ndarray, values: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Lay differences over a picture (h, w, 3); places with p < 0.05 are opaque and outlined.

    values: in [-1, 1] and beyond, negative where it is less; p: both on a coarser grid, NaN outside the face.
    """
    size = picture.shape[1::-1]
    inside = np.isfinite(p)
    wide = _enlarged(np.where(inside, values, 0), size)
    share = _enlarged(inside.astype(float), size)
    wide = np.clip(wide / np.maximum(share, 1e-6), -1, 1) * (share >= 0.5)
    differ = _enlarged((inside & (np.nan_to_num(p, nan=1) < LEVEL)).astype(float), size) >= 0.5
    opacity = np.where(differ, OPAQUE, FADED) * np.abs(wide) ** 0.7
    result = _mixed(picture, wide, opacity)
    edge = differ & ~cv2.erode(differ.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    result[edge] = OUTLINE
    return result


def difference_scale() -> np.ndarray:
    """The colours from least to most as they appear, where significant, on the face's skin: (1, steps, 3)."""
    values = np.linspace(-1, 1, STEPS)[None]
    skin = np.full((1, STEPS, 3), 0.75 * FACE_GRAY[1])
    return _mixed(skin, values, OPAQUE * np.abs(values) ** 0.7)


def _mixed(picture: np.ndarray, values: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    colors = np.where(values[..., None] > 0, MORE, LESS)
    return (1 - opacity[..., None]) * picture + opacity[..., None] * colors


def _enlarged(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(image.astype(np.float64), size, interpolation=cv2.INTER_LINEAR)
