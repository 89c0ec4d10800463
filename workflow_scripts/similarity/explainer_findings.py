"""Does what is found of a panel depend on the explainer? How far each explainer's score is from chance.

Exchangeable unit: the subject, as in all intervals over faces (`comparison.over_faces`). Estimand, of a panel
and an explainer: the expected score of these trained networks' heatmaps, had they been shown as many other
subjects, minus chance, the mean score of the same heatmaps on masks as large and smooth that lie elsewhere in
the face (`comparison.nulls`), both on the coarse grid of these masks; positive where the score is better.
Chance is taken as known: these heatmaps and the surrogates of the mask stay as they are. Null, of each side:
the score is at chance, or on the other side of it.

The k explainers that score a panel have intervals of Student's t at level 1 - .05 / k (Bonferroni; Dunn 1961,
Journal of the American Statistical Association 56, 52-64). So the chance that any of them is put on a wrong
side, above or below, is at most .05 for a panel, however much explainers have in common: they explain the
same images. A wrong answer needs a wrong side, so that its chance is at most that: ``yes``, some are above
and some below, which is a qualitative interaction (Gail & Simon 1985, Biometrics 41, 361-372); ``no``, all
are on one side, which does not say that they score alike. All else is ``open``. The bound is that of one
panel and one metric; and it holds as far as intervals over faces cover what they say far from their middle,
too. In simulated studies those of one or two folds do not (WRONG; benchmarks/README.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow_scripts.common.averages import mean
from workflow_scripts.common.intervals import LEVEL, Error, interval_of
from workflow_scripts.comparison.cells import AVERAGE, NETWORK, REFERENCE, as_number
from workflow_scripts.comparison.over_faces import FACES, error_behind
from workflow_scripts.comparison.summary import SURROGATES

WHERE = ("mask_set", "network", "expression", "metric")
ABOVE, BELOW, UNDECIDED = SIDES = ("above", "below", "undecided")
NO, YES, OPEN = "no", "yes", "open"
# how often any explainer was on a wrong side in simulated studies where all are at chance, of the design and
# the metric for which it was most: by folds (benchmarks/explainer_sides.py)
WRONG = {1: 0.172, 2: 0.106, 5: 0.057}
# estimate: as in summary.csv; chance: the same, but for what the grid changes; excess: their difference,
# positive where the score is better than chance; low, high: its interval over faces; side: one of SIDES, or
# empty without an interval
EXCESS = (*WHERE, "explainer", "estimate", "chance", "excess", "low", "high", "side")
# explainers: how many score the panel; above, below, undecided: which, with spaces between; depends: yes, no
# or open, empty for fewer than two; r_face: of their heatmaps, mean over pairs; least_...: its lowest
FINDINGS = (*WHERE, "explainers", *SIDES, "depends", "r_face", "least_a", "least_b", "least_r")
# of summary.csv, what is read
READ = (
    *("kind", "name", "of", "expression", "metric", "claim"),
    *("estimate", "low", "high", "folds", "subjects"),
)

Row = Mapping[str, object]
Panel = tuple[str, str, str]  # network, expression, metric


@dataclass(frozen=True)
class Score:
    """The score of a panel by one explainer, chance, and the error of the score over faces, if known."""

    estimate: float | None = None
    chance: float | None = None
    error: Error | None = None


def read_scores(summary: Sequence[Row], nulls: Sequence[Row], folds_each: int) -> dict[Panel, Score]:
    """The scores of one explainer against one mask set, of metrics that have an interval and chance.

    summary: rows of summary.csv, with READ. nulls: rows of nulls.csv, whose scores are on the coarse grid, as
    chance is: what the grid changes is added to chance, so that the excess is that on the grid. folds_each:
    folds of one cross-validation. Averages are left out.
    """
    scored, chances = {}, {}
    on_grid = {tuple(row[key] for key in WHERE[1:]): as_number(row["score"]) for row in nulls}
    for row in summary:
        if row["expression"] == AVERAGE:
            continue
        if row["kind"] == NETWORK and row["claim"] == FACES and row["name"] != AVERAGE:
            scored[row["name"], row["expression"], row["metric"]] = row
        elif row["kind"] == REFERENCE and row["name"] == SURROGATES and row["of"] != AVERAGE:
            chances[row["of"], row["expression"], row["metric"]] = as_number(row["estimate"])
    metrics = {metric for *_, metric in scored} & {metric for *_, metric in chances}
    found = {}
    for panel, row in scored.items():
        if panel[-1] in metrics:
            estimate, chance, score = as_number(row["estimate"]), chances.get(panel), on_grid.get(panel)
            if None not in (estimate, chance, score):
                chance += estimate - score
            found[panel] = Score(estimate, chance, _error(row, folds_each))
    return found


def _error(row: Row, folds_each: int) -> Error | None:
    low, high, folds, subjects = (as_number(row[key]) for key in ("low", "high", "folds", "subjects"))
    return None if low is None else error_behind(low, high, int(subjects), min(int(folds), folds_each))


def excess_rows(
    where: Mapping[str, str], scores: Mapping[str, Score], better: str
) -> list[dict[str, object]]:
    """How far each explainer's score of a panel is from chance, keys EXCESS.

    where: of the panel, keys WHERE. scores: by explainer. better: of the metric, higher or lower.
    """
    k = sum(_excess(score, better) is not None for score in scores.values())
    rows = []
    for explainer, score in scores.items():
        excess = _excess(score, better)
        interval = interval_of(excess, score.error, 1 - (1 - LEVEL) / k) if k else interval_of(None, None)
        numbers = {"estimate": score.estimate, "chance": score.chance, "excess": excess}
        numbers |= {"low": interval.low, "high": interval.high, "side": side(interval.low, interval.high)}
        rows.append({**where, "explainer": explainer, **numbers})
    return rows


def _excess(score: Score, better: str) -> float | None:
    if score.estimate is None or score.chance is None:
        return None
    return (score.estimate - score.chance) * (1 if better == "higher" else -1)


def side(low: float | None, high: float | None) -> str:
    """On which side of chance a score lies; empty without an interval.

    >>> side(0.01, 0.1), side(-0.1, -0.01), side(-0.1, 0.1), side(None, None)
    ('above', 'below', 'undecided', '')
    """
    if low is None or high is None:
        return ""
    return ABOVE if low > 0 else BELOW if high < 0 else UNDECIDED


def depends(sides: Sequence[str]) -> str:
    """Whether a finding depends on the explainer, by the sides of those that score the panel.

    >>> depends(["above", "above"]), depends(["above", "below", ""]), depends(["above", ""])
    ('no', 'yes', 'open')
    """
    if len(sides) < 2:
        return ""
    if ABOVE in sides and BELOW in sides:
        return YES
    return NO if len(set(sides)) == 1 and sides[0] in (ABOVE, BELOW) else OPEN


def finding(
    where: Mapping[str, str], rows: Sequence[Row], alike: Mapping[tuple[str, str], float | None]
) -> dict[str, object]:
    """What the explainers say of a panel together, keys FINDINGS.

    rows: of the panel, keys EXCESS. alike: r of the heatmaps of each pair of explainers, None if unknown.
    """
    sides = {row["explainer"]: row["side"] for row in rows if row["excess"] is not None}
    named = {one: " ".join(name for name, its in sides.items() if its == one) for one in SIDES}
    known = {pair: r for pair, r in alike.items() if r is not None}
    (a, b), least = min(known.items(), key=lambda one: one[1]) if known else (("", ""), None)
    told = {"explainers": len(sides), **named, "depends": depends(list(sides.values()))}
    return {**where, **told, "r_face": mean(known.values()), "least_a": a, "least_b": b, "least_r": least}
