"""The page's section on other people's faces: which differences would remain if these had been shown."""

from collections.abc import Mapping, Sequence

from workflow_scripts.comparison.cells import AVERAGE, NETWORK
from workflow_scripts.comparison.face_rows import EXPRESSION
from workflow_scripts.comparison.max_t import FEWEST
from workflow_scripts.comparison.over_faces import ENOUGH
from workflow_scripts.comparison.subject_scores import AMPLITUDE
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.unknown_subjects import unknown_subjects
from workflow_scripts.report.page.wording import (
    MISSING,
    TOO_NARROW,
    counted,
    listed,
    over_faces,
    p_value,
    signed,
)
from workflow_scripts.training.learned import marked

AUC, LEVEL = "auc", 0.05
SHOWN = (AUC, "rank_accuracy", "relevance_mass")
MANY = 6  # pairs: longer tables are folded


def faces_section(study: Study) -> list[Markup]:
    """Differences of networks over faces, and where in the face networks and expressions differ."""
    parts = [
        element(
            "p",
            "All of this is about these very networks, as they were trained: if they had been shown as many "
            "other people of the same kind, what would change? Each person is left out once, from everything "
            "at once. Whether other trainings would differ is another question, which the intervals over "
            "trainings answer; a difference over faces that is not one over trainings may be an accident of "
            "how the networks were trained.",
        ),
        element(
            "p",
            f"{TOO_NARROW}: one fold alone, or few people in it; in simulated studies as small as this, "
            "such an "
            f"interval covers the truth in less than {100 * ENOUGH:.0f} % instead of 95 %.",
        ),
        *unknown_subjects(study),
    ]
    return [*parts, *by_explainer(study, _of_explainer)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """Differences against each set of masks, then those of places in the face."""
    differences = [_differences(study, one) for one in study.comparisons_of(explainer)]
    return [part for parts in (*differences, _contrasts(study, explainer)) for part in parts]


def _differences(study: Study, comparison: Comparison) -> list[Markup]:
    """Differences between networks, average over expressions."""
    found = comparison.differences.faces(NETWORK, "", AVERAGE)
    labels = {metric.name: metric.label for metric in study.metrics if metric.name in SHOWN}
    labels[AMPLITUDE] = "range of the heatmap"
    if not found:
        return []
    heading = f"Networks against masks {comparison.mask_set}"
    rows = [
        [
            f"{marked(a, study.did_learn)} − {marked(b, study.did_learn)}",
            *(_difference(of.get(metric)) for metric in labels),
        ]
        for (a, b), of in found.items()
    ]
    caption = (
        f"Average of a pair's first network minus its second, against {comparison.mask_set}, with 95 % "
        "intervals over faces; q: corrected for all pairs of ranked networks"
    )
    table = data_table(caption, ["networks", *labels.values()], rows)
    sentence = _pairs_sentence([of[AUC] for of in found.values() if AUC in of])
    return [element("h3", heading), *sentence, *_folded(table, "Differences of networks", len(rows))]


def _difference(row: Row | None) -> Markup | str:
    if row is None:
        return MISSING
    p = f"p\xa0=\xa0{p_value(row['p'])}" + (f" (q\xa0=\xa0{p_value(row['q'])})" if row["q"] else "")
    parts = [signed(float(row["estimate"]))]
    for one in (over_faces(row), p):
        parts += [element("br"), element("span", one, class_="chance")]
    return joined(parts)


def _pairs_sentence(rows: Sequence[Row]) -> list[Markup]:
    """How many pairs of networks differ over faces."""
    tested = [row for row in rows if row["q"]]
    differ = [f"{row['name_a']} – {row['name_b']}" for row in tested if float(row["q"]) < LEVEL]
    if not tested:
        return []
    named = f": {listed(differ)}" if 0 < len(differ) <= MANY else ""
    text = (
        f"{len(differ) or 'None'} of {counted(len(tested), 'pair')} of these networks "
        f"{'differs' if len(differ) == 1 else 'differ'} in average AUC over other people's faces "
        f"(q\xa0<\xa00.05){named}."
    )
    return [bullets([text])]


def _contrasts(study: Study, explainer: str) -> list[Markup]:
    """Where in the face networks and expressions differ."""
    rows = study.contrasts.get(explainer, ())
    of_networks = [row for row in rows if (row["kind"], row["expression"]) == (NETWORK, AVERAGE)]
    of_expressions = [row for row in rows if (row["kind"], row["of"]) == (EXPRESSION, AVERAGE)]
    parts = []
    for name, label, found in (
        ("contrasts_networks", "Differences of networks", of_networks),
        ("contrasts_expressions", "Differences of expressions", of_expressions),
    ):
        if not found:
            continue
        things = label.rpartition(" ")[2]
        if all(row["reason"] for row in found):
            parts.append(bullets([places_sentence(found, things)]))
            continue
        parts += [
            bullets([places_sentence(found, things)]),
            figure_part(study, f"{name}/{explainer}"),
            *_folded(_contrast_table(found, label, study.did_learn), label, len(found)),
        ]
    return parts


def places_sentence(rows: Sequence[Row], things: str) -> str:
    """In how much of the face pairs differ."""
    tested = [row for row in rows if row["smallest_p"]]
    if not tested:
        most = max(int(row["subjects"]) for row in rows)
        return (
            f"Where in the face {things} differ cannot be tested: at most {most} people have explanations on "
            f"both sides of a pair, and {FEWEST} are needed."
        )
    differ = [row for row in tested if row["q"] and float(row["q"]) < LEVEL]
    if not differ:
        return (
            f"In none of {counted(len(tested), 'pair')} of {things} a place of the face is shown to differ "
            f"(q\xa0<\xa00.05 over the pairs), with {_people(tested)}."
        )
    low, high = (f"{100 * end(float(row['differs']) for row in differ):.1f}" for end in (min, max))
    share = f"{low} %" if low == high else f"{low} to {high} %"
    return (
        f"{len(differ)} of {counted(len(tested), 'pair')} of {things} "
        f"{'differs' if len(differ) == 1 else 'differ'} somewhere in the face (q\xa0<\xa00.05 over the "
        f"pairs, {_people(tested)}), in {share} of it."
    )


def _people(rows: Sequence[Row]) -> str:
    low, high = (end(int(row["subjects"]) for row in rows) for end in (min, max))
    return counted(high, "person").replace("persons", "people") if low == high else f"{low} to {high} people"


def _contrast_table(rows: Sequence[Row], label: str, learned: Mapping[str, bool]) -> Markup:
    def shown(row: Row) -> list[str]:
        pair = f"{marked(row['name_a'], learned)} – {marked(row['name_b'], learned)}"
        if row["reason"]:
            return [pair, row["subjects"], *[MISSING] * 4]
        parts = [f"{100 * float(row[key]):.1f} %" for key in ("differs", "more_a", "more_b")]
        return [pair, row["subjects"], *parts, f"{p_value(row['smallest_p'])} ({p_value(row['q'])})"]

    head = ["first – second", "people", "differs", "first more", "second more", "smallest p (q of pairs)"]
    caption = f"{label}: share of the face that differs, p adjusted for all places"
    return data_table(caption, head, [shown(row) for row in rows])


def _folded(table: Markup, title: str, rows: int) -> list[Markup]:
    return [element("details", element("summary", title), table)] if rows > MANY else [table]
