"""Differences between groups of networks, such as deep and shallow ones.

The estimand is the mean score of one group's networks minus that of the other's. Two claims are made of it:

- ``trainings``: about other trainings of these networks; interval and p as of any difference
  (`common.intervals`), over the folds that all networks of both groups have.
- ``networks``: about the division into groups. Unit: the network. Null: the labels of the groups are
  exchangeable. p is two-sided, over all divisions into groups of these sizes, which contain the observed one;
  with 8 and 4 networks there are 495. There is no p where even the most extreme of them could not reach 0.05:
  both ends count, so two groups of the same size need 40 divisions. Networks that differ in depth usually
  differ in more, like pretraining or size of the input: a small p does not say which of these it is.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from math import comb

import numpy as np

from workflow_scripts.common.averages import mean, over_folds
from workflow_scripts.common.intervals import false_discovery_rates, familywise_p, over_trainings
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE, NUMBERS, TRAININGS, Cells

GROUP, NETWORKS = "group", "networks"
FEWEST_DIVISIONS = 20
MOST_ENUMERATED = 20_000  # divisions; beyond, as many are drawn
DECIMALS = 12

Rows = list[dict[str, object]]


def group_differences(cells: Cells) -> Rows:
    """Rows of differences between all pairs of groups that have networks with every panel.

    Pairs of groups that share a network are left out: it would count on both sides.
    """
    there = [name for name in cells.groups if cells.members(name) and name not in cells.networks]
    return [
        {"kind": GROUP, "name_a": a, "name_b": b, "expression": expression, "mask_expression": expression}
        | {"metric": metric}
        | numbers
        for a, b in combinations(there, 2)
        if not set(cells.groups[a]) & set(cells.groups[b])
        for expression in (*cells.expressions, AVERAGE)
        for metric in cells.metrics
        for numbers in (
            _over_trainings(cells, a, b, expression, metric),
            _over_networks(cells, a, b, expression, metric),
        )
    ]


def corrected_groups(rows: Rows) -> Rows:
    """The rows with q and p_holm over all pairs of groups, by expression, metric and claim."""
    families = defaultdict(list)
    for row in rows:
        if row["p"] is not None:
            families[row["expression"], row["metric"], row["claim"]].append(row)
    correct(families.values())
    return rows


def correct(families: Iterable[Rows]) -> None:
    """Give the rows of each family of tests, all of which have a p, their q and p_holm."""
    for family in families:
        p = [row["p"] for row in family]
        for row, q, holm in zip(family, false_discovery_rates(p), familywise_p(p), strict=True):
            row |= {"q": q, "p_holm": holm}


def _over_trainings(cells: Cells, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """The difference with its interval over trainings."""
    shown = cells.expressions if expression == AVERAGE else [expression]
    values = []
    for one in shown:
        first, second = (
            [cells.scores((network, one), metric) for network in cells.members(group)] for group in (a, b)
        )
        for fold in cells.folds:
            if all(fold in scores for scores in (*first, *second)):
                of_groups = [np.mean([scores[fold] for scores in group]) for group in (first, second)]
                values.append((one, fold, float(of_groups[0] - of_groups[1])))
    found, claim = over_folds(values, shown), cells.claim(a, b)
    row = cells.numbers(found, None, claim, cells.folds_each)
    if claim == TRAININGS:
        row["p"] = over_trainings(found.estimate, found.sd, found.folds, cells.folds_each).p
    return row


def _over_networks(cells: Cells, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """The difference with the p value of the division into groups."""
    first, second = (
        [cells.entry(network, expression, metric)["estimate"] for network in cells.members(group)]
        for group in (a, b)
    )
    row = dict.fromkeys(NUMBERS) | {"claim": NETWORKS}
    if None in (*first, *second):
        return row
    row["estimate"] = mean(first) - mean(second)
    ends = 2 if len(first) == len(second) else 1  # exchanging such groups gives the same difference
    if comb(len(first) + len(second), len(first)) >= FEWEST_DIVISIONS * ends:
        draw = generator(cells.compared.seed, NETWORKS, a, b, expression, metric)
        row["p"] = division_p(first, second, draw)
    return row


def division_p(a: list[float], b: list[float], draw: np.random.Generator) -> float:
    """Two-sided p of the difference of means, over divisions of all values into groups of these sizes.

    draw: for the divisions drawn where there are too many to enumerate.
    """
    values, n = np.array([*a, *b]), len(a)
    if comb(len(values), n) <= MOST_ENUMERATED:
        chosen, added = (
            np.array(list(combinations(range(len(values)), n))),
            0,
        )  # the observed one is among them
    else:
        chosen, added = np.array([draw.permutation(len(values))[:n] for _ in range(MOST_ENUMERATED)]), 1
    sums = values[chosen].sum(axis=1)
    differences = np.round(np.abs(sums / n - (values.sum() - sums) / len(b)), DECIMALS)
    own = round(abs(float(np.mean(a) - np.mean(b))), DECIMALS)
    return float((np.count_nonzero(differences >= own) + added) / (len(chosen) + added))
