"""What is put beside networks changes no number of theirs and is not paired with them."""

import pytest

from tests.unit.comparison.test_summary import study
from workflow_scripts.comparison.beside import KINDS, PEOPLE, PUBLISHED, heatmaps_of, kind_of
from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.differences import differences
from workflow_scripts.comparison.score_columns import PAPER, cell_columns
from workflow_scripts.comparison.score_tables import ranking_table
from workflow_scripts.comparison.summary import summarized

IOUS = {
    ("A", "fear"): [0.2, 0.4, 0.3],
    ("A", "joy"): [0.5, 0.7, 0.9],
    ("B", "fear"): [0.1, 0.1, 0.4],
    ("B", "joy"): [0.2, 0.3, 0.4],
}
BESIDE = {"published-A": [0.6, 0.5], "people-lab": [0.9], "people-other": [0.8]}


@pytest.fixture
def cells() -> Cells:
    """Two networks in three folds, a published one in two, and two people sets."""
    own = study(IOUS)
    rows = [
        dict.fromkeys(cell_columns())
        | {"network": name, "fold": fold, "expression": expression, "amplitude": 2.0}
        | dict.fromkeys(PAPER, iou)
        | {f"face_{metric}": 0.4 for metric in PAPER}
        | {f"chance_face_{metric}": 0.1 for metric in PAPER}
        for name, values in BESIDE.items()
        for fold, iou in enumerate(values, start=1)
        for expression in ("fear", "joy")
    ]
    folds = {name: len(values) for name, values in BESIDE.items()}
    names = ["A", "B", *BESIDE]
    return Cells([*own.rows, *rows], names, own.expressions, PAPER, own.learned, 1, beside=folds)


def test_each_kind_has_names_groups_and_folders_of_its_own():
    for key in ("prefix", "group", "title", "not_ranked", "results"):
        assert len({getattr(kind, key) for kind in KINDS}) == len(KINDS), key
    assert (kind_of("people-lab"), kind_of("published-A"), kind_of("peopleNet")) == (PEOPLE, PUBLISHED, None)
    assert heatmaps_of("people-my-lab_2") == "results/comparison/people/my-lab_2"


def test_people_are_not_ranked_for_a_reason_of_their_own(cells):
    found = {
        (row["name"], row["not_ranked"], row["learned"], row["q"], row["p"])
        for row in summarized(cells)
        if row["kind"] == "network" and row["name"] in BESIDE
    }
    assert found == {
        ("published-A", "published, for comparison", "", None, None),
        ("people-lab", "people, for comparison", "", None, None),
        ("people-other", "people, for comparison", "", None, None),
    }
    assert {row["not_ranked"] for row in ranking_table(summarized(cells))} == {""}


def test_numbers_of_networks_are_those_without_people(cells):
    own = [row for row in summarized(cells) if not {row["name"], row["of"]} & BESIDE.keys()]
    assert own == summarized(study(IOUS))
    pairs = [row for row in differences(cells) if not {row["name_a"], row["name_b"]} & BESIDE.keys()]
    assert pairs == differences(study(IOUS))
    assert cells.averaged == ["A", "B"]


def test_people_have_one_fold_and_no_interval_over_trainings(cells):
    rows = [row for row in summarized(cells) if row["name"] == "people-lab" and row["metric"] == "iou"]
    assert {row["expression"]: (row["estimate"], row["folds"], row["claim"]) for row in rows} == {
        "fear": (pytest.approx(0.9), 1, ""),
        "joy": (pytest.approx(0.9), 1, ""),
        "average": (pytest.approx(0.9), 1, ""),
    }
    assert {(row["sd"], row["low"], row["high"]) for row in rows} == {(None, None, None)}


@pytest.mark.parametrize(
    ("a", "b", "estimate"),
    [
        ("A", "people-lab", 0.3 - 0.9),
        ("published-A", "people-lab", 0.55 - 0.9),
        ("people-lab", "people-other", 0.9 - 0.8),
        ("people-lab", "face", 0.9 - 0.4),
    ],
)
def test_differences_from_people_claim_nothing(cells, a, b, estimate):
    (row,) = (
        row
        for row in differences(cells)
        if (row["name_a"], row["name_b"], row["expression"], row["metric"]) == (a, b, "fear", "iou")
    )
    assert row["estimate"] == pytest.approx(estimate)
    assert {row[key] for key in ("sd", "low", "high", "p", "q", "p_holm")} == {None}
    assert (row["claim"], row["folds"]) == ("", 1 if b == "face" else None)
