"""Uncovering trials: a face is covered by tiles, which are uncovered one by one until the observer answers.

The observer may be a person or a network. A trial ends with a right or a wrong answer, or it is censored: it
ended without one, with all tiles seen or before. Trials of one person, or of one person shown to a network,
are alike; so the cluster is what may be left out (`clusters`): the person for people, the subject for
networks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.intervals import Error, Interval, interval_of, together
from workflow_scripts.common.tables import read_table

CENSORED, RIGHT, WRONG = 0, 1, 2
COLUMNS = ("participant", "poser", "expression", "answer", "correct", "tiles")
EVENTS = {"1": RIGHT, "0": WRONG, "": CENSORED}  # by the column `correct`


@dataclass(frozen=True)
class Trials:
    """n trials with T tiles.

    order: int (n, T), the tiles 0 .. T - 1 in the order uncovered, padded with -1; what follows after `seen`
    is not read. seen: int (n,), tiles seen when it ended, from 1. event: int (n,), 0 censored, 1 right,
    2 wrong. cluster: str (n,). weight: float64 (n,), positive, a sampling weight. Raises StudyError for what
    cannot be.
    """

    order: np.ndarray
    seen: np.ndarray
    event: np.ndarray
    cluster: np.ndarray
    weight: np.ndarray

    def __post_init__(self):
        order, n = self.order, len(self.order)
        if any(len(one) != n for one in (self.seen, self.event, self.cluster, self.weight)):
            raise StudyError("trials: columns of different lengths; give one value of each per trial")
        if not np.isin(self.event, (CENSORED, RIGHT, WRONG)).all():
            raise StudyError("trials: an event is 0 (censored), 1 (right) or 2 (wrong); correct the table")
        if n and not (np.isfinite(self.weight) & (self.weight > 0)).all():
            raise StudyError("trials: a weight is not positive; leave out trials that do not count")
        if n and not ((self.seen >= 1) & (self.seen <= order.shape[1])).all():
            raise StudyError(f"trials: tiles seen must be 1 to {order.shape[1]}; correct the table")
        read = np.arange(order.shape[1]) < self.seen[:, None]
        known = ~read | ((order >= 0) & (order < order.shape[1]))
        in_order = np.sort(np.where(read, order, -1 - np.arange(order.shape[1])), axis=1)
        wrong = ~known.all(axis=1) | (np.diff(in_order, axis=1) == 0).any(axis=1)
        if wrong.any():
            raise StudyError(
                f"trials: number {int(wrong.argmax()) + 1} of {n} uncovers a tile twice, or one that is not "
                f"among 0 .. {order.shape[1] - 1}; correct the table"
            )

    @property
    def tiles(self) -> int:
        """T, the tiles that cover the face."""
        return self.order.shape[1]

    def clusters(self) -> tuple[np.ndarray, np.ndarray]:
        """The names of the clusters, sorted, and the place of each trial's in them, int (n,)."""
        return np.unique(self.cluster, return_inverse=True)

    def subset(self, chosen: np.ndarray) -> "Trials":
        """The trials that are chosen, by bool (n,) or by number."""
        return Trials(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def as_trials(
    orders: Sequence[Sequence[int]],
    event: Sequence[int],
    cluster: Sequence[str],
    tiles: int,
    weight: Sequence[float] | None = None,
) -> Trials:
    """Trials from the tiles that each had uncovered when it ended; every weight is 1 unless given.

    >>> found = as_trials([[2, 0], [1]], [1, 2], ["ann", "bob"], tiles=3)
    >>> found.order.tolist(), found.seen.tolist(), found.weight.tolist()
    ([[2, 0, -1], [1, -1, -1]], [2, 1], [1.0, 1.0])
    """
    order = np.full((len(orders), tiles), -1)
    for row, one in enumerate(orders):
        if len(one) > tiles:
            raise StudyError(f"trials: number {row + 1} uncovers {len(one)} tiles of {tiles}; give the grid")
        order[row, : len(one)] = one
    return Trials(
        order,
        np.array([len(one) for one in orders], int),
        np.array(event, int),
        np.array(cluster, str),
        np.ones(len(orders)) if weight is None else np.array(weight, float),
    )


@dataclass(frozen=True)
class TrialTable:
    """Trials; expression shown, answer and poser (who was shown): str (n,) each, of the same trials."""

    trials: Trials
    expression: np.ndarray
    answer: np.ndarray
    poser: np.ndarray

    def by_expression(self) -> dict[str, Trials]:
        """The trials of each expression shown, by name."""
        return {str(of): self.trials.subset(self.expression == of) for of in np.unique(self.expression)}


def read_trials(path: Path, tiles: int = 48, cluster: str = "participant") -> TrialTable:
    """Trials from a CSV table with COLUMNS, and `weight` if it is there.

    tiles: "21-41-3", in the order uncovered. correct: 1, 0, or empty for a trial that was censored. cluster:
    the column that says which trials are alike. Raises StudyError naming the line.
    """
    rows = read_table(path, [*COLUMNS, cluster])
    orders = []
    for line, row in enumerate(rows, start=2):
        try:
            orders.append([int(tile) for tile in row["tiles"].split("-")])
        except ValueError as error:
            raise StudyError(
                f"{path}, line {line}: tiles are {row['tiles']!r}, not numbers as in 21-41-3; correct it"
            ) from error
        if row["correct"] not in EVENTS:
            raise StudyError(f"{path}, line {line}: correct is {row['correct']!r}, not 1, 0 or empty")
    weight = [float(row["weight"]) for row in rows] if rows and "weight" in rows[0] else None
    events = [EVENTS[row["correct"]] for row in rows]
    try:
        trials = as_trials(orders, events, [row[cluster] for row in rows], tiles, weight)
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from error
    named = (np.array([row[name] for row in rows], str) for name in ("expression", "answer", "poser"))
    return TrialTable(trials, *named)


def over_clusters(estimate: float | None, *changes: np.ndarray) -> Interval:
    """The interval of a number over clusters, from its changes when each of them is left out.

    changes: float (clusters,) of each side; sides are independent, so the variances of their delete-one
    jackknives add, and the degrees of freedom are Satterthwaite's (1946, Biometrics Bulletin 2, 110-114), of
    clusters less one on each side. Everything is None with fewer than two clusters on a side, or if nothing
    changes.

    >>> found = over_clusters(2.0, np.array([0.5, -0.5, 0.0]))
    >>> round(found.low, 2), round(found.high, 2)
    (-0.48, 4.48)
    """
    sizes = [len(one) for one in changes]
    if estimate is None or not math.isfinite(estimate) or not sizes or min(sizes) < 2:
        return Interval()
    errors = [
        Error(math.sqrt((n - 1) / n * math.fsum(one**2)), n - 1)
        for n, one in zip(sizes, changes, strict=True)
    ]
    total = math.fsum(one.size for one in errors)
    return interval_of(estimate, together(errors)) if 0 < total < math.inf else Interval()
