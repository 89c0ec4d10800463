"""Intervals over trainings and corrections for many tests, against formulas, SciPy and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workflow_scripts.common.intervals import (
    LEVEL,
    Interval,
    false_discovery_rates,
    familywise_p,
    over_trainings,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def of_scores(scores, folds: int) -> Interval:
    return over_trainings(float(np.mean(scores)), float(np.std(scores, ddof=1)), len(scores), folds)


def test_the_interval_is_the_corrected_one_of_nadeau_and_bengio():
    scores, images, folds = np.array([0.31, 0.27, 0.35, 0.24, 0.30]), 500, 5
    test, train = images / folds, images - images / folds
    error = math.sqrt(scores.var(ddof=1) * (1 / 5 + test / train))
    wanted = stats.t(df=4, loc=scores.mean(), scale=error)
    found = of_scores(scores, folds)
    assert (found.low, found.high) == pytest.approx(wanted.interval(LEVEL))
    assert found.p == pytest.approx(2 * stats.t.sf(scores.mean() / error, 4))


def test_repeats_of_a_cross_validation_add_scores_but_no_images():
    scores, folds = np.random.default_rng(1).normal(0.3, 0.05, 15), 5  # three repeats
    found = of_scores(scores, folds)
    error = math.sqrt(scores.var(ddof=1) * (1 / 15 + 1 / 4))  # not 1 / 14: each trained on four fifths
    assert (found.low, found.high) == pytest.approx(stats.t(4, scores.mean(), error).interval(LEVEL))
    assert of_scores(np.tile(scores, 100), folds).high - scores.mean() == pytest.approx(
        stats.t(4).ppf((1 + LEVEL) / 2) * scores.std() / 2, rel=0.01
    )


def test_with_hardly_any_test_images_it_is_the_t_test_of_one_sample():
    scores = np.random.default_rng(2).normal(0.1, 0.2, 7)
    wanted = stats.ttest_1samp(scores, 0)
    found = of_scores(scores, folds=10**12)
    assert found.p == pytest.approx(wanted.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval(LEVEL)))


@given(st.floats(-1, 1), st.floats(0.01, 1), st.integers(2, 30), st.integers(2, 10))
def test_the_interval_leaves_out_zero_where_p_is_below_its_level(estimate, sd, scores, folds):
    found, mirrored = (over_trainings(sign * estimate, sd, scores, folds) for sign in (1, -1))
    assert found.low <= estimate <= found.high
    assert 0 <= found.p <= 1
    if abs(found.p - (1 - LEVEL)) > 1e-9:
        assert (found.p < 1 - LEVEL) == (found.low > 0 or found.high < 0)
    assert (-mirrored.high, -mirrored.low, mirrored.p) == pytest.approx((found.low, found.high, found.p))


@pytest.mark.parametrize(
    "unknown",
    [(None, None, None, 5), (0.2, None, 1, 5), (0.2, 0.0, 5, 5), (0.2, 0.1, 1, 5), (0.2, 0.1, 1, 1)],
)
def test_without_a_deviation_there_is_no_interval(unknown):
    assert over_trainings(*unknown) == Interval(None, None, None)


@pytest.mark.parametrize(
    ("alike", "least", "most"), [(0.0, 0.975, 1.0), (0.2, 0.935, 0.965), (0.6, 0.0, 0.85)]
)
def test_it_covers_as_promised_where_two_of_five_folds_correlate_by_a_fifth(alike, least, most):
    """More than promised where folds are less alike than 1 / folds, and less where they are more."""
    generator, folds, truth = np.random.default_rng(3), 5, 0.3
    shared, own = generator.standard_normal((4000, 1)), generator.standard_normal((4000, folds))
    scores = truth + 0.1 * (math.sqrt(alike) * shared + math.sqrt(1 - alike) * own)
    found = [of_scores(one, folds) for one in scores]
    assert least <= np.mean([one.low <= truth <= one.high for one in found]) <= most


def naive_holm(p_values: list[float]) -> list[float]:
    """Holm's procedure as written: at which level is each hypothesis rejected first?"""
    n, order = len(p_values), np.argsort(p_values)
    adjusted, largest = [0.0] * n, 0.0
    for step, place in enumerate(order):
        largest = max(largest, min(1.0, (n - step) * p_values[place]))
        adjusted[place] = largest
    return adjusted


@given(P_VALUES)
def test_false_discovery_rates_are_scipy_s(p_values):
    assert false_discovery_rates(p_values) == pytest.approx(stats.false_discovery_control(p_values))


@given(P_VALUES)
def test_familywise_p_are_holm_s(p_values):
    assert familywise_p(p_values) == pytest.approx(naive_holm(p_values))


@pytest.mark.parametrize("adjust", [false_discovery_rates, familywise_p])
@given(p_values=st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_tests_without_a_p_value_are_no_tests(adjust, p_values):
    known = [p for p in p_values if p is not None]
    found = adjust(p_values)
    assert [p for p in found if p is not None] == adjust(known)
    assert [p is None for p in found] == [p is None for p in p_values]
    assert all(p - 1e-12 <= q <= 1 for p, q in zip(known, adjust(known), strict=True))


def test_holm_rejects_a_true_null_among_many_no_more_often_than_promised():
    p_values = np.random.default_rng(4).uniform(size=(2000, 20))  # no effect anywhere
    wrong = [min(familywise_p(list(row))) < 0.05 for row in p_values]
    assert np.mean(wrong) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)
    assert np.mean((p_values < 0.05).any(axis=1)) > 0.6
