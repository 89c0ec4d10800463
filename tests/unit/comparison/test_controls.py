"""Trained networks beside their control networks: numbers, intervals, averages, and what is missing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import spearmanr

from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.control_cells import Cell, rank_correlations, without_each_subject
from workflow_scripts.comparison.control_numbers import ControlNumber, read_numbers, write_numbers
from workflow_scripts.comparison.control_rows import AVERAGE, CONTROLS, control_rows
from workflow_scripts.comparison.control_scores import control_numbers
from workflow_scripts.comparison.control_summary import (
    against_masks,
    control_differences,
    control_summary,
)
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.explanation.explanation_stack import Explanation

SIDE = 12
FACE = np.ones((SIDE, SIDE), bool)
MASK = np.zeros((SIDE, SIDE), bool)
MASK[8:] = True
METRICS = load_metrics(["iou", "f1", "precision", "recall", "auc", "relevance_mass"])
ABOUT = {"control": "untrained", "kind": "untrained", "randomized": 0, "groups": 0, "expression": "joy"}


def cell(pattern, seed, subjects=("ann", "ann", "bob", "cy"), noise=0.2, averaging="plain"):
    """A cell whose explanations are a pattern, float (SIDE, SIDE), and noise."""
    numbers = np.random.default_rng(seed)
    warped = np.array([pattern + noise * numbers.random((SIDE, SIDE)) for _ in subjects], np.float32)
    regions = np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 30
    explanations = [
        Explanation(
            probability=np.array([0.5]),
            samples=10,
            regions=regions,
            weights=numbers.normal(size=(30, 1)),
            probability_range=np.array([0.4]),
        )
        for _ in subjects
    ]
    images = tuple(f"image{n}" for n in range(len(subjects)))
    return Cell(images, tuple(subjects), explanations, 0, warped.reshape(-1, SIDE, SIDE), averaging)


def by_metric(numbers):
    return {(one.mask_set, one.metric): one for one in numbers}


MOUTH = np.where(MASK, 1.0, 0.0)
NOTHING = np.zeros((SIDE, SIDE))


def test_a_network_that_looks_at_the_mask_scores_above_one_that_does_not():
    trained, control = cell(MOUTH, 1), cell(NOTHING, 2)
    found = by_metric(control_numbers(ABOUT, {1: [(trained, control)]}, {"mouth": MASK}, METRICS, FACE))
    auc = found["mouth", "auc"]
    assert auc.trained == 1.0 and 0.3 < auc.control_estimate < 0.7
    assert found["mouth", "iou"].trained == 1.0 and found["mouth", "iou"].trained_changes is None
    amplitude = found["", "amplitude"]
    assert amplitude.trained == pytest.approx(np.ptp(trained.warped.mean(axis=0)), rel=1e-6)
    assert (auc.n, auc.subjects) == (4, {"1": ["ann", "bob", "cy"]})


@pytest.mark.parametrize("averaging", ["plain", "unit_mass"])
def test_changes_are_those_of_scoring_without_the_subject(averaging):
    """Each subject's change is the score of the cell made without its images minus that of the whole."""
    subjects = ["ann", "ann", "bob", "cy"]
    whole = cell(NOTHING, 3, subjects, averaging=averaging)
    found = by_metric(control_numbers(ABOUT, {1: [(whole, whole)]}, {"mouth": MASK}, METRICS, FACE))
    for name in ("ann", "bob", "cy"):
        kept = [place for place, one in enumerate(subjects) if one != name]
        rest = Cell(
            [whole.image_ids[n] for n in kept],
            [subjects[n] for n in kept],
            [whole.explanations[n] for n in kept],
            0,
            whole.warped[kept],
            averaging,
        )
        alone = by_metric(control_numbers(ABOUT, {1: [(rest, rest)]}, {"mouth": MASK}, METRICS, FACE))
        for key in (("mouth", "auc"), ("mouth", "relevance_mass"), ("", "amplitude")):
            change = alone[key].trained - found[key].trained
            assert found[key].trained_changes[name] == pytest.approx(change, abs=1e-6)


def test_repeats_and_folds_are_averaged():
    one, two, other = cell(MOUTH, 1), cell(NOTHING, 2), cell(NOTHING, 4)
    pairs = {1: [(one, two), (one, other)]}
    both = by_metric(control_numbers(ABOUT, pairs, {"mouth": MASK}, METRICS, FACE))["mouth", "auc"]
    each = [
        by_metric(control_numbers(ABOUT, {1: [pair]}, {"mouth": MASK}, METRICS, FACE))["mouth", "auc"]
        for pair in pairs[1]
    ]
    assert both.control_estimate == pytest.approx(np.mean([number.control_estimate for number in each]))
    assert both.n == 4  # images, not explanations
    for name, change in both.control_changes.items():
        assert change == pytest.approx(np.mean([number.control_changes[name] for number in each]))


def test_a_control_without_a_heatmap_says_why_and_is_in_no_average():
    trained, flat = cell(MOUTH, 1), cell(NOTHING, 2, noise=0.0)
    numbers = control_numbers(ABOUT, {1: [(trained, flat)]}, {"mouth": MASK}, METRICS, FACE)
    found = by_metric(numbers)["mouth", "auc"]
    assert found.control_estimate is None and found.missing == "control network: the same everywhere"
    good = control_numbers(
        ABOUT | {"expression": "fear"}, {1: [(trained, cell(NOTHING, 5))]}, {"mouth": MASK}, METRICS, FACE
    )
    rows = control_rows({"Net": [*numbers, *good]}, {"Net": True}, folds_each=5)
    average = next(row for row in rows if row["expression"] == AVERAGE and row["metric"] == "auc")
    assert average["difference"] is None and average["missing"] == "joy: control network: the same everywhere"
    fear = next(row for row in rows if (row["expression"], row["metric"]) == ("fear", "auc"))
    assert fear["difference"] == pytest.approx(fear["trained"] - fear["estimate"])


def test_rank_correlations_are_spearmans():
    a, b = cell(MOUTH, 1), cell(NOTHING, 2)
    expected = [
        spearmanr(x.weights[:, 0], y.weights[:, 0]).statistic
        for x, y in zip(a.explanations, b.explanations, strict=True)
    ]
    np.testing.assert_allclose(rank_correlations(a, b), expected, atol=1e-12)
    np.testing.assert_allclose(rank_correlations(a, a), 1)
    flat = SimpleNamespace(
        explanations=[Explanation(np.array([1.0]), 1, a.explanations[0].regions, np.zeros((30, 1)))] * 4,
        column=0,
    )
    assert np.isnan(rank_correlations(a, flat)).all()  # they have no order


def test_one_subject_cannot_be_left_out():
    assert without_each_subject(np.array([1.0, 2.0]), ["ann", "ann"]) is None
    alone = cell(MOUTH, 1, ["ann", "ann"])
    found = control_numbers(ABOUT, {1: [(alone, alone)]}, {"mouth": MASK}, METRICS, FACE)
    assert all(number.control_changes is None for number in found)
    rows = control_rows({"Net": found}, {"Net": True}, folds_each=5)
    assert all(row["difference_low"] is None and row["p"] is None for row in rows)


def test_numbers_survive_their_file(tmp_path):
    numbers = control_numbers(
        ABOUT, {1: [(cell(MOUTH, 1), cell(NOTHING, 2))]}, {"mouth": MASK}, METRICS, FACE
    )
    write_numbers(tmp_path / "numbers.json", numbers)
    assert read_numbers(tmp_path / "numbers.json") == numbers


def number(trained, control, changes, **fields):
    """A number whose changes without each subject are given, for both."""
    names = [f"subject{n}" for n in range(len(changes))]
    return ControlNumber(
        **(ABOUT | {"mask_set": "mouth", "metric": "auc"} | fields),
        n=len(names),
        subjects={"1": names},
        trained=trained,
        control_estimate=control,
        draws=[control],
        trained_changes=dict(zip(names, changes, strict=True)),
        control_changes=dict.fromkeys(names, 0.0),
    )


def test_differences_hold_the_truth_as_often_as_they_say():
    """Scores that are means over subjects: the interval is that of the paired t test, and covers 95 %."""
    numbers = np.random.default_rng(0)
    covered, n, truth = 0, 8, 0.3
    for _ in range(400):
        values = numbers.normal(truth, 1, n)
        without = [(values.sum() - one) / (n - 1) - values.mean() for one in values]
        row = control_rows({"Net": [number(values.mean(), 0.0, without)]}, {"Net": True}, folds_each=5)[0]
        covered += row["difference_low"] <= truth <= row["difference_high"]
    assert 0.92 <= covered / 400 <= 0.98


def test_average_over_networks_leaves_out_those_that_did_not_learn():
    changes = [0.1, -0.2, 0.1]
    rows = control_rows(
        {name: [number(score, 0.5, changes)] for name, score in {"A": 0.7, "B": 0.9, "C": 0.1}.items()},
        {"A": True, "B": True, "C": False},
        folds_each=5,
    )
    average = next(row for row in rows if row["network"] == AVERAGE and row["expression"] == "joy")
    assert average["trained"] == pytest.approx(0.8) and average["difference"] == pytest.approx(0.3)
    tested = {row["network"]: row for row in rows if row["expression"] == "joy"}
    assert tested["A"]["q"] is not None and tested["C"]["q"] is None and tested["C"]["p"] is not None


def test_ratio_of_amplitudes_has_its_interval_on_the_log_scale():
    found = control_rows(
        {"Net": [number(0.2, 0.02, [0.01, -0.01, 0.0], mask_set="", metric="amplitude")]},
        {"Net": True},
        folds_each=5,
    )
    ratio = next(row for row in found if row["metric"] == "amplitude_ratio")
    assert ratio["estimate"] == pytest.approx(0.1)
    assert 0 < ratio["low"] < 0.1 < ratio["high"]
    assert ratio["low"] * ratio["high"] == pytest.approx(0.01)


def test_controls_are_rows_of_the_tables_against_their_masks(tmp_path):
    numbers = control_numbers(
        ABOUT, {1: [(cell(MOUTH, 1), cell(NOTHING, 2))]}, {"mouth": MASK}, METRICS, FACE
    )
    write_table(
        tmp_path / "controls.csv", CONTROLS, control_rows({"Net": numbers}, {"Net": True}, folds_each=5)
    )
    rows = against_masks(tmp_path / "controls.csv")
    (summary,) = (
        row
        for row in control_summary(rows)
        if (row["metric"], row["expression"]) == ("auc", "joy") and row["of"] == "Net"
    )
    assert (summary["kind"], summary["name"], summary["claim"]) == ("control", "untrained", "faces")
    assert 0.3 < float(summary["estimate"]) < 0.7
    (difference,) = (
        row
        for row in control_differences(rows)
        if (row["metric"], row["expression"], row["name_a"]) == ("auc", "joy", "Net")
    )
    assert float(difference["estimate"]) == pytest.approx(1 - float(summary["estimate"]), abs=1e-6)
    assert float(difference["low"]) < float(difference["estimate"]) < float(difference["high"])
    assert {row["metric"] for row in rows} == {metric.name for metric in METRICS}  # those that need masks
    assert against_masks(None) == []


def test_images_that_one_of_the_two_has_no_map_of_are_in_neither_mean_of_unit_masses():
    """The control is flat on bob's image, so bob is in no heatmap and behind no change."""
    trained, control = (cell(NOTHING, seed, averaging="unit_mass") for seed in (1, 2))
    control.warped[2] = 0
    found = by_metric(control_numbers(ABOUT, {1: [(trained, control)]}, {"mouth": MASK}, METRICS, FACE))
    without = [one.without({"image2"}) for one in (trained, control)]
    alone = by_metric(control_numbers(ABOUT, {1: [tuple(without)]}, {"mouth": MASK}, METRICS, FACE))
    assert found["mouth", "auc"].subjects == {"1": ["ann", "cy"]}
    for side in ("trained", "control_estimate", "trained_changes", "control_changes"):
        assert getattr(found["mouth", "auc"], side) == getattr(alone["mouth", "auc"], side)
    rows = control_rows({"Net": list(found.values())}, {"Net": True}, folds_each=5)
    assert all(row["difference_low"] is not None for row in rows if row["metric"] == "auc")


def test_repeats_of_the_cross_validation_add_no_people():
    changes = [0.1, -0.2, 0.1]
    once = number(0.7, 0.5, changes)
    names = once.subjects["1"]
    again = replace(once, subjects={"1": names, "6": names})
    rows = [control_rows({"Net": [one]}, {"Net": True}, folds_each=1)[0] for one in (once, again)]
    for key in ("difference_low", "difference_high", "p", "coverage"):
        assert rows[0][key] == rows[1][key]


def test_draws_of_a_control_are_told_by_their_range_and_probabilities_of_both():
    pairs = {1: [(cell(MOUTH, 1), cell(NOTHING, 2)), (cell(MOUTH, 1), cell(MOUTH, 3))]}
    found = by_metric(control_numbers(ABOUT, pairs, {"mouth": MASK}, METRICS, FACE))
    auc = found["mouth", "auc"]
    assert auc.draws[1] == pytest.approx(1) and auc.draws[0] < 0.7
    row = control_rows({"Net": [auc]}, {"Net": True}, folds_each=5)[0]
    assert (row["draws"], row["lowest"], row["highest"]) == (2, *auc.draws)
    assert row["estimate"] == pytest.approx(np.mean(auc.draws))
    assert (found["", "probability"].trained, found["", "probability"].control_estimate) == (0.5, 0.5)


def test_q_counts_all_controls_of_all_networks_that_learned():
    rows = control_rows(
        {
            name: [replace(number(0.7 + 0.1 * place, 0.5, [0.1, -0.2, 0.1]), control=control)]
            for place, (name, control) in enumerate([("A", "one"), ("B", "two"), ("C", "one")])
        },
        {"A": True, "B": True, "C": False},
        folds_each=5,
    )
    tested = {row["network"]: row for row in rows if row["expression"] == "joy"}
    expected = false_discovery_rates([tested["A"]["p"], tested["B"]["p"]])
    assert [tested["A"]["q"], tested["B"]["q"], tested["C"]["q"]] == [*expected, None]
