"""Tables of scores: averages with mask sets side by side, and every panel of one mask set."""

from collections.abc import Sequence

from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME
from workflow_scripts.comparison.references import (
    BEST_CUT,
    CENTRE,
    MEAN_OF_FOLDS,
    MEAN_OF_OTHERS,
    OTHER_EXPRESSIONS,
    OTHER_MASKS,
)
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.page.entries import Entries, whole
from workflow_scripts.report.page.markup import Markup, element, joined, scrolled_table
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import MISSING, estimate_sd, interval, over_faces
from workflow_scripts.training.learned import marked

ROW_CLASSES = {AVERAGE: "mean", FACE_NAME: "baseline first-line"}
# names of references, and whether they are a network's own
SHOWN = {
    MEAN_OF_FOLDS: ("own heatmaps, averaged over folds into one", True),
    OTHER_EXPRESSIONS: ("heatmaps of the other expressions", True),
    MEAN_OF_OTHERS: ("the mean of these heatmaps", True),
    BEST_CUT: ("own heatmap, cut where it scores best", True),
    CHANCE_NAME: ("as many places drawn at random", True),
    FACE_NAME: ("the whole face", False),
    CENTRE: ("a blurred spot at the centre", False),
    OTHER_MASKS: ("where most other masks overlap", False),
}


def averages_table(study: Study, metric: Metric, shaded: bool = True) -> Markup:
    """Averages over expressions by one metric: a column per mask set, of every explainer.

    shaded: whether to shade what is better than the whole face.
    """
    shown = study.comparisons
    names = list(dict.fromkeys(name for one in shown for name in _rows(one.entries)))
    titles = {
        name: dict.fromkeys(_row_name(one.entries, name) for one in shown if name in _rows(one.entries))
        for name in names
    }

    def cell(name: str, entries: Entries) -> Markup:
        if name not in _rows(entries):
            return element("td", MISSING, class_="number")
        return _score_cell(entries, name, AVERAGE, metric, shaded)

    body = [
        element(
            "tr",
            # their number may differ between mask sets
            element("th", next(iter(titles[name])) if len(titles[name]) == 1 else AVERAGE, scope="row"),
            *(cell(name, one.entries) for one in shown),
            class_=ROW_CLASSES.get(name),
        )
        for name in names
    ]
    body += _reference_rows(shown, metric)
    several = len(study.explainers) > 1
    columns = [f"{one.explainer}, {one.mask_set}" if several else one.mask_set for one in shown]
    head = element(
        "tr", element("th", "masks", scope="col"), *(element("th", one, scope="col") for one in columns)
    )
    caption = (
        f"Average {metric.label} over the expressions with masks, by mask set ({metric.better} is better)"
    )
    return scrolled_table(caption, element("thead", head), element("tbody", *body), class_="scores averages")


def _reference_rows(shown: Sequence[Comparison], metric: Metric) -> list[Markup]:
    """What else was scored in the same way, as far as it was."""
    rows = []
    for name, (title, own) in SHOWN.items():
        found = [one.entries.reference(name, AVERAGE if own else "", AVERAGE, metric.name) for one in shown]
        if name not in (CHANCE_NAME, FACE_NAME) and any(found):  # these have rows and lines of their own
            cells = (element("td", estimate_sd(row) if row else MISSING, class_="number") for row in found)
            rows.append(element("tr", element("th", title, scope="row"), *cells, class_="baseline"))
    return rows


def _rows(entries: Entries) -> list[str]:
    """The networks, their average, what is put beside them, and the face."""
    beside = entries.beside
    own = [name for name in entries.networks if name not in beside]
    return [*own, AVERAGE, *beside, FACE_NAME]


def _score_cell(entries: Entries, name: str, group: str, metric: Metric, shaded: bool, *more: str) -> Markup:
    """A score with its interval and chance: bold if it is the best ranked one, shaded if above the face."""
    classes = ["number", *more]
    if name == FACE_NAME:
        return element("td", estimate_sd(entries.face(group, metric.name)), class_=" ".join(classes))
    row = entries.score(name, group, metric.name)
    if row["estimate"] and name != AVERAGE and row["learned"] == "yes":
        value, face = (float(one["estimate"]) for one in (row, entries.face(group, metric.name)))
        classes += ["best"] * (not row["not_ranked"] and value == _best(entries, group, metric))
        classes += ["above"] * (shaded and _better(metric, value, face))
    return element("td", _score_and_chance(entries, name, group, metric.name), class_=" ".join(classes))


def score_table(caption: str, entries: Entries, metrics: Sequence[Metric], shaded: bool = True) -> Markup:
    """Scores by some metrics: a row per network, then the average over networks, what is put beside
    and, set apart, the face.

    shaded: whether to shade what is better than the whole face.
    """
    groups = entries.expressions

    def basis(name: str, group: str) -> Markup:
        row = {} if name == FACE_NAME else entries.score(name, group, metrics[0].name)
        n, folds = (whole(row.get(key, "")) for key in ("n", "folds"))
        text = "" if folds is None else f"{MISSING if n is None else n} ({folds})"
        return element("td", text, class_="number basis")

    body = [
        element(
            "tr",
            element("th", _row_name(entries, name), scope="row"),
            *(
                cell
                for group in groups
                for cell in (
                    *(
                        _score_cell(entries, name, group, metric, shaded, *["first"] * (metric == metrics[0]))
                        for metric in metrics
                    ),
                    basis(name, group),
                )
            ),
            class_=ROW_CLASSES.get(name),
        )
        for name in _rows(entries)
    ]
    head = element("thead", *_score_heads(groups, metrics))
    return scrolled_table(caption, head, element("tbody", *body), class_="scores")


def _score_heads(groups: Sequence[str], metrics: Sequence[Metric]) -> list[Markup]:
    """Two lines of heads: the expressions, and below each the metrics and what they rest on."""
    labels = [*(metric.label for metric in metrics), "n (folds)"]
    heads = (
        element("th", label, scope="col", class_=None if column else "first")
        for _ in groups
        for column, label in enumerate(labels)
    )
    of_groups = (
        element("th", group, scope="colgroup", colspan=len(labels), class_="first") for group in groups
    )
    return [
        element("tr", element("th", "network", scope="col", rowspan=2), *of_groups),
        element("tr", *heads),
    ]


def _best(entries: Entries, group: str, metric: Metric) -> float | None:
    """The best score among the networks that are ranked in this column."""
    rows = (entries.score(name, group, metric.name) for name in entries.networks)
    ranked = [
        float(row["estimate"])
        for row in rows
        if row["learned"] == "yes" and not row["not_ranked"] and row["estimate"]
    ]
    return (max if metric.better == "higher" else min)(ranked, default=None)


def _better(metric: Metric, score: float, other: float) -> bool:
    return score > other if metric.better == "higher" else score < other


def _row_name(entries: Entries, name: str) -> str:
    if name == FACE_NAME:
        return "whole face"
    learned = entries.score(name, AVERAGE, "iou")["learned"]
    return f"average of {learned}" if name == AVERAGE else marked(name, {name: learned != "no"})


def _score_and_chance(entries: Entries, name: str, group: str, metric: str) -> Markup | str:
    value = estimate_sd(entries.score(name, group, metric))
    chance = entries.chance(name, group, metric)["estimate"]
    below = [
        interval(entries.score(name, group, metric)),
        over_faces(entries.faces(name, group, metric)),
        f"chance {float(chance):.3f}" if chance else "",
    ]
    lines = [
        part for text in below if text for part in (element("br"), element("span", text, class_="chance"))
    ]
    return joined([value, *lines])
