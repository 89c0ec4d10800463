"""The page's section on the data: images found, left out, rejected and used; the folds."""

from collections import Counter

from workflow_scripts.report.markup import Markup, data_table, element, scrolled_table
from workflow_scripts.report.study import Study
from workflow_scripts.report.wording import MISSING


def data_section(study: Study) -> list[Markup]:
    """Images found, left out, rejected and used, per data set; the folds."""
    parts: list[Markup] = []
    for name in study.datasets:
        parts += [element("h3", f"Data set {name}"), _dataset_table(study, name), *_rejections(study, name)]
    rows = []
    for fold in sorted({row["fold"] for row in study.folds}, key=int):
        images = [row for row in study.folds if row["fold"] == fold]
        per_expression = Counter(row["expression"] for row in images)
        subjects = {(row["dataset"], row["subject"]) for row in images}
        rows.append(
            [
                fold,
                *(str(per_expression[name]) for name in study.expressions),
                str(len(images)),
                str(len(subjects)),
            ]
        )
    parts += [
        element("h3", "Folds"),
        element(
            "p", "All images of a subject lie in one fold; a network is tested on the fold it has not seen."
        ),
        data_table("Images per test fold", ["fold", *study.expressions, "all", "subjects"], rows),
    ]
    return parts


def _dataset_table(study: Study, name: str) -> Markup:
    rejected = Counter(row["expression"] for row in study.rejected[name])
    used = Counter(row["expression"] for row in study.folds if row["dataset"] == name)
    rows = []
    for row in study.counts[name]:
        label = row["expression"] or "(left out by the reader)"
        if row["used"] == "yes":
            expression = row["expression"]
            values = [row["images"], row["subjects"], str(rejected[expression]), str(used[expression]), ""]
        else:
            values = [
                row["images"],
                row["subjects"] or MISSING,
                MISSING,
                "0",
                row.get("reason") or "left out",
            ]
        rows.append([label, *values])
    header = ["expression", "images found", "subjects", "rejected", "used", "why left out"]
    head = element("tr", *(element("th", text, scope="col") for text in header))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", value, class_="number") for value in row[1:5]),
            element("td", row[5]),
        )
        for row in rows
    ]
    return scrolled_table(f"Images of {name}", element("thead", head), element("tbody", *body))


def _rejections(study: Study, name: str) -> list[Markup]:
    reasons = Counter(row["reason"].partition(":")[0] for row in study.rejected[name])
    if not reasons:
        return [element("p", "No image had to be rejected.")]
    rows = [[reason, str(n)] for reason, n in reasons.most_common()]
    return [data_table(f"Rejected images of {name}, by reason", ["reason", "images"], rows)]
