"""Noise of explanations: known answers, and what was asked for is what a repetition shows."""

import numpy as np
import pytest
from scipy.stats import norm

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.precision import PILOT, needed_samples, positive_variance, precision

REGIONS = np.arange(64).repeat(4).reshape(16, 16)
SETTINGS = {"noise": 0.05, "max_samples": 4000}


def explained(weights: np.ndarray, errors: np.ndarray | None) -> Explanation:
    return Explanation(
        probability=np.array([0.5, 0.5]),
        samples=PILOT,
        regions=REGIONS,
        weights=np.column_stack([weights, -weights]),
        standard_errors=None if errors is None else np.column_stack([errors, errors]),
    )


def made(n: int, error: float, seed: int, between: float = 1.0, draws: int = 1) -> list[list[Explanation]]:
    """Some draws of the explanations of n images, whose true weights are normal."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, between, (n, 64))
    errors = np.full(64, error)
    return [
        [explained(weights + rng.normal(0, error, 64), errors) for weights in truth] for _ in range(draws)
    ]


def heatmap(explanations):
    return np.mean([np.maximum(each.weights[:, 0], 0) for each in explanations], axis=0)


@pytest.mark.parametrize("weight", [-1.0, 0.0, 0.3, 5.0])
def test_the_variance_of_a_positive_part_is_that_of_draws(weight):
    draws = np.maximum(np.random.default_rng(1).normal(weight, 0.7, 400_000), 0)
    found = positive_variance(np.array([weight]), np.array([0.7]))
    assert found[0] == pytest.approx(draws.var(), rel=0.02, abs=1e-6)


def test_what_has_no_error_has_no_variance():
    assert not positive_variance(np.array([-1.0, 0.0, 1.0]), np.zeros(3)).any()


@pytest.mark.parametrize("error", [0.2, 0.5])
def test_noise_is_the_variance_that_other_draws_would_add(error):
    """Known answer: many draws of the explanations of the same images, and the images' own variance."""
    draws = made(40, error, seed=1, draws=60)
    varied = np.var([heatmap(each) for each in draws], axis=0, ddof=1).mean() * 40
    truth = np.maximum(np.random.default_rng(1).normal(0, 1, (40, 64)), 0)
    found = np.mean([precision(each, 0).noise for each in draws[:10]])
    assert found == pytest.approx(varied / truth.var(axis=0, ddof=1).mean(), rel=0.25)


def test_the_bias_of_the_positive_part_stays_below_its_bound():
    for error in (0.1, 0.5, 2.0):
        (noisy,), (exact,) = made(200, error, seed=3), made(200, 0.0, seed=3)
        excess = heatmap(noisy).mean() - heatmap(exact).mean()
        assert 0 < excess / heatmap(noisy).mean() < precision(noisy, 0).bias_bound
    (nothing,) = made(200, 1.0, seed=3, between=0)
    bound = precision(nothing, 0).bias_bound  # weights of zero: all that the heatmap shows is bias
    assert bound == pytest.approx(norm.pdf(0) / heatmap(nothing).mean())
    assert bound == pytest.approx(1, rel=0.05)


def asked(error: float, **options) -> int:
    """The samples that a cell of 60 images gets, with such errors by the pilot."""
    samples, needed = 0, PILOT
    while needed > samples:
        samples = needed
        (found,) = made(60, error * np.sqrt(PILOT / samples), seed=5, **options)
        needed = needed_samples(found, samples, 0, SETTINGS)
    return samples


@pytest.mark.parametrize(("error", "at_least"), [(0.3, 1.2), (0.6, 1.2), (0.9, 1.5)])
def test_the_number_found_has_the_noise_that_is_asked_for_and_not_much_less(error, at_least):
    samples = asked(error)
    assert PILOT < samples < 4000
    (found,), (fewer,) = (made(60, error * np.sqrt(PILOT / n), seed=5) for n in (samples, samples / at_least))
    assert precision(found, 0).noise <= 0.05 < precision(fewer, 0).noise * 1.3


def test_precise_networks_take_the_pilot_and_noise_takes_the_most():
    assert asked(0.01) == PILOT
    assert asked(1.0, between=0.01) == 4000


def test_one_image_or_unknown_errors_take_the_most():
    (alone,) = made(1, 0.1, seed=1)
    assert np.isnan(precision(alone, 0).noise)
    assert needed_samples(alone, PILOT, 0, SETTINGS) == 4000
    unknown = [explained(np.ones(64), None) for _ in range(3)]
    assert np.isnan(precision(unknown, 0)).all()
    assert np.isnan(precision([], 0)).all()
