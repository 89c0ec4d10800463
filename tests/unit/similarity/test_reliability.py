"""How alike the fold heatmaps of a network are, against simulated ones of known signal and noise."""

import numpy as np
import pytest

from workflow_scripts.similarity.fold_products import fold_products
from workflow_scripts.similarity.reliability import Reliability, reliability

PIXELS = 20_000


def trainings(signal, noise, folds, random):
    """Fold heatmaps of one network: its pattern, and deviations of their own."""
    return [signal + noise * random.standard_normal(len(signal)) for _ in range(folds)]


def of_maps(maps):
    return reliability(fold_products({"A": dict(enumerate(maps, start=1))}).of_one("A"))


@pytest.mark.parametrize(("noise", "folds"), [(0.5, 2), (1.0, 5), (3.0, 5), (3.0, 10)])
def test_the_ceiling_is_the_correlation_with_other_trainings(noise, folds):
    """One cross-validation tells how well its mean correlates with that of a second one."""
    random = np.random.default_rng(0)
    signal = random.standard_normal(PIXELS)
    first, second = (trainings(signal, noise, folds, random) for _ in range(2))
    found = of_maps(first)
    assert found.folds == folds
    assert found.r_folds == pytest.approx(1 / (1 + noise**2), abs=0.02)
    between = np.corrcoef(np.mean(first, axis=0), np.mean(second, axis=0))[0, 1]
    assert found.ceiling == pytest.approx(between, abs=0.03)
    assert found.ceiling == pytest.approx(1 / (1 + noise**2 / folds), abs=0.03)


def test_two_noisy_networks_of_one_pattern_reach_the_ceiling_of_both():
    random = np.random.default_rng(1)
    signal = random.standard_normal(PIXELS)
    a, b = trainings(signal, 1.0, 3, random), trainings(signal, 2.0, 5, random)
    bound = np.sqrt(of_maps(a).ceiling * of_maps(b).ceiling)
    assert np.corrcoef(np.mean(a, axis=0), np.mean(b, axis=0))[0, 1] == pytest.approx(bound, abs=0.02)


def test_equal_to_correlations_of_the_images():
    random = np.random.default_rng(2)
    maps = [scale * image for scale, image in zip([1, 2, 5, 9], trainings(
        random.standard_normal(50), 1.0, 4, random), strict=True)]  # fmt: skip
    found = of_maps(maps)
    r = np.corrcoef(maps)
    assert found.r_folds == pytest.approx((r.sum() - 4) / 12)
    rest = [np.corrcoef(maps[i], np.mean(maps[:i] + maps[i + 1 :], axis=0))[0, 1] for i in range(4)]
    assert found.r_rest == pytest.approx(np.mean(rest))


def test_missing_and_constant_heatmaps_do_not_count():
    random = np.random.default_rng(3)
    maps = trainings(random.standard_normal(50), 1.0, 3, random)
    more = [np.full(50, np.nan), maps[0], np.full(50, 0.1), *maps[1:]]
    assert of_maps(more) == of_maps(maps)


@pytest.mark.parametrize("maps", [[], [np.arange(3.0)], [np.arange(3.0), np.ones(3)]])
def test_fewer_than_two_heatmaps_have_no_ceiling(maps):
    assert of_maps(maps) == Reliability(len(maps[:1]))


def test_folds_that_contradict_each_other_have_no_agreement_to_reach():
    ramp = np.arange(4.0)
    found = of_maps([ramp, -ramp])
    assert (found.r_folds, found.r_rest, found.ceiling) == pytest.approx((-1, -1, 0))
    # the first two leave nothing for the third to agree with
    assert of_maps([ramp, -ramp, np.array([1.0, 0, 0, 1])]).r_rest is None
