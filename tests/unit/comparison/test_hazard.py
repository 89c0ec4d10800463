"""The hazard of uncovering trials: known effects, an independent implementation, and what must not matter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tests.unit.comparison.uncovering import effects, made_trials
from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.hazard import FIRST_SD, fit_hazard
from workflow_scripts.comparison.uncovering_trials import Trials, as_trials

TILES = 6


@pytest.fixture(autouse=True)
def one_thread():
    """Small matrices: threads that wait for each other would take most of the time."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def small() -> Trials:
    draw = np.random.default_rng(3)
    return made_trials(effects(TILES, 0.7, draw), effects(TILES, 0.7, draw), 8, 25, draw, (-2.0, -2.5))


def expanded(trials: Trials) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Every step as a row, one by one: tiles seen, number seen as 0 or 1 in a column each, event, weight."""
    seen, number, event, weight = [], [], [], []
    for order, n, of, how_much in zip(trials.order, trials.seen, trials.event, trials.weight, strict=True):
        for step in range(1, n + 1):
            seen.append([tile in order[:step] for tile in range(trials.tiles)])
            number.append([step == one for one in range(1, trials.tiles + 1)])
            event.append(of if step == n else 0)
            weight.append(how_much)
    return np.array(seen, float), np.array(number, float), np.array(event), np.array(weight)


def log_posterior(trials: Trials, effect_sd: float, walk_sd: float):
    """Minus the log posterior as a function of effects of all tiles but the last, and of baselines."""
    seen, number, event, weight = expanded(trials)
    last = trials.tiles - 1

    def value(parameters: np.ndarray) -> float:
        parts = parameters.reshape(2, -1)
        of = np.concatenate([parts[:, :last], -parts[:, :last].sum(axis=1, keepdims=True)], axis=1)
        baselines = parts[:, last:]
        log_odds = np.concatenate([np.zeros((len(event), 1)), seen @ of.T + number @ baselines.T], axis=1)
        likelihood = log_odds[np.arange(len(event)), event] - np.log(np.exp(log_odds).sum(axis=1))
        prior = (of**2).sum() / effect_sd**2 + (np.diff(baselines) ** 2).sum() / walk_sd**2
        return (prior + (baselines[:, 0] ** 2).sum() / FIRST_SD**2) / 2 - weight @ likelihood

    return value


@pytest.mark.parametrize(("effect_sd", "walk_sd"), [(1.0, 1.0), (0.2, 0.3)])
def test_the_fit_is_the_largest_posterior_that_a_general_optimizer_finds(small, effect_sd, walk_sd):
    trials = replace(small, weight=np.resize([0.5, 1.5], len(small.seen)))
    found = fit_hazard(trials, effect_sd, walk_sd)
    value = log_posterior(trials, effect_sd, walk_sd)
    best = minimize(value, np.full(2 * (2 * TILES - 1), -0.1), method="BFGS", options={"gtol": 1e-6})
    by_event = best.x.reshape(2, -1)
    for event, of in enumerate((found.right, found.wrong)):
        assert np.allclose(of[:-1], by_event[event, : TILES - 1], atol=1e-4)
        assert np.allclose(found.baselines[event], by_event[event, TILES - 1 :], atol=1e-4)


def test_without_priors_the_fit_is_scikit_learns_multinomial_logit(small, monkeypatch):
    """Its classes are symmetric: effects on an event are those on its class less those on going on."""
    monkeypatch.setattr("workflow_scripts.comparison.hazard.FIRST_SD", 1e4)
    found = fit_hazard(small, effect_sd=1e5, walk_sd=1e5)
    seen, number, event, _ = expanded(small)
    differences = seen[:, :-1] - seen[:, -1:]  # effects that sum to 0, without that of the last tile
    model = LogisticRegression(C=1e9, fit_intercept=False, tol=1e-12, max_iter=10_000)
    model.fit(np.concatenate([differences, number], axis=1), event)
    coefficients = model.coef_[1:] - model.coef_[0]
    assert np.allclose(found.right[:-1], coefficients[0, : TILES - 1], atol=1e-4)
    assert np.allclose(found.wrong[:-1], coefficients[1, : TILES - 1], atol=1e-4)


def test_with_right_answers_alone_the_fit_is_scikit_learns_penalized_logit(small):
    """A design whose coefficients have unit normal priors has the priors of effects and of baselines."""
    trials = small.subset(small.event != 2)
    found = fit_hazard(trials, effect_sd=0.3, walk_sd=0.5)
    seen, number, event, _ = expanded(trials)
    basis = np.linalg.svd(np.ones((1, TILES)))[2][1:].T  # sums to 0, orthonormal
    walk = np.tril(np.ones((TILES, TILES))) * np.array([FIRST_SD] + (TILES - 1) * [0.5])
    design = np.concatenate([0.3 * seen @ basis, number @ walk], axis=1)
    model = LogisticRegression(
        C=1.0, fit_intercept=False, tol=1e-12, max_iter=10_000, solver="newton-cholesky"
    )
    coefficients = model.fit(design, event).coef_[0]
    # without wrong answers, their hazard is next to 0, not quite: hence 1e-3 and not 1e-4 for baselines
    assert np.allclose(found.right, 0.3 * basis @ coefficients[: TILES - 1], atol=1e-4)
    assert np.allclose(found.baselines[0], walk @ coefficients[TILES - 1 :], atol=1e-3)
    assert np.isnan(found.wrong).all()


@pytest.mark.parametrize("levels", [(-3.0, -3.5), (-3.0, -1.5), (-4.0, -6.0)])
def test_known_effects_come_out_within_their_errors_whatever_the_wrong_answers(levels):
    """The second observer is mostly wrong, and its wrong answers have large effects of other tiles."""
    draw = np.random.default_rng(1)
    right, wrong = effects(12, 0.5, draw), effects(12, 1.0, draw)
    found = fit_hazard(made_trials(right, wrong, 40, 100, draw, levels))
    z = (found.right - right) / found.errors()
    assert np.abs(z).max() < 3.5
    assert 0.5 < (z**2).mean() < 2
    assert np.abs(found.right - right).max() < 0.35
    assert np.corrcoef(found.right, wrong)[0, 1] == pytest.approx(np.corrcoef(right, wrong)[0, 1], abs=0.15)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(3, 8))
def test_effects_and_their_changes_sum_to_zero(seed, tiles):
    draw = np.random.default_rng(seed)
    found = fit_hazard(made_trials(effects(tiles, 1, draw), effects(tiles, 1, draw), 5, 12, draw, (-1, -2)))
    if not found.reason:
        assert found.right.sum() == pytest.approx(0, abs=1e-9)
        assert np.allclose(found.changes.sum(axis=1), 0, atol=1e-9)
        assert np.isnan(found.wrong).all() or found.wrong.sum() == pytest.approx(0, abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_trials_nor_the_names_of_tiles_and_people_matter(seed):
    draw = np.random.default_rng(seed)
    trials = made_trials(effects(TILES, 0.7, draw), effects(TILES, 0.7, draw), 6, 20, draw, (-2, -2.5))
    names = draw.permutation(TILES)
    order = np.where(trials.order < 0, -1, names[trials.order])
    cluster = np.array([f"q{99 - int(name[1:]):02d}" for name in trials.cluster])
    other = replace(trials, order=order, cluster=cluster).subset(draw.permutation(len(trials.seen)))
    one, two = fit_hazard(trials), fit_hazard(other)
    assert np.allclose(one.right, two.right[names], atol=1e-6)
    assert np.allclose(one.changes, two.changes[::-1, names], atol=1e-6)


def test_weights_count_as_copies_of_a_trial_do(small):
    twice = np.resize([1, 2, 1], len(small.seen))
    copies = fit_hazard(small.subset(np.repeat(np.arange(len(twice)), twice)), 1e6, 1e6)
    weighted = fit_hazard(replace(small, weight=twice / 7.0), 1e6, 1e6)
    assert np.allclose(copies.right, weighted.right, atol=1e-3)
    assert np.allclose(copies.changes, weighted.changes, atol=1e-3)


def test_a_censored_trial_says_that_its_tiles_were_not_enough(small):
    before = fit_hazard(small)
    censored = as_trials(
        [*([0, 1] for _ in range(60))], 60 * [0], [f"p{n % 8:03d}" for n in range(60)], TILES
    )
    joined = Trials(
        *(np.concatenate([getattr(one, name) for one in (small, censored)]) for name in vars(small))
    )
    after = fit_hazard(joined)
    assert (after.right[:2] < before.right[:2]).all()
    assert (after.baselines[:, 0] < before.baselines[:, 0]).all()
    assert after.steps == before.steps + 120


@pytest.mark.parametrize("seed", range(3))
def test_a_cluster_is_left_out_nearly_as_a_refit_without_it_would(seed):
    draw = np.random.default_rng(seed)
    trials = made_trials(effects(12, 0.6, draw), effects(12, 0.6, draw), 10, 30, draw)
    found = fit_hazard(trials)
    refits = []
    for name in found.clusters:
        rest = trials.subset(trials.cluster != name)
        refits.append(fit_hazard(rest, start=found, clusters=False).right)
    real = np.array(refits) - found.right
    assert np.abs(found.changes - real).max() < 0.1 * np.abs(real).max()
    ratio = np.sqrt((found.changes**2).sum(axis=0) / (real**2).sum(axis=0))
    assert np.abs(ratio - 1).max() < 0.05


def test_an_effects_interval_is_its_error_times_students_t(small):
    found = fit_hazard(small)
    for interval, effect, error in zip(found.intervals(), found.right, found.errors(), strict=True):
        assert interval.low == pytest.approx(effect - 2.364624 * error)  # eight clusters
        assert interval.high == pytest.approx(effect + 2.364624 * error)


def test_a_weak_prior_helps_where_answers_are_few_and_is_not_felt_where_they_are_many():
    draw = np.random.default_rng(5)
    right, wrong = effects(20, 0.5, draw), effects(20, 0.5, draw)
    many = made_trials(right, wrong, 30, 150, draw)
    weak, none = fit_hazard(many), fit_hazard(many, 10, 10)
    assert (np.abs(weak.right - none.right) / weak.errors()).max() < 0.15
    errors = {1.0: [], 100.0: []}
    for _ in range(10):
        few = made_trials(right, wrong, 6, 10, draw)
        for sd, of in errors.items():
            found = fit_hazard(few, sd, clusters=False)
            of.append(np.sqrt(((found.right - right) ** 2).mean()))
    assert np.mean(errors[1.0]) < 0.8 * np.mean(errors[100.0])


def test_a_tile_with_which_everybody_answers_at_once_has_a_large_effect_and_no_infinite_one():
    draw = np.random.default_rng(2)
    orders, events = [], []
    for _ in range(100):
        order = draw.permutation(5).tolist()
        orders.append(order[: order.index(3) + 1])
        events.append(1)
    found = fit_hazard(as_trials(orders, events, [f"p{n % 5}" for n in range(100)], 5))
    assert found.converged
    assert found.right.argmax() == 3
    assert 2 < found.right[3] < 10
    assert np.isfinite(found.errors()).all()


def test_too_few_right_answers_give_a_reason_and_no_numbers(small):
    few = small.subset(np.r_[np.flatnonzero(small.event == 1)[:5], np.flatnonzero(small.event == 2)])
    found = fit_hazard(few)
    assert found.reason == "5 right answers, at least as many as tiles (6) are needed"
    assert not found.converged
    assert np.isnan(found.right).all() and np.isnan(found.baselines).all() and np.isnan(found.errors()).all()
    assert all(one.low is None for one in found.intervals())
    assert fit_hazard(small.subset(np.array([], int))).reason.startswith("0 right answers")


def test_one_cluster_has_effects_and_no_intervals(small):
    found = fit_hazard(replace(small, cluster=np.full(len(small.seen), "ann")))
    assert np.isfinite(found.right).all()
    assert np.isnan(found.errors()).all() and all(one.low is None for one in found.intervals())


def test_a_search_that_is_cut_short_is_no_fit(small, monkeypatch):
    monkeypatch.setattr("workflow_scripts.comparison.hazard.MOST_STEPS", 2)
    found = fit_hazard(small)
    assert not found.converged and "no convergence" in found.reason and np.isnan(found.right).all()


def test_a_prior_without_width_is_refused(small):
    with pytest.raises(StudyError, match="must be positive"):
        fit_hazard(small, effect_sd=0)


def test_the_same_fit_is_found_from_another_start(small):
    one = fit_hazard(small)
    other = fit_hazard(small.subset(np.arange(len(small.seen)) % 2 == 0))
    assert np.allclose(fit_hazard(small, start=other).right, one.right, atol=1e-6)
