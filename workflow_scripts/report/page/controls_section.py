"""The page's section on control networks: would a network that learned nothing score the same?"""

from workflow_scripts.comparison.control_numbers import RANK_CORRELATION
from workflow_scripts.comparison.control_rows import AVERAGE, RATIO
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.figure_sections import explainer_heading, figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import (
    MISSING,
    TOO_NARROW,
    marked_interval,
    p_value,
    signed,
)
from workflow_scripts.training.controls import RANDOMIZED_LAYERS, SHUFFLED_LABELS, UNTRAINED
from workflow_scripts.training.learned import marked

METRIC, LABEL = "auc", "AUC"
LEVEL = 0.05
MEANINGS = {
    UNTRAINED: "the same architecture, all weights as they are drawn before any training.",
    SHUFFLED_LABELS: "trained like the network on the same images, with labels shuffled within each subject.",
    RANDOMIZED_LAYERS: "the trained network, its topmost layers drawn anew: one group, then more, up to all.",
}


def controls_section(study: Study) -> list[Markup]:
    """What controls are, then every explainer's tables and figure; nothing without controls."""
    if not study.controls:
        return []
    kinds = dict.fromkeys(row["kind"] for rows in study.controls.values() for row in rows)
    parts = [
        element(
            "p",
            "Control networks should not look at faces as trained networks do. Each explains images of the "
            "trained network's sample, for the expression that the trained network predicted, so that the "
            "two differ in nothing but the network. Where a control scores as high, the score does not show "
            "that anything was learned. Intervals are over faces: about these trained and these control "
            f"networks, had they been shown other people ({TOO_NARROW}: too few for the interval to hold "
            "its 95 %).",
        ),
        bullets([joined([element("b", kind.replace("_", " ")), ": ", MEANINGS[kind]]) for kind in kinds]),
    ]
    for explainer in study.controls:
        parts += [
            *explainer_heading(study, explainer),
            bullets(control_sentences(study, explainer)),
            *(_scores(study, explainer, mask_set) for mask_set in study.mask_sets),
            figure_part(
                study,
                f"controls/{explainer}",
                "Control networks",
                "How far control networks are from the trained network: rank correlation of the importances "
                "by which the two explain an image (left; 1 would be the same order, 0 an unrelated one), "
                "and amplitude of the heatmaps (right; 0.1 is a tenth of the range of the trained network's, "
                "which thresholds and ranks do not see). Means over expressions.",
                "Rank correlation and amplitude of the control networks of each network.",
            ),
            _distances(study, explainer),
        ]
    return parts


def control_sentences(study: Study, explainer: str) -> list[str]:
    """Of each network: does it differ from its controls, by how much, with which interval?"""
    rows = [row for row in study.controls[explainer] if _is(row, AVERAGE, METRIC)]
    found = []
    for mask_set in study.mask_sets:
        for network in dict.fromkeys(row["network"] for row in rows):
            of = [row for row in rows if (row["network"], row["mask_set"]) == (network, mask_set)]
            said = [_difference(row) for row in of if row["difference"]]
            if said and network != AVERAGE:
                name = marked(network, study.did_learn)
                found.append(f"{name} minus its controls, {LABEL} against {mask_set}: {'; '.join(said)}.")
    return found


def _difference(row: Row) -> str:
    """The difference to one control, and whether it is shown."""
    value = signed(float(row["difference"]))
    if not row["difference_low"]:
        return f"{_title(row)} {value}"
    low, high = (row[key] for key in ("difference_low", "difference_high"))
    verdict = "higher" if float(low) > 0 else "lower" if float(high) < 0 else "no difference shown"
    return f"{_title(row)} {value} {marked_interval(low, high, row['coverage'])}, {verdict}"


def _title(row: Row) -> str:
    """A control in words.

    >>> _title({"control": "randomized_layers", "randomized": "1", "groups": "3"})
    'randomized layers 1 of 3'
    """
    name = row["control"].replace("_", " ")
    return f"{name} {row['randomized']} of {row['groups']}" if row["randomized"] != "0" else name


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
        *([f"{LABEL} difference", "p (q)"] if METRIC in metrics else []),
    ]
    return data_table(
        f"Trained and control networks against {mask_set}, on the same images, means over expressions; q "
        "over "
        "the networks that learned",
        header,
        body,
        number_columns=len(header) - 2,
    )


def _pair(row: Row | None) -> list[str]:
    return [f"{float(row[key]):.3f}" if row and row[key] else MISSING for key in ("trained", "estimate")]


def _tested(row: Row | None) -> list[Markup | str]:
    """The difference with its interval, and its p and q."""
    if not row or not row["difference"]:
        return [MISSING, MISSING]
    value = signed(float(row["difference"]))
    if not row["difference_low"]:
        return [value, MISSING]
    spread = marked_interval(row["difference_low"], row["difference_high"], row["coverage"])
    shown = joined([value, element("br"), element("span", spread, class_="chance")])
    return [shown, p_value(row["p"]) + (f" ({p_value(row['q'])})" if row["q"] else "")]


def _distances(study: Study, explainer: str) -> Markup:
    """Rank correlations and amplitudes, averages over expressions."""
    metrics = {RANK_CORRELATION: "rank correlation", RATIO: "amplitude, trained: 1"}
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
        number_columns=2,
    )


def _name(study: Study, network: str) -> str:
    return "average" if network == AVERAGE else marked(network, study.did_learn)
