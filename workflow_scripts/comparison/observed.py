"""What one observer did in the uncovering task, as tables: people and networks alike.

- OBSERVERS: a row per expression shown, and `average`. `trials`, of how many `clusters` (people, or subjects
  shown to a network); `right`, the share that ended with a right answer; `before`, the share that had its
  answer with nothing seen; `needed`, the tiles by which half of the trials were answered right (of the
  average: of trials with as many of each expression), empty if never; `reliability` of the hazard's effects.
  With `people`: the agreement `r` of the effects with theirs, its `ceiling` and their `ratio`
  (`comparison.hazard_agreement`); `r_others`, the mean r with people's effects for the other expressions;
  `p`, of the average, over all ways to assign people's expressions to the observer's; `weights_r`, of the
  published formula's weights instead of the effects.
- CURVES: the shares answered right and wrong within 0 to T tiles.
- EFFECTS: of each tile the effect on right answers, and the published formula's weight.
- CONFUSIONS: the share of each answer, by the expression shown.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.common.averages import mean
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.hazard import Hazard, fit_hazard
from workflow_scripts.comparison.hazard_agreement import (
    Reliability,
    agreement,
    correlation,
    reliability,
)
from workflow_scripts.comparison.observer_trials import after_start, shown_tiles
from workflow_scripts.comparison.specificity import own_minus_others, specificity_p
from workflow_scripts.comparison.uncovering_curves import confusions, curve
from workflow_scripts.comparison.uncovering_trials import RIGHT, Trials, TrialTable, over_clusters
from workflow_scripts.explanation.uncovering_weights import relative_horizon, tile_weights

OBSERVERS = (
    *("observer", "expression", "trials", "clusters", "right", "before"),
    *("needed", "needed_low", "needed_high", "reliability", "people", "r", "r_low", "r_high"),
    *("ceiling", "ratio", "ratio_low", "ratio_high", "r_others", "p", "weights_r", "reason"),
)
CURVES = (
    *("observer", "expression", "tiles", "right", "right_low", "right_high"),
    *("wrong", "wrong_low", "wrong_high"),
)
EFFECTS = ("observer", "expression", "tile", "effect", "low", "high", "weight")
CONFUSIONS = ("observer", "shown", "answer", "trials", "share", "low", "high")
TABLES = {"observers": OBSERVERS, "curves": CURVES, "effects": EFFECTS, "confusions": CONFUSIONS}
HALF = 0.5 - 1e-12  # of the trials, less rounding
HORIZON = 0.75  # quantile of the tiles that an observer of a face needed
# into halves; a network has more trials, and there are more networks
SPLITS = {"people": 10, "network": 4}

Row = dict[str, object]


@dataclass(frozen=True)
class Observed:
    """Fits of one observer, by expression. areas: float64 (T,), of the tiles inside the face."""

    name: str
    trials: Mapping[str, Trials]
    hazards: Mapping[str, Hazard]
    reliabilities: Mapping[str, Reliability]
    weights: Mapping[str, np.ndarray]
    areas: np.ndarray


def observe(name: str, table: TrialTable, areas: np.ndarray, seed: int, splits: int) -> Observed:
    """Fit the trials of an observer, from the start. splits: for the reliability."""
    trials = table.by_expression()
    hazards, reliabilities, weights = {}, {}, {}
    for expression, from_start in trials.items():
        seen = after_start(from_start)
        hazards[expression] = hazard = fit_hazard(seen)
        draw = generator(seed, "halves of clusters", name, expression)
        reliabilities[expression] = (
            Reliability(None, None, 0, hazard.reason)
            if hazard.reason
            else reliability(seen, areas, draw, splits, start=hazard)
        )
        of = table.expression == expression
        weights[expression] = formula_weights(from_start, table.poser[of])
    return Observed(name, trials, hazards, reliabilities, weights, areas)


def formula_weights(trials: Trials, poser: Sequence[str]) -> np.ndarray:
    """The published formula's weights, float64 (T,): the mean over all who saw a face, and over faces.

    trials: from the start. The horizon is relative to each observer of each face. NaN if no trial counts.
    """
    shown, right = shown_tiles(trials)[:, :-1], trials.event == RIGHT
    places = defaultdict(list)
    for place, key in enumerate(zip(trials.cluster, poser, strict=True)):
        places[key].append(place)
    found, by = [], []
    for of in places.values():
        used = [place for place in of if right[place]]
        counts = trials.seen[used] - 1
        one = tile_weights(shown[used], counts, relative_horizon(counts, HORIZON))
        if np.isfinite(one).all():
            found.append(one)
            by.append(float(trials.weight[of[0]]))
    return np.average(found, axis=0, weights=by) if found else np.full(shown.shape[1], np.nan)


def curve_rows(observed: Observed) -> Iterator[Row]:
    """Rows of the table CURVES."""
    for expression, trials in observed.trials.items():
        found = curve(trials)
        for tiles in range(trials.tiles):
            row = {"observer": observed.name, "expression": expression, "tiles": tiles}
            for number, event in enumerate(("right", "wrong")):
                ends = (found.low[number, tiles], found.high[number, tiles])
                row[event] = getattr(found, event)[tiles]
                row |= {f"{event}_{end}": _known(of) for end, of in zip(("low", "high"), ends, strict=True)}
            yield row


def effect_rows(observed: Observed) -> Iterator[Row]:
    """Rows of the table EFFECTS; none of an expression without a fit."""
    for expression, hazard in observed.hazards.items():
        for tile, interval in enumerate(hazard.intervals() if not hazard.reason else ()):
            yield {
                "observer": observed.name,
                "expression": expression,
                "tile": tile,
                "effect": hazard.right[tile],
                "low": interval.low,
                "high": interval.high,
                "weight": _known(observed.weights[expression][tile]),
            }


def confusion_rows(name: str, table: TrialTable) -> Iterator[Row]:
    """Rows of the table CONFUSIONS."""
    for row in confusions(table) if len(table.expression) else ():
        yield {"observer": name} | dict(row)


def observer_rows(
    observed: Observed, people: Mapping[str, Observed], expressions: Sequence[str], seed: int
) -> Iterator[Row]:
    """Rows of the table OBSERVERS, for every set of people to compare with, or once without any.

    people: by name; none of the observer itself.
    """
    own = {expression: _own(observed, expression) for expression in observed.trials}
    for name, others in (people or {"": None}).items():
        found = {}
        for expression, row in own.items():
            found[expression] = row | (_agreement(observed, others, expression) if others else {})
            yield found[expression] | {"people": name}
        shown = [one for one in expressions if one in own]
        yield _average(observed, others, {one: found[one] for one in shown}, seed) | {"people": name}


def _own(observed: Observed, expression: str) -> Row:
    trials, hazard = observed.trials[expression], observed.hazards[expression]
    needed = [None if tiles is None else tiles - 1 for tiles in curve(trials).tiles_needed()]
    weight = trials.weight / trials.weight.sum()
    return (
        dict.fromkeys(OBSERVERS)
        | {
            "observer": observed.name,
            "expression": expression,
            "trials": len(trials.seen),
            "clusters": len(trials.clusters()[0]),
            "right": float(weight @ (trials.event == RIGHT)),
            "before": float(weight @ (trials.seen == 1)),
            "reliability": observed.reliabilities[expression].full,
            "reason": hazard.reason,
        }
        | dict(zip(("needed", "needed_low", "needed_high"), needed, strict=True))
    )


def _agreement(observed: Observed, people: Observed, expression: str) -> Row:
    """The agreement of an observer's effects with people's."""
    hazard, theirs = observed.hazards[expression], people.hazards
    if hazard.reason or expression not in theirs:
        return {"reason": hazard.reason or f"people saw no {expression}"}
    of = [side.reliabilities[expression] for side in (observed, people)]
    found = agreement(hazard, theirs[expression], observed.areas, *of)
    others = [
        float(correlation(hazard.right, other.right, observed.areas))
        for name, other in theirs.items()
        if name != expression and not other.reason and name in observed.hazards
    ]
    weights = correlation(observed.weights[expression], people.weights[expression], observed.areas)
    return {
        "r": found.correlation,
        "r_low": found.interval.low,
        "r_high": found.interval.high,
        "ceiling": found.ceiling,
        "ratio": found.ratio,
        "ratio_low": found.ratio_interval.low,
        "ratio_high": found.ratio_interval.high,
        "r_others": mean(others),
        "weights_r": _known(float(weights)),
        "reason": found.reason,
    }


def _average(observed: Observed, people: Observed | None, rows: Mapping[str, Row], seed: int) -> Row:
    """The row of the average over expressions; what an expression lacks is empty."""
    row = dict.fromkeys(OBSERVERS) | {"observer": observed.name, "expression": AVERAGE}
    for key in ("trials", "clusters"):
        row[key] = max((of[key] for of in rows.values()), default=None)
    if rows:
        curves = np.mean([curve(observed.trials[one]).right for one in rows], axis=0)
        reached = np.flatnonzero(curves >= HALF)
        row["needed"] = int(reached[0]) if len(reached) else None
    for key in ("right", "before", "reliability", "r", "ratio", "ceiling", "r_others", "weights_r"):
        values = [of[key] for of in rows.values()]
        row[key] = mean(values) if values and None not in values else None
    if people is None or row["r"] is None:
        without = [expression for expression, of in rows.items() if of["r"] is None]
        return row | {"reason": f"no fit of {', '.join(without)}" if people and without else ""}
    interval = over_clusters(row["r"], *_changes_of_mean(observed, people, list(rows)))
    matrix = np.array(
        [
            [correlation(observed.hazards[a].right, people.hazards[b].right, observed.areas) for b in rows]
            for a in rows
        ]
    )
    draw = generator(seed, "expressions", observed.name, people.name)
    row |= {"r_low": interval.low, "r_high": interval.high}
    return (
        row | {"r_others": row["r"] - own_minus_others(matrix), "p": specificity_p(matrix, draw)}
        if len(matrix) > 1
        else row
    )


def _changes_of_mean(observed: Observed, people: Observed, shown: Sequence[str]) -> list[np.ndarray]:
    """The changes of the mean agreement if each cluster is left out everywhere, of both sides."""
    sides = []
    for side in range(2):
        changed = defaultdict(float)
        for expression in shown:
            both = [one.hazards[expression] for one in (observed, people)]
            of = [one.right for one in both]
            own = correlation(*of, observed.areas)
            of[side] = both[side].right + both[side].changes
            changes = (correlation(*of, observed.areas) - own) / len(shown)
            for name, change in zip(both[side].clusters, changes, strict=True):
                changed[name] += change
        sides.append(np.array([changed[name] for name in sorted(changed)]))
    return sides


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
