"""The page's section on which networks have similar heatmaps, and what the trees of them are worth."""

from collections.abc import Mapping

from workflow_scripts.comparison.beside import KINDS
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.report.page.captions import said
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, data_table, element
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, listed, p_value, signed
from workflow_scripts.training.learned import marked


def similarity_section(study: Study) -> list[Markup]:
    """Figure 10 and the most and least alike pairs."""
    parts = [
        element(
            "p",
            "Two networks have similar heatmaps of an expression if these correlate inside the face: "
            "r\xa0=\xa01 means the same pattern, 0 unrelated ones. The trees join networks at 1\xa0−\xa0r. "
            "Over the whole canvas, as in the paper, r is usually higher, since the backgrounds are alike; "
            "the tables give that r as well.",
        )
    ]
    return [*parts, *by_explainer(study, _of_explainer)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """The trees of one explainer, with the tables on pairs, groups and ceilings."""
    beside = " ".join(said("figure10", kind.group) for kind in KINDS if kind.group in study.groups)
    return [
        figure_part(study, f"10/{explainer}", beside=beside, expressions=listed(study.expressions)),
        *_pairs(study, explainer),
        *_groups(study, explainer),
        *_ceilings(study, explainer),
    ]


def _pairs(study: Study, explainer: str) -> list[Markup]:
    rows = []
    for expression in study.expressions:
        table = study.similarity.get((explainer, expression), ())
        pairs = [row for row in table if _is_ranked_pair(row, study.did_learn)]
        if pairs:
            ordered = sorted(pairs, key=lambda row: float(row["r_face"]))
            rows.append([expression, _pair(ordered[-1]), _pair(ordered[0])])
    if not rows:
        return [element("p", "Fewer than two networks that learned have heatmaps to correlate.")]
    header = ["expression", "most alike (r)", "least alike (r)"]
    return [data_table("Most and least alike networks", header, rows, number_columns=0)]


def _groups(study: Study, explainer: str) -> list[Markup]:
    """Whether networks of one group have more similar heatmaps than networks of different groups."""
    tested = [row for row in study.tree_groups.get(explainer, ()) if row["p"]]
    rows = [
        [
            "mean distance over expressions" if row["expression"] == AVERAGE else row["expression"],
            f"{float(row['between']):.3f}",
            f"{float(row['within']):.3f}",
            p_value(row["p"]),
            row["splits"],
        ]
        for row in tested
    ]
    if not rows:
        return []
    caption = (
        f"Distance between networks of different groups and of the same group ({tested[0]['groups']}); p: "
        "the share of all divisions into groups of these sizes that separate the networks as well"
    )
    return [data_table(caption, ["expression", "between", "within", "p", "divisions"], rows)]


def _ceilings(study: Study, explainer: str) -> list[Markup]:
    """How reproducible each network's heatmaps are."""
    found = {
        (row["network"], row["expression"]): float(row["ceiling"])
        for row in study.reliability.get(explainer, ())
        if row["ceiling"]
    }
    networks = list(dict.fromkeys(network for network, _ in found))
    if not networks:
        return []

    def cell(network: str, expression: str) -> str:
        value = found.get((network, expression))
        return MISSING if value is None else signed(value)

    rows = [
        [marked(name, study.did_learn), *(cell(name, expression) for expression in study.expressions)]
        for name in networks
    ]
    caption = (
        "Noise ceiling: the expected r of a network's heatmap with that of another set of trainings of the "
        "same network. Two networks whose r comes near the root of the product of their ceilings are as "
        "alike as this study can show; near a ceiling of 0, no r tells how alike networks are"
    )
    return [data_table(caption, ["network", *study.expressions], rows)]


def _is_ranked_pair(row: Row, learned: Mapping[str, bool]) -> bool:
    """Whether a row is about two networks that learned and have an r."""
    names = row["network_a"], row["network_b"]
    return names[0] != names[1] and bool(row["r_face"]) and all(learned.get(name) for name in names)


def _pair(row: Row) -> str:
    return f"{row['network_a']} and {row['network_b']} ({signed(float(row['r_face']))})"
