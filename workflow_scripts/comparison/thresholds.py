"""From a heatmap to a mask: stretched to 8 bit and thresholded by Otsu's method (paper, section 4.6)."""

import numpy as np


def stretch_to_8bit(heatmap: np.ndarray) -> np.ndarray:
    """Stretch an array to 0..255, uint8; a constant array becomes 0 everywhere.

    >>> stretch_to_8bit(np.array([0.0, 0.1, 0.2])).tolist()
    [0, 128, 255]
    """
    lowest, highest = float(heatmap.min()), float(heatmap.max())
    if lowest == highest:
        return np.zeros(heatmap.shape, np.uint8)
    return np.round((heatmap - lowest) / (highest - lowest) * 255).astype(np.uint8)


def otsu_threshold(image: np.ndarray) -> int:
    """The grey level that best separates the two classes of a uint8 image (Otsu, 1979).

    Pixels above it are the upper class. Of levels that separate equally well, the lowest is
    taken, as scikit-image does; the level of a constant image is its value.
    """
    counts = np.bincount(image.ravel(), minlength=256).astype(np.float32)
    occurring = np.flatnonzero(counts)
    levels = np.arange(occurring[0], occurring[-1] + 1)
    if len(levels) == 1:
        return int(levels[0])
    counts = counts[levels]
    sums = counts * levels
    n_lower, n_upper = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_lower, mean_upper = np.cumsum(sums) / n_lower, np.cumsum(sums[::-1])[::-1] / n_upper
    between_classes = n_lower[:-1] * n_upper[1:] * (mean_lower[:-1] - mean_upper[1:]) ** 2
    return int(levels[np.argmax(between_classes)])


def important_region(heatmap: np.ndarray) -> tuple[np.ndarray, int]:
    """The places of a heatmap above Otsu's threshold: bool, same shape; and the threshold (of 255)."""
    stretched = stretch_to_8bit(heatmap)
    threshold = otsu_threshold(stretched)
    return stretched > threshold, threshold
