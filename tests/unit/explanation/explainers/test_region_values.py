"""Values of regions in games whose values are known."""

import numpy as np
import pytest

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation.explainers.banzhaf import from_passes
from workflow_scripts.explanation.kept_passes import KeptPasses
from workflow_scripts.explanation.region_values import (
    banzhaf_values,
    coin_flips,
    leave_one_out,
    occlusion_values,
)
from workflow_scripts.explanation.sampling import PAIRED, SAMPLINGS, drawn_masks, sampled_masks
from workflow_scripts.explanation.shapley import kernel_coalitions, shapley_values

R = 6
TRUTH = np.array([0.3, -0.2, 0.1, 0.0, 0.05, -0.4])


def additive(masks):
    return (0.5 + masks @ TRUTH)[:, None]


def unanimous(masks, members):
    """1 where all the members are shown."""
    return masks[:, list(members)].prod(axis=1).astype(float)[:, None]


def banzhaf(game, sampling="independent", samples=4000, seed=1, regions=R):
    coalitions = coin_flips(drawn_masks(sampling, samples, regions, seed, "toy/a"), sampling in PAIRED)
    return banzhaf_values(coalitions, game(coalitions.masks))


def shapley(game, passes=4000, seed=1, regions=R):
    coalitions = kernel_coalitions(regions, passes, np.random.default_rng(seed))
    return shapley_values(coalitions, game(coalitions.masks))


def occluded(game, regions=R):
    coalitions = leave_one_out(regions)
    return occlusion_values(coalitions, game(coalitions.masks))


def test_of_an_additive_game_all_values_are_what_each_region_adds():
    np.testing.assert_allclose(occluded(additive).values[:, 0], TRUTH, atol=1e-12)
    np.testing.assert_allclose(shapley(additive).values[:, 0], TRUTH, atol=1e-12)
    found = banzhaf(additive)
    assert (np.abs(found.values[:, 0] - TRUTH) < 4 * found.errors[:, 0]).all()
    assert found.errors.max() < 0.02


@pytest.mark.parametrize("members", [(2,), (0, 3), (1, 4, 5)])
def test_of_a_game_that_needs_all_its_members(members):
    """Of k, hiding one loses all; Shapley values share it, 1 / k; Banzhaf values, 2 ** (1 - k), do not."""
    k, inside = len(members), np.isin(np.arange(R), members)
    game = lambda masks: unanimous(masks, members)  # noqa: E731
    np.testing.assert_allclose(occluded(game).values[:, 0], inside * 1.0)
    np.testing.assert_allclose(shapley(game).values[:, 0], inside / k, atol=1e-12)
    found = banzhaf(game)
    np.testing.assert_allclose(found.values[:, 0], inside * 2.0 ** (1 - k), atol=4 * found.errors.max())
    whole = np.array(np.meshgrid(*[[0, 1]] * R)).reshape(R, -1).T  # every coalition once
    exact = banzhaf_values(
        coin_flips(np.concatenate([whole[:1], whole]), False), game(whole[[0, *range(64)]])
    )
    np.testing.assert_allclose(exact.values[:, 0], inside * 2.0 ** (1 - k), atol=1e-12)


def curved(masks):
    """Neither additive nor symmetric."""
    return np.tanh(masks @ np.linspace(-1, 1.2, masks.shape[1]) + masks[:, 0] * masks[:, -1])[:, None]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_banzhaf_s_standard_errors_are_the_errors_of_repeated_draws(sampling):
    runs = [banzhaf(curved, sampling, samples=256, seed=seed, regions=9) for seed in range(120)]
    spread = np.std([run.values[:, 0] for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.errors[:, 0] ** 2 for run in runs], axis=0))
    # rows of a Hadamard matrix are balanced against each other, which the error of pairs does not count
    ratio = told.mean() / spread.mean()
    assert ratio >= 1 if sampling == "hadamard" else ratio == pytest.approx(1, abs=0.1)


def test_banzhaf_s_masks_are_lime_s():
    draw = np.random.RandomState(derived_seed(7, "lime", "toy/a", bits=32))
    draw.randint(0, 1000)
    expected = sampled_masks("independent", 50, 9, draw)
    np.testing.assert_array_equal(drawn_masks("independent", 50, 9, 7, "toy/a"), expected)
    np.testing.assert_array_equal(drawn_masks("independent", 30, 9, 7, "toy/a"), expected[:30])


def test_kept_answers_that_differ_by_their_rounding_alone_have_no_values():
    """Of the first expression the network is sure whatever is hidden; the second follows region 0."""
    draw = np.random.default_rng(0)
    masks = np.concatenate([np.ones((1, 3), int), draw.integers(0, 2, (200, 3))])
    sure = (0.999 + 0.0004 * masks[:, 1]).astype(np.float16).astype(np.float64)
    follows = 0.1 + 0.5 * masks[:, 0]
    kept = KeptPasses(np.zeros((4, 4), int), masks, np.stack([sure, follows], axis=1), paired=False)
    assert np.ptp(sure) > 0
    weights = from_passes(kept).weights
    assert (weights[:, 0] == 0).all()
    assert weights[0, 1] == pytest.approx(0.5)
