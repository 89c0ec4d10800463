"""Differences between networks, and between networks and what they are compared with.

Rows have the keys DIFFERENCES: a minus b. kind: ``network`` for a pair of networks; ``reference`` for a
network, or the average of those that learned, minus a reference; ``group``: `comparison.group_differences`.
claim: ``trainings``: the estimate is the
mean of the paired differences over the folds that both have, averaged as in `comparison.summary`, with its
interval and two-sided p over trainings (`common.intervals`); n are the images of both in these folds.
``expressions``: mean score of own masks minus that of the others' masks, for networks whose folds have every
heatmap; p is that of `comparison.specificity`, exact and one-sided. Both have the same estimate where no
heatmap is missing. A network and what is put beside it (`comparison.beside`) share no folds, and trainings
may share images, so that neither a paired nor an independent test applies: the estimate is the difference
of their means, and there is no claim. Rows with the claim ``faces`` and kind ``expression`` are those of
`comparison.face_rows`, which says what of, subjects and coverage are.

q (false discovery rate) and p_holm (adjusted so that the chance of any error is bounded) count all tests of
one question: of pairs, all pairs of ranked networks, by expression and metric; of references, all ranked
panels, by reference and metric; of expressions, all networks, by metric; of groups, all pairs of groups, by
expression, metric and claim. Averages are summaries of their
panels, and have p alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from workflow_scripts.common.averages import over_folds, total
from workflow_scripts.common.intervals import over_trainings
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import (
    AVERAGE,
    NETWORK,
    NUMBERS,
    REFERENCE,
    TRAININGS,
    Cells,
    as_number,
    reference_column,
)
from workflow_scripts.comparison.group_differences import correct, corrected_groups, group_differences
from workflow_scripts.comparison.references import NOT_TESTED, OTHER_EXPRESSIONS
from workflow_scripts.comparison.specificity import own_minus_others, specificity_p

EXPRESSIONS = "expressions"
DIFFERENCES = (
    "kind", "name_a", "name_b", "expression", "mask_expression", "metric", "claim", *NUMBERS, "p_holm",
    "of", "subjects", "coverage",
)  # fmt: skip

Rows = list[dict[str, object]]


def differences(cells: Cells, lower: Sequence[str] = ()) -> Rows:
    """All differences of a comparison, keys DIFFERENCES. lower: metrics of which lower values are better."""
    pairs = [(NETWORK, a, b) for a, b in combinations(cells.networks, 2)]
    pairs += [
        (REFERENCE, name, reference)
        for name in (*cells.networks, AVERAGE)
        for reference in (*cells.mask_references, *cells.network_references)
        if reference not in NOT_TESTED
    ]
    rows = [
        _difference(cells, *pair, expression, metric)
        for pair in pairs
        for expression in (*cells.expressions, AVERAGE)
        for metric in cells.metrics
    ]
    of_groups = [dict.fromkeys(DIFFERENCES) | row for row in group_differences(cells)]
    return _corrected(cells, rows + _specificity(cells, lower)) + corrected_groups(of_groups)


def _difference(cells: Cells, kind: str, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """The difference of one pair."""
    if kind == NETWORK and not cells.paired(a, b):
        return _row(kind, a, b, expression, metric) | _unpaired(cells, a, b, expression, metric)
    differing, images = {}, []
    others = cells.panels(a if kind == REFERENCE else b, expression)
    for panel, other in zip(cells.panels(a, expression), others, strict=False):  # none if either has none
        scores = cells.scores(panel, metric)
        if b in cells.mask_references:
            value = cells.of_mask(b, panel[1], metric)
            against = {} if value is None else dict.fromkeys(scores, value)
        else:
            column = reference_column(b, metric) if kind == REFERENCE else metric
            against = cells.scores(other, column)
        both = [fold for fold in scores if fold in against]
        differing[panel] = {fold: scores[fold] - against[fold] for fold in both}
        images.append(cells.images({panel, other}, both))
    found, claim = over_folds(cells.in_order(differing), differing), cells.claim(a, b)
    row = _row(kind, a, b, expression, metric) | cells.numbers(found, total(images), claim, cells.folds_of(a))
    if claim == TRAININGS:
        row["p"] = over_trainings(found.estimate, found.sd, found.folds, cells.folds_of(a)).p
    return row


def _unpaired(cells: Cells, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """The difference of the means of a network and what is put beside it, without a claim."""
    first, second = (cells.entry(name, expression, metric)["estimate"] for name in (a, b))
    return {"estimate": None if None in (first, second) else first - second}


def _specificity(cells: Cells, lower: Sequence[str]) -> Rows:
    """Own masks minus others' masks, of networks and of their average, with exact p values."""
    matrices = _matrices(cells)
    folds = {row["network"]: int(row["folds"]) for row in cells.compared.matrix}
    rows = []
    for name in (*cells.networks, AVERAGE) if cells.compared.matrix else ():
        for metric in cells.metrics:
            row = _row(REFERENCE, name, OTHER_EXPRESSIONS, AVERAGE, metric) | {"claim": EXPRESSIONS}
            scores = matrices.get((name, metric))
            if scores is not None and len(scores) > 1:
                draw = generator(cells.compared.seed, EXPRESSIONS, name, metric)
                row["p"] = specificity_p(-scores if metric in lower else scores, draw)
                row |= {"estimate": own_minus_others(scores), "folds": folds[name]}
            rows.append(row)
    return rows


def _matrices(cells: Cells) -> dict[tuple[str, str], np.ndarray]:
    """Mean scores by (network, metric): heatmaps in rows, masks in columns."""
    place = {expression: i for i, expression in enumerate(cells.expressions)}
    found = defaultdict(lambda: np.full((len(place), len(place)), np.nan))
    for row in cells.compared.matrix:
        where = place[row["expression"]], place[row["mask_expression"]]
        found[row["network"], row["metric"]][where] = as_number(row["score"])
    return {key: scores for key, scores in found.items() if np.isfinite(scores).all()}


def _corrected(cells: Cells, rows: Rows) -> Rows:
    """The rows with q and p_holm, each over its family of tests."""
    ranked = {
        (name, expression): not cells.not_ranked(name, expression)
        for name in cells.networks
        for expression in cells.expressions
    }
    for name in cells.networks:
        ranked[name, AVERAGE] = all(ranked[name, expression] for expression in cells.expressions)
    families = defaultdict(list)
    for row in rows:
        a, b, expression, claim = (row[key] for key in ("name_a", "name_b", "expression", "claim"))
        if a == AVERAGE or not ranked[a, expression] or row["p"] is None:
            continue
        if row["kind"] == NETWORK and ranked[b, expression]:
            families[expression, row["metric"]].append(row)
        elif row["kind"] == REFERENCE and (expression != AVERAGE or claim == EXPRESSIONS):
            families[claim, b, row["metric"]].append(row)
    correct(families.values())
    return rows


def _row(kind: str, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """A row without its numbers."""
    which = {"kind": kind, "name_a": a, "name_b": b, "expression": expression, "mask_expression": expression}
    return dict.fromkeys(DIFFERENCES) | which | {"metric": metric, "claim": ""}
