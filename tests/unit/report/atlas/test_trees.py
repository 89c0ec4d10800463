"""Trees as lines and places, against scipy's own dendrogram."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from workflow_scripts.report.atlas.trees import tree
from workflow_scripts.similarity.trees import Worth, linkage_of, merges

NAMES = [f"net{i}" for i in range(12)]
METHODS = ["single", "complete", "average", "ward"]


def pair_rows(matrix: np.ndarray) -> list[dict[str, str]]:
    """The table of similarities of networks with these distances; NaN is missing."""
    return [
        {"network_a": NAMES[a], "network_b": NAMES[b], "distance_face": _text(matrix[a, b])}
        for a, b in combinations(range(len(matrix)), 2)
    ]


def _text(distance: float) -> str:
    return "" if np.isnan(distance) else f"{distance:.9g}"


def symmetric(n: int, distances: list[float]) -> np.ndarray:
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = distances
    return matrix + matrix.T


@st.composite
def distance_matrices(draw):
    n = draw(st.integers(2, 12))
    pairs = n * (n - 1) // 2
    # few decimals, so that distances and heights are often equal, or 0
    values = st.floats(0, 2).map(lambda value: round(value, 2))
    return symmetric(n, draw(st.lists(values, min_size=pairs, max_size=pairs)))


def lines(heights, places) -> list[tuple[float, ...]]:
    """Each node as its four heights and places, from left to right."""
    return sorted((*map(float, h), *map(float, p)) for h, p in zip(heights, places, strict=True))


@given(distance_matrices(), st.sampled_from(METHODS))
def test_nodes_are_those_of_scipy(matrix, method):
    names = NAMES[: len(matrix)]
    found = tree(pair_rows(matrix), method, Worth())
    drawn = hierarchy.dendrogram(linkage_of(matrix, method), no_plot=True, labels=names)
    assert found["names"] == drawn["ivl"]
    ours = lines(
        [[left, own, own, right] for left, _, own, _, right, _ in found["nodes"]],
        [[a, a, b, b] for _, a, _, b, _, _ in found["nodes"]],
    )
    # scipy has leaves 10 apart, the first at 5
    theirs = lines(drawn["dcoord"], (np.array(drawn["icoord"]) - 5) / 10)
    assert np.array(ours) == pytest.approx(np.array(theirs), abs=1e-6)


@given(distance_matrices())
def test_distances_are_in_the_order_of_the_leaves(matrix):
    found = tree(pair_rows(matrix), "average", Worth())
    order = [NAMES.index(name) for name in found["names"]]
    assert sorted(order) == list(range(len(matrix)))
    assert np.array(found["distances"]) == pytest.approx(matrix[np.ix_(order, order)])


@given(distance_matrices())
def test_nodes_are_lowest_first_and_end_at_leaves_or_at_nodes_before(matrix):
    open_ends = {(0.0, float(leaf)) for leaf in range(len(matrix))}
    height = 0.0
    for left, a, own, b, right, _ in tree(pair_rows(matrix), "average", Worth())["nodes"]:
        assert own >= height
        assert a < b
        open_ends -= {(left, a), (right, b)}
        open_ends.add((own, (a + b) / 2))
        height = own
    assert len(open_ends) == 1


def below(nodes: list[list], names: list[str]) -> list[frozenset[str]]:
    """The networks below each node, found by its ends."""
    clusters = {(0.0, float(place)): frozenset([name]) for place, name in enumerate(names)}
    found = []
    for left, a, own, b, right, _ in nodes:
        found.append(clusters[left, a] | clusters[right, b])
        clusters[own, (a + b) / 2] = found[-1]
    return found


def test_support_is_that_of_the_members_and_none_is_told_of_the_root():
    random = np.random.default_rng(5)
    matrix = symmetric(8, list(random.uniform(0.1, 1.5, 28)))
    nodes = merges(NAMES[:8], linkage_of(matrix, "average"))
    support = {frozenset(node.members): (i + 1) / 10 for i, node in enumerate(nodes)}
    found = tree(pair_rows(matrix), "average", Worth(support, 0.75))
    root = frozenset(NAMES[:8])
    assert [node[5] for node in found["nodes"]] == [
        None if members == root else support[members] for members in below(found["nodes"], found["names"])
    ]
    assert found["nodes"][-1][5] is None
    assert found["cophenetic_r"] == 0.75


def test_a_node_that_was_not_redrawn_has_no_support():
    matrix = symmetric(3, [0.2, 0.8, 0.9])
    nodes = tree(pair_rows(matrix), "average", Worth({frozenset({"net0", "net2"}): 0.4}))["nodes"]
    assert [node[5] for node in nodes] == [None, None]


def test_known_tree():
    # 0 and 1 join at .2; 2 joins them at the mean of .8 and 1.0
    assert tree(pair_rows(symmetric(3, [0.2, 0.8, 1.0])), "average", Worth())["nodes"] == [
        [0.0, 1.0, 0.2, 2.0, 0.0, None],
        [0.0, 0.0, 0.9, 1.5, 0.2, None],
    ]


def test_a_network_without_heatmap_is_left_out():
    matrix = symmetric(3, [0.3, np.nan, np.nan])
    found = tree(pair_rows(matrix), "average", Worth())
    assert sorted(found["names"]) == ["net0", "net1"]
    assert found["left_out"] == ["net2"]
    assert len(found["nodes"]) == 1


@pytest.mark.parametrize("rows", [[], pair_rows(symmetric(2, [np.nan]))])
def test_fewer_than_two_networks_have_no_tree(rows):
    found = tree(rows, "average", Worth())
    assert (found["names"], found["nodes"], found["distances"]) == ([], [], [])
    assert found["cophenetic_r"] is None
    assert found["left_out"] == (["net0", "net1"] if rows else [])


def test_a_single_network_has_no_tree():
    # as rule correlate_heatmaps writes it: a row of the network with itself
    found = tree([{"network_a": "net0", "network_b": "net0", "distance_face": "0"}], "average", Worth())
    assert (found["names"], found["nodes"], found["left_out"]) == (["net0"], [], [])
