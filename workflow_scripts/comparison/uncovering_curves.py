"""What observers answered, by how much they had seen: curves, tiles needed, confusions.

Intervals are delete-one jackknives over clusters (`comparison.uncovering_trials`); nothing here is a model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.uncovering_trials import RIGHT, WRONG, Trials, TrialTable, over_clusters


@dataclass(frozen=True)
class Curve:
    """Shares of trials answered right and wrong within 1 .. T tiles.

    right, wrong: float64 (T,). low, high: float64 (2, T), of right and wrong, ends of their intervals, cut
    to 0 .. 1; NaN where there is none, as before the first answer.
    """

    right: np.ndarray
    wrong: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def tiles_needed(self, share: float = 0.5) -> tuple[int | None, int | None, int | None]:
        """The number of tiles by which `share` of the trials were answered right, and its interval.

        The ends are the numbers at which the curve's upper and lower ends reach the share (Brookmeyer &
        Crowley 1982, Biometrics 38, 29-41). None: not with all tiles; without an interval the ends are None.
        """
        if np.isnan(self.high[0]).all():
            return _reached(self.right, share), None, None
        return (
            _reached(self.right, share),
            _reached(np.fmax(self.high[0], self.right), share),
            _reached(np.fmin(self.low[0], self.right), share),
        )


def _reached(curve: np.ndarray, share: float) -> int | None:
    found = np.flatnonzero(curve >= share - 1e-12)
    return int(found[0]) + 1 if len(found) else None


def curve(trials: Trials) -> Curve:
    """The cumulative incidence of right and wrong answers, by the number of tiles seen.

    Of Aalen and Johansen (1978, Scandinavian Journal of Statistics 5, 141-150): a trial censored before all
    tiles were seen counts as long as it lasted. Without such trials these are plain shares of all trials.
    """
    names, place = trials.clusters()
    ended = np.zeros((3, len(names), trials.tiles))  # by event
    np.add.at(ended, (trials.event, place, trials.seen - 1), trials.weight)
    total = ended.sum(axis=1)
    own = _incidence(total)
    changes = np.array([_incidence(total - ended[:, one]) - own for one in range(len(names))])
    found = [
        [over_clusters(*of) for of in zip(own[event].tolist(), changes[:, event].T, strict=True)]
        for event in range(2)
    ]
    low, high = (
        np.array([[getattr(of, end) for of in row] for row in found], float) for end in ("low", "high")
    )
    return Curve(*own, np.clip(low, 0, 1), np.clip(high, 0, 1))


def _incidence(ended: np.ndarray) -> np.ndarray:
    """Cumulative shares of right and wrong, (2, T), from the trials that ended at each number, (3, T)."""
    all_ended = ended.sum(axis=0)
    at_risk = all_ended[::-1].cumsum()[::-1]
    by_risk = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 1e-9)
    events = by_risk[[RIGHT, WRONG]]
    on = np.concatenate([[1.0], np.cumprod(1 - events.sum(axis=0))[:-1]])  # share without an answer before
    return (on * events).cumsum(axis=1)


def confusions(table: TrialTable) -> Iterator[Mapping[str, object]]:
    """The share of each answer, by the expression shown: shown, answer, trials, share, low, high.

    Shares are of weights. A censored trial has the answer of the table, which may be empty.
    """
    names, place = table.trials.clusters()
    for shown in np.unique(table.expression):
        here = table.expression == shown
        total = np.bincount(place[here], table.trials.weight[here], len(names))
        for answer in np.unique(table.answer):
            of = here & (table.answer == answer)
            part = np.bincount(place[of], table.trials.weight[of], len(names))
            share = float(part.sum() / total.sum())
            rest = (total.sum() - total)[total > 0]
            alone = len(rest) < 2
            changes = np.zeros(len(rest)) if alone else (part.sum() - part)[total > 0] / rest - share
            row = {"shown": str(shown), "answer": str(answer), "trials": int(of.sum()), "share": share}
            found = over_clusters(share, changes)
            yield row | {"low": found.low, "high": found.high}
