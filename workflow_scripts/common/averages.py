"""Means and standard deviations for all stages; missing values are skipped."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

DECIMALS = 12  # equal values differ by rounding error alone, which must not count as a deviation


@dataclass(frozen=True)
class Average:
    """A mean over folds. sd: sample standard deviation (n - 1) over `folds` folds; None where unknown."""

    estimate: float | None
    sd: float | None
    folds: int | None


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the known values; None if there are none.

    >>> mean([0.25, None, 0.75]), mean([None])
    (0.5, None)
    """
    known = [value for value in values if value is not None]
    return float(np.sum(known) / len(known)) if known else None


def total(counts: Iterable[float | None]) -> int | None:
    """Sum of the known counts; None if there are none.

    >>> total([2, None, 3.0]), total([])
    (5, None)
    """
    known = [count for count in counts if count is not None]
    return round(sum(known)) if known else None


def sample_sd(values: Iterable[float | None]) -> float | None:
    """Standard deviation (n - 1) of the known values; None if there are fewer than two.

    >>> sample_sd([1.0, None, 3.0]), sample_sd([1.0])
    (1.414213562373, None)
    """
    known = [value for value in values if value is not None]
    return round(float(np.std(known, ddof=1)), DECIMALS) if len(known) > 1 else None


def over_folds(values: Sequence[tuple[Hashable, Hashable, float]], panels: Collection[Hashable]) -> Average:
    """The average over panels, each of which has one number per fold.

    values: (panel, fold, number), in the order of their table. The estimate is the mean of the panel means,
    each over that panel's own folds. The deviation is that of the fold means over panels, for the folds
    that all panels have: only those are comparable. Everything is None if one of `panels` has no number, or
    if there are no panels.

    >>> over_folds([("a", 1, 0.0), ("a", 2, 1.0), ("b", 1, 1.0)], ["a", "b"])
    Average(estimate=0.75, sd=None, folds=1)
    """
    if not panels or {panel for panel, _, _ in values} != set(panels):
        return Average(None, None, None)
    counts = Counter(fold for _, fold, _ in values)
    of_all = [(fold, number) for _, fold, number in values if counts[fold] == len(panels)]
    by_panel = group_means([(panel, number) for panel, _, number in values])
    by_fold = group_means(of_all)
    return Average(mean(by_panel.values()), sample_sd(by_fold.values()), len(by_fold))


def group_means(pairs: Sequence[tuple[Hashable, float]]) -> dict[Hashable, float]:
    """Mean of the numbers of each key, with sorted keys; equal to pandas' groupby to the last bit.

    Tables keep nine digits, so a mean often lies halfway between two nine-digit numbers and its last bit
    decides the ninth digit. The tables were first made with pandas, which sums as NumPy does where the keys
    are in order, and by Kahan summation elsewhere. Importing pandas takes a second, and each of its means a
    millisecond.
    """
    keys, groups = [key for key, _ in pairs], defaultdict(list)
    for key, number in pairs:
        groups[key].append(number)
    total = _sum_of_run if keys == sorted(keys) else _kahan_sum
    return {key: float(total(groups[key]) / len(groups[key])) for key in sorted(groups)}


def _sum_of_run(numbers: Sequence[float]) -> float:
    return np.add.reduceat(numbers, [0])[0]


def _kahan_sum(numbers: Sequence[float]) -> float:
    total = lost = 0.0
    for number in numbers:
        number -= lost
        lost = (total + number) - total - number
        total += number
    return total
