"""The page's section on Tables 3 to 5 and how to read them."""

import re
from collections.abc import Sequence

from workflow_scripts.report.page.agreement import AVERAGE, FACE, whole
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined, scrolled_table
from workflow_scripts.report.page.study import Row, Study, Table
from workflow_scripts.report.page.wording import MISSING, plus_minus
from workflow_scripts.training.learned import marked

METRICS = {"iou": "IoU", "f1": "F1", "precision": "precision", "recall": "recall"}
ROW_NAMES = {AVERAGE: "average", FACE: "whole face"}


def comparison_section(study: Study) -> list[Markup]:
    """Tables 3 to 5 and how to read them."""
    guide = {
        "IoU": "the fraction of the joint region that heatmap and mask share.",
        "F1": "the same overlap on another scale, never below IoU.",
        "Precision": "the fraction of the network's region that lies in the mask.",
        "Recall": "the fraction of the mask that the network's region covers.",
        "Whole face": "the scores of marking the face from the jaw line to the top of the canvas. A network "
        "below it overlaps the masks less than that.",
        "Chance": "below each score, what a random region of the face would get that is as large as the "
        "network's own: each network has its own.",
        "n (folds)": "explained images, and the folds that have every heatmap behind the entry; the "
        "deviation is over these folds.",
        "Average": "over all expressions with masks; empty where a network lacks one, or it would gain by "
        "never predicting a hard one. The row average is over the networks that learned and lack none.",
    }
    parts = [
        element(
            "p",
            "Each heatmap of a fold is cut by Otsu's threshold; what lies above it is the network's region. "
            "Entries are means over the folds ± standard deviation; – is missing: no heatmap, or no mask.",
        ),
        bullets([joined([element("b", name), ": ", text]) for name, text in guide.items()]),
        element(
            "p",
            joined(
                [
                    element("span", "Bold", class_="best"),
                    ": best ranked network of the column. ",
                    element("span", "Shaded", class_="above"),
                    ": above the whole face. †: did not learn, and is in no average or ranking.",
                ]
            ),
        ),
    ]
    for comparison in study.comparisons:
        heading = f"Masks {comparison.mask_set}"
        if len(study.explainers) > 1:
            heading += f", explainer {comparison.explainer}"
        parts += [
            element("h3", heading),
            score_table(
                f"Table 3. IoU and F1 against {comparison.mask_set}", comparison.table3, ["iou", "f1"]
            ),
            score_table(
                f"Table 4. Precision and recall against {comparison.mask_set}",
                comparison.table4,
                ["precision", "recall"],
                shaded=False,  # everything marked has recall 1: being above it means nothing
            ),
            data_table(
                f"Table 5. Networks of the largest and smallest IoU against {comparison.mask_set}",
                ["expression", "best", "worst", "not ranked"],
                [
                    [
                        row["expression"],
                        _ranking(row["best"]),
                        _ranking(row["worst"]),
                        joined(row["not_ranked"].split("; "), element("br"))
                        if row["not_ranked"]
                        else MISSING,
                    ]
                    for row in comparison.table5
                ],
                number_columns=0,
            ),
        ]
    return parts


def score_table(caption: str, table: Table, metrics: Sequence[str], shaded: bool = True) -> Markup:
    """Table 3 or 4: a row per network, then the average over networks and, set apart, the whole face."""
    groups = table_groups(table, metrics[0])
    networks = [row for row in table if row["network"] not in ROW_NAMES]
    face = next((row for row in table if row["network"] == FACE), {})

    def best(group: str, metric: str) -> float | None:
        """The highest score among the networks that are ranked in this column."""
        ranked = [row for row in networks if row["learned"] == "yes" and not row.get(f"{group}_not_ranked")]
        return max(
            (float(row[f"{group}_{metric}"]) for row in ranked if row[f"{group}_{metric}"]), default=None
        )

    highest = {(group, metric): best(group, metric) for group in groups for metric in metrics}

    def score(row: Row, group: str, metric: str) -> Markup:
        text = row[f"{group}_{metric}"]
        of_network = bool(text) and row["network"] not in ROW_NAMES
        classes = ["number"] + ["first"] * (metric == metrics[0])
        if of_network and row["learned"] == "yes" and not row.get(f"{group}_not_ranked"):
            classes += ["best"] * (float(text) == highest[group, metric])
        if (
            shaded
            and of_network
            and row["learned"] == "yes"
            and float(text) > float(face[f"{group}_{metric}"])
        ):
            classes.append("above")
        return element("td", _value_sd_chance(row, f"{group}_{metric}"), class_=" ".join(classes))

    def basis(row: Row, group: str) -> Markup:
        n, folds = whole(row[f"{group}_n"]), whole(row[f"{group}_folds"])
        known = folds is not None and row["network"] != FACE
        text = f"{MISSING if n is None else n} ({folds})" if known else ""
        return element("td", text, class_="number basis")

    head = [
        element(
            "tr",
            element("th", "network", scope="col", rowspan=2),
            *(
                element("th", group, scope="colgroup", colspan=len(metrics) + 1, class_="first")
                for group in groups
            ),
        ),
        element("tr", *(_metric_head(metric, metrics[0]) for _ in groups for metric in (*metrics, ""))),
    ]
    body = [
        element(
            "tr",
            element("th", _row_name(row), scope="row"),
            *(
                cell
                for group in groups
                for cell in (*(score(row, group, metric) for metric in metrics), basis(row, group))
            ),
            class_={AVERAGE: "mean", FACE: "baseline first-line"}.get(row["network"]),
        )
        for row in table
    ]
    return scrolled_table(caption, element("thead", *head), element("tbody", *body), class_="scores")


def table_groups(table: Table, metric: str) -> list[str]:
    """The expressions that Table 3 or 4 has columns of `metric` for, then the average."""
    return [
        name.removesuffix(f"_{metric}") for name in (table[0] if table else ()) if name.endswith(f"_{metric}")
    ]


def _metric_head(metric: str, first: str) -> Markup:
    return element(
        "th", METRICS.get(metric, "n (folds)"), scope="col", class_="first" if metric == first else None
    )


def _row_name(row: Row) -> str:
    if row["network"] == AVERAGE:
        return f"average of {row['learned']}"
    if row["network"] == FACE:
        return ROW_NAMES[FACE]
    return marked(row["network"], {row["network"]: row["learned"] == "yes"})


def _value_sd_chance(row: Row, column: str) -> Markup | str:
    if not row[column]:
        return MISSING
    spread, chance = row[f"{column}_sd"], row[f"{column}_chance_face"]
    value = plus_minus(float(row[column]), float(spread) if spread else None)
    if not chance:
        return value
    return joined([value, element("br"), element("span", f"chance {float(chance):.3f}", class_="chance")])


def _ranking(text: str) -> Markup | str:
    """A line for each network of a ranking like "1. WeiNet (0.31) 2. SongNet (0.28)"."""
    return joined(re.split(r"(?<=\)),? (?=\d+\. )", text), element("br")) if text else MISSING
