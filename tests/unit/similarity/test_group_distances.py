"""Whether groups of networks are apart: against SciPy, brute force, and networks without groups."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from scipy.stats import permutation_test

from workflow_scripts.similarity import group_distances as module
from workflow_scripts.similarity.group_distances import GroupTest, group_test, groups_to_test


def random_distances(n, seed, within=(), closer=0.0):
    """Distances drawn at random; those within each of the given groups of places are smaller."""
    upper = np.triu(np.random.default_rng(seed).uniform(0.5, 1, (n, n)), 1)
    matrix = upper + upper.T
    for places in within:
        matrix[np.ix_(places, places)] -= closer
    np.fill_diagonal(matrix, 0)
    return matrix


def statistic(matrix, labels):
    rows, columns = np.triu_indices(len(matrix), 1)
    same = np.asarray(labels)[rows] == np.asarray(labels)[columns]
    return matrix[rows, columns][~same].mean() - matrix[rows, columns][same].mean()


@pytest.mark.parametrize("seed", range(5))
def test_p_equals_scipys_exact_permutation_test(seed):
    matrix = random_distances(9, seed, within=[range(3)], closer=0.1 * seed)

    def of_places(first, second):
        labels = np.zeros(9)
        labels[np.asarray(second, int)] = 1
        return statistic(matrix, labels)

    expected = permutation_test(
        (np.arange(3), np.arange(3, 9)),
        of_places,
        vectorized=False,
        n_resamples=np.inf,
        alternative="greater",
    )
    found = group_test(matrix, [3, 6], seed=1)
    assert found.splits == len(expected.null_distribution) == 84
    assert found.p == pytest.approx(expected.pvalue)
    assert found.statistic == pytest.approx(expected.statistic)


@pytest.mark.parametrize("sizes", [[2, 2, 3], [3, 2, 2], [2, 2, 2]])
def test_several_groups_equal_brute_force_over_all_labels(sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    matrix = random_distances(len(labels), seed=3, within=[range(sizes[0])], closer=0.1)
    by_split = {}
    for order in permutations(labels):
        split = frozenset(
            frozenset(np.flatnonzero(np.array(order) == label).tolist()) for label in range(len(sizes))
        )
        by_split[split] = statistic(matrix, order)
    found = group_test(matrix, sizes, seed=1)
    assert found.statistic == pytest.approx(statistic(matrix, labels))
    assert found.splits == len(by_split)
    as_extreme = sum(value >= found.statistic - 1e-12 for value in by_split.values())
    assert found.p == pytest.approx(as_extreme / len(by_split))


@pytest.mark.parametrize(("sizes", "splits"), [([4, 8], 495), ([4, 4], 35), ([2, 2], 3), ([2, 3, 3], 280)])
def test_groups_that_are_clearly_apart_are_the_most_extreme_of_all_splits(sizes, splits):
    groups = [range(*ends) for ends in pairwise(np.cumsum([0, *sizes]))]
    matrix = random_distances(sum(sizes), seed=4, within=groups, closer=0.5)
    found = group_test(matrix, sizes, seed=1)
    assert (found.splits, found.p) == (splits, pytest.approx(1 / splits))
    assert found.between > found.within


def test_too_many_splits_are_drawn_by_the_seed(monkeypatch):
    matrix = random_distances(12, seed=5, within=[range(4)], closer=0.3)
    exact = group_test(matrix, [4, 8], seed=1)
    assert 0.05 < exact.p < 0.95
    monkeypatch.setattr(module, "MOST_ENUMERATED", 100)
    drawn = group_test(matrix, [4, 8], seed=1)
    assert drawn.splits == 10_000
    assert drawn.p == pytest.approx(exact.p, abs=4 * np.sqrt(0.25 / 10_000))
    assert drawn == group_test(matrix, [4, 8], seed=1)
    assert drawn.p != group_test(matrix, [4, 8], seed=2).p


def test_networks_without_groups_are_rarely_apart():
    """Heatmaps of twelve equal networks: p is uniform, so one in ten is below .1 (here 300 studies)."""
    random = np.random.default_rng(6)
    p = [group_test(1 - np.corrcoef(random.standard_normal((12, 30))), [4, 8], seed=1).p for _ in range(300)]
    error = np.sqrt(0.1 * 0.9 / 300)
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=3 * error)
    assert np.mean(p) == pytest.approx(0.5, abs=3 * np.sqrt(1 / 12 / 300))


@pytest.mark.parametrize("sizes", [[], [4]])
def test_fewer_than_two_groups_are_not_tested(sizes):
    found = group_test(random_distances(4, 0), sizes, seed=1)
    assert found == GroupTest()
    assert found.statistic is None


def test_who_takes_part():
    groups = {"flat": ["A", "B", "C"], "deep": ["D", "E", "C"], "one": ["F"], "ungrouped": ["G", "H"]}
    assert groups_to_test(groups, "ABCDEFGH") == ({"flat": ["A", "B"], "deep": ["D", "E"]}, ["C", "F"])
    assert groups_to_test(groups, "ABCDFGH") == ({"flat": ["A", "B"]}, ["C", "D", "E", "F"])
    assert groups_to_test({"ungrouped": ["A", "B"]}, "AB") == ({}, [])
