"""Rows of the tables on the agreement of heatmaps with people.

`scored` is whose heatmap it is, `on` what it is scored on: people's maps, or a set of masks; `minus` is
another heatmap whose score on the same is subtracted. See AGREEMENT for all keys; there is a row per `claim`,
with the same estimate. `share` is the score in parts of the way from a map without any pattern to the ceiling
`other_half`, both on halves of the people (`people_scores.share_of_ceiling`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.common.intervals import Interval, false_discovery_rates
from workflow_scripts.comparison.cells import AVERAGE, TRAININGS
from workflow_scripts.comparison.people_intervals import (
    BOTH,
    PEOPLE,
    Error,
    interval_of,
    over_people,
    together,
)

ON_PEOPLE, ALL_PEOPLE = "people", "all_people"
CEILING, REFERENCE, NETWORK, GROUP, OF_PEOPLE = "ceiling", "reference", "network", "group", "people"
AGREEMENT = (
    *("people", "kind", "scored", "minus", "on", "expression", "metric", "claim"),
    *("estimate", "low", "high", "p", "q", "share", "share_low", "share_high", "persons", "folds"),
)

Row = dict[str, object]


@dataclass(frozen=True)
class Numbers:
    """Scores of one name by expression, and what their intervals are made of.

    scores: float64 (scores, expressions, 1 + m), on all people and on halves of them. trainings: the error
    over trainings of each score, by (row of scores, place of the expression, or None for their mean); none
    for what is not trained. shares: like scores, of the ceiling; None if there is none. folds: behind it.
    """

    scores: np.ndarray
    trainings: dict[tuple[int, int | None], Error | None] | None = None
    shares: np.ndarray | None = None
    mean_share: np.ndarray | None = None
    folds: int | None = None


def agreement_rows(
    found: Numbers, of: Row, expressions: Sequence[str], names: Sequence[str], persons: int
) -> list[Row]:
    """The rows of one name, for each expression and their average, and each score.

    of: the keys that all rows share. names: of the scores. persons: how many people there are.
    """
    rows = []
    for place in (*range(len(expressions)), None):
        expression = AVERAGE if place is None else expressions[place]
        for number, name in enumerate(names):
            values = found.scores[number]
            values = values.mean(axis=0) if place is None else values[place]
            row = dict.fromkeys(AGREEMENT) | of | {"expression": expression, "metric": name}
            row |= {"persons": persons, "folds": found.folds} | _share(found, number, place, persons)
            rows += [row | one for one in _claims(found, values, (number, place), persons, bool(of["minus"]))]
    return rows


def _claims(
    found: Numbers, values: np.ndarray, which: tuple[int, int | None], persons: int, tested: bool
) -> list[Row]:
    """Estimate and interval by claim; p only of differences."""
    if not np.isfinite(values[0]):
        return [{"claim": PEOPLE, "persons": None}]
    errors = {PEOPLE: over_people(values, persons)}
    if found.trainings is not None:
        errors[TRAININGS] = found.trainings.get(which)
        errors[BOTH] = together([errors[PEOPLE], errors[TRAININGS]])
    rows = []
    for claim, error in errors.items():
        interval = interval_of(values[0], error)
        numbers = {"claim": claim, "estimate": values[0], "low": interval.low, "high": interval.high}
        rows.append(numbers | {"p": interval.p if tested else None})
    return rows


def _share(found: Numbers, number: int, place: int | None, persons: int) -> Row:
    """The share of the ceiling with its interval over people."""
    shares = found.mean_share if place is None else found.shares
    if shares is None:
        return {}
    values = shares[number] if place is None else shares[number, place]
    if not np.isfinite(values).all():
        return {}
    interval: Interval = interval_of(values[0], over_people(values, persons))
    return {"share": values[0], "share_low": interval.low, "share_high": interval.high}


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
