"""Rows of the tables on the agreement of heatmaps with people.

`scored` is whose heatmap it is, `on` what it is scored on: people's maps, or a set of masks; `minus` is
another heatmap whose score on the same is subtracted. See AGREEMENT for all keys; there is a row per `claim`,
with the same estimate and, of what is unknown, one empty row. `share` is the score in parts of the way from a
map without any pattern to the ceiling `other_half`, both on halves of the people, and its interval is over
what the claim says (`people_scores.share_of_ceiling`). It can be above 1: networks may be less noisy than
half of the people. p and q are of differences alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from workflow_scripts.common.intervals import Error, Interval, false_discovery_rates, interval_of, together
from workflow_scripts.comparison.cells import AVERAGE, TRAININGS
from workflow_scripts.comparison.people_intervals import BOTH, PEOPLE, over_people

ON_PEOPLE, ALL_PEOPLE = "people", "all_people"
CEILING, REFERENCE, NETWORK, GROUP, OF_PEOPLE = "ceiling", "reference", "network", "group", "people"
AGREEMENT = (
    *("people", "kind", "scored", "minus", "on", "expression", "metric", "claim"),
    *("estimate", "low", "high", "p", "q", "share", "share_low", "share_high", "persons", "folds"),
)

Row = dict[str, object]


@dataclass(frozen=True)
class Numbers:
    """Numbers of one name by expression, and what their intervals are made of.

    values: float64 (scores, expressions, 1 + m), on all people and on halves of them; NaN where missing.
    mean: float64 (scores, 1 + m), over expressions; that of values if None. trainings: the error over
    trainings of each score, by (row of scores, place of the expression, or None for their mean); None for
    what is not trained. folds: behind each place, likewise. shares: the same of the ceiling, if there is one.
    """

    values: np.ndarray
    mean: np.ndarray | None = None
    trainings: Mapping[tuple[int, int | None], Error | None] | None = None
    folds: Mapping[int | None, int | None] = field(default_factory=dict)
    shares: "Numbers | None" = None

    def of(self, number: int, place: int | None) -> np.ndarray:
        """One of the scores, of an expression or, with None, of their mean: float64 (1 + m,)."""
        if place is not None:
            return self.values[number, place]
        return (self.values.mean(axis=1) if self.mean is None else self.mean)[number]


def agreement_rows(
    found: Numbers, of: Row, expressions: Sequence[str], names: Sequence[str], persons: Sequence[int]
) -> list[Row]:
    """The rows of one name, for each expression and their average, and each score.

    of: the keys that all rows share. names: of the scores. persons: how many people saw each expression; of
    the average they are the fewest of these.
    """
    rows = []
    for place in (*range(len(expressions)), None):
        expression, people = (
            (AVERAGE, min(persons)) if place is None else (expressions[place], persons[place])
        )
        for number, name in enumerate(names):
            row = dict.fromkeys(AGREEMENT) | of | {"expression": expression, "metric": name}
            if np.isfinite(found.of(number, place)[0]):
                row |= {"persons": people or None, "folds": found.folds.get(place)}
            rows += [row | one for one in _claims(found, number, place, people, bool(of["minus"]))]
    return rows


def _claims(found: Numbers, number: int, place: int | None, people: int, tested: bool) -> list[Row]:
    """Estimate and share with their intervals by claim, a single empty one if missing; p of differences."""
    estimate = found.of(number, place)[0]
    if not np.isfinite(estimate):
        return [{"claim": PEOPLE}]
    rows = []
    of_shares = _intervals(found.shares, number, place, people) if found.shares else {}
    for claim, interval in _intervals(found, number, place, people).items():
        row = {"claim": claim, "estimate": estimate, "low": interval.low, "high": interval.high}
        row["p"] = interval.p if tested else None
        if share := of_shares.get(claim):
            row["share"] = found.shares.of(number, place)[0]
            row |= {"share_low": share.low, "share_high": share.high}
        rows.append(row)
    return rows


def _intervals(found: Numbers, number: int, place: int | None, people: int) -> dict[str, Interval]:
    """The intervals of a number by claim; none if it is unknown."""
    values = found.of(number, place)
    if not np.isfinite(values[0]):
        return {}
    errors = {PEOPLE: over_people(values, people)}
    if found.trainings is not None:
        errors[TRAININGS] = found.trainings.get((number, place))
        errors[BOTH] = together([errors[PEOPLE], errors[TRAININGS]])
    return {claim: interval_of(values[0], error) for claim, error in errors.items()}


def corrected(rows: list[Row]) -> list[Row]:
    """The rows with q, over the networks that are compared with the same by the same score and claim."""
    families = defaultdict(list)
    for row in rows:
        if row["p"] is not None and row["kind"] == NETWORK and row["scored"] != AVERAGE:
            key = (row["people"], row["minus"], row["on"], row["expression"], row["metric"], row["claim"])
            families[key].append(row)
    for family in families.values():
        for row, q in zip(family, false_discovery_rates([row["p"] for row in family]), strict=True):
            row["q"] = q
    return rows
