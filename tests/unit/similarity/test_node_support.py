"""How often the nodes of a tree occur when folds are redrawn."""

from itertools import product

import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist

from workflow_scripts.similarity import node_support as module
from workflow_scripts.similarity.fold_products import fold_products
from workflow_scripts.similarity.node_support import node_support, redrawn_folds
from workflow_scripts.similarity.trees import linkage_of, merges
from workflow_scripts.standardization.heatmaps import mean_heatmap

PIXELS = 400


def noisy(patterns, folds, noise, seed):
    """Fold heatmaps of networks: each its pattern and noise of the given standard deviation."""
    random = np.random.default_rng(seed)
    return {
        name: {fold: pattern + noise * random.standard_normal(pattern.shape) for fold in range(1, folds + 1)}
        for name, pattern in patterns.items()
    }


def two_patterns(seed=0):
    """Networks A to C have one pattern, D to F another."""
    one, other = np.random.default_rng(seed).standard_normal((2, PIXELS))
    return dict.fromkeys("ABC", one) | dict.fromkeys("DEF", other)


def observed_nodes(heatmaps, method="average"):
    maps = fold_products(heatmaps)
    distances = maps.distances(np.ones(maps.present.shape))
    return [merge.members for merge in merges(maps.networks, linkage_of(distances, method))]


def of_nodes(heatmaps, **options):
    nodes = observed_nodes(heatmaps)
    found = node_support(nodes, fold_products(heatmaps), "average", **{"seed": 1} | options)
    return dict(zip(map("".join, nodes), found.support, strict=True)), found.redraws


def by_averaging_images(heatmaps, nodes, method, one_model=()):
    """The same from all ordered redraws, with averaged images and SciPy alone."""
    folds = sorted(next(iter(heatmaps.values())))
    counts, total = dict.fromkeys(map(frozenset, nodes), 0), 0
    for drawn in product(folds, repeat=len(folds)):
        means = [
            mean_heatmap([of_folds[fold] for fold in (folds if name in one_model else drawn)])
            for name, of_folds in heatmaps.items()
        ]
        if any(np.isnan(mean).any() for mean in means):
            continue
        clusters = [frozenset(name) for name in heatmaps]
        for a, b, *_ in hierarchy.linkage(pdist(np.array(means, float), "correlation"), method):
            clusters.append(clusters[int(a)] | clusters[int(b)])
        for node in counts:
            counts[node] += node in clusters
        total += 1
    return [counts[frozenset(node)] / total for node in nodes]


def test_clear_clusters_are_in_every_tree_and_what_is_noise_in_few():
    support, redraws = of_nodes(noisy(two_patterns(), 5, 1.0, seed=1))
    assert redraws == 126
    assert {"ABC", "DEF", "ABCDEF"} <= support.keys()
    assert support["ABC"] == support["DEF"] == support["ABCDEF"] == pytest.approx(1)
    inside = [share for node, share in support.items() if len(node) == 2]
    assert max(inside) < 0.9


def test_trees_of_noise_have_little_support():
    """Ten networks without any pattern: the nodes of their trees are mostly gone after a redraw."""
    nothing = dict.fromkeys("ABCDEFGHIJ", np.zeros(PIXELS))
    shares = [
        share
        for seed in range(5)
        for node, share in of_nodes(noisy(nothing, 5, 1.0, seed))[0].items()
        if len(node) < len(nothing)
    ]
    assert np.mean(shares) < 0.35


@pytest.mark.parametrize("method", ["average", "single", "complete", "weighted"])
def test_enumerated_redraws_equal_averaging_the_images_of_all_orders(method):
    heatmaps = noisy(two_patterns(), 4, 6.0, seed=2)
    nodes = observed_nodes(heatmaps, method)
    found = node_support(nodes, fold_products(heatmaps), method, seed=1)
    assert found.support == pytest.approx(by_averaging_images(heatmaps, nodes, method))
    assert len({round(share, 6) for share in found.support}) > 2


def test_missing_heatmaps_are_left_out_of_means_and_redraws_without_any_do_not_count():
    heatmaps = noisy(two_patterns(), 4, 6.0, seed=3)
    missing = np.full(PIXELS, np.nan)
    heatmaps["A"] |= {1: missing, 2: missing, 3: missing}
    heatmaps["F"] |= {4: missing}
    nodes = observed_nodes(heatmaps)
    found = node_support(nodes, fold_products(heatmaps), "average", seed=1)
    assert found.support == pytest.approx(by_averaging_images(heatmaps, nodes, "average"))
    # A needs fold 4, F another one: of the 35 redraws, those with fold 4, less the one with nothing else
    assert found.redraws == 35 - 15 - 1
    without = {name: dict(of_folds) for name, of_folds in heatmaps.items()}
    del without["A"][1]
    assert node_support(nodes, fold_products(without), "average", seed=1) == found


def test_one_model_for_all_folds_stays_the_same():
    heatmaps = noisy(two_patterns(), 4, 6.0, seed=4)
    nodes = observed_nodes(heatmaps)
    found = node_support(nodes, fold_products(heatmaps), "average", one_model=["B", "E"], seed=1)
    assert found.support == pytest.approx(by_averaging_images(heatmaps, nodes, "average", ["B", "E"]))
    assert found != node_support(nodes, fold_products(heatmaps), "average", seed=1)


@pytest.mark.parametrize(("folds", "one_model"), [(1, ""), (2, ""), (3, "ABCDEF")])
def test_without_trainings_to_redraw_there_is_no_support(folds, one_model):
    support, redraws = of_nodes(noisy(two_patterns(), folds, 1.0, seed=5), one_model=one_model)
    assert set(support.values()) == {None}
    assert redraws == 0


@pytest.mark.parametrize(("folds", "redraws"), [(1, 1), (2, 3), (5, 126), (7, 1716)])
def test_few_folds_are_enumerated_with_their_probabilities(folds, redraws):
    counts, probabilities = redrawn_folds(folds, seed=1)
    assert len({tuple(row) for row in counts.tolist()}) == len(probabilities) == redraws
    assert set(counts.sum(axis=1)) == {folds}
    assert probabilities.sum() == pytest.approx(1)
    np.testing.assert_allclose(probabilities @ counts, 1)  # each fold as often as any other
    np.testing.assert_allclose(probabilities @ counts**2 - 1, 1 - 1 / folds)  # variance of a multinomial


def test_many_folds_are_drawn_by_the_seed():
    counts, probabilities = redrawn_folds(8, seed=1)
    assert counts.shape == (1000, 8)
    assert set(counts.sum(axis=1)) == {8}
    assert set(probabilities) == {1 / 1000}
    assert (counts == redrawn_folds(8, seed=1)[0]).all()
    assert (counts != redrawn_folds(8, seed=2)[0]).any()


def test_drawn_redraws_come_near_the_enumerated_ones(monkeypatch):
    heatmaps = noisy(two_patterns(), 5, 6.0, seed=6)
    exact, _ = of_nodes(heatmaps)
    monkeypatch.setattr(module, "MOST_ENUMERATED", 10)
    drawn, redraws = of_nodes(heatmaps)
    assert redraws == 1000
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(0.25 / 1000))


def test_constant_heatmaps_have_no_distance():
    tenths = np.full(3, 0.1)
    assert (tenths - tenths.mean()).any()  # which must not look like a pattern
    heatmaps = {"A": {1: np.arange(3.0), 2: tenths}, "B": {1: tenths, 2: np.arange(3.0)}}
    maps = fold_products(heatmaps)
    both = maps.distances(np.ones((2, 2)))
    np.testing.assert_allclose(both, np.zeros((2, 2)), atol=1e-12)
    assert maps.distances(np.array([[1, 0], [1, 0]])) is None
    assert maps.distances(np.array([[0, 0], [1, 1]])) is None
