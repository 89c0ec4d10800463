"""What the page says of findings that depend on the explainer."""

from types import SimpleNamespace

import pytest

from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.explainers_section import depends, explainers_section, panels_sentence
from workflow_scripts.report.page.markup import plain_text
from workflow_scripts.report.page.study import Comparison


def entry(kind: str, name: str, expression: str, auc: str, of: str = "") -> dict[str, str]:
    named = {"kind": kind, "name": name, "of": of, "expression": expression, "metric": "auc", "estimate": auc}
    return dict.fromkeys(COLUMNS, "") | named


def comparison(explainer: str, aucs: dict[str, str], null: str) -> Comparison:
    rows = [entry("network", "A", expression, auc) for expression, auc in aucs.items()]
    rows += [entry("reference", "surrogates", expression, null, of="A") for expression in aucs]
    return Comparison(explainer, "drawn", [], Entries.of(rows), [])


def between(expression: str, r: str, pair: tuple[str, str] = ("lime", "rise")) -> dict[str, str]:
    return {
        "network": "A",
        "expression": expression,
        "explainer_a": pair[0],
        "explainer_b": pair[1],
        "r_face": r,
    }


def study(explainers: list[str], **changes) -> SimpleNamespace:
    told = {
        "explainers": explainers,
        "networks": ["A"],
        "did_learn": {"A": True},
        "mask_sets": {"drawn": "outlines"},
        "metrics": load_metrics(["iou", "auc"]),
        "between_explainers": [
            *(between(name, r) for name, r in (("fear", "0.75"), ("anger", "-0.25"), ("joy", ""))),
            between("average", "0.25"),
            between("average", "0.25", ("average", "average")),
        ],
        "comparisons": [
            comparison("lime", {"fear": "0.7", "anger": "0.6", "joy": ""}, "0.5"),
            comparison("rise", {"fear": "0.8", "anger": "0.4", "joy": "0.9"}, "0.5"),
        ],
    }
    return SimpleNamespace(**told | changes)


def said(*arguments, **changes) -> str:
    """All that the section says, as text."""
    return " ".join(plain_text(part) for part in explainers_section(study(*arguments, **changes)))


def test_one_explainer_depends_on_nothing():
    assert explainers_section(study(["lime"])) == []


def test_agreement_and_panels_that_depend_are_told():
    text = said(["lime", "rise"])
    assert "A: r = 0.250 on average" in text
    assert "least for lime and rise, anger: −0.250" in text
    assert "On 1 of 2 panels, all explainers" in text
    assert "yes: above by lime, below by rise" in text
    assert "0.600 +" in text
    assert "0.400 −" in text


def test_a_network_without_heatmaps_is_told():
    assert "A: no two explainers have a heatmap to compare" in said(["lime", "rise"], between_explainers=[])


@pytest.mark.parametrize(
    ("same", "expected"), [([True, False], "On 1 of 2 panels"), ([], "No panel has scores with masks drawn")]
)
def test_panels_are_counted(same, expected):
    assert panels_sentence("drawn", same).startswith(expected)


def test_explainers_that_agree_are_named_by_their_side():
    assert depends({"lime": False, "rise": False}) == "no: all below"
