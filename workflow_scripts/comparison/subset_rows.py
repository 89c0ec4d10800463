"""Rows of subsets.csv: scores of subsets of the explained images, and how they differ.

- kind ``value``: the score of one value's images of one network, fold and expression; without a fold, the
  mean over folds. A row without a metric says only how many images there are, and why there is no score.
  Images whose value is unknown have such a row, with an empty value, and those whose value is not compared
  (``other values``).
- kind ``difference``: the score of value minus that of value_b (``rest``: all images with the other values
  that are compared), over the folds that have both; expression ``average``: the mean over the `expressions`
  that have the difference. equal_n: whether both were thinned to equal numbers of images and subjects;
  without it, the value with fewer images scores nearer to chance for that alone.

claim, low, high, p as in summary.csv: ``trainings`` is about other trainings of the network, over folds;
``faces`` about these very networks and other people, over subjects, of metrics without a threshold. n, n_b:
images; subjects: the fewest of any fold and side. q: over all networks and expressions that are asked the
same; of averages, over networks.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow_scripts.common.averages import over_folds
from workflow_scripts.common.intervals import Error, Interval, interval_of, over_trainings
from workflow_scripts.comparison.cells import AVERAGE, TRAININGS
from workflow_scripts.comparison.group_differences import correct
from workflow_scripts.comparison.over_faces import FACES, coverage_of, face_error
from workflow_scripts.comparison.subset_scores import Difference, Scores

VALUE, DIFFERENCE, REST = "value", "difference", "rest"
SUBSETS = (
    *("mask_set", "kind", "subset", "value", "value_b", "network", "fold", "expression", "metric", "equal_n"),
    *("claim", "estimate", "sd", "low", "high", "p", "q", "score_a", "score_b", "n", "n_b", "subjects"),
    *("coverage", "folds", "expressions", "reason"),
)  # fmt: skip

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Scored:
    """What one value's images of a cell score, or why they do not."""

    fold: int
    expression: str
    n: int
    subjects: int
    scores: Scores = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Apart:
    """What two values' images of a cell differ by, or why they do not."""

    fold: int
    expression: str
    found: Difference | None
    reason: str = ""


def value_rows(about: Mapping[str, object], cells: Sequence[Scored], folds_each: int) -> Rows:
    """The rows of one value. about: columns that all of them share; cells: of all folds and expressions.

    folds_each: folds of one cross-validation; 0 if all folds have the same model, so that none is a training.
    """
    base = dict.fromkeys(SUBSETS) | {"kind": VALUE} | about
    rows, of_panel = [], defaultdict(list)
    for cell in cells:
        row = base | {"fold": cell.fold, "expression": cell.expression, "n": cell.n}
        row |= {"subjects": cell.subjects, "reason": cell.reason}
        rows += [row | {"metric": name, "estimate": score} for name, score in cell.scores.items()] or [row]
        of_panel[cell.expression].append(cell)
    for expression, of in of_panel.items():
        scored = [cell for cell in of if cell.scores]
        for metric in scored[0].scores if scored else ():
            values = [(expression, cell.fold, cell.scores[metric]) for cell in scored]
            row = base | {"expression": expression, "metric": metric, "n": sum(cell.n for cell in scored)}
            row |= {"subjects": min(cell.subjects for cell in scored)}
            rows.append(row | _over_trainings(values, [expression], folds_each, tested=False))
    return rows


def difference_rows(
    about: Mapping[str, object], equal: bool, cells: Sequence[Apart], folds: int, one_model: bool
) -> Rows:
    """The rows of one difference, by expression and of their average. equal: between equal numbers.

    folds: of one cross-validation. one_model: whether all folds have the same model.
    """
    base = dict.fromkeys(SUBSETS) | {"kind": DIFFERENCE, "equal_n": "yes" if equal else "no"} | about
    of_panel = defaultdict(list)
    for cell in cells:
        of_panel[cell.expression].append(cell)
    there = {name: [one for one in of if one.found] for name, of in of_panel.items()}
    rows = []
    for expression, of in of_panel.items():
        if there[expression]:
            rows += _rows(
                base | {"expression": expression}, {expression: there[expression]}, folds, one_model
            )
        else:
            reasons = dict.fromkeys(f"fold {one.fold}: {one.reason}" for one in of)
            rows.append(base | {"expression": expression, "reason": "; ".join(reasons)})
    together = {name: of for name, of in there.items() if of}
    return rows + (_rows(base | {"expression": AVERAGE}, together, folds, one_model) if together else [])


def _rows(base: Mapping, panels: Mapping[str, Sequence[Apart]], folds: int, one_model: bool) -> Rows:
    """A number of one or more panels, with both claims; with one if the metric has no interval over faces."""
    cells = [one for of in panels.values() for one in of]
    base = base | {name: sum(one.found.n[i] for one in cells) for i, name in enumerate(("n", "n_b"))}
    base |= {"subjects": min(one.found.fewest for one in cells), "expressions": len(panels)}
    rows = []
    for metric in cells[0].found.first:
        values = [
            (one.expression, one.fold, one.found.first[metric] - one.found.second[metric]) for one in cells
        ]
        row = base | {"metric": metric} | _over_trainings(values, [*panels], 0 if one_model else folds)
        for side, name in (("first", "score_a"), ("second", "score_b")):
            of = [(one.expression, one.fold, getattr(one.found, side)[metric]) for one in cells]
            row[name] = over_folds(of, [*panels]).estimate
        rows.append(row)
        if all(metric in one.found.changes for one in cells):
            rows.append(row | _over_faces(row["estimate"], panels, metric, folds))
    return rows


def _over_trainings(
    values: Sequence, panels: Sequence[str], folds_each: int, tested: bool = True
) -> dict[str, object]:
    found = over_folds(values, panels)
    row = {"claim": "", "estimate": found.estimate, "sd": found.sd, "folds": len({one[1] for one in values})}
    interval = Interval()
    if folds_each:
        row["claim"] = TRAININGS
        interval = over_trainings(found.estimate, found.sd, found.folds, folds_each)
    return row | {"low": interval.low, "high": interval.high, "p": interval.p if tested else None}


def _over_faces(
    estimate: float, panels: Mapping[str, Sequence[Apart]], metric: str, folds: int
) -> dict[str, object]:
    """The claim and interval over subjects, each of whom is left out of all panels and folds at once."""
    changes, variance, fewest = defaultdict(float), 0.0, defaultdict(list)
    for of in panels.values():
        weight = 1 / len(of) / len(panels)
        for one in of:
            variance += weight**2 * one.found.error[metric]
            fewest[one.fold].append(one.found.fewest)
            for name, change in one.found.changes[metric].items():
                changes[name] += weight * change
    subjects, of_folds = min(map(min, fewest.values())), min(len(fewest), folds)
    error = face_error(changes, subjects, of_folds)
    if error:
        error = Error(math.sqrt(error.size**2 + variance), error.degrees)
    interval = interval_of(estimate, error)
    row = {"claim": FACES, "sd": None, "low": interval.low, "high": interval.high, "p": interval.p}
    return row | {"coverage": coverage_of(subjects, of_folds) if error else None}


def corrected(rows: Rows) -> Rows:
    """The rows with q, over all differences of the same subsets, metric, claim and mask set."""
    families = defaultdict(list)
    for row in rows:
        if row["p"] is not None:
            key = [row[name] for name in ("mask_set", "subset", "metric", "claim", "equal_n")]
            families[*key, row["expression"] == AVERAGE].append(row)
    correct(families.values())
    return rows
