"""Agreement of observers, its ceiling, and what people's effects are worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from tests.unit.comparison.uncovering import effects, made_trials, people
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.hazard import Hazard, fit_hazard
from workflow_scripts.comparison.hazard_agreement import Reliability, agreement, correlation, reliability
from workflow_scripts.comparison.uncovering_trials import over_clusters

SURE = Reliability(1.0, 1.0, 1)


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def hazard_of(right, changes) -> Hazard:
    nan = np.full(len(right), np.nan)
    names = [f"p{n}" for n in range(len(changes))]
    return Hazard(np.array(right, float), nan, nan, names, np.array(changes, float), nan, True, (9, 9), 9)


def observers(seed: int, clusters: int = 12, tiles: int = 16):
    draw = np.random.default_rng(seed)
    right, wrong = effects(tiles, 0.5, draw), effects(tiles, 0.5, draw)
    return [made_trials(right, wrong, clusters, 40, draw) for _ in range(2)]


@given(st.integers(0, 2**32 - 1))
def test_the_weighted_correlation_is_that_of_copies_of_tiles(seed):
    draw = np.random.default_rng(seed)
    a, b = draw.normal(size=(2, 9))
    copies = draw.integers(1, 4, 9)
    plain = np.corrcoef(np.repeat(a, copies), np.repeat(b, copies))[0, 1]
    assert correlation(a, b, copies) == pytest.approx(plain)
    assert correlation(a, 3 * b + 1, copies) == pytest.approx(plain)


@pytest.mark.parametrize("weights", [[1, 1, 0, 0], [1, 1, 1, -1]])
def test_areas_that_no_correlation_has_are_refused(weights):
    with pytest.raises(StudyError, match="three tiles"):
        correlation(np.arange(4), np.arange(4), np.array(weights))


def test_the_agreement_of_observers_with_equal_effects_nears_its_ceiling():
    one, other = observers(1)
    weights = np.linspace(0.2, 1, 16)
    fits = [fit_hazard(of) for of in (one, other)]
    halves = [reliability(of, weights, generator(1, "test", n), 5) for n, of in enumerate((one, other))]
    found = agreement(*fits, weights, *halves)
    assert found.correlation == correlation(fits[0].right, fits[1].right, weights)
    assert found.interval.low < found.correlation < found.interval.high < 1
    assert found.ceiling == pytest.approx(np.sqrt(halves[0].full * halves[1].full))
    assert found.ratio == pytest.approx(1, abs=0.15)
    assert found.ratio_interval.low < 1 < found.ratio_interval.high


def test_the_interval_is_the_jackknife_of_both_sides():
    """Known answer: on the scale of z, variances of the sides add."""
    draw = np.random.default_rng(1)
    right = draw.normal(size=(2, 10))
    changes = 0.1 * draw.normal(size=(2, 5, 10))
    found = agreement(*(hazard_of(*of) for of in zip(right, changes, strict=True)), np.ones(10), SURE, SURE)
    z = np.arctanh(np.corrcoef(*right)[0, 1])
    variance = 0
    for side in range(2):
        without = [np.corrcoef(right[side] + one, right[1 - side])[0, 1] for one in changes[side]]
        variance += 0.8 * ((np.arctanh(without) - z) ** 2).sum()
    middle = (np.arctanh(found.interval.low) + np.arctanh(found.interval.high)) / 2
    half = (np.arctanh(found.interval.high) - np.arctanh(found.interval.low)) / 2
    assert middle == pytest.approx(z)
    assert 2.306 <= half / np.sqrt(variance) <= 2.777  # t with 8 to 4 degrees of freedom


def test_paired_panels_share_what_their_clusters_share():
    draw = np.random.default_rng(2)
    right = draw.normal(size=20)
    changes = 0.05 * draw.normal(size=(6, 20))
    one, other = hazard_of(right, changes), hazard_of(right + 0.3 * draw.normal(size=20), changes)
    weights = np.ones(20)
    together, apart = (agreement(one, other, weights, paired=of).interval for of in (True, False))
    assert together.high - together.low < apart.high - apart.low
    with pytest.raises(StudyError, match="same clusters"):
        agreement(one, replace(other, clusters=list("abcdef")), weights, paired=True)


def test_the_interval_of_the_ratio_takes_in_how_the_ceiling_varies():
    """Known answer, cluster by cluster, of two panels with the same clusters."""
    draw = np.random.default_rng(8)
    right, changes = draw.normal(size=(2, 10)), 0.1 * draw.normal(size=(2, 5, 10))
    sides = [hazard_of(*of) for of in zip(right, changes, strict=True)]
    halves = [Reliability(0.6, 0.75, 1), Reliability(0.5, 2 / 3, 1)]
    ceiling = np.sqrt(0.5)
    own = np.corrcoef(*right)[0, 1] / ceiling
    errors = [np.array([one.var() for one in of]) for of in changes]
    by_side = []
    for side in range(2):
        all_of = 1 - 0.8 * errors[side].sum() / right[side].var()
        rest = [
            1 - np.delete(errors[side], out).sum() / (right[side] + changes[side, out]).var()
            for out in range(5)
        ]
        by_side.append(np.sqrt(np.array(rest) / all_of))
    apart = [
        np.array([np.corrcoef(right[0] + one, right[1])[0, 1] for one in changes[0]]) / by_side[0],
        np.array([np.corrcoef(right[0], right[1] + one)[0, 1] for one in changes[1]]) / by_side[1],
    ]
    found = agreement(*sides, np.ones(10), *halves)
    expected = over_clusters(own, *(of / ceiling - own for of in apart))
    assert found.ratio == pytest.approx(own)
    assert found.ratio_interval.low == pytest.approx(expected.low)
    together = [np.corrcoef(*(right + changes[:, out]))[0, 1] for out in range(5)]
    expected = over_clusters(own, together / (by_side[0] * by_side[1]) / ceiling - own)
    assert agreement(*sides, np.ones(10), *halves, paired=True).ratio_interval.high == pytest.approx(
        expected.high
    )


def test_errors_that_are_all_there_is_leave_the_ratio_without_an_interval():
    draw = np.random.default_rng(9)
    one = hazard_of(draw.normal(size=10), draw.normal(size=(5, 10)))
    found = agreement(one, one, np.ones(10), SURE, SURE)
    assert found.ratio == pytest.approx(1) and found.ratio_interval.low is None


def test_a_panel_without_a_fit_has_no_agreement_and_says_why():
    one, _ = observers(3)
    none = fit_hazard(one.subset(np.arange(10)))
    found = agreement(fit_hazard(one), none, np.ones(16))
    assert found.correlation is None and found.interval.low is None
    assert "right answers" in found.reason


def test_halves_that_do_not_agree_give_no_ceiling():
    one, other = (fit_hazard(of) for of in observers(4))
    found = agreement(one, other, np.ones(16), Reliability(-0.2, -0.5, 3), SURE)
    assert found.correlation is not None and found.ceiling is None and found.ratio is None
    assert "halves do not agree" in found.reason


def test_reliability_needs_four_clusters_and_fits_of_halves():
    one, _ = observers(5, clusters=3)
    assert reliability(one, np.ones(16), generator(1, "x")).reason.startswith("3 clusters")
    few, _ = observers(5, clusters=4)
    right = np.flatnonzero(few.event == 1)
    found = reliability(few.subset(right[:20]), np.ones(16), generator(1, "x"), 2)
    assert found.full is None and "right answers" in found.reason


def test_reliability_follows_from_its_generator_and_from_spearman_and_brown():
    one, _ = observers(6)
    first, again = (reliability(one, np.ones(16), generator(7, "halves", "net"), 3) for _ in range(2))
    assert first == again
    assert first.full == pytest.approx(2 * first.half / (1 + first.half))
    assert first.splits == 3


def test_reliability_is_the_agreement_with_as_many_others():
    found, between = [], []
    for seed in range(8):
        one, other = observers(seed + 20)
        found.append(reliability(one, np.ones(16), generator(seed, "x"), 3).full)
        fits = [fit_hazard(of, clusters=False).right for of in (one, other)]
        between.append(np.corrcoef(*fits)[0, 1])
    assert np.mean(found) == pytest.approx(np.mean(between), abs=0.04)


def test_priors_are_not_felt_in_peoples_effects():
    """Ten times wider ones change no effect of any expression by more than a fifth of its error."""
    for trials in people().by_expression().values():
        weak, none = fit_hazard(trials), fit_hazard(trials, 10, 10, clusters=False)
        assert (np.abs(weak.right - none.right) / weak.errors()).max() < 0.2
        assert np.corrcoef(weak.right, none.right)[0, 1] > 0.9999


def test_people_are_left_out_as_refits_without_each_would():
    trials = people().by_expression()["dis"]
    found = fit_hazard(trials)
    refits = [
        fit_hazard(trials.subset(trials.cluster != name), start=found, clusters=False).right
        for name in found.clusters
    ]
    real = np.array(refits) - found.right
    errors = np.sqrt((real**2).sum(axis=0) * (len(real) - 1) / len(real))
    assert np.abs(found.errors() / errors - 1).max() < 0.04
    assert (np.abs(found.changes - real) / found.errors()).max() < 0.1


def test_people_agree_with_other_people_by_nine_tenths():
    trials = people().by_expression()["hap"]
    found = reliability(trials, np.ones(48), generator(1, "people"), 3)
    assert 0.93 < found.half < found.full < 1
