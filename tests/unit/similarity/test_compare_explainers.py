"""Sides of chance by explainer: against face_summary's own intervals, by simulation, and by properties."""

import json
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.unit.comparison.test_face_rows import WHOLE, changes
from tests.unit.comparison.test_summary import study
from workflow_scripts.common.intervals import Error, interval_of
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.face_rows import face_summary
from workflow_scripts.comparison.over_faces import over_faces
from workflow_scripts.comparison.summary import SUMMARY
from workflow_scripts.similarity.compare_explainers import compare_explainers
from workflow_scripts.similarity.correlate_explainers import BETWEEN
from workflow_scripts.similarity.explainer_findings import (
    EXCESS,
    FINDINGS,
    SIDES,
    WHERE,
    Score,
    depends,
    excess_rows,
    finding,
    read_scores,
)

PANEL = dict(zip(WHERE, ("drawn", "A", "fear", "auc"), strict=True))
NUMBERS = st.floats(-1, 1, allow_subnormal=False)
SCORES = st.builds(
    Score,
    st.none() | NUMBERS,
    st.none() | NUMBERS,
    st.none() | st.builds(Error, st.floats(1e-3, 1), st.integers(1, 40)),
)
OF_PANEL = st.dictionaries(
    st.sampled_from(["lime", "rise", "shap", "occlusion", "grad_cam"]), SCORES, min_size=1
)


def elsewhere(*, of: str, expression: str = "fear", metric: str = "iou", estimate: float = 0.25) -> dict:
    """A row of summary.csv on masks elsewhere in the face."""
    row = dict.fromkeys(SUMMARY) | {"kind": "reference", "name": "surrogates", "of": of, "claim": "places"}
    return row | {"expression": expression, "metric": metric, "estimate": estimate}


@pytest.mark.parametrize("folds_each", [3, 2, 1])  # of as many folds: one cross-validation, or repeats of it
def test_the_error_is_the_one_behind_the_interval_of_the_table(tmp_path, folds_each):
    cells = study(WHOLE)
    cells.folds_each = folds_each
    rows = face_summary(cells, changes()) + [elsewhere(of=name) for name in "AB"]
    write_table(tmp_path / "summary.csv", SUMMARY, rows)
    nulls = [dict(zip((*WHERE[1:], "score"), ("A", "fear", "iou", "0.3"), strict=True))]
    scores = read_scores(read_table(tmp_path / "summary.csv"), nulls, folds_each)
    assert set(scores) == {(network, expression, "iou") for network in "AB" for expression in ("fear", "joy")}
    for row in rows:
        if (panel := (row["name"], row["expression"], row["metric"])) in scores:
            score = scores[panel]
            assert score.error.degrees == folds_each * 3  # four subjects in each fold
            again = interval_of(score.estimate, score.error)
            assert (again.low, again.high) == pytest.approx((row["low"], row["high"]), abs=1e-8)
    fear = scores["A", "fear", "iou"]
    assert fear.estimate - fear.chance == pytest.approx(0.3 - 0.25)  # both on the grid of the masks elsewhere
    assert scores["B", "fear", "iou"].chance == 0.25
    assert scores["A", "joy", "iou"].chance is None  # not tested


def test_all_explainers_of_a_panel_share_one_level():
    errors = {"lime": Error(0.01, 9), "rise": Error(0.02, 18), "shap": None}
    scores = {name: Score(0.55, 0.5, error) for name, error in errors.items()} | {"occlusion": Score(0.9)}
    rows = {row["explainer"]: row for row in excess_rows(PANEL, scores, "higher")}
    for name in ("lime", "rise"):
        wanted = stats.t(errors[name].degrees, 0.05, errors[name].size).interval(1 - 0.05 / 3)
        assert (rows[name]["low"], rows[name]["high"]) == pytest.approx(wanted)
    assert [row["side"] for row in rows.values()] == ["above", "undecided", "", ""]
    assert (rows["shap"]["excess"], rows["shap"]["low"]) == (pytest.approx(0.05), None)
    assert (rows["occlusion"]["estimate"], rows["occlusion"]["excess"]) == (0.9, None)
    found = finding(PANEL, list(rows.values()), {("lime", "rise"): 0.5, ("lime", "shap"): -0.25})
    assert tuple(found) == FINDINGS
    assert (found["explainers"], found["above"], found["undecided"], found["depends"]) == (
        3,
        "lime",
        "rise",
        "open",
    )
    assert (found["r_face"], found["least_a"], found["least_b"], found["least_r"]) == (
        0.125,
        "lime",
        "shap",
        -0.25,
    )


@pytest.mark.parametrize(
    ("sides", "answer"),
    [
        (["above"] * 3, "no"),
        (["below"] * 2, "no"),
        (["above", "below"], "yes"),
        (["above", "undecided", "below", ""], "yes"),
        (["undecided"] * 2, "open"),
        (["", ""], "open"),
        (["above", ""], "open"),
        (["below"], ""),
        ([], ""),
    ],
)
def test_an_answer_needs_sides(sides, answer):
    assert depends(sides) == answer


@given(OF_PANEL, st.randoms(), st.sampled_from(["higher", "lower"]))
def test_the_order_of_explainers_says_nothing(scores, draw, better):
    shuffled = list(scores)
    draw.shuffle(shuffled)
    one = excess_rows(PANEL, scores, better)
    other = excess_rows(PANEL, {name: scores[name] for name in shuffled}, better)
    assert sorted(map(repr, one)) == sorted(map(repr, other))
    found, again = finding(PANEL, one, {}), finding(PANEL, other, {})
    for key in FINDINGS:
        if key in SIDES:
            assert set(found[key].split()) == set(again[key].split())
        else:
            assert found[key] == again[key]


@given(OF_PANEL)
def test_lower_is_better_is_the_same_world_upside_down(scores):
    def mirrored(score: Score) -> Score:
        estimate, chance = (None if one is None else -one for one in (score.estimate, score.chance))
        return Score(estimate, chance, score.error)

    rows = excess_rows(PANEL, scores, "higher")
    others = excess_rows(PANEL, {name: mirrored(one) for name, one in scores.items()}, "lower")
    keys = ("explainer", "excess", "low", "high", "side")
    assert [[row[key] for key in keys] for row in rows] == [[row[key] for key in keys] for row in others]


@given(OF_PANEL, st.sampled_from(["higher", "lower"]))
def test_a_side_is_where_its_interval_is_and_a_missing_one_is_none(scores, better):
    rows = excess_rows(PANEL, scores, better)
    for row, score in zip(rows, scores.values(), strict=True):
        assert tuple(row) == EXCESS
        known = None not in (score.estimate, score.chance)
        assert (row["excess"] is not None) == known
        assert (row["low"] is not None) == (row["side"] != "") == (known and score.error is not None)
        if row["side"] == "above":
            assert 0 < row["low"] <= row["excess"]
        if row["side"] == "below":
            assert row["excess"] <= row["high"] < 0
    found = finding(PANEL, rows, {})
    assert found["explainers"] == sum(row["excess"] is not None for row in rows)
    assert (found["depends"] == "") == (found["explainers"] < 2)
    named = [name for one in SIDES for name in found[one].split()]
    assert len(named) == len(set(named)) == sum(row["side"] != "" for row in rows)


def answers(true: list[float], subjects: int, studies: int, shared: float, seed: int) -> list[dict]:
    """Findings on simulated subjects whose values by k explainers have the means `true` and sd 1.

    shared: the correlation of two explainers' values of a subject, as they explain the same images.
    """
    draw, found, k = np.random.default_rng(seed), [], len(true)
    covariance = np.full((k, k), shared) + (1 - shared) * np.eye(k)
    for values in draw.multivariate_normal(true, covariance, (studies, subjects)):
        rows = []
        for name, of in enumerate(values.T):
            own, without = of.mean(), (of.sum() - of) / (subjects - 1)
            interval = over_faces(own, dict(enumerate(without - own)), subjects, 1)
            about = {"kind": "network", "name": "A", "expression": "fear", "metric": "auc", "claim": "faces"}
            row = about | {"estimate": own, "low": interval.low, "high": interval.high, "folds": 1}
            row |= {"subjects": subjects, "of": ""}
            null = elsewhere(of="A", metric="auc", estimate=0.0)
            rows.append((str(name), read_scores([row, null], [], 1)["A", "fear", "auc"]))
        found.append(finding(PANEL, excess_rows(PANEL, dict(rows), "higher"), {}))
    return found


def share(found: list[dict], told) -> float:
    return sum(map(told, found)) / len(found)


@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_a_wrong_side_is_rare_however_many_explainers_are_asked(shared):
    studies = 1500
    allowed = 0.05 + 3 * (0.05 * 0.95 / studies) ** 0.5  # .067
    at_chance = answers([0.0] * 5, 12, studies, shared, seed=1)
    assert share(at_chance, lambda row: row["above"] + row["below"] != "") < allowed
    if not shared:  # nor is it much rarer than the bound where explainers have nothing in common
        assert share(at_chance, lambda row: row["above"] + row["below"] != "") > 0.05 - 0.017
    assert share(at_chance, lambda row: row["depends"] == "yes") < allowed
    assert share(at_chance, lambda row: row["depends"] == "no") < allowed
    above = answers([0.0, 0.05, 0.5, 1.0, 2.0], 12, studies, shared, seed=2)
    assert share(above, lambda row: row["depends"] == "yes") < allowed
    both = answers([-0.05, 0.05, 1.0, 1.0, 1.0], 12, studies, shared, seed=3)
    assert share(both, lambda row: row["depends"] == "no") < allowed


def test_what_is_there_is_found():
    different = answers([1.5, 1.5, 0.0, -1.5], 20, 200, 0.5, seed=4)
    assert share(different, lambda row: row["depends"] == "yes") > 0.95
    assert share(different, lambda row: row["undecided"] == "2") > 0.9
    alike = answers([1.5, 2.0, 1.5, 3.0], 20, 200, 0.5, seed=5)
    assert share(alike, lambda row: row["depends"] == "no") > 0.95


def test_the_tables_have_every_panel_of_the_mask_set_and_say_what_is_missing(tmp_path):
    summarized = partial(write_table, columns=SUMMARY)
    cells = study(WHOLE)
    of_lime = face_summary(cells, changes()) + [
        elsewhere(of=a, expression=b) for a in "AB" for b in ("fear", "joy")
    ]
    of_rise = [row | {"low": None, "high": None} if row["name"] == "B" else row for row in of_lime]
    of_rise = [row | {"estimate": 0.75} if row["of"] == "A" else row for row in of_rise]  # chance is high
    for name, rows in (("lime", of_lime), ("rise", of_rise)):
        summarized(tmp_path / f"{name}.csv", rows=rows)
    write_table(tmp_path / "nulls.csv", [*WHERE[1:], "score"], [])
    pairs = [*combinations(("lime", "rise"), 2), ("average", "average")]
    between = [
        dict(zip(BETWEEN, (network, expression, *pair, r), strict=True))
        for network, r in (("A", 0.5), ("B", None))
        for expression in ("fear", "joy", "calm")
        for pair in pairs
    ]
    write_table(tmp_path / "explainers.csv", BETWEEN, between)
    asked = {"explainers": ["lime", "rise"], "networks": ["A", "B"], "metrics": ["iou"]}
    files = {name: tmp_path / f"{name}.csv" for name in ("excess", "findings")}
    compare_explainers(
        tmp_path / "explainers.csv",
        summaries=[tmp_path / "lime.csv", tmp_path / "rise.csv"],
        nulls=[tmp_path / "nulls.csv"] * 2,
        mask_sets=json.dumps(["drawn"]),
        folds=3,
        **{key: json.dumps(names) for key, names in asked.items()},
        **files,
    )
    excess = read_table(files["excess"], EXCESS)
    findings = {(row["network"], row["expression"]): row for row in read_table(files["findings"], FINDINGS)}
    panels = [(network, expression) for network in "AB" for expression in ("fear", "joy")]
    assert [(row["network"], row["expression"], row["explainer"]) for row in excess] == [
        (*panel, name) for panel in panels for name in ("lime", "rise")
    ]
    assert list(findings) == panels
    assert [row["side"] for row in excess if row["network"] == "B" and row["explainer"] == "rise"] == ["", ""]
    fear = findings["A", "fear"]
    assert (fear["explainers"], fear["r_face"], fear["least_a"], fear["least_b"]) == (
        "2",
        "0.5",
        "lime",
        "rise",
    )
    assert float(excess[0]["excess"]) == pytest.approx(float(excess[0]["estimate"]) - 0.25)
    assert fear["below"] == "rise"
    assert findings["B", "fear"]["r_face"] == findings["B", "fear"]["least_a"] == ""


def test_without_masks_there_is_nothing_to_find(tmp_path):
    write_table(tmp_path / "explainers.csv", BETWEEN, [])
    files: dict[str, Path] = {name: tmp_path / f"{name}.csv" for name in ("excess", "findings")}
    named = {"explainers": '["lime", "rise"]', "mask_sets": "[]", "networks": '["A"]', "metrics": '["iou"]'}
    compare_explainers(tmp_path / "explainers.csv", folds=2, **named, **files)
    assert [read_table(path) for path in files.values()] == [[], []]
