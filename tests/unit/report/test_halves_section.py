"""The page's section on half faces: what it says, and where it says nothing."""

from types import SimpleNamespace

import pytest

from workflow_scripts.comparison.control_rows import CONTROLS
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.halves_section import halves_section

AREA = "0.4"


def row(name: str, estimate: str, low: str = "", high: str = "", **values: str) -> dict[str, str]:
    found = dict.fromkeys(COLUMNS, "") | {"kind": "network", "name": name, "expression": "average"}
    found |= {"metric": "relevance_mass", "estimate": estimate, "low": low, "high": high, "coverage": "0.95"}
    return found | {"claim": "faces" if low else "trainings"} | values


def control(difference: str = "0.2", low: str = "0.1", q: str = "0.01", **values: str) -> dict[str, str]:
    found = dict.fromkeys(CONTROLS, "") | {"network": "WeiNet", "kind": "untrained", "mask_set": "mouth_half"}
    found |= {"expression": "average", "metric": "relevance_mass", "trained": "0.6", "estimate": "0.4"}
    found |= {"difference": difference, "difference_low": low, "difference_high": "0.3", "p": "0.004", "q": q}
    return found | {"lowest": "0.38", "highest": "0.42", "coverage": "0.95"} | values


def recognised(right="0.62", by_chance="0.2", p="0.0004", said="yes") -> dict[str, str]:
    return {"right": right, "by_chance": by_chance, "p": p, "recognised": said}


SUBJECTS = [
    {"images": "2", "missing": ""},
    {"images": "1", "missing": "fear"},
    {"images": "1", "missing": "fear anger"},
    {"images": "0", "missing": "fear anger joy"},  # of whom there is no half face
]


def section(
    score=("0.61", "0.55", "0.67"),
    controls=None,
    learned=True,
    datasets=None,
    mask_sets=None,
    not_ranked="",
    fear=None,
    subjects=SUBJECTS,
    explainers=("lime",),
) -> str:
    estimate, low, high = score
    rows = []
    for expression in ("fear", "average"):
        of = {"expression": expression, "not_ranked": not_ranked}
        rows += [row("WeiNet", estimate, **of), row("face", AREA, kind="reference", expression=expression)]
        rows += [row("WeiNet", estimate, low, high, expression=expression)] if low else []
    comparisons = [
        SimpleNamespace(explainer=name, mask_set="mouth_half", entries=Entries.of(rows))
        for name in explainers
    ]
    tested = [control(), control(expression="fear")] if controls is None else controls
    study = SimpleNamespace(
        halves={
            "datasets": {"mine_mouth": "mouth", "mine_brows": "brows"},
            "mask_sets": {"mouth_half": "mouth"} if mask_sets is None else mask_sets,
        },
        datasets=dict.fromkeys(datasets or ["mine_mouth"], ""),
        networks=["WeiNet"],
        explainers=explainers,
        comparisons=comparisons,
        comparisons_of=lambda explainer: [one for one in comparisons if one.explainer == explainer],
        controls=dict.fromkeys(explainers, tested),
        did_learn={"WeiNet": learned},
        recognised={("WeiNet", "fear"): fear or recognised()},
        half_subjects={"mine_mouth": subjects},
    )
    return "\n".join(map(str, halves_section(study)))


def test_what_is_found_has_its_share_its_area_its_control_and_the_verdict():
    said = section()
    assert "lime finds the mouth half for 1 of 1 network with a verdict: WeiNet." in said
    for shown in ("0.610", "faces [0.550, 0.670]", "0.400", "0.380 to 0.420", "[0.100, 0.300]", "finds it"):
        assert shown in said


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"learned": False}, "no verdict: the network is not shown to be better than chance"),
        ({"score": ("0.6", "", "")}, "no verdict: no interval over faces"),
        ({"score": ("", "", ""), "not_ranked": "too few images"}, "no verdict: too few images"),
        (
            {"score": ("0.6", "", ""), "controls": [control(missing="fear: no explanations")]},
            "no verdict: fear: no explanations",
        ),
        ({"score": ("0.3", "0.25", "0.35")}, "less than the half&#x27;s area"),
        ({"score": ("0.45", "0.39", "0.51")}, "not shown to find it"),
        ({"controls": []}, "not compared with an untrained network"),
        ({"controls": [control(low="", q="")]}, "not compared with an untrained network"),
        ({"controls": [control(low="-0.1")]}, "not shown to be more than an untrained network"),
        ({"controls": [control(highest="0.6")]}, "not shown to be more than an untrained network"),
        ({"controls": [control(q="0.2")]}, "not shown to be more than an untrained network"),
        ({"controls": [control(kind="shuffled_labels")]}, "not compared with an untrained network"),
    ],
)
def test_what_is_not_shown_is_said_to_be_so(changes, verdict):
    said = section(**changes)
    assert verdict in said
    assert "finds it" not in said


def test_of_several_explainers_the_verdicts_stand_together_and_the_single_expressions_apart():
    shown, folds = section(explainers=["lime", "rise"]).split("<details>", 1)
    for name in ("lime", "rise"):
        assert f"{name} finds the mouth half for 1 of 1 network with a verdict: WeiNet." in shown
        assert f'<th scope="row">{name}</th><td>WeiNet</td><td>finds it</td>' in shown
        assert f"Explainer {name}" in folds
    assert shown.count("<table>") == 1
    assert folds.count("WeiNet, fear") == 2
    assert "Relevance mass of rise in the mouth half, means over folds" in folds


def test_networks_that_learned_nothing_are_not_counted():
    assert "lime: no verdict, since no network is shown to recognise" in section(learned=False)
    assert "no verdict over all expressions; see the single ones" in section(controls=[])
    assert "for 0 of 1 network with a verdict." in section(controls=[control(q="0.2")])
    assert "no verdict over all expressions; see the single ones" in section(score=("0.6", "", ""))


def test_single_expressions_have_verdicts_of_their_own():
    said = section(controls=[control(), control(expression="fear", low="-0.1")])
    assert said.count("finds it") == 1
    assert "WeiNet, fear" in said
    assert said.count("not shown to be more than an untrained network") == 1


@pytest.mark.parametrize(
    ("fear", "reason"),
    [
        (
            recognised("0.21", "0.17", "0.3", "no"),
            "the network is not shown to recognise it (0.21 of its faces, 0.17 by chance, p = 0.30)",
        ),
        (recognised("", "", "1", "no"), "no subject shows it and other expressions"),
    ],
)
def test_an_expression_that_the_network_does_not_recognise_has_no_verdict(fear, reason):
    for score in (("0.61", "0.55", "0.67"), ("0.3", "0.25", "0.35")):  # whatever its explanations are
        said = section(score=score, fear=fear)
        assert f"no verdict: {reason}" in said
    assert section(fear=fear).count("finds it") == 1  # over all expressions
    assert section().count("finds it") == 2


def test_it_is_said_how_many_subjects_show_all_expressions():
    said = section()
    shown = "Subjects of mine_mouth who show all expressions"
    assert f"{shown}: 1 of 3; most often missing is fear, of 2 subjects. All of this holds" in said
    assert f"{shown}: 2 of 2. All of this holds" in section(subjects=[{"images": "6", "missing": ""}] * 2)


def test_data_sets_that_differ_or_lack_their_masks_give_no_verdict():
    for datasets in (["mine_mouth", "mine_brows"], ["mine_mouth", "whole"]):
        assert f"Of the data sets {datasets[0]} and {datasets[1]}, not all show" in section(datasets=datasets)
    assert "no mask set of the run is that half" in section(mask_sets={"brow_half": "brows"})
    assert "no mask set of the run is that half" in section(mask_sets={})


def test_without_half_faces_there_is_no_section():
    assert halves_section(SimpleNamespace(halves={})) == []
