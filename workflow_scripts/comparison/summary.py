"""The numbers of a comparison: every mean of scores in the tables, on the page and in figures is taken here.

The published entries are means over folds of the scores of per-fold heatmaps; scores of pooled
heatmaps match none of them. A *panel* is a (network, expression). All means follow one scheme:

- a panel's mean is over the folds that have a score;
- a network's average is over the panels of all expressions that have masks, and empty if one is missing:
  otherwise a network that never predicts a hard expression would gain;
- the average over networks is over those that learned and have every panel, the same ones in every column.

Rows are in long format, one per number, with the keys SUMMARY. kind: ``network``, or ``reference`` for what a
network is compared with. name: a network; ``average`` over those that learned and lack no panel; ``face``,
the whole face as a region; ``chance_face``, the score of a random region of the face as large as the heatmaps
of `of`. expression: of the heatmaps, or ``average`` over those with masks; mask_expression: of the masks.
claim: what the deviation and an interval are over; ``trainings``: the folds, each with its own training;
empty if the number depends on the masks alone or says nothing about other trainings. estimate with sd, low
and high; n: explained images; folds: those that have every heatmap, over which the deviation is taken; p, q.
not_ranked: why a panel, or an average with such a panel, is not ranked, or empty. learned: whether the
network learned (yes, no); for ``average``, the number of its networks. Missing or unknown numbers are None.

The metric ``median_r2`` describes the fits behind the heatmaps: the median over the cells of the expression,
or over all cells.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from statistics import median

from workflow_scripts.common.averages import Average, mean, over_folds, total
from workflow_scripts.comparison.score_columns import CHANCE, FACE

AVERAGE, FACE_NAME, CHANCE_NAME = "average", "face", "chance_face"
NETWORK, REFERENCE = "network", "reference"
TRAININGS = "trainings"
FITS = "median_r2"
NUMBERS = ("estimate", "sd", "low", "high", "n", "folds", "p", "q")
SUMMARY = (
    "kind", "name", "of", "expression", "mask_expression", "metric", "claim", *NUMBERS, "not_ranked",
    "learned",
)  # fmt: skip
DIFFERENCES = ("kind", "name_a", "name_b", "expression", "mask_expression", "metric", "claim", *NUMBERS)

Row = Mapping[str, object]
Panel = tuple[str, str]


class Cells:
    """The scores of cells, as numbers, with the networks and expressions of the study.

    rows: of cells, with `score_columns.cell_columns`, whose numbers may be text; empty is missing. learned:
    whether each network learned. min_images: how many each fold's heatmap needs for its panel to be ranked.
    one_model: networks that are the same model in all folds, which say nothing about other trainings.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        networks: Sequence[str],
        expressions: Sequence[str],
        metrics: Sequence[str],
        learned: Mapping[str, bool],
        min_images: int,
        one_model: Collection[str] = (),
    ):
        self.rows = rows
        self.networks, self.metrics = networks, metrics
        self.learned, self.min_images = learned, min_images
        self.one_model = one_model
        self.folds = sorted({row["fold"] for row in rows})
        self.expressions = [name for name in expressions if any(row["expression"] == name for row in rows)]
        self.of_panel = defaultdict(dict)  # (network, expression) -> fold -> place in rows; cells with scores
        for place, row in enumerate(rows):
            if _number(row[metrics[0]]) is not None:
                self.of_panel[row["network"], row["expression"]][row["fold"]] = place
        self.complete = [
            name for name in networks if all(self.of_panel[name, one] for one in self.expressions)
        ]
        self.averaged = [name for name in self.complete if learned[name]]

    def scores(self, panel: Panel, column: str) -> dict[object, float]:
        """The numbers of one column of a panel by fold, of cells that have scores, without missing ones."""
        numbers = {fold: _number(self.rows[place][column]) for fold, place in self.of_panel[panel].items()}
        return {fold: number for fold, number in numbers.items() if number is not None}

    def in_order(self, numbers: Mapping[Panel, Mapping]) -> list[tuple[Panel, object, float]]:
        """Numbers of panels by fold as (panel, fold, number), in the order of the rows."""
        found = [(panel, fold, number) for panel, of in numbers.items() for fold, number in of.items()]
        return sorted(found, key=lambda one: self.of_panel[one[0]][one[1]])

    def panels(self, name: str, expression: str) -> list[Panel]:
        """The panels behind an entry; none if the entry must stay empty."""
        networks = self.averaged if name == AVERAGE else [name]
        if expression != AVERAGE:
            return [(network, expression) for network in networks]
        every = set(networks) <= set(self.complete)
        return [(network, one) for network in networks for one in self.expressions] if every else []

    def claim(self, *names: str) -> str:
        """What the deviation of some entries is over: trainings, if each fold has its own."""
        networks = [one for name in names for one in (self.averaged if name == AVERAGE else [name])]
        return "" if set(networks) & set(self.one_model) else TRAININGS

    def images(self, panels: Collection[Panel], folds: Collection) -> int | None:
        """Explained images of the cells of some folds that have scores; None if unknown."""
        known = [self.scores(panel, "n") for panel in panels]
        return total(of_panel[fold] for of_panel in known for fold in folds if fold in of_panel)

    def of_face(self, expression: str, metric: str) -> float | None:
        """The score of the whole face, which depends on the mask alone."""
        found = (_number(row[FACE + metric]) for row in self.rows if row["expression"] == expression)
        return next((score for score in found if score is not None), None)


def _number(value: object) -> float | None:
    """A number that may be text; None if it is missing."""
    number = math.nan if value is None or value == "" else float(value)
    return None if math.isnan(number) else number


def summarized(cells: Cells) -> list[dict[str, object]]:
    """All numbers of a comparison, keys SUMMARY, in the order of networks, expressions and metrics."""
    rows = []
    shown = [*cells.expressions, AVERAGE]
    for name in (*cells.networks, AVERAGE):
        learned = str(len(cells.averaged)) if name == AVERAGE else "yes" if cells.learned[name] else "no"
        reasons = {} if name == AVERAGE else _reasons(cells, name)
        for expression in shown:
            of_network = _row(NETWORK, name, expression) | {"learned": learned}
            of_network["not_ranked"] = reasons.get(expression, "")
            for metric in cells.metrics:
                rows.append(of_network | {"metric": metric} | _entry(cells, name, expression, metric))
                chance = _row(REFERENCE, CHANCE_NAME, expression) | {"of": name, "learned": learned}
                rows.append(chance | {"metric": metric} | _entry(cells, name, expression, CHANCE + metric))
            if name != AVERAGE:
                rows.append(of_network | {"metric": FITS} | _fits(cells, name, expression))
    for expression in shown:
        of_masks = cells.expressions if expression == AVERAGE else [expression]
        for metric in cells.metrics:
            estimate = mean(cells.of_face(name, metric) for name in sorted(of_masks))
            rows.append(_row(REFERENCE, FACE_NAME, expression) | {"metric": metric, "estimate": estimate})
    return rows


def differences(cells: Cells) -> list[dict[str, object]]:
    """Differences between networks, and between networks and references, with the keys DIFFERENCES.

    kind: ``network`` for a pair of networks, ``reference`` for a network, or the average of those that
    learned, minus what it is compared with. The estimate is the mean of the paired differences a - b over the
    folds that both have, averaged as in `summarized`, and n the images of both in these folds.
    """
    pairs = [(NETWORK, a, b) for a, b in combinations(cells.networks, 2)]
    pairs += [
        (REFERENCE, name, reference)
        for name in (*cells.networks, AVERAGE)
        for reference in (FACE_NAME, CHANCE_NAME)
    ]
    return [
        _difference(cells, *pair, expression, metric)
        for pair in pairs
        for expression in (*cells.expressions, AVERAGE)
        for metric in cells.metrics
    ]


def _difference(cells: Cells, kind: str, a: str, b: str, expression: str, metric: str) -> dict[str, object]:
    """The difference of one pair."""
    differing, images = {}, []
    others = cells.panels(a if kind == REFERENCE else b, expression)
    for panel, other in zip(cells.panels(a, expression), others, strict=False):  # none if either has none
        scores = cells.scores(panel, metric)
        if b == FACE_NAME:
            against = dict.fromkeys(scores, cells.of_face(panel[1], metric))
        else:
            against = cells.scores(other, CHANCE + metric if kind == REFERENCE else metric)
        both = [fold for fold in scores if fold in against]
        differing[panel] = {fold: scores[fold] - against[fold] for fold in both}
        images.append(cells.images({panel, other}, both))
    which = {"kind": kind, "name_a": a, "name_b": b, "expression": expression, "mask_expression": expression}
    numbers = _numbers(over_folds(cells.in_order(differing), differing), total(images))
    return dict.fromkeys(DIFFERENCES) | which | {"metric": metric, "claim": cells.claim(a, b)} | numbers


def _row(kind: str, name: str, expression: str) -> dict[str, object]:
    """A row without its numbers."""
    words = {"of": "", "claim": "", "not_ranked": "", "learned": ""}
    which = {"kind": kind, "name": name, "expression": expression, "mask_expression": expression}
    return dict.fromkeys(SUMMARY) | words | which


def _entry(cells: Cells, name: str, expression: str, column: str) -> dict[str, object]:
    """The numbers of one entry."""
    panels = cells.panels(name, expression)
    scores = {panel: cells.scores(panel, column) for panel in panels}
    found = over_folds(cells.in_order(scores), panels)
    return {"claim": cells.claim(name)} | _numbers(found, cells.images(panels, cells.folds))


def _numbers(found: Average, n: int | None) -> dict[str, object]:
    """The values of NUMBERS; an interval and a test are to be filled in here."""
    return {"estimate": found.estimate, "sd": found.sd, "n": n, "folds": found.folds}


def _fits(cells: Cells, name: str, expression: str) -> dict[str, object]:
    """The median R² over cells, whether they have scores or not."""
    rows = [
        row
        for row in cells.rows
        if row["network"] == name
        and expression in (row["expression"], AVERAGE)
        and _number(row[FITS]) is not None
    ]
    if not rows:
        return {}
    folds = {row["fold"] for row in rows}
    n = total(_number(row["n"]) for row in rows)
    return {"estimate": median(_number(row[FITS]) for row in rows), "n": n, "folds": len(folds)}


def _reasons(cells: Cells, name: str) -> dict[str, str]:
    """Why each panel of a network, and its average, is not ranked; empty if it is."""
    reasons = {expression: _not_ranked(cells, name, expression) for expression in cells.expressions}
    of_average = "; ".join(f"{expression}: {why}" for expression, why in reasons.items() if why)
    return reasons | {AVERAGE: of_average}


def _not_ranked(cells: Cells, name: str, expression: str) -> str:
    """Why a panel is not ranked; empty if it is."""
    if not cells.learned[name]:
        return "did not learn"
    scored = cells.of_panel[name, expression]
    if missing := [str(fold) for fold in cells.folds if fold not in scored]:
        return f"no heatmap of fold {', '.join(missing)}"
    images = cells.scores((name, expression), "n")  # unknown for heatmaps from elsewhere
    few = {fold: n for fold, n in images.items() if n < cells.min_images}
    return "few images: " + ", ".join(f"{n:.0f} in fold {fold}" for fold, n in few.items()) if few else ""
