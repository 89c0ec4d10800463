"""Intervals over faces: what these trained networks would score with other people's faces.

Estimand: the expected number, a score, a mean of scores or a difference, if these networks had been shown as
many other subjects from where these came (`comparison.subjects`). Its variance is that of the delete-one
jackknife over subjects, (n - 1) / n times the sum of the squared changes of the number when each is left out
(Tukey 1958, Annals of Mathematical Statistics 29, 614), which is too large rather than too small (Efron &
Stein 1981, Annals of Statistics 9, 586-596). A subject is left out of everything that the number is made of
at once, so that differences are paired. The interval is that of Student's t with as many degrees of freedom
as if every fold had as few subjects as the smallest, less one for each; p, two-sided, is that of the largest
level whose interval leaves out 0.

Redrawn subjects, by Poisson(1) weights that are the same everywhere (Hanley & MacGibbon 2006, Computer
Methods and Programs in Biomedicine 83, 57-62), were tried in all common forms and cover less: a redrawn
heatmap averages fewer subjects, so that its ranks are noisier, and scores by ranks both smaller and less
variable than those of heatmaps. Averages over folds and expressions keep this bias and lose the variance
around it (benchmarks/README.md).
"""

import math
from collections.abc import Mapping

from scipy.special import stdtrit

from workflow_scripts.common.intervals import LEVEL, Error, Interval, interval_of

FACES = "faces"
# How often 95 % intervals covered the truth in simulated studies, of the metric and the score or difference
# for which it was least: by folds, and by subjects in each (benchmarks/subject_intervals.py)
COVERAGE = {
    1: {3: 0.921, 5: 0.915, 10: 0.918, 20: 0.919, 40: 0.921, 80: 0.936},
    2: {3: 0.933, 5: 0.944, 10: 0.935, 20: 0.943, 40: 0.947, 80: 0.933},
    5: {3: 0.967, 5: 0.954, 10: 0.945, 20: 0.943, 40: 0.948, 80: 0.945},
    12: {3: 0.972, 5: 0.963, 10: 0.956, 20: 0.945},
}
ENOUGH = 0.93


def over_faces(estimate: float | None, changes: Mapping[str, float], fewest: int, folds: int) -> Interval:
    """The interval of a number.

    changes: of the number if a subject is left out, by subject. fewest: subjects of any of the `folds` of one
    cross-validation that the number is over. Everything is None with fewer than two, or if nothing changes.

    >>> found = over_faces(2.0, {"ann": 0.5, "bob": -0.5, "cy": 0.0}, fewest=3, folds=1)
    >>> round(found.low, 2), round(found.high, 2)
    (-0.48, 4.48)
    """
    return interval_of(estimate, face_error(changes, fewest, folds))


def face_error(changes: Mapping[str, float], fewest: int, folds: int) -> Error | None:
    """The error behind such an interval; None where there is no interval."""
    degrees, n = degrees_of(fewest, folds), len(changes)
    error = math.sqrt((n - 1) / n * math.fsum(one**2 for one in changes.values())) if n > 1 else 0.0
    return Error(error, degrees) if degrees >= 1 and error else None


def error_behind(low: float, high: float, fewest: int, folds: int) -> Error:
    """The error behind a known interval at LEVEL, whatever it is around: to intervals at other levels.

    >>> error = error_behind(-1.0, 5.0, fewest=3, folds=1)
    >>> found = interval_of(2.0, error)
    >>> error.degrees, round(found.low, 9), round(found.high, 9)
    (2, -1.0, 5.0)
    """
    degrees = degrees_of(fewest, folds)
    return Error((high - low) / 2 / float(stdtrit(degrees, (1 + LEVEL) / 2)), degrees)


def degrees_of(fewest: int, folds: int) -> int:
    """The degrees of freedom of such intervals."""
    return folds * (fewest - 1)


def coverage_of(subjects: int, folds: int) -> float | None:
    """The coverage of the largest simulated design that has no more of either; None if there is none.

    >>> coverage_of(4, 1), coverage_of(4, 3), coverage_of(2, 5)
    (0.921, 0.933, None)
    """
    of_folds = COVERAGE[max(n for n in COVERAGE if n <= folds)]
    smaller = [n for n in of_folds if n <= subjects]
    return of_folds[max(smaller)] if smaller else None
