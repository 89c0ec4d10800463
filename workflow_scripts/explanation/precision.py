"""How much a cell's heatmap owes to the draws of an explainer, and how many samples it takes to be precise.

A heatmap is the mean of the positive parts of many images' maps. The images are its units: what varies
between them is what another set of images would change. The draws of perturbed images add noise to every
map. Noise averages out over images as their differences do, so what counts is the ratio of the two variances:

    noise = variance of a map over other draws / variance of maps between images, without that noise

both of the positive parts, and averaged over pixels. The variance over draws follows from the standard errors
of the weights, which are taken for normal, the estimates for their means. The positive part has a price that
does not average out: draws that miss zero upwards count, those that miss it downwards do not. For normal
errors that adds between 0 and standard error / sqrt(2 pi) to a weight, most where it is zero. Of the true
weight nothing is known but its estimate, so only that bound can be given.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from workflow_scripts.explanation.explanation_contract import Explanation

PILOT = 128  # samples of each image from which the number for the cell follows
FAR = 9  # standard errors: nothing beyond zero lies that far from it
GROWTH = (1.25, 4)  # least and most, of the samples between two looks
STEP = 64  # samples: a block of the hadamard design


class Precision(NamedTuple):
    """Of a cell. noise: the ratio above; infinite if maps differ by no more than noise, NaN with fewer than
    two images or without standard errors. bias_bound: the most that noise can add to the heatmap, as a share
    of the heatmap's mean; NaN without standard errors."""

    noise: float
    bias_bound: float


class RunningPrecision:
    """The precision of the mean of maps for the expression in a column, from one image after another."""

    def __init__(self, column: int):
        self._column = column
        self._n = 0
        self._total, self._squares = 0.0, 0.0  # of positive parts, by pixel
        self._noise, self._errors = 0.0, 0.0  # means over pixels, summed over images

    def add(self, explanation: Explanation) -> None:
        """Count one more image; one without standard errors makes the precision unknown."""
        self._n += 1
        if explanation.standard_errors is None:
            self._noise = self._errors = np.nan
            return
        weights = explanation.weights[:, self._column]
        errors = explanation.standard_errors[:, self._column].astype(np.float64)
        positive = np.maximum(weights, 0)[explanation.regions]
        self._total, self._squares = self._total + positive, self._squares + positive**2
        share = np.bincount(explanation.regions.ravel(), minlength=len(weights)) / explanation.regions.size
        self._noise += share @ positive_variance(weights, errors)
        self._errors += share @ errors

    def result(self) -> Precision:
        """The precision of the images so far."""
        mean, noise, n = np.mean(self._total), self._noise, self._n
        bound = self._errors / np.sqrt(2 * np.pi) / mean if mean else np.nan
        if n < 2 or np.isnan(noise):
            return Precision(np.nan, float(bound))
        between = np.mean(self._squares - self._total**2 / n) / (n - 1) - noise / n
        return Precision(float(noise / n / between) if between > 0 else np.inf, float(bound))


def precision(explanations: Iterable[Explanation], column: int) -> Precision:
    """The `RunningPrecision` of explanations."""
    running = RunningPrecision(column)
    for explanation in explanations:
        running.add(explanation)
    return running.result()


def needed_samples(explanations: Sequence[Explanation], samples: int, column: int, settings: Mapping) -> int:
    """How many samples each image of a cell needs, from explanations by so many; the same number if they do.

    settings: ``noise``, the ratio that is asked for; ``max_samples``. Variances of draws fall with the number
    of samples, those of positive parts only once they are small: so the number grows in steps. One image
    alone gets the most, since nothing tells what its heatmap may differ by.
    """
    most = max(settings["max_samples"], PILOT)
    times = precision(explanations, column).noise / settings["noise"]
    if times <= 1 or samples >= most:
        return samples
    if np.isnan(times):
        return most
    return min(most, STEP * math.ceil(samples * np.clip(times, *GROWTH) / STEP))


def positive_variance(weights: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The variance of the positive part of normal numbers with these means and standard deviations.

    >>> positive_variance(np.array([0.0, 9.0, -9.0]), np.ones(3)).round(3).tolist()
    [0.341, 1.0, 0.0]
    """
    z = np.clip(weights / np.where(errors > 0, errors, 1), -FAR, FAR)
    above, density = _below(z), np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    mean = z * above + density
    return errors**2 * np.maximum((z**2 + 1) * above + z * density - mean**2, 0)


@np.vectorize(otypes=[float])
def _below(z: float) -> float:
    """The share of a standard normal distribution below z; SciPy's would take long to import."""
    return math.erfc(-z / math.sqrt(2)) / 2
