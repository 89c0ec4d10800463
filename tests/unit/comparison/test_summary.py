import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workflow_scripts.comparison.cells import Cells, Compared
from workflow_scripts.comparison.differences import DIFFERENCES, differences
from workflow_scripts.comparison.score_columns import PAPER, cell_columns
from workflow_scripts.comparison.summary import SUMMARY, summarized

FOLDS = (1, 2, 3)


def study(
    ious, r2=0.5, unlearned=(), expressions=("fear", "joy"), n=10, one_model=(), compared=None, min_images=1
) -> Cells:
    """Cells whose IoU is given by (network, expression), a value per fold; the whole face has 0.4."""
    rows = []
    for (network, expression), values in ious.items():
        for fold, iou in zip(FOLDS, values, strict=False):
            row = dict.fromkeys(cell_columns()) | {"network": network, "fold": fold, "expression": expression}
            row |= {"n": n, "median_r2": r2, "amplitude": 2.0}
            for metric in PAPER:
                row |= {metric: iou, f"face_{metric}": 0.4}
                row[f"chance_face_{metric}"] = None if iou is None else iou / 2
            rows.append(row)
    names = list(dict.fromkeys(network for network, _ in ious))
    learned = {name: name not in unlearned for name in names}
    return Cells(rows, names, expressions, PAPER, learned, min_images, one_model, compared=compared)


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
    assert (
        len(set(keys)) == len(rows) == 3 * 3 * 4 * 2 + 2 * 3 + 3 * 3 + 3 * 4
    )  # chance, fits, amplitudes, the face
    assert {row["claim"] for row in rows if row["name"] == "face" or row["metric"] == "median_r2"} == {""}
    assert {row["claim"] for row in rows if row["sd"] is not None} == {"trainings"}
    assert all(set(row) == set(SUMMARY) for row in rows)


def test_one_model_for_all_folds_says_nothing_of_other_trainings():
    rows, plain = summarized(study(TWO, one_model=["B"])), summarized(study(TWO))
    claims = {row["name"]: row["claim"] for row in rows if row["metric"] == "iou"}
    assert claims == {"A": "trainings", "B": "", "average": "", "face": "", "chance_face": ""}
    unknown = dict.fromkeys(("claim", "low", "high"))
    assert [row | unknown for row in rows] == [row | unknown for row in plain]
    assert {row["low"] for row in rows if row["name"] == "B"} == {None}
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
    assert (pair["kind"], pair["n"], pair["folds"]) == ("network", 40, 2)
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


FIVE = {
    ("A", "fear"): [0.30, 0.34, 0.32],
    ("A", "joy"): [0.52, 0.50, 0.57],
    ("B", "fear"): [0.10, 0.11, 0.15],
    ("B", "joy"): [0.20, 0.24, 0.19],
    ("C", "fear"): [0.31, 0.30, 0.36],
    ("C", "joy"): [0.50, 0.56, 0.52],
}


def test_intervals_are_over_trainings_and_corrected_for_the_images_that_they_share():
    rows = summarized(study(FIVE))
    own = entry(rows, name="A", expression="fear")
    half = stats.t.ppf(0.975, 2) * np.std([0.30, 0.34, 0.32], ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    assert (own["low"], own["high"]) == (pytest.approx(0.32 - half), pytest.approx(0.32 + half))
    pair = entry(differences(study(FIVE)), name_a="A", name_b="B", expression="fear")
    paired = np.subtract([0.30, 0.34, 0.32], [0.10, 0.11, 0.15])
    t = paired.mean() / (paired.std(ddof=1) * np.sqrt(1 / 3 + 1 / 2))
    assert pair["p"] == pytest.approx(2 * stats.t.sf(t, 2))


def test_pairs_are_corrected_for_all_pairs_of_ranked_networks():
    ranked = [row for row in differences(study(FIVE)) if row["kind"] == "network" and row["metric"] == "iou"]
    for expression in ("fear", "joy", "average"):
        family = [row for row in ranked if row["expression"] == expression]
        p = [row["p"] for row in family]
        assert len(p) == 3
        assert [row["q"] for row in family] == pytest.approx(stats.false_discovery_control(p))
        assert min(row["p_holm"] for row in family) == pytest.approx(3 * min(p))
    without = [row for row in differences(study(FIVE, unlearned=["C"])) if row["kind"] == "network"]
    assert {row["name_b"] for row in without if row["q"] is None} == {"C"}
    assert all(row["q"] == row["p"] for row in without if (row["name_a"], row["name_b"]) == ("A", "B"))


def compared() -> Compared:
    """References, a matrix and nulls of the networks of FIVE, as their tables hold them."""
    panels = list(FIVE)
    references = [
        {"network": network, "fold": str(fold), "expression": expression, "reference": "other_expressions"}
        | {"metric": "iou", "score": f"{0.01 * fold}"}
        for network, expression in panels
        for fold in FOLDS
    ]
    references += [
        {"network": "", "fold": "", "expression": expression, "reference": "centre", "metric": "iou"}
        | {"score": score}
        for expression, score in (("fear", "0.25"), ("joy", "0.35"))
    ]
    own = {"A": 0.4, "B": 0.1, "C": 0.2, "average": 0.7 / 3}
    matrix = [
        {"network": network, "expression": one, "mask_expression": other, "metric": "iou", "folds": "3"}
        | {"score": str(own[network] if one == other else 0.2)}
        for network in own
        for one in ("fear", "joy")
        for other in ("fear", "joy")
    ]
    nulls = [
        {"network": network, "expression": expression, "metric": "iou", "folds": "3", "p": str(p)}
        | {"null_mean": "0.2", "null_low": "0.1", "null_high": "0.3"}
        for (network, expression), p in zip(panels, (0.001, 0.02, 0.4, 0.5, 0.01, 0.9), strict=True)
    ]
    return Compared(references, matrix, nulls)


def test_references_of_networks_and_masks_are_rows_and_are_subtracted_fold_by_fold():
    cells = study(FIVE, compared=compared())
    rows, differing = summarized(cells), differences(cells)
    others = entry(rows, name="other_expressions", of="A", expression="fear")
    assert (others["estimate"], others["folds"]) == (pytest.approx(0.02), 3)
    assert entry(rows, name="centre", expression="average")["estimate"] == pytest.approx(0.3)
    found = entry(differing, name_a="A", name_b="other_expressions", expression="fear", claim="trainings")
    paired = np.subtract([0.30, 0.34, 0.32], [0.01, 0.02, 0.03])
    assert (found["estimate"], found["sd"]) == (
        pytest.approx(paired.mean()),
        pytest.approx(paired.std(ddof=1)),
    )
    centre = entry(differing, name_a="B", name_b="centre", expression="joy")
    assert centre["estimate"] == pytest.approx(np.mean([0.20, 0.24, 0.19]) - 0.35)
    # no test of metrics that have no references
    assert entry(rows, "f1", name="other_expressions", of="A", expression="fear")["estimate"] is None


def test_panels_are_tested_against_surrogates_and_corrected_over_the_study():
    rows = summarized(study(FIVE, compared=compared()))
    panels = [
        row
        for row in rows
        if row["kind"] == "network"
        and row["metric"] == "iou"
        and "average" not in (row["name"], row["expression"])
    ]
    assert [row["p"] for row in panels] == [0.001, 0.02, 0.4, 0.5, 0.01, 0.9]
    assert [row["q"] for row in panels] == pytest.approx(
        stats.false_discovery_control([row["p"] for row in panels])
    )
    null = entry(rows, name="surrogates", of="C", expression="joy")
    assert (null["estimate"], null["low"], null["high"], null["claim"]) == (0.2, 0.1, 0.3, "places")
    unlearned = summarized(study(FIVE, compared=compared(), unlearned=["A"]))
    assert entry(unlearned, name="A", expression="fear")["q"] is None
    assert entry(unlearned, name="C", expression="fear")["q"] == pytest.approx(0.04)  # of four, not six


def test_averages_have_the_p_of_their_surrogates_and_count_in_no_correction():
    found = compared()
    more = [
        found.nulls[0] | {"network": network, "expression": expression, "p": str(p)}
        for network, expression, p in (
            ("A", "average", 0.001),
            ("average", "joy", 0.002),
            ("average", "average", 0.003),
            ("centre", "average", 0.04),
        )
    ]
    tested = Compared(found.references, found.matrix, [*found.nulls, *more])
    rows, without = summarized(study(FIVE, compared=tested)), summarized(study(FIVE, compared=found))
    for network, expression, p in (
        ("A", "average", 0.001),
        ("average", "joy", 0.002),
        ("average", "average", 0.003),
    ):
        own = entry(rows, kind="network", name=network, expression=expression)
        assert (own["p"], own["q"]) == (p, None)
        assert entry(without, kind="network", name=network, expression=expression)["p"] is None
        null = entry(rows, name="surrogates", of=network, expression=expression)
        assert (null["estimate"], null["low"], null["high"], null["claim"]) == (0.2, 0.1, 0.3, "places")
    assert entry(rows, name="centre", expression="average")["p"] == 0.04
    for network, expression in FIVE:
        own, before = (
            entry(of, kind="network", name=network, expression=expression) for of in (rows, without)
        )
        assert (own["p"], own["q"]) == (before["p"], before["q"])


def test_specificity_is_tested_by_relabelling_expressions():
    cells = study(FIVE, compared=compared())
    found = {
        name: entry(differences(cells), name_a=name, claim="expressions")
        for name in ("A", "B", "C", "average")
    }
    assert [found[name]["estimate"] for name in "ABC"] == pytest.approx([0.2, -0.1, 0.0])
    assert [found[name]["p"] for name in "ABC"] == [0.5, 1.0, 1.0]  # of two assignments
    assert found["average"]["estimate"] == pytest.approx(0.1 / 3)
    worse = differences(cells, lower=["iou"])
    assert entry(worse, name_a="B", claim="expressions")["p"] == 0.5


def test_the_amplitude_is_beside_the_scores():
    rows = summarized(study(FIVE))
    found = entry(rows, "amplitude", name="A", expression="fear")
    assert (found["estimate"], found["folds"], found["kind"]) == (2.0, 3, "network")


def test_what_is_made_of_the_same_scores_has_no_interval_and_is_not_tested():
    found = compared()
    own = [row for row in found.references if row["reference"] == "other_expressions"]
    more = [
        row | {"reference": name, "score": "0.5"} for name in ("mean_of_folds", "best_cut") for row in own
    ]
    cells = study(FIVE, compared=Compared([*found.references, *more]))
    row = entry(summarized(cells), name="mean_of_folds", of="A", expression="fear")
    assert (row["estimate"], row["folds"]) == (0.5, 3)
    assert (row["claim"], row["sd"], row["low"]) == ("", None, None)
    names = {row["name_b"] for row in differences(cells)}
    assert "other_expressions" in names
    assert not names & {"mean_of_folds", "best_cut"}
