"""Decodes image files of any kind into one form."""

import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from workflow_scripts.faces.unusable import Unusable

# A 12,000 x 9,000 scan passes; what claims more is broken or hostile, and would need gigabytes.
MOST_PIXELS = 200_000_000
# Pillow's own limit is lower, and an error only beyond twice its value.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2


def read_image(path: Path) -> np.ndarray:
    """An image as people see it: RGB uint8 (height, width, 3).

    Turned upright by its EXIF orientation; 16 bits scaled to 8; CMYK, gray and palettes
    as RGB; transparency over white; of an animation or a stack of pages the first.
    Raises Unusable, with the reason, for whatever cannot be decoded.
    """
    try:
        # Pillow warns of sizes and damaged metadata that do not matter here
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            return np.array(_as_rgb(ImageOps.exif_transpose(image)))
    except (Unusable, MemoryError):
        raise
    except Exception as error:  # decoders of broken files raise almost anything
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
    """Gray of more than 8 bits: fractions up to 1, or the narrowest of 8, 12, 16 bits that holds it."""
    values = np.asarray(image, dtype=np.float64)
    low, high = values.min(), values.max()
    # cameras store 12 bits in 16; read as 16, their images would be black
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
