"""Shapley values: against all orders of the regions, the shap package, and repeated draws."""

from itertools import permutations
from math import comb

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.shapley import kernel_coalitions, least_passes, shapley_values


def game_of(n_regions: int, seed: int = 0):
    """An answer of two expressions to any coalition, with interactions of all orders."""
    draw = np.random.default_rng(seed)
    linear, hidden = draw.normal(size=(n_regions, 8)), draw.normal(size=(8, 2))

    def answers(masks):
        return np.tanh(np.asarray(masks) @ linear / 2 + 0.3) @ hidden

    return answers


def by_all_orders(game, n_regions):
    """The definition: what a region adds to those before it, on average over all orders."""
    values, orders = np.zeros((n_regions, 2)), list(permutations(range(n_regions)))
    for order in orders:
        steps = np.array([np.isin(range(n_regions), order[:k]) for k in range(n_regions + 1)])
        values[list(order)] += np.diff(game(steps), axis=0)
    return values / len(orders)


def found(game, n_regions, passes, seed=1):
    coalitions = kernel_coalitions(n_regions, passes, np.random.default_rng(seed))
    return shapley_values(coalitions, game(coalitions.masks))


@pytest.mark.parametrize("n_regions", range(1, 8))
def test_exact_where_all_coalitions_are_asked_about(n_regions):
    game = game_of(n_regions)
    coalitions = kernel_coalitions(n_regions, 1000, np.random.default_rng(1))
    assert len(np.unique(coalitions.masks, axis=0)) == len(coalitions.masks) == 2**n_regions
    values, errors = shapley_values(coalitions, game(coalitions.masks))
    np.testing.assert_allclose(values, by_all_orders(game, n_regions), atol=1e-10)
    np.testing.assert_array_equal(errors, 0)


def shap_values(game, n_regions, passes):
    shap = pytest.importorskip("shap", reason="shap is not installed: see tests/oracles.txt")
    explainer = shap.KernelExplainer(game, np.zeros((1, n_regions)))
    explained = explainer.shap_values(np.ones((1, n_regions)), nsamples=passes, l1_reg=False, silent=True)
    return np.asarray(explained)[0]


@pytest.mark.parametrize("n_regions", [3, 8, 10])
def test_equal_to_shap_where_all_coalitions_are_asked_about(n_regions):
    game = game_of(n_regions)
    ours = found(game, n_regions, 2**n_regions)
    np.testing.assert_allclose(ours.values, shap_values(game, n_regions, 2**n_regions), atol=1e-6)


def test_equal_to_shap_within_the_error_of_draws():
    game = game_of(24)
    np.random.seed(0)  # noqa: NPY002, shap draws from it
    ours, theirs = found(game, 24, 600), shap_values(game, 24, 600)
    exact = found(game, 24, 20_000).values
    assert np.abs(ours.values - exact).max() < 4 * ours.errors.max()
    assert np.abs(ours.values - theirs).max() < 6 * ours.errors.max()
    assert ours.errors.max() < 0.1 * np.abs(exact).max()


@pytest.mark.parametrize(
    ("n_regions", "passes"), [(3, 8), (9, 100), (30, 62), (30, 63), (30, 1000), (31, 500)]
)
def test_values_add_up_to_the_answer_to_all_minus_that_to_none(n_regions, passes):
    game = game_of(n_regions)
    total = (game(np.ones((1, n_regions))) - game(np.zeros((1, n_regions))))[0]
    np.testing.assert_allclose(found(game, n_regions, passes).values.sum(axis=0), total, atol=1e-10)


def test_standard_errors_are_the_errors_of_repeated_draws():
    game = game_of(12)
    runs = [found(game, 12, 300, seed) for seed in range(150)]
    spread = np.std([run.values for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.errors**2 for run in runs], axis=0))
    assert told.mean() == pytest.approx(spread.mean(), rel=0.15)
    np.testing.assert_allclose(np.mean([run.values for run in runs], axis=0), by_fit(game, 12), atol=0.02)


def by_fit(game, n_regions):
    return found(game, n_regions, 2**n_regions).values


def test_the_smallest_and_largest_coalitions_are_all_there_and_the_rest_is_paired():
    coalitions = kernel_coalitions(30, 1000, np.random.default_rng(1))
    masks, weights, drawn, _ = coalitions
    assert len(masks) == 1000
    whole = masks[2 : len(masks) - drawn]
    assert sorted(np.unique(whole.sum(axis=1), return_counts=True)[1].tolist()) == [30, 30]
    pairs = masks[len(masks) - drawn :].reshape(-1, 2, 30)
    np.testing.assert_array_equal(pairs.sum(axis=1), 1)
    assert weights.sum() == pytest.approx(1)
    # sizes are as frequent as the kernel has it
    sizes = np.bincount(pairs.sum(axis=2).ravel(), minlength=31)[2:29] / drawn
    kernel = 1 / (np.arange(2, 29) * (30 - np.arange(2, 29)))
    np.testing.assert_allclose(sizes, kernel / kernel.sum(), atol=2 / drawn + 1e-3)


def test_too_few_passes_are_refused_with_the_number_that_is_needed():
    assert least_passes(40) == 82
    with pytest.raises(StudyError, match=r"40 regions, .* at least 82 passes, not 64: raise samples"):
        kernel_coalitions(40, 64, np.random.default_rng(1))


def test_no_coalition_is_asked_for_twice_when_sizes_are_whole():
    masks = kernel_coalitions(12, 2 + 24 + 132, np.random.default_rng(1)).masks
    counts = np.bincount(masks.sum(axis=1), minlength=13)
    assert counts[[1, 11]].tolist() == [comb(12, 1), comb(12, 11)]
