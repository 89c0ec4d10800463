"""The page's section on Tables 3 to 5 and how to read them."""

import re
from collections.abc import Sequence

from workflow_scripts.report.markup import Markup, bullets, data_table, element, joined, scrolled_table
from workflow_scripts.report.study import Row, Study, Table
from workflow_scripts.report.wording import MISSING, plus_minus

METRICS = {"iou": "IoU", "f1": "F1", "precision": "precision", "recall": "recall"}
AVERAGE, BASELINES = "average", {"all_face": "all-face mask", "chance": "chance"}


def comparison_section(study: Study) -> list[Markup]:
    """Tables 3 to 5 and how to read them."""
    guide = [
        joined([element("b", "IoU"), ": the part of the joint region that heatmap and mask share."]),
        joined([element("b", "F1"), ": the same overlap on another scale, never below IoU."]),
        joined([element("b", "Precision"), ": the part of the network's region that lies in the mask."]),
        joined([element("b", "Recall"), ": the part of the mask that the network's region covers."]),
        joined(
            [
                element("b", "All-face mask"),
                ": the scores of marking everything. A network below it agrees with the masks less than "
                "that.",
            ]
        ),
        joined(
            [
                element("b", "Chance"),
                ": the scores expected of a random region as large as the network's own.",
            ]
        ),
    ]
    parts = [
        element(
            "p",
            "Each heatmap of a fold is cut by Otsu's threshold; what lies above it is the network's region. "
            "Entries are means over the folds ± standard deviation; – is a cell without explanations or "
            "without a mask.",
        ),
        bullets(guide),
        element(
            "p",
            joined(
                [
                    element("span", "Bold", class_="best"),
                    ": best network of the column. ",
                    element("span", "Shaded", class_="above"),
                    ": above the all-face mask.",
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
                f"Table 5. Best and worst networks by IoU against {comparison.mask_set}",
                ["expression", "best", "worst"],
                [
                    [row["expression"], _ranking(row["best"]), _ranking(row["worst"])]
                    for row in comparison.table5
                ],
                number_columns=0,
            ),
        ]
    return parts


def score_table(caption: str, table: Table, metrics: Sequence[str], shaded: bool = True) -> Markup:
    """Table 3 or 4: a row per network, then the mean and, set apart, the baselines."""
    ending = f"_{metrics[0]}"
    groups = [name.removesuffix(ending) for name in (table[0] if table else ()) if name.endswith(ending)]
    columns = [f"{group}_{metric}" for group in groups for metric in metrics]
    starts = set(columns[:: len(metrics)])
    networks = [row for row in table if row["network"] not in (AVERAGE, *BASELINES)]
    best = {
        column: max((float(row[column]) for row in networks if row[column]), default=None)
        for column in columns
    }
    baseline = next((row for row in table if row["network"] == "all_face"), {})

    def cell(row: Row, column: str) -> Markup:
        value = float(row[column]) if row[column] else None
        of_network = value is not None and row["network"] not in (AVERAGE, *BASELINES)
        classes = ["number"]
        if column in starts:
            classes.append("first")
        if of_network and value == best[column]:
            classes.append("best")
        if shaded and of_network and baseline.get(column) and value > float(baseline[column]):
            classes.append("above")
        return element("td", _value_sd(row, column), class_=" ".join(classes))

    head = [
        element(
            "tr",
            element("th", "network", scope="col", rowspan=2),
            *(
                element("th", group, scope="colgroup", colspan=len(metrics), class_="first")
                for group in groups
            ),
        ),
        element(
            "tr",
            *(
                element("th", METRICS[metric], scope="col", class_=None if i else "first")
                for _ in groups
                for i, metric in enumerate(metrics)
            ),
        ),
    ]
    body = [
        element(
            "tr",
            element("th", BASELINES.get(row["network"], row["network"]), scope="row"),
            *(cell(row, column) for column in columns),
            class_=_row_class(row["network"]),
        )
        for row in table
    ]
    return scrolled_table(caption, element("thead", *head), element("tbody", *body), class_="scores")


def _row_class(network: str) -> str | None:
    if network == AVERAGE:
        return "mean"
    if network in BASELINES:
        return "baseline first-line" if network == "all_face" else "baseline"
    return None


def _value_sd(row: Row, column: str) -> Markup | str:
    if not row[column]:
        return MISSING
    # marking everything scores the same in every fold
    spread = None if row["network"] == "all_face" else row.get(f"{column}_sd")
    return plus_minus(float(row[column]), float(spread) if spread else None)


def _ranking(text: str) -> Markup | str:
    """A line for each network of a ranking like "1. WeiNet (0.31) 2. SongNet (0.28)"."""
    return joined(re.split(r"(?<=\)),? (?=\d+\. )", text), element("br")) if text else MISSING
