"""The page's tables of panels: what explainers say of each, how alike and how good their explanations are."""

from collections.abc import Mapping, Sequence

from workflow_scripts.explanation.quality import DELETION, INFIDELITY, INSERTION, LOWER, OF_SEEDS
from workflow_scripts.report.finding_sentence import sentence
from workflow_scripts.report.page.entries import Entries, Row
from workflow_scripts.report.page.markup import Markup, element, joined, scrolled_table
from workflow_scripts.report.page.quality_section import LABELS
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, marked_interval, signed
from workflow_scripts.similarity.explainer_findings import ABOVE, BELOW, UNDECIDED, WHERE
from workflow_scripts.training.learned import marked

PANEL = "network, expression"
SHOWN = {name: LABELS[name] for name in (DELETION, INSERTION, INFIDELITY)} | {OF_SEEDS: "ICC over seeds"}
MEASURES = {
    name: f"{label} ({'lower' if name in LOWER else 'higher'} is better)" for name, label in SHOWN.items()
}
SAID = {ABOVE: "above", BELOW: "below", UNDECIDED: "too close to call", "": "no interval"}


def sides_table(study: Study, caption: str, findings: Sequence[Row]) -> Markup:
    """Of each panel what follows, in words, and below it how far each explainer's score is from chance.

    findings: of one mask set, by one metric.
    """
    entries = {(one.explainer, one.mask_set): one.entries for one in study.comparisons}
    found = {tuple(row[key] for key in (*WHERE, "explainer")): row for row in study.excess}
    blocks = []
    for row in findings:
        sides = [found[*(row[key] for key in WHERE), name] for name in study.explainers]
        told = element("td", sentence(row), colspan=len(sides))
        numbers = [_side(one, entries[one["explainer"], one["mask_set"]]) for one in sides]
        blocks.append(_block(study, row, [[told], numbers]))
    return _table(caption, [PANEL, *study.explainers], blocks)


def _side(row: Row, entries: Entries) -> Markup:
    """How far an explainer's score of a panel is from chance, and on which side."""
    if not row["excess"]:
        return _number(MISSING)
    parts = [signed(float(row["excess"]))]
    if row["low"]:
        score = entries.faces(row["network"], row["expression"], row["metric"])
        parts.append(marked_interval(row["low"], row["high"], score["coverage"]))
    return _number(*parts, SAID[row["side"]], tint=row["side"] if row["side"] in (ABOVE, BELOW) else None)


def explanations_table(study: Study, panels: Mapping[tuple[str, str], Row]) -> Markup:
    """Of each panel how alike the heatmaps of explainers are, and below it how good their explanations.

    panels: findings by network and expression.
    """
    found = {
        (row["network"], row["expression"], row["measure"], explainer): row
        for explainer, rows in study.quality.items()
        for row in rows
    }
    known = [measure for measure in MEASURES if any(key[2] == measure for key in found)]
    blocks = []
    for panel, row in panels.items():
        rows = [[element("td", _alike(row), colspan=1 + len(study.quality))]]
        for measure in known:
            numbers = [_quality(found.get((*panel, measure, name))) for name in study.quality]
            rows.append([element("td", MEASURES[measure]), *numbers])
        blocks.append(_block(study, row, rows))
    caption = "r of the heatmaps of explainers inside the face, by panel"
    if known:
        caption += (
            "; quality of the explanations, means over the examined images (deletion and insertion: "
            "medians), in brackets how many, and the mean that chance gives"
        )
    return _table(caption, [PANEL, "measure" if known else "r", *study.quality], blocks, n_text=2)


def _alike(row: Row) -> str:
    if not row["r_face"]:
        return "No two explainers have a heatmap to compare."
    least = f"{row['least_a']} and {row['least_b']} {signed(float(row['least_r']))}"
    return f"r = {signed(float(row['r_face']))}, mean over pairs of explainers; least: {least}."


def _quality(row: Row | None) -> Markup:
    if not row or not row["estimate"]:
        return _number(MISSING)
    shown = row["median"] if row["measure"] in (DELETION, INSERTION) else row["estimate"]
    by_chance = [f"chance {signed(float(row['baseline']))}"] if row["baseline"] else []
    return _number(
        joined([f"{signed(float(shown))} ", element("span", f"({row['n']})", class_="chance")]), *by_chance
    )


def _number(first: str, *small: str, tint: str | None = None) -> Markup:
    """A cell with a number, and what belongs to it in small print below."""
    lines = [part for one in small for part in (element("br"), element("span", one, class_="chance"))]
    return element("td", first, *lines, class_=f"number {tint}" if tint else "number")


def _block(study: Study, row: Row, rows: Sequence[Sequence[Markup]]) -> Markup:
    """The rows of one panel under its name."""
    named = f"{marked(row['network'], study.did_learn)}, {row['expression']}"
    (first, *rest), head = rows, element("th", named, scope="rowgroup", rowspan=len(rows))
    return element("tbody", element("tr", head, *first), *(element("tr", *one) for one in rest))


def _table(caption: str, header: Sequence[str], blocks: Sequence[Markup], n_text: int = 1) -> Markup:
    names = [
        element("th", name, scope="col", class_="number" if column >= n_text else None)
        for column, name in enumerate(header)
    ]
    return scrolled_table(caption, element("thead", element("tr", *names)), *blocks)
