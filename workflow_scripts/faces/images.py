"""Decodes image files of any format into one form."""

import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from workflow_scripts.faces.unusable import Unusable

# Allows a scan of 12,000 x 9,000; larger files are broken or hostile, and would need gigabytes.
MOST_PIXELS = 200_000_000
# Pillow's default limit is lower; it raises an error only beyond twice the limit.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2


def read_image(path: Path) -> np.ndarray:
    """An image as people see it: RGB uint8 (height, width, 3).

    Turned upright by its EXIF orientation; 16 bits scaled to 8; CMYK, grey and palettes
    converted to RGB; transparency over white; only the first frame or page.
    Raises Unusable, with the reason, if the image cannot be decoded.
    """
    try:
        # Pillow warns of large sizes and damaged metadata, which do not matter here
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            return np.array(_as_rgb(ImageOps.exif_transpose(image)))
    except (Unusable, MemoryError):
        raise
    except Exception as error:  # decoders raise almost anything for broken files
        raise Unusable(f"unreadable: {_reason(error, path)}") from error


def to_gray(image: np.ndarray) -> np.ndarray:
    """Luma (ITU-R BT.601) of an RGB uint8 image, uint8 (height, width)."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def _as_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey images as 8 bits: read as fractions up to 1, or as the fewest of 8, 12 and 16 bits."""
    values = np.asarray(image, dtype=np.float64)
    low, high = values.min(), values.max()
    # cameras store 12 bits in 16; read as 16, such images would be black
    fulls = (1, 255, 4095, 65535) if image.mode == "F" else (255, 4095, 65535)
    full = next((full for full in fulls if low >= 0 and high <= full), None)
    if full is None:
        raise Unusable(f"unreadable: gray values from {low:g} to {high:g}, expected 8 to 16 bits")
    return Image.fromarray(np.rint(values * (255 / full)).astype(np.uint8))


def _reason(error: Exception, path: Path) -> str:
    if isinstance(error, Image.UnidentifiedImageError):
        return "not an image of a known kind"
    if isinstance(error, Image.DecompressionBombError):
        return f"more than {MOST_PIXELS:,} pixels"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).replace(str(path), "the file").split())
    return text or type(error).__name__
