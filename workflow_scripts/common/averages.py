"""Means and standard deviations, as all stages take them; what is missing is left out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

DECIMALS = 12  # what is the same in all folds differs by rounding alone, and that is no deviation


@dataclass(frozen=True)
class Average:
    """A mean over folds. sd: the sample's (n - 1), over `folds` folds; None where nothing is known."""

    estimate: float | None
    sd: float | None
    folds: int | None


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the values that there are; None of none.

    >>> mean([0.25, None, 0.75]), mean([None])
    (0.5, None)
    """
    known = [value for value in values if value is not None]
    return float(np.sum(known) / len(known)) if known else None


def total(counts: Iterable[float | None]) -> int | None:
    """Sum of the counts that there are; None of none.

    >>> total([2, None, 3.0]), total([])
    (5, None)
    """
    known = [count for count in counts if count is not None]
    return round(sum(known)) if known else None


def sample_sd(values: Iterable[float | None]) -> float | None:
    """Standard deviation (n - 1) of the values that there are; None of fewer than two.

    >>> sample_sd([1.0, None, 3.0]), sample_sd([1.0])
    (1.414213562373, None)
    """
    known = [value for value in values if value is not None]
    return round(float(np.std(known, ddof=1)), DECIMALS) if len(known) > 1 else None


def over_folds(values: Sequence[tuple[Hashable, Hashable, float]], panels: Collection[Hashable]) -> Average:
    """The average of panels, each of which has numbers by fold.

    values: (panel, fold, number), in the order of their table. The estimate is the mean of the panels' means,
    each over the folds that it has. The deviation is that of the folds' means over panels, over the folds
    that all panels have: only those can be compared. All is None where one of `panels` has no number, or
    there is none.

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
    """Mean of the numbers of each key, keys sorted; to the last bit what pandas' groupby gives.

    Numbers from tables end at the ninth digit, so that a mean often lies halfway between two others and its
    last bit decides the ninth digit. The tables were made with pandas, which sums groups as NumPy does where
    these follow each other in order, and by Kahan's sum elsewhere. It takes a second to import, and a
    millisecond for each mean.
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
