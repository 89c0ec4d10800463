"""Ceilings, references and intervals over people, on made people."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from tests.unit.comparison.made_people import EXPRESSIONS, FACE, made_people
from workflow_scripts.common.intervals import Error, interval_of, together, training_error
from workflow_scripts.comparison.people_intervals import FEWEST, over_people
from workflow_scripts.comparison.people_scores import (
    PARTITIONS,
    PARTS,
    SPLITS,
    on_halves,
    other_expressions,
    other_half,
    other_poser,
    people_on_mask,
    share_of_ceiling,
    spearman_brown,
)
from workflow_scripts.comparison.people_targets import mean_maps
from workflow_scripts.comparison.references import own_scores
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.target_scores import patternless, score_names, target_scores

METRICS = load_metrics(["iou", "auc", "nss"])
NAMES = score_names(METRICS)
AUC = NAMES.index("auc")


def test_halves_are_the_same_for_all_expressions_and_depend_on_seed_and_set():
    measured = made_people(11)
    assert measured.splits.shape == (SPLITS, 2, 11)
    assert measured.all_and_halves.shape == (1 + 2 * SPLITS, 11)
    np.testing.assert_array_equal(measured.all_and_halves[1:3], measured.splits[0])
    np.testing.assert_array_equal(measured.splits, made_people(11).splits)
    for other in (replace(measured, seed=2), replace(measured, name="others")):
        assert (measured.splits != other.splits).any()


@pytest.mark.parametrize("n", [FEWEST, 11, 94])
def test_samples_of_halves_leave_out_everybody_equally_often_and_nobody_s_half_is_empty(n):
    measured = made_people(n, posers=["f"], expressions=["fear"])
    kept = measured.without_parts
    assert kept.shape == (PARTITIONS * PARTS, n)
    assert ((~kept).sum(axis=0) == PARTITIONS).all()
    assert {*kept.sum(axis=1)} <= {n - n // PARTS, n - n // PARTS - 1}
    assert (kept[:, None, None] & measured.splits).any(axis=3).all()


@pytest.mark.parametrize("score", [other_half, on_halves])
def test_too_few_people_have_no_halves(score):
    measured = made_people(FEWEST - 1)
    arguments = (METRICS, [], measured, "fear") if score is on_halves else (METRICS, measured, "fear")
    assert score(*arguments) is None
    assert measured.mean_maps("fear").shape[0] == 1
    assert other_poser(METRICS, measured, "fear").shape == (len(NAMES), 1)


def test_people_without_noise_reach_the_best_score_on_each_other():
    measured = made_people(12, noise=0)
    found = other_half(METRICS, measured, "joy")
    assert found[0] == pytest.approx(1) and found[AUC] == pytest.approx(1)
    np.testing.assert_allclose(other_poser(METRICS, measured, "joy")[[0, AUC]], 1)
    assert over_people(found[0], 12) is None  # nothing varies


def test_the_ceiling_is_the_mean_over_halves_both_ways():
    measured = made_people(9, posers=["f"])
    maps = measured.maps["fear"]["f"][1].astype(float)
    expected = []
    for split in measured.splits:
        a, b = (maps[half].mean(axis=0)[FACE.ravel()] for half in split)
        expected.append(np.corrcoef(a, b)[0, 1])
    assert other_half(METRICS, measured, "fear")[0, 0] == pytest.approx(np.mean(expected), abs=1e-5)


def test_one_poser_or_one_expression_has_no_other():
    alone = made_people(9, posers=["f"], expressions=["fear"])
    assert other_poser(METRICS, alone, "fear") is None
    assert other_expressions(METRICS, alone, "fear") is None


def test_the_order_of_people_changes_nothing():
    measured = made_people(10)
    order = np.random.default_rng(3).permutation(10)
    shuffled = {
        expression: {
            poser: ([names[k] for k in order], values[order]) for poser, (names, values) in of.items()
        }
        for expression, of in measured.maps.items()
    }
    moved = replace(measured, maps=shuffled)
    for score in (other_half, other_poser, other_expressions):
        found, expected = (score(METRICS, one, "fear") for one in (moved, measured))
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_some_half_has_no_map_of_has_a_score_but_no_interval():
    measured = made_people(10)
    names, values = measured.maps["fear"]["m"]
    measured.maps["fear"] = {"m": (names[:1], values[:1])}
    scores = target_scores(
        METRICS, measured.predictor(METRICS, measured.mean_maps("joy")[0]), measured.targets_of("fear")
    )
    assert np.isfinite(scores[:, 0]).all() and np.isnan(scores[:, 1:]).any()
    assert over_people(scores[0], 10) is None
    assert np.isnan(other_half(METRICS, measured, "fear")[:, 0]).all()
    assert measured.persons("fear") == 1 and measured.persons("joy") == 10


def test_a_mean_of_nobody_knows_how_many_is_nobody():
    measured = made_people(1)
    of = {name: {"any": ([""], one["f"][1])} for name, one in measured.maps.items()}
    assert replace(measured, maps=of, people=[""]).persons("fear") == 0


def test_people_s_heatmap_scores_on_a_mask_like_a_network_s():
    measured = made_people(9)
    mask = np.zeros(FACE.shape, bool)
    mask[2:5, 2:6] = True
    found = people_on_mask(METRICS, measured, "joy", mask)
    maps = measured.mean_maps("joy")
    for place in (0, 7):
        expected = own_scores(METRICS, maps[place].reshape(FACE.shape), mask, FACE)
        assert found[:, place].tolist() == pytest.approx([expected[metric.name] for metric in METRICS])


def test_a_network_that_is_people_s_own_map_comes_above_the_ceiling():
    measured = made_people(20)
    of = [measured.predictor(METRICS, measured.mean_maps("fear")[0])]
    ceiling = other_half(METRICS, measured, "fear")
    share = share_of_ceiling(
        on_halves(METRICS, of, measured, "fear")[0], ceiling, patternless(METRICS, measured.area, FACE)
    )
    assert (share[:, 0] > 1).all() and (share[:, 0] < 1.6).all()
    nobody = made_people(200, noise=0.3)
    of = [nobody.predictor(METRICS, nobody.mean_maps("fear")[0])]
    arguments = other_half(METRICS, nobody, "fear"), patternless(METRICS, nobody.area, FACE)
    share = share_of_ceiling(on_halves(METRICS, of, nobody, "fear")[0], *arguments)
    np.testing.assert_allclose(share[:, 0], 1, atol=0.05)


def test_a_constant_map_reaches_nothing_of_the_ceiling():
    measured = made_people(12)
    of = [measured.predictor(METRICS, np.ones(FACE.shape))]
    ceiling = other_half(METRICS, measured, "fear")
    without = patternless(METRICS, measured.area, FACE)
    share = share_of_ceiling(on_halves(METRICS, of, measured, "fear")[0], ceiling, without)
    np.testing.assert_allclose(share[:, 0], 0, atol=1e-9)


def test_people_who_do_not_agree_have_no_ceiling_to_share():
    ceiling = np.array([0.52, 0.55, 0.49, 0.53, 0.48])
    scores = np.full(5, 0.6)
    assert np.isnan(share_of_ceiling(scores, ceiling, np.array(0.5))).all()
    assert np.isnan(share_of_ceiling(scores, 2 * 0.5 - ceiling, np.array(0.5))).all()
    assert np.isfinite(share_of_ceiling(scores, ceiling, np.array(0.4))).all()


@given(st.floats(0.1, 0.9), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_the_share_changes_as_a_ratio_does_for_small_changes(score, by, ceiling_by):
    of = np.array([score, score + by, score - by])
    on = np.array([0.9, 0.9 + ceiling_by, 0.9 - ceiling_by])
    found = share_of_ceiling(of, on, np.array(0.0))
    assert found[0] == pytest.approx(score / 0.9)
    np.testing.assert_allclose(found, of / on, atol=3e-4)


def test_half_the_variance_of_means_over_people_is_that_of_halves():
    values = np.random.default_rng(1).normal(size=(94, FACE.size)).astype(np.float32)
    measured = made_people(94, expressions=["fear"], posers=["f"])
    maps = {"f": (measured.people, values)}
    means = mean_maps(maps, measured.people, measured.all_and_halves)
    found = np.array([over_people(of, 94).size for of in means.T])
    expected = values.std(axis=0, ddof=1) / np.sqrt(94)
    assert (found**2).mean() == pytest.approx((expected**2).mean(), rel=0.05)


def test_samples_without_a_part_deviate_as_halves_do():
    """Of r with a fixed map on people with much noise, which is nearly linear in people."""
    measured = made_people(94, noise=10, expressions=["fear"], posers=["f"])
    of = measured.predictor(METRICS, made_people(9, noise=0).mean_maps("fear")[0])
    on = measured.targets_of("fear")
    halves = over_people(target_scores(METRICS, of, on)[0], 94).size
    samples = over_people(on_halves(METRICS, [of], measured, "fear")[0, 0], 94).size
    assert samples == pytest.approx(halves, rel=0.3)


def test_an_interval_is_that_of_student_with_the_error_of_halves():
    values = np.array([2.0, 1.0, 3.0, 1.5, 2.5])
    interval = interval_of(2.0, over_people(values, 20))
    error = np.std(values[1:])
    assert (interval.low, interval.high) == pytest.approx(t.interval(0.95, 19, 2, error))
    assert interval.p == pytest.approx(2 * t.sf(2 / error, 19))
    assert over_people(values, FEWEST - 1) is None
    assert over_people(values[:1], 20) is None
    assert over_people(np.array([2.0, 0.3, 0.1 + 0.2]), 20) is None  # rounding alone
    assert over_people(np.array([2.0, 1.0, np.nan]), 20) is None


def test_an_unknown_source_leaves_the_sum_unknown():
    assert together([Error(1, 9), None]) is None
    both = together([Error(1, 9), Error(1e-9, 4)])
    assert (both.size, both.degrees) == pytest.approx((1, 9))
    assert interval_of(1.0, None).low is None


def test_the_error_over_trainings_allows_for_the_images_that_folds_share():
    found = training_error(0.1, 5, 5)
    assert (found.size, found.degrees) == pytest.approx((0.1 * (1 / 5 + 1 / 4) ** 0.5, 4))
    assert training_error(0.1, 1, 5) is None


def test_the_reliability_of_all_is_that_of_twice_as_long_a_test():
    assert spearman_brown(np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([0, 2 / 3, 1])


def test_expressions_are_scored_in_the_order_asked_for():
    measured = made_people(9)
    by = {name: other_half(METRICS, measured, name)[0, 0] for name in EXPRESSIONS}
    assert len({round(one, 6) for one in by.values()}) == 3
    again = {name: other_half(METRICS, measured, name)[0, 0] for name in reversed(EXPRESSIONS)}
    assert by == again
