"""Masks that were drawn elsewhere: one image per expression."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.comparison.mask_image import read_mask


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask of one expression, bool (HEIGHT, WIDTH), read from the image `source`."""
    return read_mask(source)
