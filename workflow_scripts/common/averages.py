"""Means and standard deviations, as all stages take them; what is missing is left out."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

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
    return fmean(known) if known else None


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
    return round(stdev(known), DECIMALS) if len(known) > 1 else None


def over_folds(panels: Sequence[Mapping[Hashable, float]]) -> Average:
    """The average of panels, each of which has values by fold.

    The estimate is the mean of the panels' means, each over the folds that it has. The deviation is that of
    the folds' means over panels, over the folds that all panels have: only those can be compared. All is None
    where a panel has no value, or there is no panel.

    >>> over_folds([{1: 0.0, 2: 1.0}, {1: 1.0}])
    Average(estimate=0.75, sd=None, folds=1)
    """
    if not panels or not all(panels):
        return Average(None, None, None)
    folds = [fold for fold in panels[0] if all(fold in panel for panel in panels)]
    return Average(
        estimate=fmean(fmean(panel.values()) for panel in panels),
        sd=sample_sd([fmean(panel[fold] for panel in panels) for fold in folds]),
        folds=len(folds),
    )
