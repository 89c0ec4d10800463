"""Explanations by subject, and scores and intervals without each of them."""

import json

import numpy as np
import pytest
from scipy import stats

from tests.unit.standardization.test_heatmaps import STANDARD_FACE, explanation, faces, standardized  # noqa: F401
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.compare_network import compare_network
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.over_faces import COVERAGE, coverage_of, over_faces
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subject_file import read_changes
from workflow_scripts.comparison.subject_scores import amplitude_changes, score_changes, smooth
from workflow_scripts.comparison.subjects import by_subject, read_explanations, read_subjects
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

METRICS = load_metrics(["iou", "auc", "relevance_mass", "rank_accuracy", "pointing_game"])


@pytest.mark.parametrize("averaging", ["plain", "unit_mass"])
def test_all_subjects_together_give_the_heatmap_of_the_cell_to_the_bit(tmp_path, faces, averaging):  # noqa: F811
    cell = {"a": explanation([0.7, -1.0]), "b": explanation([0.1, 0.3])}
    path = standardized(tmp_path, faces, cell, averaging=averaging)
    for subject_of in ({"a": "ann", "b": "bob"}, {"a": "ann", "b": "ann"}):
        found = read_subjects(path, subject_of, averaging)
        np.testing.assert_array_equal(found.heatmap(), read_heatmap(path))
    assert found.images.tolist() == [2]
    assert list(found.without_each()) == []


def test_with_unit_mass_an_explanation_of_rounding_counts_for_nobody(tmp_path, faces):  # noqa: F811
    cell = {"a": explanation([0.7, 0.1]), "b": explanation([1e-9, 0.0])}
    path = standardized(tmp_path, faces, cell, averaging="unit_mass")
    found = read_subjects(path, {"a": "ann", "b": "bob"}, "unit_mass")
    assert found.subjects == ["ann"]
    np.testing.assert_array_equal(found.heatmap(), read_heatmap(path))


def test_an_image_in_no_table_of_folds_is_named(tmp_path, faces):  # noqa: F811
    path = standardized(tmp_path, faces, {"a": explanation([0.7, 0.1])})
    with pytest.raises(StudyError, match="image a is in no table of folds"):
        read_subjects(path, {})
    with pytest.raises(StudyError, match="image a is in no table of folds"):
        list(read_explanations(path, {}))


def test_explanations_are_read_image_by_image(tmp_path, faces):  # noqa: F811
    path = standardized(tmp_path, faces, {"a": explanation([0.7, -1.0]), "b": explanation([0.1, 0.3])})
    (ann, a, one), (_, b, two) = read_explanations(path, {"a": "ann", "b": "ann"})
    assert (ann, a, b) == ("ann", "a", "b")
    np.testing.assert_allclose((one + two) / 2, read_heatmap(path), rtol=1e-6)


def test_without_a_subject_is_the_mean_of_the_explanations_of_the_others():
    maps = np.random.default_rng(1).random((5, 4, 3), dtype=np.float32)
    whose = ["cy", "ann", "bob", "ann", "cy"]
    found = by_subject(maps, whose)
    assert (found.subjects, found.images.tolist()) == (["ann", "bob", "cy"], [2, 1, 2])
    for name, heatmap in zip(found.subjects, found.without_each(), strict=True):
        others = [one for one, subject in zip(maps, whose, strict=True) if subject != name]
        np.testing.assert_allclose(heatmap, np.mean(others, axis=0), rtol=1e-6)


def test_scores_without_a_threshold_are_redone_and_no_others(halves):
    _, mask, face = halves
    maps = by_subject(np.random.default_rng(2).random((6, 8, 8)), ["ann", "bob", "cy"] * 2)
    changes = score_changes(METRICS, maps, mask, face)
    assert list(changes) == ["auc", "relevance_mass", "rank_accuracy"]
    assert [metric.name for metric in smooth(METRICS)] == ["auc", "relevance_mass", "rank_accuracy"]
    metric, without_ann = METRICS[1], next(maps.without_each()).astype(np.float64)
    own = metric.score(maps.heatmap().astype(np.float64), mask, face)
    assert changes["auc"][0] == pytest.approx(metric.score(without_ann, mask, face) - own)
    assert amplitude_changes(maps)[0] == pytest.approx(np.ptp(without_ann) - np.ptp(maps.heatmap()))


def test_the_interval_of_a_mean_over_subjects_is_that_of_students_t():
    values = np.random.default_rng(3).normal(2, 1, 9)
    changes = {str(i): (values.sum() - one) / 8 - values.mean() for i, one in enumerate(values)}
    found = over_faces(values.mean(), changes, fewest=9, folds=1)
    known = stats.ttest_1samp(values, 0)
    assert found.p == pytest.approx(known.pvalue)
    assert (found.low, found.high) == pytest.approx(known.confidence_interval(0.95))


def test_there_is_no_interval_without_two_subjects_or_if_nothing_changes():
    changes = {"ann": 0.1, "bob": -0.1}
    assert over_faces(0.5, changes, fewest=1, folds=2).low is None
    assert over_faces(None, changes, fewest=2, folds=2).low is None
    assert over_faces(0.5, dict.fromkeys(changes, 0.0), fewest=2, folds=2).low is None
    assert over_faces(0.5, {}, fewest=0, folds=1).low is None


def test_the_coverage_of_a_design_is_that_of_the_next_smaller_one():
    assert coverage_of(2, 5) is None
    assert coverage_of(10_000, 100) == COVERAGE[max(COVERAGE)][max(COVERAGE[max(COVERAGE)])]
    for folds, of_folds in COVERAGE.items():
        for subjects, coverage in of_folds.items():
            assert coverage_of(subjects, folds) == coverage
            assert 0.85 < coverage < 1
    with_more = [coverage_of(80, folds) for folds in COVERAGE]
    assert min(with_more) >= 0.93


def drawn_study(draw, n: int, shift: float = 0.0):
    """Explanations (n subjects, 1 to 3 images of each) by two networks that share the subjects' habits."""
    images = draw.integers(1, 4, n)
    whose = np.repeat([f"{i:03}" for i in range(n)], images).tolist()
    rows = np.linspace(-1, 1, 6)[:, None] * np.ones((6, 5))
    habits = np.repeat(draw.normal(0.3, 0.5, n), images)
    strength = np.repeat(draw.lognormal(0, 0.5, n), images)
    networks = []
    for of_network in (0.0, shift):
        slopes = habits + of_network + draw.normal(0, 0.5, len(habits))
        fields = slopes[:, None, None] * rows + draw.normal(0, 0.5, (len(habits), 6, 5))
        networks.append(by_subject(np.maximum(strength[:, None, None] * (fields + 1), 0), whose))
    return networks


def test_intervals_cover_the_truth_and_equal_networks_seldom_differ():
    draw, mask, face = np.random.default_rng(4), np.zeros((6, 5), bool), np.ones((6, 5), bool)
    mask[3:] = True
    (mass,) = load_metrics(["relevance_mass"])
    found = []
    for _ in range(250):
        a, b = drawn_study(draw, n=12)
        scores = [mass.score(maps.heatmap().astype(np.float64), mask, face) for maps in (a, b)]
        changes = [score_changes([mass], maps, mask, face)[mass.name] for maps in (a, b)]
        own = dict(zip(a.subjects, changes[0], strict=True))
        paired = dict(zip(a.subjects, changes[0] - changes[1], strict=True))
        one, both = over_faces(scores[0], own, 12, 1), over_faces(scores[0] - scores[1], paired, 12, 1)
        found.append((scores[0], one.low, one.high, both.p, both.high - both.low, one.high - one.low))
    scores, low, high, p, width_paired, width = np.array(found).T
    covered = np.mean((low <= scores.mean()) & (scores.mean() <= high))
    assert 0.9 <= covered <= 0.99
    assert 0.01 <= np.mean(p < 0.05) <= 0.09
    assert np.mean(width_paired) < 1.3 * np.mean(width)  # unpaired, the root of 2 times as wide


@pytest.mark.parametrize("averaging", ["plain", "unit_mass"])
def test_the_rule_keeps_what_leaving_out_changes(tmp_path, faces, capsys, averaging):  # noqa: F811
    cell = {"a": explanation([0.7, -1.0]), "b": explanation([0.1, 0.3])}
    full = standardized(tmp_path, faces, cell, averaging=averaging)
    full = full.rename(tmp_path / "full.h5")
    empty = standardized(tmp_path, faces, {}, averaging=averaging)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:, : WIDTH // 2] = True
    write_mask(tmp_path / "mask.png", mask)
    rows = [{"image_id": name, "group": f"toy/{name}"} for name in "ab"]
    write_table(tmp_path / "folds.csv", ["image_id", "group"], rows)
    write_table(tmp_path / "positives.csv", ["expression", "true"], [])
    compare_network(
        [full, empty],
        cells=json.dumps([["A", 1, "happiness"], ["A", 2, "happiness"]]),
        masks=[tmp_path / "mask.png"],
        expressions=json.dumps(["happiness"]),
        positives=[tmp_path / "positives.csv"] * 2,
        folds="[1, 2]",
        subjects=tmp_path / "folds.csv",
        standard_face=STANDARD_FACE,
        metrics=json.dumps([*PAPER, "auc", "relevance_mass"]),
        averaging=averaging,
        scores=tmp_path / "scores.csv",
        changes=tmp_path / "subjects.h5",
    )
    assert "fold 2, happiness: no heatmap" in capsys.readouterr().out
    found = read_changes(tmp_path / "subjects.h5")
    assert found.subjects == {(1, "happiness"): ["toy/a", "toy/b"]}
    assert {name for _, _, name in found.numbers} == {"amplitude", "auc", "relevance_mass"}
    # a has all its importance in the left half, b a quarter; 0.7 and 0.4 of it in all
    own = 0.8 / 1.1 if averaging == "plain" else 0.625
    mass = found.numbers[1, "happiness", "relevance_mass"]
    assert mass.tolist() == pytest.approx([0.25 - own, 1 - own], abs=0.02)
    amplitudes = found.numbers[1, "happiness", "amplitude"]
    assert amplitudes.tolist() == pytest.approx([0.3 - 0.4, 0.7 - 0.4], abs=0.16)
