"""Do heatmaps know their own mask? Exact tests against enumerations and SciPy."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from workflow_scripts.comparison.specificity import double_centred, own_minus_others, specificity_p


def scores_of(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.3, 0.1, (n, n))


def p_of(scores: np.ndarray) -> float | None:
    return specificity_p(scores, np.random.default_rng(0))


@pytest.mark.parametrize(("n", "seed"), [(2, 1), (3, 2), (4, 3), (6, 4), (6, 5)])
def test_p_is_the_share_of_all_assignments_that_agree_at_least_as_well(n, seed):
    scores = scores_of(n, seed)
    own = sum(scores[i, i] for i in range(n))
    sums = [sum(scores[i, order[i]] for i in range(n)) for order in permutations(range(n))]
    assert p_of(scores) == np.mean([one >= own - 1e-12 for one in sums])
    with_scipy = stats.permutation_test(
        (np.arange(n),),
        lambda order: scores[np.arange(n), order].sum(),
        permutation_type="pairings",
        vectorized=False,
        n_resamples=np.inf,
        alternative="greater",
    )
    assert p_of(scores) == pytest.approx(with_scipy.pvalue)


def test_p_of_a_planted_diagonal_is_the_smallest_there_is():
    assert p_of(scores_of(6, 6) + 10 * np.eye(6)) == 1 / 720
    assert p_of(scores_of(6, 6) - 10 * np.eye(6)) > 0.3  # no agreement at all with the own mask
    assert p_of(np.full((6, 6), 0.1) + 0.2) == 1  # in floating point too


def test_large_masks_and_good_heatmaps_do_not_count():
    scores, generator = scores_of(6, 7), np.random.default_rng(8)
    easy = scores + generator.normal(size=6) + generator.normal(size=(6, 1))
    assert p_of(easy) == p_of(scores)
    assert own_minus_others(easy) == pytest.approx(own_minus_others(scores))
    assert double_centred(easy) == pytest.approx(double_centred(scores))


def test_double_centring_leaves_neither_rows_nor_columns():
    scores = scores_of(5, 9)
    centred = double_centred(scores)
    assert centred.mean(axis=0) == pytest.approx(np.zeros(5))
    assert centred.mean(axis=1) == pytest.approx(np.zeros(5))
    others = [scores[i, j] for i in range(5) for j in range(5) if i != j]
    difference = np.mean([scores[i, i] for i in range(5)]) - np.mean(others)
    assert own_minus_others(scores) == pytest.approx(difference)
    assert np.trace(centred) / 5 == pytest.approx(difference * 4 / 5)


def test_p_is_uniform_where_heatmaps_do_not_know_their_mask():
    found = [p_of(scores_of(4, seed)) for seed in range(2000)]
    for level in (1 / 24, 6 / 24, 0.5):
        assert np.mean(np.array(found) <= level + 1e-9) == pytest.approx(level, abs=0.035)


def test_of_many_expressions_assignments_are_drawn():
    scores = scores_of(8, 12) + 0.03 * np.eye(8)
    orders = np.array(list(permutations(range(8))))
    exact = np.mean(scores[np.arange(8), orders].sum(axis=1) >= np.trace(scores) - 1e-12)
    assert 0.02 < exact < 0.5
    assert p_of(scores) == pytest.approx(exact, abs=4 * np.sqrt(exact / 10_000))
    assert p_of(scores) == p_of(scores)  # the same draws
    assert p_of(scores_of(8, 11) + 10 * np.eye(8)) == pytest.approx(1 / 10_001)


def test_one_expression_has_no_others():
    assert p_of(np.array([[0.5]])) is None
