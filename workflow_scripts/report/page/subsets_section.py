"""The page's section on subsets of the explained images: are some explained differently?"""

from collections.abc import Sequence

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.over_faces import ENOUGH, FACES
from workflow_scripts.comparison.subset_rows import DIFFERENCE, REST, VALUE
from workflow_scripts.comparison.subset_values import CORRECT
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, data_table, element, folded, joined
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import (
    MISSING,
    TOO_NARROW,
    counted,
    marked_interval,
    p_value,
    signed,
)
from workflow_scripts.training.learned import marked

METRIC, LABEL = "auc", "AUC"
ABOUT = (
    "The explained images are divided by what is known of them, and each part has its own heatmap and score. "
    "A mean of fewer explanations is noisier and scores nearer to chance for that alone: believe the "
    "difference at equal numbers, for which both parts are thinned to the images and subjects that they have "
    "in common. Intervals are over faces: about these very networks, had they been shown other people. Parts "
    "may differ in more than what divides them: a difference does not say what it comes from. q allows for "
    f"the number of networks and values. {TOO_NARROW}: one fold alone, or few people in it; such an interval "
    f"covers the truth in less than {100 * ENOUGH:.0f} %, or nobody knows how often."
)
OF_CORRECT = (
    "right and wrong predictions (faces that show the predicted expression, and others taken for it; missed "
    "faces are not among them)"
)


def subsets_section(study: Study) -> list[Markup]:
    """What subsets are, then a picture and a table per mask set and division; nothing without subsets."""
    if not study.subsets:
        return []
    of = by_explainer(study, _of_explainer, study.subsets)
    return [element("p", ABOUT), *of]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """The figure of one explainer, then every division."""
    parts, of_masks = [figure_part(study, f"subsets/{explainer}")], study.subsets[explainer]
    for name, entry in _definitions(study).items():
        by = OF_CORRECT if entry["by"] == CORRECT else entry["by"]
        parts.append(element("h3", f"By {by}"))
        for mask_set, table in of_masks.items():
            rows = [row for row in table if row["subset"] == name]
            parts.append(_table(study, mask_set, rows))
        parts.append(_counts(study, next(iter(of_masks.values()), ()), name))
    return parts


def _definitions(study: Study) -> dict[str, dict]:
    return study.setup["comparison"]["subsets"]


def _table(study: Study, mask_set: str, rows: Sequence[Row]) -> Markup:
    """A row per network and pair of values: their scores and difference, averages over expressions."""
    found = {}
    for row in rows:
        if row["kind"] == DIFFERENCE and row["expression"] == AVERAGE and row["metric"] == METRIC:
            key = row["network"], row["value"], row["value_b"]
            found.setdefault(key, {}).setdefault(row["equal_n"], {})[row["claim"]] = row
    pairs = dict.fromkeys(
        (row["network"], row["value"], row["value_b"]) for row in rows if row["kind"] == DIFFERENCE
    )
    if not pairs:
        return element("p", f"Masks {mask_set}: there is one value, so nothing to compare.")
    if not found:
        return element("p", f"Masks {mask_set}: too few images, no two parts can be compared.")
    body = []
    for network, a, b in pairs:
        of = found.get((network, a, b), {})
        whole, equal = (_any(of.get(kind)) for kind in ("no", "yes"))
        body.append(
            [
                f"{marked(network, study.did_learn)}, {a} minus {'the rest' if b == REST else b}",
                _scores(whole),
                _difference(of.get("no")),
                _difference(of.get("yes")),
                f"{equal['n']} in {_expressions(equal)}" if equal else MISSING,
            ]
        )
    header = ["network", "scores (images)", "difference", "at equal numbers", "images of each, then"]
    caption = (
        f"{LABEL} against {mask_set}, means over the expressions and folds that have enough images of both; "
        "subsets.csv has all metrics, each expression and the reason where there is no number"
    )
    return data_table(caption, header, body)


def _any(claims: dict[str, Row] | None) -> Row | None:
    return next(iter(claims.values())) if claims else None


def _expressions(row: Row) -> str:
    return counted(int(row["expressions"]), "expression")


def _scores(row: Row | None) -> str:
    if row is None:
        return "too few images"
    scores = [signed(float(row[key])) for key in ("score_a", "score_b")]
    return f"{scores[0]} ({row['n']}), {scores[1]} ({row['n_b']})"


def _difference(claims: dict[str, Row] | None) -> Markup | str:
    """A difference with its interval over faces, p and q, if there is one."""
    if not claims:
        return MISSING
    row = claims.get(FACES) or _any(claims)
    lines = []
    if row["claim"] == FACES and row["low"]:
        tested = f"p\xa0=\xa0{p_value(row['p'])} (q\xa0=\xa0{p_value(row['q'])})"
        lines = [marked_interval(row["low"], row["high"], row["coverage"]), tested]
    below = [part for line in lines for part in (element("br"), element("span", line, class_="chance"))]
    return joined([signed(float(row["estimate"])), *below])


def _counts(study: Study, table: Sequence[Row], name: str) -> Markup:
    """How many images each value has, by network, those without a value included."""
    counts, cells = {}, set()
    for row in table:
        cell = row["network"], row["value"], row["fold"], row["expression"]
        if row["subset"] == name and row["kind"] == VALUE and row["fold"] and cell not in cells:
            cells.add(cell)
            counts.setdefault(row["value"], dict.fromkeys(study.networks, 0))[row["network"]] += int(row["n"])
    header = ["value", *(marked(one, study.did_learn) for one in study.networks)]
    rows = [[value or "unknown", *map(str, of.values())] for value, of in counts.items()]
    return folded("How many explained images there are", data_table("Explained images", header, rows))
