"""The page's section on Tables 3 to 5 and how to read them."""

import re

from workflow_scripts.comparison.beside import KINDS, kind_of
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.score_tables import TABLE3, TABLE4
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded, joined
from workflow_scripts.report.page.picture_sections import scoring_pictures
from workflow_scripts.report.page.score_table import averages_table, score_table
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import MISSING, counted, listed

LEADING = ("iou", "auc")  # metrics whose averages are shown at once
BESIDE = {  # by group of `comparison.beside`
    "published": "the published study's heatmaps against the same masks: of other trainings on other folds, "
    "and of other images, so they are neither ranked nor averaged with the networks of this study.",
    "people": "where people look, against the same masks: the mean map of the people of a data set, from "
    "other faces. People are not trained, so they have one heatmap and no interval over trainings, and are "
    "neither ranked nor averaged with the networks; against masks made of their own maps, their scores mean "
    "nothing.",
}


FREE = {  # by name of a metric that needs no threshold; all are inside the face
    "auc": "how often a place in the mask is brighter than one beside it; 0.5 by chance.",
    "nss": "the mean brightness in the mask, in standard deviations above that of the face; 0 by chance.",
    "cc": "the correlation of heatmap and mask; 0 by chance.",
    "relevance_mass": "the share of the brightness that lies in the mask.",
    "rank_accuracy": "of the brightest places, as many as the mask has, the share that lies in it.",
    "pointing_game": "whether the brightest place lies in the mask.",
    "iou_mask_area": "the IoU of as many brightest places as the mask has.",
}


def comparison_section(study: Study) -> list[Markup]:
    """Tables 3 to 5 and how to read them."""
    guide = {
        "IoU": "the area that the network's region and the mask share, as a fraction of their union.",
        "F1": "the same overlap on another scale, never below the IoU.",
        "Precision": "the fraction of the network's region that lies in the mask.",
        "Recall": "the fraction of the mask that the network's region covers.",
        **{metric.label: FREE[metric.name] for metric in study.metrics if metric.name in FREE},
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
        folded(
            "How to read these tables",
            bullets([joined([element("b", name), ": ", text]) for name, text in guide.items()]),
        ),
        element(
            "p",
            joined(
                [
                    element("span", "Bold", class_="best"),
                    ": the best of the ranked networks in the column. ",
                    element("span", "Shaded", class_="above"),
                    ": networks that score better than the whole face. †: did not learn; left out of "
                    "averages and rankings.",
                ]
            ),
        ),
    ]
    parts += _averages(study)
    return [*parts, *by_explainer(study, _of_explainer)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """The tables of one explainer, of each set of masks."""
    parts = []
    for comparison in study.comparisons_of(explainer):
        ranking, *tables = _tables(study, comparison)
        parts += [
            element("h3", f"Masks {comparison.mask_set}"),
            ranking,
            folded(joined([element("b", "Every score"), f" by {_what(study, comparison)}"]), *tables),
        ]
    return parts


def _averages(study: Study) -> list[Markup]:
    """Mask sets side by side: a table for each leading metric, those of the others folded."""
    if not study.comparisons:
        return []
    tables = {
        # marking everything has recall 1: being above that means nothing
        metric.label: averages_table(study, metric, shaded=metric.name not in TABLE4)
        for metric in study.metrics
    }
    leading = [metric.label for metric in study.metrics if metric.name in LEADING]
    others = [label for label in tables if label not in leading]
    more = [folded(f"The same by {listed(others)}", *map(tables.get, others))] if others else []
    return [*map(tables.get, leading), *more]


def _what(study: Study, comparison: Comparison) -> str:
    """What the folded tables hold, in words."""
    entries = comparison.entries
    shown = [name for name in entries.expressions if name != AVERAGE]
    sizes = [(len(entries.networks), "row"), (len(shown), "expression")]
    metrics = listed([metric.label for metric in study.metrics])
    return f"{metrics}; {' × '.join(counted(*size) for size in sizes)}"


def _tables(study: Study, comparison: Comparison) -> list[Markup]:
    """Table 5 against one set of masks, Tables 3 and 4, and a table of any further metrics."""
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
        data_table(
            f"Table 5. Networks with the largest and smallest IoU {of}, counted from either end; whether "
            "they differ is not said",
            ["expression", "best", "worst", "not ranked"],
            ranking,
            number_columns=0,
        ),
        score_table(f"Table 3. IoU and F1 {of}", entries, table3),
        # marking everything has recall 1: being above that means nothing
        score_table(f"Table 4. Precision and recall {of}", entries, table4, shaded=False),
    ]
    further = [metric for metric in study.metrics if metric.name not in (*TABLE3, *TABLE4)]
    if further:
        directions = listed([f"{metric.label} ({metric.better} is better)" for metric in further])
        parts.append(score_table(f"Further metrics {of}: {directions}", entries, further))
    return parts


def _ranking(text: str) -> Markup | str:
    """A line for each network of a ranking like "1. WeiNet (0.31) 2. SongNet (0.28)"."""
    lines = re.split(r"(?<=\)),? (?=\d+\. )", text)
    return joined([element("span", line) for line in lines], element("br")) if text else MISSING
