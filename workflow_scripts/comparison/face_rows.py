"""Rows of summary.csv and differences.csv with the claim ``faces``: intervals over other people's faces.

Estimates are those of the claim ``trainings``, with another interval (`comparison.over_faces`), of the
metrics that are redone without each subject (`comparison.subject_scores`) and the amplitude, for networks of
this study; what is put beside has no explanations. A subject is left out of all panels and folds of a number
at once. subjects: the fewest behind the number in any fold; coverage: how often 95 % intervals with so few
subjects and as many folds covered the truth in simulated studies. There is no interval where a heatmap rests
on one subject.

Differences are those of pairs of networks, and, with kind ``expression``, those between two expressions of
the network `of`: name_a's heatmap on its own mask minus name_b's on its own. q and p_holm count all pairs of
ranked networks, by expression and metric; or all pairs of ranked expressions, by network and metric. Averages
over networks are summaries of them, and have p alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from workflow_scripts.common.averages import over_folds, total
from workflow_scripts.comparison.cells import AVERAGE, NETWORK, NUMBERS, Cells, Panel
from workflow_scripts.comparison.group_differences import correct
from workflow_scripts.comparison.over_faces import FACES, coverage_of, over_faces
from workflow_scripts.comparison.subject_file import Changes
from workflow_scripts.comparison.subject_scores import AMPLITUDE
from workflow_scripts.comparison.summary import reasons

EXPRESSION = "expression"
BASIS = ("subjects", "coverage")

Rows = list[dict[str, object]]
Parts = Sequence[tuple[Panel, object, float]]  # panels, folds, and their weights in a number


class Faces:
    """What leaving out subjects changes in a comparison. changes: of each network that has them."""

    def __init__(self, cells: Cells, changes: Mapping[str, Changes]):
        self._cells, self._changes = cells, changes
        self.networks = [name for name in cells.networks if name in changes]
        there = {metric for of in changes.values() for _, _, metric in of.numbers}
        self.metrics = [name for name in (*cells.metrics, AMPLITUDE) if name in there]

    def row(self, estimate: float | None, parts: Parts, metric: str) -> dict[str, object]:
        """The interval of a weighted sum of scores of cells: claim, NUMBERS and BASIS."""
        row = dict.fromkeys((*NUMBERS, *BASIS)) | {"claim": FACES, "estimate": estimate}
        changed, of_folds = defaultdict(float), defaultdict(set)
        for (network, expression), fold, weight in parts:
            of = self._changes.get(network, Changes())
            names = of.subjects.get((int(fold), expression), ())
            changes = of.numbers.get((int(fold), expression, metric), ())
            of_folds[fold].update(names)
            if len(names) < 2 or len(changes) != len(names):
                return row
            for name, change in zip(names, changes, strict=True):
                changed[name] += weight * change
        if estimate is None or not parts:
            return row
        fewest = min(len(names) for names in of_folds.values())
        folds = min(len(of_folds), self._cells.folds_each)
        found = over_faces(estimate, changed, fewest, folds)
        row |= {"low": found.low, "high": found.high, "p": found.p, "folds": len(of_folds)}
        panels = {panel: [fold for one, fold, _ in parts if one == panel] for panel, _, _ in parts}
        row["n"] = total(self._cells.images([panel], folds) for panel, folds in panels.items())
        return row | {"subjects": fewest, "coverage": coverage_of(fewest, folds)}


def face_summary(cells: Cells, changes: Mapping[str, Changes]) -> Rows:
    """Rows of networks and their average; see `comparison.summary` for their keys."""
    faces, rows = Faces(cells, changes), []
    for name in (*faces.networks, AVERAGE) if changes else ():
        learned = str(len(cells.averaged)) if name == AVERAGE else cells.said_to_learn(name)
        not_ranked = {} if name == AVERAGE else reasons(cells, name)
        for expression in (*cells.expressions, AVERAGE):
            panels = cells.panels(name, expression)
            for metric in faces.metrics:
                estimate = cells.entry(name, expression, metric)["estimate"]
                scored = {panel: list(cells.scores(panel, metric)) for panel in panels}
                found = faces.row(estimate, _parts(scored), metric)
                row = {"kind": NETWORK, "name": name, "of": "", "expression": expression}
                row |= {"mask_expression": expression, "metric": metric, "learned": learned}
                row["not_ranked"] = not_ranked.get(expression, "")
                rows.append(row | found | {"p": None})  # of a score being 0, which nobody asks
    return rows


def face_differences(cells: Cells, changes: Mapping[str, Changes]) -> Rows:
    """Differences between networks, and between expressions; see `comparison.differences` for their keys."""
    faces, rows, families = Faces(cells, changes), [], defaultdict(list)
    for kind, of, a, b, expression, pairs in _pairs(cells, faces):
        for metric in faces.metrics:
            row = {"kind": kind, "name_a": a, "name_b": b, "of": of, "expression": expression}
            row |= {"mask_expression": expression, "metric": metric, "p_holm": None}
            row |= _difference(cells, faces, pairs, metric)
            rows.append(row)
            ranked = all(not cells.not_ranked(*panel) for pair in pairs for panel in pair)
            if row["p"] is not None and of != AVERAGE and ranked:
                families[kind, of, expression, metric].append(row)
    correct(families.values())
    return rows


def _pairs(cells: Cells, faces: Faces) -> Iterator[tuple[str, str, str, str, str, list[tuple[Panel, Panel]]]]:
    """What is compared: kind, of, name_a, name_b, expression, and the pairs of panels behind it."""
    for a, b in combinations(faces.networks, 2):
        for expression in (*cells.expressions, AVERAGE):
            pairs = list(zip(cells.panels(a, expression), cells.panels(b, expression), strict=False))
            yield NETWORK, "", a, b, expression, pairs
    for name in (*faces.networks, AVERAGE) if faces.networks else ():
        for a, b in combinations(cells.expressions, 2):
            pairs = list(zip(cells.panels(name, a), cells.panels(name, b), strict=True))
            yield EXPRESSION, name, a, b, "", pairs


def _difference(
    cells: Cells, faces: Faces, pairs: Sequence[tuple[Panel, Panel]], metric: str
) -> dict[str, object]:
    """The mean over pairs of panels of a minus b, over the folds that both have."""
    differing = {}
    for a, b in pairs:
        scores = cells.scores(a, metric), cells.scores(b, metric)
        differing[a] = {fold: scores[0][fold] - scores[1][fold] for fold in scores[0] if fold in scores[1]}
    estimate = over_folds(cells.in_order(differing), differing).estimate
    first = {a: list(differing[a]) for a, _ in pairs}
    second = {b: first[a] for a, b in pairs}
    return faces.row(estimate, [*_parts(first), *_parts(second, -1.0)], metric)


def _parts(folds: Mapping[Panel, Sequence[object]], sign: float = 1.0) -> Parts:
    """The parts of a mean over panels of means over the folds of each; none if a panel has no fold."""
    if not all(folds.values()):
        return []
    return [(panel, fold, sign / len(folds) / len(of)) for panel, of in folds.items() for fold in of]
