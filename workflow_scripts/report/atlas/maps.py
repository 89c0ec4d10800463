"""Heatmaps, masks and faces as bytes that the page unpacks and paints."""

from collections.abc import Sequence

import cv2
import matplotlib
import numpy as np

from workflow_scripts.common.figures import COLOR_MAP
from workflow_scripts.comparison.thresholds import otsu_threshold, stretch_to_8bit
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.figures.heatmap_colors import COLOR_RANGE, face_picture, stretched
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

SMALL = (WIDTH // 2, HEIGHT // 2)  # width and height of the maps of the overview
LEVELS = 256


def pack_map(blocks: Blocks, heatmap: np.ndarray) -> dict[str, int | float] | None:
    """A heatmap, float (HEIGHT, WIDTH), as the bytes that were scored; None if it is missing or constant.

    The bytes are the 8-bit stretch that Otsu's threshold is taken of, so the page thresholds integers and
    finds what the tables have. Returns the number of its block, its lowest and highest value, and the
    threshold. In the block each row is the difference to the one above, modulo 256, which packs better.
    """
    if not np.ptp(heatmap) > 0:  # NaN is not above 0 either
        return None
    image = stretch_to_8bit(heatmap)
    return {
        "block": blocks.add(by_rows(image).tobytes()),
        "low": float(heatmap.min()),
        "high": float(heatmap.max()),
        "otsu": otsu_threshold(image),
    }


def by_rows(image: np.ndarray) -> np.ndarray:
    """Each row of a uint8 image minus the row above, modulo 256.

    >>> by_rows(np.array([[1, 2], [0, 5]], np.uint8)).tolist()
    [[1, 2], [255, 3]]
    """
    return np.diff(image, axis=0, prepend=np.zeros((1, image.shape[1]), np.uint8))


def thumbnail(heatmap: np.ndarray) -> np.ndarray:
    """A heatmap at half its size, painted values as uint8; zeros if it is missing.

    >>> thumbnail(np.full((HEIGHT, WIDTH), np.nan)).shape
    (137, 112)
    """
    if np.isnan(heatmap).all():
        return np.zeros(SMALL[::-1], np.uint8)
    values = cv2.resize(stretched(heatmap.astype(np.float32)), SMALL, interpolation=cv2.INTER_AREA)
    return np.round(255 * values).astype(np.uint8)


def pack_thumbnails(blocks: Blocks, heatmaps: Sequence[np.ndarray]) -> int:
    """Thumbnails of some heatmaps, one after the other, in one block; its number."""
    return blocks.add(np.concatenate([by_rows(thumbnail(heatmap)) for heatmap in heatmaps]).tobytes())


def pack_mask(blocks: Blocks, mask: np.ndarray) -> int:
    """A mask, bool (HEIGHT, WIDTH), a bit for each place; the number of its block."""
    return blocks.add(np.packbits(mask).tobytes())


def contour(mask: np.ndarray) -> str:
    """The outlines of a mask, holes included, as data of an SVG path in pixels of the canvas.

    Points are the centres of the outermost pixels.

    >>> square = np.zeros((9, 9), bool)
    >>> square[2:5, 3:7] = True
    >>> contour(square)
    'M3.5 2.5L3.5 4.5L6.5 4.5L6.5 2.5Z'
    """
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    # outlines do not depend on the version of OpenCV in their order
    paths = ["L".join(f"{x + 0.5:g} {y + 0.5:g}" for x, y in points[:, 0]) for points in found]
    return "".join(f"M{path}Z" for path in sorted(paths))


def pack_background(blocks: Blocks, face: np.ndarray) -> int:
    """The face below the heatmaps, uint8 (HEIGHT, WIDTH), darkened as in the figures; its block."""
    gray = np.round(255 * face_picture(face)[..., 0]).astype(np.uint8)
    return blocks.add(by_rows(gray).tobytes())


def palette() -> str:
    """The colours of importances 0 to 255 as in the figures: LEVELS times RRGGBB."""
    low, high = COLOR_RANGE
    colors = matplotlib.colormaps[COLOR_MAP](low + (high - low) * np.linspace(0, 1, LEVELS))[:, :3]
    return np.round(255 * colors).astype(np.uint8).tobytes().hex()
