"""The page's section on half faces, where it is known what a network can read: do explanations say so?"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import NamedTuple

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.report.page.controls_section import LEVEL
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded, joined
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import (
    MISSING,
    TOO_NARROW,
    counted,
    listed,
    marked_interval,
    over_faces,
    p_value,
    signed,
)
from workflow_scripts.training.controls import UNTRAINED
from workflow_scripts.training.learned import LEVEL as RECOGNISED_LEVEL
from workflow_scripts.training.learned import marked

METRIC = "relevance_mass"
WORDS = {"mouth": "mouth half", "brows": "brow half"}
FOUND, NO_VERDICT = "finds it", "no verdict"
CHANCE = f"{NO_VERDICT}: the network is not shown to be better than chance"


class Judged(NamedTuple):
    """The verdict on the explanations of one network for one expression, or on average, beside a control."""

    network: str
    expression: str
    control: Row | None
    verdict: str


def halves_section(study: Study) -> list[Markup]:
    """What is known of half faces, then every explainer's share in the right half; nothing without them."""
    if not study.halves:
        return []
    of = study.halves["datasets"]
    shown = {of.get(name, "") for name in study.datasets}
    half = WORDS.get(next(iter(shown)), "") if len(shown) == 1 else ""
    right = [name for name, masked in study.halves["mask_sets"].items() if {masked} == shown]
    if not half or not right:
        return [element("p", _why_not(study, half))]
    parts = [element("p", text) for text in (*_explained(half), who_shows_all(study))]
    compared = [one for one in study.comparisons if one.mask_set == right[0]]
    averages = [(one, judged(study, one, [AVERAGE])) for one in compared]
    return [
        *parts,
        bullets(summary_sentence(one.explainer, half, rows) for one, rows in averages),
        _table(study, half, averages),
        folded("Single expressions", *by_explainer(study, partial(_single, half=half, mask_set=right[0]))),
    ]


def _single(study: Study, explainer: str, *, half: str, mask_set: str) -> list[Markup]:
    """How much of one explainer's relevance lies in the right half, for each expression."""
    comparison = next(one for one in study.comparisons_of(explainer) if one.mask_set == mask_set)
    names = [name for name in comparison.entries.expressions if name != AVERAGE]
    return [_table(study, half, [(comparison, judged(study, comparison, names))])]


def _why_not(study: Study, half: str) -> str:
    """Why nothing can be said in a run that has half faces."""
    if half:
        return (
            f"The faces show the expression in the {half} alone, but no mask set of the run is that half, so "
            "there is nothing to compare explanations with: add one of kind halves to run.mask_sets."
        )
    return (
        f"Of the data sets {listed(list(study.datasets))}, not all show the expression in the same half, so "
        "it is not known what their networks read: no verdict. Run them one by one."
    )


def _explained(half: str) -> list[str]:
    return [
        f"These faces show the expression in the {half} alone: the other half is the same subject's neutral "
        "face, pixel by pixel the same for all expressions. What a network has learned to tell apart, it can "
        f"only have read in the {half}, and an explanation to be trusted has to say so. Relevance mass is "
        "the share of positive importance in the face that lies in that half; spread evenly, it would be "
        "the half's share of the face.",
        "An explanation finds the half if more of its relevance lies there than that, and more than where "
        "untrained networks, which read nothing, are explained on the same images: these show what the "
        "faces and the explainer alone make of it. Not all of it has to lie there: where the halves meet, "
        "regions reach across, and hiding what says nothing changes predictions, too. The mask is the "
        "same for all expressions; what the sections above say on heatmaps of the own and of other "
        "expressions cannot differ here. Intervals are over faces, 95 %: about these networks, had they "
        "been shown other people, and about these draws of untrained networks, each of which the trained "
        f"one must exceed; {TOO_NARROW}: fewer than 95 of 100 of these cover the truth.",
        "Of a single expression there is a verdict only if the network is shown to tell it from the others: "
        "otherwise a missed half says nothing of the explainer. Tested is how often its faces are called "
        "so, beside other faces of the same subjects, taken together, whose expressions are exchanged: "
        f"exact, one-sided p below {RECOGNISED_LEVEL} for each, not corrected for their number.",
    ]


def who_shows_all(study: Study) -> str:
    """How many subjects show all expressions: otherwise the neutral half tells something, too."""
    told = []
    for dataset, rows in study.half_subjects.items():
        seen = [row for row in rows if int(row["images"])]
        lacking = Counter(name for row in seen for name in row["missing"].split())
        complete = sum(not row["missing"] for row in seen)
        said = f"Subjects of {dataset} who show all expressions: {complete} of {len(seen)}"
        if lacking:
            ((most, n),) = lacking.most_common(1)
            said += f"; most often missing is {most}, of {counted(n, 'subject')}"
        told.append(said)
    return (
        f"{'. '.join(told)}. All of this holds if every subject, and every data set, shows all "
        "expressions about equally often: otherwise the neutral half, which has the subject's looks, tells "
        "something, too."
    )


def judged(study: Study, comparison: Comparison, expressions: list[str]) -> list[Judged]:
    """The verdict on each network and expression, one for each untrained control if there are any."""
    controls = [
        row
        for row in study.controls.get(comparison.explainer, ())
        if (row["kind"], row["mask_set"], row["metric"]) == (UNTRAINED, comparison.mask_set, METRIC)
    ]
    rows = []
    for network, expression in product(study.networks, expressions):
        of = [row for row in controls if (row["network"], row["expression"]) == (network, expression)]
        for control in of or [None]:
            said = verdict(study, comparison, network, expression, control)
            rows.append(Judged(network, expression, control, said))
    return rows


def verdict(study: Study, comparison: Comparison, network: str, expression: str, control: Row | None) -> str:
    """In words, whether the explanations of a network find the half that tells the expression."""
    score = comparison.entries.score(network, expression, METRIC)
    spread = comparison.entries.faces(network, expression, METRIC)
    area = float(comparison.entries.face(expression, METRIC)["estimate"])
    if not study.did_learn[network]:
        return CHANCE
    if expression != AVERAGE and (unread := not_recognised(study, network, expression)):
        return f"{NO_VERDICT}: {unread}"
    if spread is None:
        missing = control["missing"] if control else ""
        return f"{NO_VERDICT}: {missing or score['not_ranked'] or 'no interval over faces'}"
    if float(spread["high"]) < area:
        return "less than the half's area"
    if float(spread["low"]) <= area:
        return "not shown to find it: not shown to be more than the half's area"
    if control is None or not control["difference_low"]:
        return f"{NO_VERDICT}: more than its area, but not compared with an untrained network"
    beyond = float(control["trained"]) > float(control["highest"])
    if beyond and float(control["difference_low"]) > 0 and control["q"] and float(control["q"]) < LEVEL:
        return FOUND
    return "more than its area, but not shown to be more than an untrained network's"


def not_recognised(study: Study, network: str, expression: str) -> str:
    """Why a network is not shown to recognise an expression, in words; empty if it is."""
    row = study.recognised.get((network, expression))
    if row is None or not row["right"]:
        return "no subject shows it and other expressions"
    if row["recognised"] == "yes":
        return ""
    right, by_chance = (f"{float(row[key]):.2f}" for key in ("right", "by_chance"))
    return (
        f"the network is not shown to recognise it ({right} of its faces, {by_chance} by chance, "
        f"p = {p_value(row['p'])})"
    )


def summary_sentence(explainer: str, half: str, rows: list[Judged]) -> str:
    """For how many networks an explainer finds the half, of those with a verdict. rows: of averages."""
    with_verdict = dict.fromkeys(row.network for row in rows if not row.verdict.startswith(NO_VERDICT))
    if not with_verdict:
        if all(row.verdict == CHANCE for row in rows):
            return f"{explainer}: no verdict, since no network is shown to recognise the expressions."
        return f"{explainer}: no verdict over all expressions; see the single ones."
    missed = {row.network for row in rows if row.verdict != FOUND}
    found = [network for network in with_verdict if network not in missed]
    names = f": {listed(found)}" if found else ""
    of = f"{len(found)} of {counted(len(with_verdict), 'network')} with a verdict"
    return f"{explainer} finds the {half} for {of}{names}."


def _table(study: Study, half: str, found: Sequence[tuple[Comparison, list[Judged]]]) -> Markup:
    """All numbers behind verdicts; of several explainers, the first column says which."""
    several, body = len(found) > 1, []
    for comparison, rows in found:
        entries = comparison.entries
        for network, expression, control, said in rows:
            name = marked(network, study.did_learn)
            name = name if expression == AVERAGE else f"{name}, {expression}"
            score = entries.score(network, expression, METRIC)
            spread = over_faces(entries.faces(network, expression, METRIC))
            share = _with(f"{float(score['estimate']):.3f}", spread) if score["estimate"] else MISSING
            area = f"{float(entries.face(expression, METRIC)['estimate']):.3f}"
            names = [comparison.explainer, name] if several else [name]
            body.append([*names, said, share, area, *_compared(control)])
    header = [
        *(["explainer"] if several else []),
        "network",
        "verdict",
        f"relevance in the {half}",
        "its share of the face",
        "same images: trained",
        "untrained (draws)",
        "difference",
        "p (q)",
    ]
    (first, rows), *_ = found
    over = "expressions and folds" if rows[0].expression == AVERAGE else "folds"
    of = "" if several else f" of {first.explainer}"
    caption = f"Relevance mass{of} in the {half}, means over {over}"
    return data_table(caption, header, body, number_columns=6)


def _compared(control: Row | None) -> list[Markup | str]:
    """Trained and untrained network on the same images, their difference, p and q."""
    if control is None or not control["difference"]:
        return [MISSING] * 4
    ends = [f"{float(control[key]):.3f}" for key in ("lowest", "highest")]
    untrained = _with(f"{float(control['estimate']):.3f}", f"{' to '.join(dict.fromkeys(ends))}")
    difference, tested = signed(float(control["difference"])), MISSING
    if control["difference_low"]:
        difference = _with(
            difference,
            marked_interval(control["difference_low"], control["difference_high"], control["coverage"]),
        )
        tested = p_value(control["p"]) + (f" ({p_value(control['q'])})" if control["q"] else "")
    return [f"{float(control['trained']):.3f}", untrained, difference, tested]


def _with(value: str, below: str) -> Markup | str:
    return joined([value, element("br"), element("span", below, class_="chance")]) if below else value
