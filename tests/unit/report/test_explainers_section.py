"""What the page says of findings that depend on the explainer."""

from types import SimpleNamespace

import pytest

from workflow_scripts.comparison.quality_rows import QUALITY
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.finding_sentence import sentence, wrong_sides
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.explainers_section import explainers_section, panels_sentence
from workflow_scripts.report.page.markup import plain_text
from workflow_scripts.report.page.study import Comparison
from workflow_scripts.similarity.explainer_findings import EXCESS, FINDINGS

EXPRESSIONS = ("fear", "anger", "joy")


def comparison(explainer: str, coverage: str) -> Comparison:
    about = {"kind": "network", "name": "A", "metric": "auc", "claim": "faces", "low": "0.5", "high": "0.6"}
    rows = [dict.fromkeys(COLUMNS, "") | about | {"expression": name} for name in EXPRESSIONS]
    return Comparison(explainer, "drawn", [], Entries.of([row | {"coverage": coverage} for row in rows]), [])


def between(expression: str, r: str, pair: tuple[str, str] = ("lime", "rise")) -> dict[str, str]:
    return {
        "network": "A",
        "expression": expression,
        "explainer_a": pair[0],
        "explainer_b": pair[1],
        "r_face": r,
    }


def excess(expression: str, explainer: str, value: str, interval: str, side: str, **where) -> dict[str, str]:
    """A row of excess.csv. interval: its ends, with a space between."""
    low, high = interval.split() if interval else ("", "")
    about = {"mask_set": "drawn", "network": "A", "expression": expression, "metric": "auc"}
    about |= {"explainer": explainer, "excess": value, "low": low, "high": high, "side": side}
    return dict.fromkeys(EXCESS, "") | about | where


def finding(expression: str, depends: str, r: str = "", **told) -> dict[str, str]:
    about = {"mask_set": "drawn", "network": "A", "expression": expression, "metric": "auc"}
    about |= {"explainers": "2", "depends": depends, "r_face": r}
    about |= {"least_a": "lime", "least_b": "rise", "least_r": r} if r else {}
    return dict.fromkeys(FINDINGS, "") | about | told


def quality(expression: str, measure: str, estimate: str, n: str = "3") -> dict[str, str]:
    about = {"network": "A", "expression": expression, "measure": measure, "estimate": estimate, "n": n}
    return dict.fromkeys(QUALITY, "") | about


def study(explainers: list[str], **changes) -> SimpleNamespace:
    told = {
        "explainers": explainers,
        "networks": ["A"],
        "did_learn": {"A": True},
        "folds_each": 2,
        "mask_sets": {"drawn": "outlines"},
        "metrics": load_metrics(["iou", "auc"]),
        "between_explainers": [
            *(between(name, r) for name, r in (("fear", "0.75"), ("anger", "-0.25"), ("joy", ""))),
            between("average", "0.25"),
            between("average", "0.25", ("average", "average")),
        ],
        "excess": [
            excess("fear", "lime", "0.2", "0.1 0.3", "above"),
            excess("fear", "rise", "0.3", "0.2 0.4", "above"),
            excess("anger", "lime", "0.1", "0.05 0.15", "above"),
            excess("anger", "rise", "-0.1", "-0.15 -0.05", "below"),
            excess("joy", "lime", "", "", ""),
            excess("joy", "rise", "0.4", "", ""),
            excess("fear", "lime", "-9", "-10 -8", "below", metric="iou"),  # not the metric that is shown
        ],
        "findings": [
            finding("fear", "no", "0.75", above="lime rise"),
            finding("anger", "yes", "-0.25", above="lime", below="rise"),
            finding("joy", "", explainers="1"),
        ],
        "comparisons": [comparison("lime", "0.95"), comparison("rise", "0.92")],
        "quality": {},
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
    expected = "By AUC, 1 of 2 panels does not depend on the explainer (above chance: 1, below: 0), 1 does, "
    assert f"{expected}and 0 are open." in text
    assert "A, fearDoes not depend on the explainer: above chance by both that score it." in text
    assert "A, angerDepends on the explainer: above by lime, below by rise." in text
    assert "A, joyScored by one explainer alone." in text
    assert "0.100\n[0.050, 0.150]\nabove" in text
    assert "−0.100\n[−0.150, −0.050]‡\nbelow" in text  # an interval over few faces
    assert "0.400\nno interval" in text
    assert "−9" not in text
    assert "A, angerr = −0.250, mean over pairs of explainers; least: lime and rise −0.250." in text
    assert "A, joyNo two explainers have a heatmap to compare." in text
    assert "how good" not in text


def test_the_quality_of_a_panels_explanations_is_beside_it():
    rows = [
        quality("anger", "deletion", "0.9") | {"median": "0.25", "baseline": "0.5"},
        quality("anger", "stability_seeds", "-0.125", n="2"),
        quality("anger", "insertion", "", n="0"),
        quality("anger", "r2", "0.5"),
        quality("average", "deletion", "0.75"),
    ]
    text = said(["lime", "rise"], quality={"rise": rows})
    of_anger = text[text.index("A, angerr =") : text.index("A, joyNo two")]
    assert "deletion (lower is better)0.250 (3)\nchance 0.500" in of_anger  # one image can carry the mean
    assert "ICC over seeds (higher is better)−0.125 (2)" in of_anger
    assert "insertion (higher is better)–" in of_anger  # all images were left out
    assert "R²" not in text and "0.750 (" not in text
    assert "least 0.750" not in text and "least: lime and rise 0.750" in text


def test_networks_that_did_not_learn_are_shown_and_not_counted():
    text = said(["lime", "rise"], did_learn={"A": False})
    assert "No panel of a network that learned has AUC by two explainers." in text
    assert "Depends on the explainer: above by lime, below by rise." in text


def test_without_intervals_nothing_is_said_to_depend():
    text = said(["lime", "rise"], excess=[], findings=[])
    assert "AUC has no interval over faces, so that sides are unknown." in text
    assert "Chance is" not in text and "Panel by panel" not in text


def test_a_network_without_heatmaps_is_told():
    assert "A: no two explainers have a heatmap to compare" in said(["lime", "rise"], between_explainers=[])


@pytest.mark.parametrize(
    ("folds", "told"), [(1, "1 fold it was up to 17 %"), (4, "2 folds it was up to 11 %"), (10, "5 folds it")]
)
def test_how_often_sides_are_wrong_is_told_by_what_was_simulated(folds, told):
    assert f"In simulated studies of {told}" in wrong_sides(folds)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            ["yes", "yes", "open"],
            "0 of 3 panels do not depend on the explainer (above chance: 0, below: 0), 2 do",
        ),
        (["no", "open", "open", ""], "1 of 3 panels does not depend"),
        (["no"], "1 of 1 panel does not depend on the explainer (above chance: 0, below: 1)"),
    ],
)
def test_panels_are_counted(answers, expected):
    rows = [finding("fear", answer, below="lime rise") for answer in answers]
    assert expected in panels_sentence(rows, "AUC")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            {
                "explainers": "4",
                "depends": "yes",
                "above": "lime rise",
                "below": "shap",
                "undecided": "banzhaf",
            },
            "Depends on the explainer: above by lime and rise, below by shap; too close to call by banzhaf.",
        ),
        (
            {"explainers": 3, "depends": "no", "below": "a b c"},
            "Does not depend on the explainer: below chance by all 3 that score it.",
        ),
        (
            {"explainers": 3, "depends": "open", "above": "lime"},
            "Open: above by lime; no interval by 2 explainers.",
        ),
        ({"explainers": 2, "depends": "open", "undecided": "a b"}, "Open: too close to call by a and b."),
        ({"explainers": 0, "depends": ""}, "Scored by no explainer."),
    ],
)
def test_a_finding_in_words(told, expected):
    assert sentence(dict.fromkeys(FINDINGS, "") | told) == expected
