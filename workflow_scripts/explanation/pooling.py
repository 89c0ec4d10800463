"""Maps of pixels as weights of superpixels, so that explainers do not differ by their resolution alone."""

from collections.abc import Mapping

import numpy as np

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.perturbation import superpixels


def chosen_regions(image: np.ndarray, settings: Mapping) -> np.ndarray | None:
    """LIME's superpixels of an image (s, s, 3), int (s, s); None where ``resolution`` is "pixels".

    settings: ``resolution``, ``regions``, ``compactness``.
    """
    if settings["resolution"] == "pixels":
        return None
    return superpixels(image, settings["regions"], settings["compactness"])


def pooled(maps: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """The mean of each map (k, s, s) over each region, float64 (R, k); regions: int (s, s), 0 to R - 1.

    >>> pooled(np.array([[[1, 2], [3, 5]]]), np.array([[0, 0], [0, 1]])).tolist()
    [[2.0], [5.0]]
    """
    sizes = np.bincount(regions.ravel())
    sums = [np.bincount(regions.ravel(), each.ravel()) for each in maps]
    return np.stack(sums, axis=1) / sizes[:, None]


def explanation_of_maps(
    maps: np.ndarray, regions: np.ndarray | None, probability: np.ndarray, samples: int
) -> Explanation:
    """An explanation from maps (E, s, s), pooled into `regions` unless these are None."""
    known = {"probability": probability.astype(np.float64), "samples": samples}
    if regions is None:
        return Explanation(importance=maps.astype(np.float32), **known)
    return Explanation(regions=regions, weights=pooled(maps, regions), **known)


def at_columns(found: np.ndarray, columns: list[int], n_expressions: int) -> np.ndarray:
    """Maps (k, s, s) of k expressions at their places among all, (E, s, s), NaN for the others."""
    maps = np.full((n_expressions, *found.shape[1:]), np.nan)
    maps[columns] = found
    return maps
