"""Tables of the made study on whether explanations can be trusted."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

from tests.unit.report.test_write_report import EXPRESSIONS, HOSTILE, NETWORKS
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.explanation.quality import LOWER, MEASURES

EXPLAINERS = ["lime", "rise", "<b>cam</b>"]
# by panel: excess of each explainer with its interval; the last panel is scored by none
EXCESS = {
    (NETWORKS[0], EXPRESSIONS[0]): [(0.25, 0.125, 0.375), (0.5, 0.25, 0.75), (0.125, 0.0625, 0.1875)],
    (NETWORKS[0], EXPRESSIONS[1]): [(0.25, 0.125, 0.375), (-0.125, -0.25, -0.0625), (0.0625, -0.25, 0.375)],
    (HOSTILE, EXPRESSIONS[1]): [(0.25, 0.125, 0.375), (0.125, -9.0, 9.25), (0.0625, None, None)],
    (HOSTILE, EXPRESSIONS[0]): [(None, None, None)] * 3,
}
CHANCE = 0.375
METRICS = [name for name in PAPER if name != "recall"]  # that one has no interval over faces
PANEL_IMAGES, ALL_IMAGES = 2, 5


def side(excess: float | None, low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return "above" if low > 0 else "below" if high < 0 else "undecided"


def answer(sides: Sequence[str]) -> str:
    """Whether it depends on the explainer, given the sides of those that have an excess."""
    if len(sides) < 2:
        return ""
    if set(sides) in ({"above"}, {"below"}):
        return "no"
    return "yes" if {"above", "below"} <= set(sides) else "open"


def write_findings(findings: Path, excess: Path, explainers: Sequence[str]) -> None:
    """Both tables; all metrics have the same numbers, but precision, whose excesses are turned round."""
    rows, of_panels = [], []
    for (panel, found), metric in product(EXCESS.items(), METRICS):
        names = {"mask_set": "drawn", "network": panel[0], "expression": panel[1], "metric": metric}
        by_side: dict[str, list[str]] = {"above": [], "below": [], "undecided": [], "": []}
        for explainer, (value, low, high) in zip(explainers, found, strict=False):
            if metric == "precision" and value is not None:
                value = -value
                low, high = (None, None) if low is None else (-high, -low)
            by_side[side(value, low, high)].append(explainer)
            estimate, chance = (None, None) if value is None else (CHANCE + value, CHANCE)
            numbers = {"estimate": estimate, "chance": chance, "excess": value, "low": low, "high": high}
            rows.append(names | {"explainer": explainer, **numbers, "side": side(value, low, high)})
        known = [name for name in ("above", "below", "undecided") for _ in by_side[name]]
        of_panels.append(
            names
            | {"explainers": len(known), "depends": answer(known)}
            | {name: " ".join(by_side[name]) for name in ("above", "below", "undecided")}
            | {"r_face": 0.5, "least_a": explainers[0], "least_b": explainers[-1], "least_r": -0.25}
        )
    write_table(excess, list(rows[0]), rows)
    columns = ["mask_set", "network", "expression", "metric", "explainers", "above", "below", "undecided"]
    write_table(findings, [*columns, "depends", "r_face", "least_a", "least_b", "least_r"], of_panels)


def write_quality(path: Path) -> None:
    """Of the first network alone: both of its expressions, and all examined images."""
    rows = []
    for (place, expression), (number, measure) in product(
        enumerate([*EXPRESSIONS, "average"]), enumerate(MEASURES)
    ):
        average = expression == "average"
        based = number < 3
        estimate = (number - 2 + place) / 8
        row = {"network": NETWORKS[0], "expression": expression, "measure": measure}
        row |= {"better": "lower" if measure in LOWER else "higher"}
        row |= {"n": ALL_IMAGES if average else PANEL_IMAGES, "left_out": 1 if based else 0, "subjects": 2}
        row |= {"estimate": estimate, "low": estimate - 0.125, "high": estimate + 0.125, "median": 0.625}
        row |= {"baseline": 0.375 if based else None, "difference": estimate - 0.375 if based else None}
        row |= {"difference_low": None, "difference_high": None, "p": None, "q": None}
        if average and based:
            row |= {"difference_low": -0.5, "difference_high": 0.5, "p": 0.25, "q": 0.5}
        rows.append(row)
    write_table(path, list(rows[0]), rows)
