"""Heatmaps: how important each place of the standard face is, float32 (HEIGHT, WIDTH); NaN = missing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import made_again
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

# ratio of a heatmap's range to that of the probabilities behind it, or to its own values; less is rounding
SMALLEST_RANGE = 1e-6
PROBABILITY_STEP = float(np.finfo(np.float32).eps)  # networks answer in float32


def read_heatmap(path: Path) -> np.ndarray:
    """Read the heatmap of a cell (.h5) or of a network or study (.npy).

    Raises StudyError if the file does not hold a heatmap of the standard size.
    """
    path = Path(path)
    try:
        if path.suffix == ".npy":
            heatmap = np.load(path, allow_pickle=False)
        else:
            with open_hdf5(path, ["heatmap"]) as file:
                heatmap = file["heatmap"][:]
    except (OSError, ValueError, EOFError) as error:
        raise StudyError(f"{path}: no readable heatmap ({error}); {made_again(path)}") from error
    if heatmap.shape != (HEIGHT, WIDTH):
        raise StudyError(
            f"{path}: expected a heatmap of {WIDTH} x {HEIGHT} pixels, found shape {heatmap.shape}"
        )
    return heatmap


def amplitude(heatmap: np.ndarray) -> float:
    """Highest value of a heatmap minus its lowest, in its own units; NaN if it is missing.

    >>> amplitude(np.array([[0.0, 0.25]]))
    0.25
    """
    return float(np.ptp(heatmap))


def missing_reason(heatmap: np.ndarray, probability_range: float | None) -> str:
    """Why a mean of explanations is not a heatmap: it is constant, or varies only by rounding.

    probability_range: the largest range of the explained probability over the perturbed images of one image.
    A mean that varies by less than a millionth of it (or of float32's step, if the probability itself hardly
    varies) reflects rounding in the fits; stretched for Otsu's threshold it would look like a map. None if
    the explainer's importance has its own unit: variation below a millionth of the map's own largest value is
    then rounding, whatever the unit. Returns an empty text for a heatmap.

    >>> missing_reason(np.array([[0.0, 1e-3]]), 0.5), missing_reason(np.zeros((1, 2)), 0.5)
    ('', 'the same everywhere')
    >>> missing_reason(np.array([[0.0, 1e-30]]), None), missing_reason(np.array([[7.0, 7.000001]]), None)
    ('', 'a range of 1e-06, rounding beside values of 7')
    """
    if np.isnan(heatmap).all():
        return "no explanations"
    varies = amplitude(heatmap)
    if varies == 0:
        return "the same everywhere"
    if probability_range is None:
        scale, beside = float(np.abs(heatmap).max()), "values of"
    else:
        scale, beside = max(probability_range, PROBABILITY_STEP), "probabilities that vary by"
    if varies <= SMALLEST_RANGE * scale:
        told = scale if probability_range is None else probability_range
        return f"a range of {varies:.1g}, rounding beside {beside} {told:.1g}"
    return ""


def unit_mass(explanation: np.ndarray) -> np.ndarray:
    """An explanation, float (h, w), not negative and not zero everywhere, scaled to a sum of 1.

    >>> unit_mass(np.array([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    return explanation / explanation.sum(dtype=np.float64)


def mean_heatmap(heatmaps: Sequence[np.ndarray]) -> np.ndarray:
    """Mean of heatmaps with equal weight, leaving out missing ones; missing if none is left.

    >>> missing = np.full((2, 1), np.nan)
    >>> mean_heatmap([np.zeros((2, 1)), np.ones((2, 1)), missing]).ravel().tolist()
    [0.5, 0.5]
    """
    present = [heatmap for heatmap in heatmaps if not np.isnan(heatmap).all()]
    if not present:
        return np.full_like(heatmaps[0], np.nan, dtype=np.float32)
    return np.mean(present, axis=0, dtype=np.float64).astype(np.float32)
