"""The local fit against lime's own, and its standard errors against repeated draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lime.lime_image import LimeImageExplainer
from sklearn.metrics import pairwise_distances

from workflow_scripts.explanation.local_fit import design, local_fit, standard_errors
from workflow_scripts.explanation.sampling import PAIRED, sampled_masks

WIDTH = 0.25
REGIONS = 20


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(45, 200), st.floats(0.05, 2))
@settings(max_examples=30, deadline=None)
def test_it_is_the_lime_package_s_fit(seed, regions, n, width):
    """Also of masks that show nothing, and of one column that hardly varies."""
    rng = np.random.default_rng(seed)
    masks = rng.integers(0, 2, (n, regions))
    masks[0], masks[1] = 1, 0
    answers = (masks @ rng.normal(size=(regions, 3)) + rng.normal(size=(n, 3))).astype(np.float32)
    answers[:, 2] = 0.25 + answers[:, 2] * 1e-6
    fit = local_fit(design(masks, width), answers)
    distances = pairwise_distances(masks, np.ones((1, regions)), metric="cosine").ravel()
    base = LimeImageExplainer(kernel_width=width).base
    for column in range(3):
        intercept, pairs, r2, _ = base.explain_instance_with_data(
            masks, answers.astype(np.float64), distances, column, regions, feature_selection="none"
        )
        expected = np.array([weight for _, weight in sorted(pairs)])
        np.testing.assert_allclose(fit.weights[:, column], expected, rtol=0, atol=1e-9)
        assert fit.intercept[column] == pytest.approx(intercept, abs=1e-9)
        assert fit.r2[column] == pytest.approx(r2, abs=1e-9)


def test_a_constant_answer_is_met_exactly():
    """As scikit-learn scores it."""
    fit = local_fit(design(np.eye(5), WIDTH), np.full((5, 2), 0.5, np.float32))
    assert fit.r2.tolist() == [1, 1]
    assert not fit.weights.any()


@pytest.mark.parametrize("sampling", ["independent", "foldover", "hadamard"])
@pytest.mark.parametrize("n", [128, 500])
def test_standard_errors_are_the_errors_of_repeated_draws(sampling, n):
    """Known answer: a made network with interactions of two and three regions, beside 200,000 samples."""
    rng = np.random.default_rng(1)
    pairs, triples = rng.integers(0, REGIONS, (60, 2)), rng.integers(0, REGIONS, (60, 3))
    main, second, third = rng.normal(size=(REGIONS, 2)), rng.normal(size=(60, 2)), rng.normal(size=(60, 2))

    def answers(masks):
        products = masks[:, pairs].prod(axis=2) @ second + masks[:, triples].prod(axis=2) @ third
        return 1 / (1 + np.exp(-(masks @ main + products) / 4))

    def explained(n, sampling, draw):
        masks = sampled_masks(sampling, n, REGIONS, np.random.RandomState(draw))
        seen = design(masks, WIDTH)
        fit = local_fit(seen, answers(masks))
        return fit.weights, standard_errors(seen, fit.residuals, sampling in PAIRED)

    truth, _ = explained(200_000, "independent", draw=1000)
    runs = [explained(n, sampling, draw) for draw in range(60)]
    missed = np.mean([(weights - truth) ** 2 for weights, _ in runs])
    expected = np.mean([errors**2 for _, errors in runs])
    assert 0.8 < expected / missed < 1.15  # below 1 where the ridge's shrinkage is felt


@pytest.mark.parametrize(("n", "paired"), [(200, False), (200, True), (201, True)])
def test_standard_errors_are_the_sandwich_of_the_draws(n, paired):
    """Bread, meat and bread, multiplied as they are written; the last of 201 masks has no complement."""
    rng = np.random.default_rng(n)
    seen = design(rng.integers(0, 2, (n, REGIONS)), WIDTH)
    residuals = rng.normal(size=(n, 3))
    draws = np.arange(n) // 2 if paired else np.arange(n)
    units = draws[-1] + 1
    for found, residual in zip(standard_errors(seen, residuals, paired).T, residuals.T, strict=True):
        scores = seen.masks * (residual * np.sqrt(seen.weights))[:, None]
        of_units = np.stack([scores[draws == unit].sum(axis=0) for unit in range(units)])
        covariance = seen.inverse @ of_units.T @ of_units @ seen.inverse
        expected = np.sqrt(units / (units - REGIONS) * np.diag(covariance))
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_without_noise_there_is_no_error():
    """Answers that are linear in the masks, but for the ridge's shrinkage of large weights."""
    masks = sampled_masks("hadamard", 1000, REGIONS, np.random.RandomState(1))
    seen = design(masks, WIDTH)
    fit = local_fit(seen, masks @ np.linspace(-1, 1, REGIONS)[:, None])
    assert standard_errors(seen, fit.residuals, paired=True).max() < 0.001
