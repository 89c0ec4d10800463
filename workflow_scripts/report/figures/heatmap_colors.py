"""Colours over the face: the more important a place, the brighter and the less transparent."""

import matplotlib
import numpy as np

from workflow_scripts.common.figures import COLOR_MAP

OPACITY = 0.85  # of the most important place; the face stays visible below it
FACE_GRAY = (0.06, 0.6)  # darkest and lightest grey of the face in figures: dark, so that colours stand out
COLOR_RANGE = (0.55, 1.0)  # the range of the map that is lighter than the face
MASK_COLOR = np.array([0.42, 0.80, 0.95])  # tells masks from heatmaps
MASK_OPACITY = 0.6


def face_picture(face: np.ndarray) -> np.ndarray:
    """A grey face uint8 (h, w) as a darkened picture, float64 (h, w, 3) in [0, 1].

    Its greys are stretched by those of its middle: a bright wall behind a face would leave no light for it.
    """
    height, width = face.shape
    top, left = height // 5, width // 5
    low, high = np.percentile(face[top : height - top, left : width - left], (1, 99))
    gray = np.clip((face - low) / max(high - low, 1), 0, 1)
    return np.repeat((FACE_GRAY[0] + (FACE_GRAY[1] - FACE_GRAY[0]) * gray)[..., None], 3, axis=2)


def stretched(heatmap: np.ndarray) -> np.ndarray:
    """A heatmap divided by its maximum, in [0, 1]; one without positive values stays zero.

    >>> stretched(np.array([[0.0, 0.2, 0.4]])).tolist()
    [[0.0, 0.5, 1.0]]
    """
    maximum = heatmap.max()
    return np.clip(heatmap / maximum, 0, 1) if maximum > 0 else np.zeros_like(heatmap)


def painted(picture: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Lay importance `values` (h, w) in [0, 1] over a picture (h, w, 3); zero leaves it as it is."""
    low, high = COLOR_RANGE
    colors = matplotlib.colormaps[COLOR_MAP](low + (high - low) * values)[..., :3]
    opacity = OPACITY * values[..., None]
    return (1 - opacity) * picture + opacity * colors


def masked(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Lay a mask, bool (h, w), over a picture (h, w, 3) in one colour."""
    return np.where(mask[..., None], (1 - MASK_OPACITY) * picture + MASK_OPACITY * MASK_COLOR, picture)


def color_scale(steps: int = 256) -> np.ndarray:
    """The colours from least to most important as they appear on the face's skin: (1, steps, 3)."""
    skin = np.full((1, steps, 3), 0.75 * FACE_GRAY[1])
    return painted(skin, np.linspace(0, 1, steps)[None])
