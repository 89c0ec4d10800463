"""Intervals and tests over trainings, and corrections for many tests.

The unit is one training: a network, its fold, its seed. The estimand is the expected score of a training on
another sample of subjects of the same size. The fold scores of a cross-validation are not independent, since
any two of its trainings share most of their images: the variance of their mean is larger than sd² / folds. It
is estimated as sd² (1 / n + 1 / (k - 1)), with n scores from cross-validations of k folds, where 1 / (k - 1)
is the ratio of test to training images (Nadeau & Bengio 2003, Machine Learning 52, 239-281; repeated
cross-validation: Bouckaert & Frank 2004, PAKDD, LNCS 3056, 3-12). It is compared with Student's t with k - 1
degrees of freedom, also where the cross-validation is repeated: repeats divide the same subjects anew, so
their scores are alike, and k r - 1 degrees make the interval too narrow. For one cross-validation it is exact
where the scores of two folds correlate by 1 / k; with less the interval covers the truth more often than it
says, with more, less often, and a study cannot tell which (Bengio & Grandvalet 2004, Journal of Machine
Learning Research 5, 1089-1105). benchmarks/README.md has a table of simulated designs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A two-sided interval, at LEVEL if nothing else is said, and the p value of the estimate being 0.

    None where unknown.
    """

    low: float | None = None
    high: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class Error:
    """A standard error with its degrees of freedom."""

    size: float
    degrees: float


def interval_of(estimate: float | None, error: Error | None, level: float = LEVEL) -> Interval:
    """The interval of Student's t around an estimate; everything is None if one of the two is unknown.

    >>> found = interval_of(2.0, Error(1.0, 4))
    >>> round(found.low, 3), round(found.high, 3), round(found.p, 3)
    (-0.776, 4.776, 0.116)
    """
    if estimate is None or error is None:
        return Interval()
    half = float(stdtrit(error.degrees, (1 + level) / 2)) * error.size
    p = float(2 * stdtr(error.degrees, -abs(estimate) / error.size))
    return Interval(estimate - half, estimate + half, p)


def together(errors: Sequence[Error | None]) -> Error | None:
    """The error of a number from independent sources of error; None if one of them is unknown.

    The degrees of freedom are those of a sum of variances (Satterthwaite 1946, Biometrics Bulletin 2,
    110-114).

    >>> together([Error(3.0, 8), Error(4.0, 8)])
    Error(size=5.0, degrees=14.836795252225519)
    """
    if None in errors:
        return None
    variances = [one.size**2 for one in errors]
    degrees = sum(variances) ** 2 / sum(v**2 / one.degrees for v, one in zip(variances, errors, strict=True))
    return Error(math.sqrt(sum(variances)), degrees)


def over_trainings(estimate: float | None, sd: float | None, scores: int | None, folds: int) -> Interval:
    """The interval of a mean of fold scores, see `training_error`.

    >>> found = over_trainings(0.2, 0.1, scores=5, folds=5)
    >>> round(found.low, 3), round(found.high, 3), round(found.p, 3)
    (0.014, 0.386, 0.041)
    """
    return interval_of(estimate, training_error(sd, scores, folds))


def training_error(sd: float | None, scores: int | None, folds: int) -> Error | None:
    """The error of a mean of fold scores over trainings.

    sd: sample standard deviation of the `scores` fold scores, from one or more cross-validations of `folds`
    folds each. None without a deviation, or if it is 0: equal scores do not show that other trainings would
    give the same.
    """
    if not sd or not scores or scores < 2 or folds < 2:
        return None
    return Error(sd * math.sqrt(1 / scores + 1 / (folds - 1)), min(scores, folds) - 1)


def false_discovery_rates(p_values: Sequence[float | None]) -> list[float | None]:
    """q values of a family of tests (Benjamini & Hochberg 1995); tests without a p value stay None.

    >>> false_discovery_rates([0.01, None, 0.04, 0.03])
    [0.03, None, 0.04, 0.04]
    """
    return _adjusted(p_values, _benjamini_hochberg)


def familywise_p(p_values: Sequence[float | None]) -> list[float | None]:
    """p values adjusted for the number of tests (Holm 1979); tests without a p value stay None.

    >>> familywise_p([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    return _adjusted(p_values, _holm)


def _adjusted(p_values: Sequence[float | None], adjust) -> list[float | None]:
    known = [place for place, p in enumerate(p_values) if p is not None]
    result: list[float | None] = [None] * len(p_values)
    if known:
        ordered = sorted(known, key=lambda place: p_values[place])
        for place, p in zip(ordered, adjust(np.array([p_values[one] for one in ordered])), strict=True):
            result[place] = float(min(p, 1.0))
    return result


def _benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """q values of sorted p values."""
    return np.minimum.accumulate((p * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]


def _holm(p: np.ndarray) -> np.ndarray:
    """Holm's p values of sorted p values."""
    return np.maximum.accumulate(p * np.arange(len(p), 0, -1))
