"""The answer in one sentence, from the numbers of its picture."""

from collections.abc import Sequence
from math import factorial

from workflow_scripts.comparison.cells import AVERAGE, REFERENCE
from workflow_scripts.comparison.differences import EXPRESSIONS
from workflow_scripts.comparison.references import OTHER_EXPRESSIONS
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.answer_numbers import (
    ELSEWHERE,
    REFERENCES,
    as_good,
    not_beyond_chance,
    scored,
    shown_metric,
)
from workflow_scripts.report.page.study import Comparison
from workflow_scripts.report.page.wording import LEVEL, listed


def headline(comparisons: Sequence[Comparison], metrics: Sequence[Metric]) -> str:
    """Whether heatmaps of one explainer find the masks better than what knows no expression.

    Scores are compared as they are printed, and with masks elsewhere by their test; that heatmaps are
    specific is said if it was tested.
    """
    if not comparisons:
        return "This run does not compare the heatmaps with masks."
    metric = shown_metric(metrics)
    numbers = {one.mask_set: scored(one.mask_set, one.entries, metric) for one in comparisons}
    judged = [one for one in numbers.values() if one.average and one.references]
    if not judged:
        return "There is no average to judge: no network that learned has a heatmap of every expression."
    matched = {one.mask_set: [ELSEWHERE] * not_beyond_chance(one) + as_good(one, metric) for one in judged}
    ahead = [name for name, by in matched.items() if not by]
    sets = f"all {len(judged)} mask sets" if len(judged) > 1 else f"masks {judged[0].mask_set}"
    better = "the networks' heatmaps score better than all that knows nothing of the expression"
    labels = {ELSEWHERE: "what they score on masks laid elsewhere"}
    labels |= {label: label for label, _ in REFERENCES.values()}
    others = [said for label, said in labels.items() if any(label in by for by in matched.values())]
    by = f"by {listed(others, 'or')}" if others else ""
    if not others:
        said = f"on {sets}, {better}"
    elif ahead:
        first = f"on {len(ahead)} of {len(judged)} mask sets ({listed(ahead)}), {better}"
        said = f"{first}; on the others they are matched or beaten {by}"
    else:
        said = f"on {sets}, the networks' heatmaps are matched or beaten without knowing the expression, {by}"
    said = f"By {metric.label}, {said}"
    return f"{said}.{_specific(comparisons, metric)}"


def _specific(comparisons: Sequence[Comparison], metric: Metric) -> str:
    """On which mask sets heatmaps are shown to be specific to their expression; nothing if none can be."""
    which = (REFERENCE, AVERAGE, OTHER_EXPRESSIONS, AVERAGE, metric.name, EXPRESSIONS)
    tested = {
        one.mask_set: float(row["p"])
        for one in comparisons
        if not one.entries.same_masks
        if (row := one.differences.get(*which)) and row["p"]
        if factorial(len(one.entries.expressions) - 1) * LEVEL >= 1  # one of them is the average
    }
    shown = [name for name, p in tested.items() if p < LEVEL]
    if not tested:
        return ""
    where = f"shown on {listed(shown)}" if shown else "not shown on any" if len(tested) > 1 else "not shown"
    return f" That the heatmaps are specific to their expression is {where}."
