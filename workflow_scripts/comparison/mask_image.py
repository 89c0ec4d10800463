"""Masks as image files: 8-bit, 224 x 275, every pixel above 0 belongs to the mask."""

from pathlib import Path

import cv2
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

NEARLY_BLACK = 8  # pixels up to an eighth of the brightest value
MOST_DIM = 0.05  # fraction of a mask's pixels; smooth edges of a few pixels stay below it


def read_mask(path: Path) -> np.ndarray:
    """Read a mask, bool (HEIGHT, WIDTH), from any grey or colour image of that size.

    Raises StudyError if the file is not an image, has another size, or is not black around the mask.
    """
    image = read_gray(path)
    if image.shape != (HEIGHT, WIDTH):
        height, width = image.shape
        raise StudyError(
            f"{path}: a mask is {WIDTH} x {HEIGHT} pixels, the canvas of the standard face; "
            f"this one is {width} x {height}: draw it on that canvas, whose points are in "
            "resources/standard_face.csv"
        )
    mask = image > 0
    dim = mask & (image <= image.max() // NEARLY_BLACK)
    if dim.sum() > MOST_DIM * mask.sum():
        raise StudyError(
            f"{path}: {dim.sum():,} of the {mask.sum():,} pixels above 0, which form the mask, are nearly "
            "black, as JPEG and soft edges leave them; make the image black and white, and save it as PNG"
        )
    return mask


def read_gray(path: Path) -> np.ndarray:
    """Read an image as uint8 (h, w). Raises StudyError if it cannot be read."""
    # imdecode, since imread does not open every path that Python can
    content = np.fromfile(path, np.uint8) if Path(path).is_file() else np.empty(0, np.uint8)
    image = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
    if image is None:
        raise StudyError(
            f"{path}: missing or not a complete image; save it again, or, if the workflow drew it, delete it "
            "and rerun"
        )
    return image


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Write a bool mask as an 8-bit PNG, 255 inside."""
    with atomic_write(path) as unfinished:
        unfinished.write_bytes(cv2.imencode(".png", mask.astype(np.uint8) * 255)[1].tobytes())
