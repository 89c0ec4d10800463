"""The page's section on control networks: would a network that learned nothing score the same?"""

from workflow_scripts.comparison.control_numbers import PROBABILITY, RANK_CORRELATION
from workflow_scripts.comparison.control_rows import AVERAGE, RATIO
from workflow_scripts.comparison.control_summary import control_name
from workflow_scripts.comparison.over_faces import ENOUGH
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded, joined
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.unknown_subjects import unknown_subjects
from workflow_scripts.report.page.wording import (
    LEVEL,
    MISSING,
    TOO_NARROW,
    counted,
    marked_interval,
    p_value,
    signed,
)
from workflow_scripts.training.controls import RANDOMIZED_LAYERS, SHUFFLED_LABELS, UNTRAINED
from workflow_scripts.training.learned import marked

METRIC, LABEL = "auc", "AUC"
UNSHOWN = ("not tested", "no difference shown")  # all controls of a network are tested, or none
LEAKING = 1.2  # times chance: from here on, the labels that stay are worth a warning
MEANINGS = {
    UNTRAINED: "the same architecture, all weights as they are drawn before any training.",
    SHUFFLED_LABELS: "trained like the network on the same images, with labels shuffled within each subject.",
    RANDOMIZED_LAYERS: "the trained network, its topmost layers drawn anew: one group, then more, up to all.",
}


def controls_section(study: Study) -> list[Markup]:
    """What controls are, then every explainer's tables and figure; nothing without controls."""
    if not study.controls:
        return []
    kinds = {row["kind"]: row for rows in study.controls.values() for row in rows}
    meanings = [
        joined([element("b", kind.replace("_", " ")), ": ", MEANINGS[kind], _kept(row)])
        for kind, row in kinds.items()
    ]
    parts = [
        element(
            "p",
            "Where a control network scores as high as the trained one, the score does not show that "
            "anything was learned. Each control explains the images that the trained network assigned to an "
            "expression, for that expression, however unlikely the control finds it. Another training of the "
            "same network would differ too, in amplitude and in the order of regions most of all.",
        ),
        element(
            "p",
            "Intervals are over faces: about these very networks, had they been shown other people. Other "
            "draws of a control may lie elsewhere: the range of those there are is in the table. Verdicts "
            "allow for the number of all controls (q < 0.05). "
            f"{TOO_NARROW}: one fold alone, or few people in it; such an interval covers the truth in less "
            f"than {100 * ENOUGH:.0f} % instead of 95 %.",
        ),
        *unknown_subjects(study),
        bullets(meanings),
    ]
    return [*parts, *by_explainer(study, _of_explainer, study.controls)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """What controls of one explainer show: sentences, figure and tables."""
    return [
        *control_sentences(study, explainer),
        figure_part(study, f"controls/{explainer}"),
        *(
            folded(
                f"Scores of trained and control networks against {mask_set}",
                _scores(study, explainer, mask_set),
            )
            for mask_set in study.mask_sets
        ),
        folded("How far each control network is from the trained one", _distances(study, explainer)),
    ]


def _kept(row: Row) -> str:
    """What shuffled labels still say, if they say more than by chance."""
    if not row["kept"]:
        return ""
    kept, chance = (100 * float(row[key]) for key in ("kept", "kept_by_chance"))
    return f" {kept:.0f} % of the images keep their label, {chance:.0f} % would by chance." + (
        " The labels still tell something about the expressions, and so may the control."
        if kept > LEAKING * chance
        else ""
    )


def control_sentences(study: Study, explainer: str) -> list[Markup]:
    """By mask set a line for each network: does it differ from its controls, by how much?"""
    rows = [row for row in study.controls[explainer] if _is(row, AVERAGE, METRIC)]
    found = []
    for mask_set in study.mask_sets:
        lines = []
        for network in dict.fromkeys(row["network"] for row in rows if row["network"] != AVERAGE):
            of = [row for row in rows if (row["network"], row["mask_set"]) == (network, mask_set)]
            if of:
                name = element("b", marked(network, study.did_learn))
                lines.append(joined([name, f": {'; '.join(_differences(of))}"]))
        if lines:
            about = f"{LABEL} against {mask_set}, each network minus its controls:"
            found += [element("p", about), bullets(lines)]
    return found


def _differences(rows: list[Row]) -> list[str]:
    """Those to untrained networks, those that are shown or missing, and how many others there are."""
    told = [
        row
        for row in rows
        if row["kind"] == UNTRAINED or not row["difference"] or _verdict(row) not in UNSHOWN
    ]
    rest = [row for row in rows if row not in told]
    others = [f"{counted(len(rest), 'other control')}: {_verdict(rest[0])}"] if rest else []
    return [*map(_difference, told), *others]


def _difference(row: Row) -> str:
    """The difference to one control, and whether it is shown."""
    draws = f" ({row['draws']} draws)" if row["draws"] not in ("", "0", "1") else ""
    if not row["difference"]:
        return f"{_title(row)}: no heatmap of {row['missing']}"
    value = f"{_title(row)}{draws} {signed(float(row['difference']))}"
    if not row["difference_low"]:
        return value
    spread = marked_interval(row["difference_low"], row["difference_high"], row["coverage"])
    return f"{value} {spread}, {_verdict(row)}"


def _verdict(row: Row) -> str:
    """In words: higher or lower only if shown among all controls, and than every draw."""
    if not row["q"]:
        return UNSHOWN[0]
    trained = float(row["trained"])
    if float(row["q"]) >= LEVEL:
        return UNSHOWN[1]
    if trained > float(row["highest"]):
        return "higher"
    return "lower" if trained < float(row["lowest"]) else "between its draws"


def _title(row: Row) -> str:
    """A control in words.

    >>> _title({"control": "randomized_layers", "randomized": "1", "groups": "3"})
    'randomized layers 1 of 3'
    """
    return control_name(row).replace("_", " ")


def _is(row: Row, expression: str, metric: str) -> bool:
    return (row["expression"], row["metric"]) == (expression, metric)


def _scores(study: Study, explainer: str, mask_set: str) -> Markup:
    """Scores of trained and control networks on the same images, averages over expressions."""
    metrics = {metric.name: metric.label for metric in study.metrics if metric.name in ("iou", METRIC)}
    rows = [row for row in study.controls[explainer] if row["mask_set"] == mask_set]
    found = {
        (row["network"], _title(row), row["metric"]): row for row in rows if row["expression"] == AVERAGE
    }
    body = [
        [
            _name(study, network),
            control,
            *(cell for metric in metrics for cell in _pair(found.get((network, control, metric)))),
            *(_tested(found.get((network, control, METRIC))) if METRIC in metrics else ()),
        ]
        for network, control in dict.fromkeys(key[:2] for key in found)
    ]
    columns = [f"{label}, {side}" for label in metrics.values() for side in ("trained", "control")]
    header = [
        "network",
        "control",
        *columns,
        *([f"{LABEL}, draws", f"{LABEL} difference", "p (q)"] if METRIC in metrics else []),
    ]
    return data_table(
        f"Trained and control networks against {mask_set}, on the same images, means over expressions; "
        "draws: "
        "the lowest and the highest of the control networks; q over all controls of networks that learned",
        header,
        body,
        number_columns=len(header) - 2,
    )


def _pair(row: Row | None) -> list[str]:
    return [f"{float(row[key]):.3f}" if row and row[key] else MISSING for key in ("trained", "estimate")]


def _tested(row: Row | None) -> list[Markup | str]:
    """The difference with its interval, and its p and q."""
    if not row or not row["difference"]:
        return [MISSING] * 3
    value = signed(float(row["difference"]))
    ends = [f"{float(row[key]):.3f}" for key in ("lowest", "highest")]
    draws = " to ".join(dict.fromkeys(ends))
    if not row["difference_low"]:
        return [draws, value, MISSING]
    spread = marked_interval(row["difference_low"], row["difference_high"], row["coverage"])
    shown = joined([value, element("br"), element("span", spread, class_="chance")])
    return [draws, shown, p_value(row["p"]) + (f" ({p_value(row['q'])})" if row["q"] else "")]


def _distances(study: Study, explainer: str) -> Markup:
    """Rank correlations and amplitudes, averages over expressions."""
    metrics = {
        RANK_CORRELATION: "rank correlation",
        RATIO: "amplitude, trained: 1",
        PROBABILITY: "probability of the expression",
    }
    found = {
        (row["network"], _title(row), row["metric"]): row
        for row in study.controls[explainer]
        if row["expression"] == AVERAGE and row["metric"] in metrics
    }

    def cell(row: Row | None) -> Markup | str:
        if not row or not row["estimate"]:
            return MISSING
        value = signed(float(row["estimate"]))
        if not row["low"]:
            return value
        spread = marked_interval(row["low"], row["high"], row["coverage"])
        return joined([value, element("br"), element("span", spread, class_="chance")])

    body = [
        [_name(study, network), control, *(cell(found.get((network, control, metric))) for metric in metrics)]
        for network, control in dict.fromkeys(key[:2] for key in found)
    ]
    return data_table(
        "Explanations of control networks beside those of the trained network, means over expressions",
        ["network", "control", *metrics.values()],
        body,
        number_columns=3,
    )


def _name(study: Study, network: str) -> str:
    return AVERAGE if network == AVERAGE else marked(network, study.did_learn)
