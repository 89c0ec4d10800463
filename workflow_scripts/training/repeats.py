"""Repeats of the k-fold cross-validation (training.repeats), each with folds of its own.

Folds are numbered on: repeat r, from 1, has the folds k (r - 1) + 1 to k r. Each repeat has its own table of
folds, and draws the same however many repeats there are, the first as in a study without repeats. So more
repeats add trainings, and change none that are there.
"""

from collections.abc import Mapping


def folds_per_repeat(training: Mapping) -> int:
    """k, the folds of ONE cross-validation, for intervals over trainings; from the section training."""
    return training["folds"]


def fold_numbers(training: Mapping) -> range:
    """The folds of all repeats, from the section training of the configuration.

    >>> list(fold_numbers({"folds": 3, "repeats": 2}))
    [1, 2, 3, 4, 5, 6]
    """
    return range(1, training["folds"] * training["repeats"] + 1)


def folds_of(repeat: int, folds: int) -> range:
    """The numbers of the folds of a repeat, of `folds` each.

    >>> list(folds_of(1, folds=3)), list(folds_of(2, folds=3))
    ([1, 2, 3], [4, 5, 6])
    """
    return range(folds * (repeat - 1) + 1, folds * repeat + 1)


def repeat_of(fold: int, folds: int) -> int:
    """The repeat, from 1, that a fold belongs to.

    >>> [repeat_of(fold, folds=3) for fold in (1, 3, 4, 7)]
    [1, 1, 2, 3]
    """
    return (fold - 1) // folds + 1


def folds_file(repeat: int) -> str:
    """The name of a repeat's table of folds.

    >>> folds_file(1), folds_file(2)
    ('folds.csv', 'folds_repeat2.csv')
    """
    return "folds.csv" if repeat == 1 else f"folds_repeat{repeat}.csv"


def draw_of(repeat: int) -> tuple[int, ...]:
    """What sets the draws of a repeat apart (`common.seeds`): nothing for the first.

    >>> draw_of(1), draw_of(2)
    ((), (2,))
    """
    return () if repeat == 1 else (repeat,)
