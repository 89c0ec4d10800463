"""Random variation of training faces: lighting, translation, crop, mirroring (paper, section 3.2).

The paper names the kinds of variation; their ranges are our choice, and settings.
"""

from collections.abc import Mapping

import cv2
import numpy as np

INNER_FACE = slice(27, 68)  # landmarks of nose, eyes and mouth


def augment(
    face: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator, settings: Mapping
) -> np.ndarray:
    """One random variant of an aligned face.

    face: uint8 (s, s). landmarks: (68, 2) in its pixels. settings: ``gamma`` (lowest and highest
    exponent), ``translation`` (largest shift as a fraction of s), ``crop`` (smallest window as a fraction
    of s), ``mirror`` (probability). Eyes, nose and mouth always stay inside. Returns uint8 (s, s).
    """
    size = len(face)
    low, high = settings["gamma"]
    gamma = np.exp(rng.uniform(np.log(low), np.log(high)))
    left, top, side = _window(size, landmarks[INNER_FACE], rng, settings)
    mirrored = rng.random() < settings["mirror"]

    zoom = size / side
    window = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom]])
    if mirrored:
        window[0] = [-zoom, 0, size - 1 + left * zoom]
    varied = cv2.warpAffine(
        face, window, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cv2.LUT(varied, _gamma_table(gamma))


def _window(
    size: int, inner: np.ndarray, rng: np.random.Generator, settings: Mapping
) -> tuple[float, float, float]:
    """Left, top and side of a random square window that contains the points `inner` (n, 2)."""
    lowest, highest = inner.min(axis=0), inner.max(axis=0)
    side = size * rng.uniform(settings["crop"], 1)
    side = max(side, (highest - lowest).max() + 1)
    shift = size * rng.uniform(-settings["translation"], settings["translation"], 2)
    corner = (size - side) / 2 + shift
    left, top = np.clip(corner, highest + 1 - side, lowest)
    return left, top, side


def _gamma_table(gamma: float) -> np.ndarray:
    return np.round(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
