"""The page's section on Tables 3 to 5 and how to read them."""

import re
from collections.abc import Sequence

from workflow_scripts.comparison.beside import KINDS, kind_of
from workflow_scripts.comparison.cells import AVERAGE, FACE_NAME
from workflow_scripts.comparison.score_tables import TABLE3, TABLE4
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.page.entries import Entries, whole
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined, scrolled_table
from workflow_scripts.report.page.picture_sections import scoring_pictures
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import MISSING, estimate_sd, interval, listed, over_faces
from workflow_scripts.training.learned import marked

BESIDE = {  # by group of `comparison.beside`
    "published": "the published study's heatmaps against the same masks: of other trainings on other folds, "
    "and of other images, so they are neither ranked nor averaged with the networks of this study.",
    "people": "where people look, against the same masks: the mean map of the people of a data set, from "
    "other faces. People are not trained, so they have one heatmap and no interval over trainings, and are "
    "neither ranked nor averaged with the networks; against masks made of their own maps, their scores mean "
    "nothing.",
}


def comparison_section(study: Study) -> list[Markup]:
    """Tables 3 to 5 and how to read them."""
    guide = {
        "IoU": "the area that the network's region and the mask share, as a fraction of their union.",
        "F1": "the same overlap on another scale, never below the IoU.",
        "Precision": "the fraction of the network's region that lies in the mask.",
        "Recall": "the fraction of the mask that the network's region covers.",
        "Whole face": "the scores of marking the whole face, from the jaw line to the top of the canvas. A "
        "network that scores lower overlaps the masks less than that.",
        "In brackets": "below each score, its interval (95 %) over trainings, with three folds or more; "
        "for scores without a threshold also that over faces: how far the score would move if these same "
        "networks had been shown other people (‡: based on too few people to be trusted).",
        "Chance": "below each score, the expected score of a random region of the face as large as the "
        "network's own; it differs from network to network.",
        "n (folds)": "the number of explained images, and that of the folds that have every heatmap behind "
        "the entry; the standard deviation is over these folds.",
        "Average": "over all expressions with masks; empty if a network lacks the heatmap of one of them, or "
        "it would gain by never predicting a hard expression. The average row is over the networks that "
        "learned and lack none.",
    }
    beside = {kind_of(name) for comparison in study.comparisons for name in comparison.entries.beside}
    guide |= {f"{kind.prefix}…": BESIDE[kind.group] for kind in KINDS if kind in beside}
    parts = [
        *scoring_pictures(study),
        element(
            "p",
            "Each heatmap of a fold is thresholded by Otsu's method; what lies above the threshold is "
            "the network's region. Entries are means over the folds ± standard deviation; – means missing: "
            "no heatmap, or no mask.",
        ),
        bullets([joined([element("b", name), ": ", text]) for name, text in guide.items()]),
        element(
            "p",
            joined(
                [
                    element("span", "Bold", class_="best"),
                    ": the best of the ranked networks in the column. ",
                    element("span", "Shaded", class_="above"),
                    ": better than the whole face. †: did not learn; left out of averages and rankings.",
                ]
            ),
        ),
    ]
    for comparison in study.comparisons:
        heading = f"Masks {comparison.mask_set}"
        if len(study.explainers) > 1:
            heading += f", explainer {comparison.explainer}"
        parts += [element("h3", heading), *_tables(study, comparison)]
    return parts


def _tables(study: Study, comparison: Comparison) -> list[Markup]:
    """Tables 3 to 5 against one set of masks, and a table of any further metrics."""
    of, entries = f"against {comparison.mask_set}", comparison.entries
    named = {metric.name: metric for metric in study.metrics}
    table3, table4 = ([named[name] for name in names] for names in (TABLE3, TABLE4))
    ranking = [
        [
            row["expression"],
            _ranking(row["best"]),
            _ranking(row["worst"]),
            joined(row["not_ranked"].split("; "), element("br")) if row["not_ranked"] else MISSING,
        ]
        for row in comparison.table5
    ]
    parts = [
        score_table(f"Table 3. IoU and F1 {of}", entries, table3),
        # marking everything has recall 1: being above that means nothing
        score_table(f"Table 4. Precision and recall {of}", entries, table4, shaded=False),
        data_table(
            f"Table 5. Networks with the largest and smallest IoU {of}",
            ["expression", "best", "worst", "not ranked"],
            ranking,
            number_columns=0,
        ),
    ]
    further = [metric for metric in study.metrics if metric.name not in (*TABLE3, *TABLE4)]
    if further:
        directions = listed([f"{metric.label} ({metric.better} is better)" for metric in further])
        parts.append(score_table(f"Further metrics {of}: {directions}", entries, further))
    return parts


def score_table(caption: str, entries: Entries, metrics: Sequence[Metric], shaded: bool = True) -> Markup:
    """Scores by some metrics: a row per network, then the average over networks, what is put beside
    and, set apart, the face.

    shaded: whether to shade what is better than the whole face.
    """
    groups, beside = entries.expressions, entries.beside
    own = [name for name in entries.networks if name not in beside]
    highest = {(group, metric.name): _best(entries, group, metric) for group in groups for metric in metrics}

    def score(name: str, group: str, metric: Metric) -> Markup:
        classes = ["number"] + ["first"] * (metric == metrics[0])
        if name == FACE_NAME:
            return element("td", estimate_sd(entries.face(group, metric.name)), class_=" ".join(classes))
        row = entries.score(name, group, metric.name)
        if row["estimate"] and name != AVERAGE and row["learned"] == "yes":
            value, face = (float(one["estimate"]) for one in (row, entries.face(group, metric.name)))
            classes += ["best"] * (not row["not_ranked"] and value == highest[group, metric.name])
            classes += ["above"] * (shaded and _better(metric, value, face))
        return element("td", _score_and_chance(entries, name, group, metric.name), class_=" ".join(classes))

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
                for cell in (*(score(name, group, metric) for metric in metrics), basis(name, group))
            ),
            class_={AVERAGE: "mean", FACE_NAME: "baseline first-line"}.get(name),
        )
        for name in (*own, AVERAGE, *beside, FACE_NAME)
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


def _ranking(text: str) -> Markup | str:
    """A line for each network of a ranking like "1. WeiNet (0.31) 2. SongNet (0.28)"."""
    return joined(re.split(r"(?<=\)),? (?=\d+\. )", text), element("br")) if text else MISSING
