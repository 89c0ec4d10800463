"""Rows with the claim faces: the same estimates, with an interval over subjects."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.comparison.test_summary import FOLDS, TWO, entry, study
from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.differences import DIFFERENCES, differences
from workflow_scripts.comparison.face_rows import face_differences, face_summary
from workflow_scripts.comparison.over_faces import coverage_of, over_faces
from workflow_scripts.comparison.rankings import averages_of
from workflow_scripts.comparison.subject_file import Changes
from workflow_scripts.comparison.summary import SUMMARY, summarized

WHO = ["ann", "bob", "cy", "dee"]
WHOLE = TWO | {("B", "fear"): [0.1, 0.1, 0.2]}


def changes(networks="AB", folds=FOLDS, expressions=("fear", "joy"), who=WHO) -> dict[str, Changes]:
    """Changes of IoU and amplitude without each of four subjects of each fold, drawn by network and cell."""
    found = {}
    for network in networks:
        draw = np.random.default_rng(ord(network))
        cells = [(fold, expression) for fold in folds for expression in expressions]
        numbers = {
            (*cell, metric): draw.normal(0, 0.05, len(who))
            for cell in cells
            for metric in ("iou", "amplitude")
        }
        found[network] = Changes({cell: [f"{cell[0]}/{name}" for name in who] for cell in cells}, numbers)
    return found


def test_rows_have_the_estimates_of_the_claim_trainings_and_other_intervals():
    cells = study(WHOLE)
    rows, others = face_summary(cells, changes()), summarized(cells)
    assert len(rows) == 3 * 3 * 2  # two networks and their average, two expressions and theirs, two metrics
    for row in rows:
        assert set(row) == set(SUMMARY)
        which = {key: row[key] for key in ("kind", "name", "expression", "metric", "not_ranked", "learned")}
        other = entry(others, **which)
        assert (row["estimate"], row["n"], row["folds"]) == (other["estimate"], other["n"], other["folds"])
        assert (row["claim"], other["claim"]) == ("faces", "trainings")
        assert row["low"] < row["estimate"] < row["high"]
        assert row["low"] != other["low"]
        assert (row["p"], row["q"], row["sd"]) == (None, None, None)
        assert (row["subjects"], row["coverage"]) == (4, coverage_of(4, 3))


def test_a_panel_is_the_mean_over_its_folds_and_an_average_that_over_panels():
    given = changes()
    rows = face_summary(study(WHOLE), given)
    of_fold = {fold: given["A"].numbers[fold, "fear", "iou"] / 3 for fold in FOLDS}
    changed = {f"{fold}/{name}": one for fold in FOLDS for name, one in zip(WHO, of_fold[fold], strict=True)}
    known = over_faces(0.3, changed, 4, 3)
    row = entry(rows, name="A", expression="fear")
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))
    both = {
        f"{fold}/{name}": sum(given["A"].numbers[fold, one, "iou"][i] for one in ("fear", "joy")) / 6
        for fold in FOLDS
        for i, name in enumerate(WHO)
    }
    known = over_faces(0.5, both, 4, 3)
    row = entry(rows, name="A", expression="average")
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_differences_are_paired_by_subject():
    given = changes()
    rows = face_differences(study(WHOLE), given)
    assert all(set(row) == set(DIFFERENCES) for row in rows)
    row = entry(rows, kind="network", name_a="A", name_b="B", expression="joy")
    other = entry(differences(study(WHOLE)), kind="network", name_a="A", name_b="B", expression="joy")
    assert row["estimate"] == other["estimate"]
    changed = {
        f"{fold}/{name}": (given["A"].numbers[fold, "joy", "iou"] - given["B"].numbers[fold, "joy", "iou"])[i]
        / 3
        for fold in FOLDS
        for i, name in enumerate(WHO)
    }
    known = over_faces(row["estimate"], changed, 4, 3)
    assert (row["low"], row["high"], row["p"]) == pytest.approx((known.low, known.high, known.p))
    of_expressions = entry(rows, kind="expression", of="A")
    assert (of_expressions["name_a"], of_expressions["name_b"], of_expressions["expression"]) == (
        "fear",
        "joy",
        "",
    )
    assert of_expressions["estimate"] == pytest.approx(0.3 - 0.7)
    equal = face_differences(study(WHOLE), given | {"B": given["A"]})
    assert entry(equal, kind="network", expression="joy")["low"] is None  # the same changes: no variance


def test_tests_are_corrected_over_pairs_of_networks_and_of_expressions():
    ious = WHOLE | {("C", "fear"): [0.3, 0.2, 0.1], ("C", "joy"): [0.2, 0.2, 0.1]}
    rows = face_differences(study(ious), changes("ABC"))
    pairs = [
        row for row in rows if (row["kind"], row["expression"], row["metric"]) == ("network", "joy", "iou")
    ]
    assert len(pairs) == 3
    assert [row["q"] for row in pairs] == false_discovery_rates([row["p"] for row in pairs])
    average = entry(rows, kind="expression", of="average")
    assert average["p"] is not None
    assert average["q"] is None
    unranked = face_differences(study(ious, min_images=11), changes("ABC"))
    assert {row["q"] for row in unranked} == {None}


def test_only_folds_that_both_have_count():
    row = entry(face_differences(study(TWO), changes()), kind="network", expression="fear")
    assert row["folds"] == 2
    assert row["estimate"] == pytest.approx(0.2)


def test_what_has_no_explanations_by_subject_has_no_interval():
    cells = study(WHOLE)
    assert face_summary(cells, {}) == face_differences(cells, {}) == []
    rows = face_summary(cells, changes("A"))
    assert {row["name"] for row in rows} == {"A", "average"}
    assert entry(rows, name="average", expression="fear")["low"] is None
    one_fold = face_summary(cells, changes(folds=(1, 2)))
    assert entry(one_fold, name="A", expression="fear")["low"] is None
    alone = face_summary(cells, changes(who=["ann"]))
    assert {row["low"] for row in alone} == {None}


def test_a_subject_of_several_repeats_is_left_out_of_all_of_them():
    cells = study({key: of for key, of in WHOLE.items() if key[0] == "A"})
    repeated = Cells(cells.rows, ["A"], ["fear", "joy"], cells.metrics, {"A": True}, 1, folds_each=1)
    given = changes("A")["A"]
    same = replace(given, subjects=dict.fromkeys(given.subjects, WHO))
    row = entry(face_summary(repeated, {"A": same}), name="A", expression="fear")
    total = sum(given.numbers[fold, "fear", "iou"] for fold in FOLDS) / 3
    known = over_faces(0.3, dict(zip(WHO, total, strict=True)), 4, 1)
    assert (row["low"], row["high"], row["folds"]) == pytest.approx((known.low, known.high, 3))
    assert row["coverage"] == coverage_of(4, 1)


def test_rankings_take_no_number_twice():
    cells = study(WHOLE)
    rows, by_faces = summarized(cells), face_summary(cells, changes())
    changed = [row | {"estimate": 9.0} for row in by_faces]
    assert averages_of("drawn", rows + changed, [], ["iou"]) == averages_of("drawn", rows, [], ["iou"])
