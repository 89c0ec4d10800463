import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.comparison.score_columns import PAPER, cell_columns
from workflow_scripts.comparison.summary import DIFFERENCES, SUMMARY, Cells, differences, summarized

FOLDS = (1, 2, 3)


def study(ious, r2=0.5, unlearned=(), expressions=("fear", "joy"), n=10, one_model=()) -> Cells:
    """Cells whose IoU is given by (network, expression), a value per fold; the whole face has 0.4."""
    rows = []
    for (network, expression), values in ious.items():
        for fold, iou in zip(FOLDS, values, strict=False):
            row = dict.fromkeys(cell_columns()) | {"network": network, "fold": fold, "expression": expression}
            row |= {"n": n, "median_r2": r2}
            for metric in PAPER:
                row |= {metric: iou, f"face_{metric}": 0.4}
                row[f"chance_face_{metric}"] = None if iou is None else iou / 2
            rows.append(row)
    names = list(dict.fromkeys(network for network, _ in ious))
    learned = {name: name not in unlearned for name in names}
    return Cells(rows, names, expressions, PAPER, learned, min_images=1, one_model=one_model)


TWO = {
    ("A", "fear"): [0.2, 0.4, 0.3],
    ("A", "joy"): [0.5, 0.7, 0.9],
    ("B", "fear"): [0.1, 0.1, None],
    ("B", "joy"): [0.2, 0.3, 0.4],
}


def entry(rows, metric="iou", **which):
    (row,) = (
        row
        for row in rows
        if row["metric"] == metric and all(row[key] == value for key, value in which.items())
    )
    return row


def test_there_is_one_row_for_each_number():
    rows = summarized(study(TWO))
    keys = [tuple(row[key] for key in SUMMARY[:6]) for row in rows]
    assert len(set(keys)) == len(rows) == 3 * 3 * 4 * 2 + 2 * 3 + 3 * 4  # with chance, the fits and the face
    assert {row["claim"] for row in rows if row["name"] == "face" or row["metric"] == "median_r2"} == {""}
    assert {row["claim"] for row in rows if row["sd"] is not None} == {"trainings"}
    assert all(set(row) == set(SUMMARY) for row in rows)


def test_one_model_for_all_folds_says_nothing_of_other_trainings():
    rows, plain = summarized(study(TWO, one_model=["B"])), summarized(study(TWO))
    claims = {row["name"]: row["claim"] for row in rows if row["metric"] == "iou"}
    assert claims == {"A": "trainings", "B": "", "average": "", "face": "", "chance_face": ""}
    assert [row | {"claim": ""} for row in rows] == [row | {"claim": ""} for row in plain]
    of_pairs = {
        (row["name_a"], row["name_b"]): row["claim"] for row in differences(study(TWO, one_model="B"))
    }
    assert (of_pairs["A", "B"], of_pairs["A", "face"], of_pairs["B", "chance_face"]) == ("", "trainings", "")


def test_the_numbers_are_means_over_folds_with_what_they_rest_on():
    rows = summarized(study(TWO))
    own = entry(rows, name="A", expression="fear")
    assert (own["estimate"], own["n"], own["folds"], own["learned"]) == (pytest.approx(0.3), 30, 3, "yes")
    assert own["sd"] == pytest.approx(np.std([0.2, 0.4, 0.3], ddof=1))
    gap = entry(rows, name="B", expression="average")
    assert gap["estimate"] == pytest.approx((0.1 + 0.3) / 2)
    assert gap["sd"] == pytest.approx(np.std([0.15, 0.2], ddof=1))  # of the folds that have both
    assert (gap["n"], gap["folds"], gap["not_ranked"]) == (50, 2, "fear: no heatmap of fold 3")
    chance = entry(rows, name="chance_face", of="B", expression="joy")
    assert (chance["kind"], chance["estimate"]) == ("reference", pytest.approx(0.15))
    face = entry(rows, name="face", expression="average")
    assert (face["estimate"], face["sd"], face["n"]) == (0.4, None, None)
    every = entry(rows, name="average", expression="joy")
    assert (every["estimate"], every["learned"]) == (pytest.approx(0.5), "2")


def test_a_number_that_cannot_be_is_empty_and_its_row_is_there():
    rows = summarized(study(TWO | {("C", "fear"): [None] * 3, ("C", "joy"): [0.9] * 3}, unlearned=["A"]))
    assert entry(rows, name="C", expression="fear")["estimate"] is None
    assert entry(rows, name="C", expression="average")["estimate"] is None
    # A did not learn and C lacks a panel
    assert entry(rows, name="average", expression="joy")["estimate"] == pytest.approx(0.3)
    assert entry(rows, name="A", expression="joy")["not_ranked"] == "did not learn"


def test_the_fits_are_medians_over_cells_with_or_without_scores():
    cells = study(TWO)
    for row in cells.rows:
        row["median_r2"] = str(row["fold"] / 10) if row["network"] == "A" else ""
    rows = summarized(cells)
    assert entry(rows, "median_r2", name="A", expression="average")["estimate"] == 0.2
    assert entry(rows, "median_r2", name="B", expression="average")["estimate"] is None


def test_differences_are_paired_by_the_folds_that_both_have():
    rows = differences(study(TWO))
    assert all(set(row) == set(DIFFERENCES) for row in rows)
    pair = entry(rows, name_a="A", name_b="B", expression="fear")
    assert pair["estimate"] == pytest.approx((0.1 + 0.3) / 2)
    assert pair["sd"] == pytest.approx(np.std([0.1, 0.3], ddof=1))
    assert (pair["kind"], pair["n"], pair["folds"], pair["p"]) == ("network", 40, 2, None)
    average = entry(rows, name_a="A", name_b="B", expression="average")
    assert average["estimate"] == pytest.approx((0.2 + 0.4) / 2)
    face = entry(rows, name_a="A", name_b="face", expression="joy")
    assert (face["kind"], face["estimate"], face["n"]) == ("reference", pytest.approx(0.3), 30)
    assert face["sd"] == pytest.approx(np.std([0.5, 0.7, 0.9], ddof=1))
    chance = entry(rows, name_a="average", name_b="chance_face", expression="joy")
    assert chance["estimate"] == pytest.approx(0.25)


def test_a_difference_from_what_is_not_there_is_empty():
    rows = differences(study({("A", "fear"): [0.2, None], ("B", "fear"): [None, 0.4]}, expressions=["fear"]))
    pair = entry(rows, name_a="A", name_b="B", expression="average")
    assert (pair["estimate"], pair["folds"], pair["n"]) == (None, None, None)


scores = st.floats(0, 1)


@given(st.lists(st.tuples(*[scores] * 4), min_size=1, max_size=5))
def test_differences_are_those_of_the_summary_where_nothing_is_missing(folds):
    names = [("A", "fear"), ("A", "joy"), ("B", "fear"), ("B", "joy")]
    values = dict(zip(names, zip(*folds, strict=True), strict=True))
    cells = study({name: list(column)[:3] for name, column in values.items()})
    rows, differing = summarized(cells), differences(cells)
    for expression in ("fear", "joy", "average"):
        a, b = (entry(rows, name=name, expression=expression)["estimate"] for name in "AB")
        found = entry(differing, name_a="A", name_b="B", expression=expression)
        assert found["estimate"] == pytest.approx(a - b, abs=1e-12)
