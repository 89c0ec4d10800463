"""Rows of the tables on what trees of networks are worth, for any heatmaps."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from workflow_scripts.similarity.fold_products import FoldProducts
from workflow_scripts.similarity.group_distances import group_test, groups_to_test
from workflow_scripts.similarity.node_support import node_support
from workflow_scripts.similarity.reliability import Reliability, mean_reliability, reliability
from workflow_scripts.similarity.trees import cophenetic_r, linkage_of, merges

SUPPORT = ("expression", "size", "members", "height_face", "support", "redraws")
TREES = ("expression", "networks", "cophenetic_r")
RELIABILITY = ("network", "expression", "folds", "r_folds", "r_rest", "ceiling")
GROUPS = (
    "expression", "groups", "networks", "between", "within", "statistic", "splits", "p", "left_out",
)  # fmt: skip
AVERAGE = "average"

Distances = tuple[list[str], np.ndarray]  # networks, (n, n)


def tree_rows(
    expression: str,
    distances: Distances,
    maps: FoldProducts,
    method: str,
    one_model: Sequence[str],
    seed: int,
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Rows of the nodes of a tree, lowest first, and the row of the tree."""
    present, matrix = distances
    tree = {"expression": expression, "networks": len(present), "cophenetic_r": None}
    if len(present) < 2:
        return [], tree
    linkage = linkage_of(matrix, method)
    nodes = merges(present, linkage)
    found = node_support(
        [node.members for node in nodes], maps.of(present), method, one_model=one_model, seed=seed
    )
    rows = [
        {
            "expression": expression,
            "size": len(node.members),
            "members": " ".join(node.members),
            "height_face": node.height,
            # of networks that are never redrawn alone, it would only seem to say something
            "support": None if set(node.members) <= set(one_model) else share,
            "redraws": found.redraws,
        }
        for node, share in zip(nodes, found.support, strict=True)
    ]
    return rows, tree | {"cophenetic_r": cophenetic_r(matrix, linkage)}


def fold_rows(
    expression: str, maps: FoldProducts, one_model: Sequence[str], folds_each: int
) -> Iterator[dict[str, object]]:
    """Rows of the networks; one model for all folds has no other training to agree with.

    Repeats of a cross-validation divide the same subjects, so their folds agree more than those of another
    study would: agreement and ceiling are of one cross-validation, and averaged over its repeats.
    """
    starts = range(0, maps.present.shape[1], folds_each)
    repeats = [maps.of_folds(slice(start, start + folds_each)) for start in starts]
    for name in maps.networks:
        found = mean_reliability([reliability(one.of_one(name)) for one in repeats])
        if name in one_model:
            found = Reliability(found.folds)
        yield {"network": name, "expression": expression} | vars(found)


def mean_distances(matrices: Sequence[Distances]) -> Distances:
    """The mean distances over expressions, of the networks that have all.

    >>> two, three = (["A", "B"], np.ones((2, 2))), (["A", "C", "B"], np.full((3, 3), 3.0))
    >>> mean_distances([two, three])
    (['A', 'B'], array([[2., 2.],
           [2., 2.]]))
    """
    shared = [name for name in matrices[0][0] if all(name in names for names, _ in matrices)]
    return shared, np.mean([_of(shared, *each) for each in matrices], axis=0)


def _of(chosen: Sequence[str], names: Sequence[str], matrix: np.ndarray) -> np.ndarray:
    places = [list(names).index(name) for name in chosen]
    return matrix[np.ix_(places, places)]


def group_rows(
    matrices: Mapping[str, Distances],
    groups: Mapping[str, Sequence[str]],
    learned: Mapping[str, bool],
    seed: int,
) -> Iterator[dict[str, object]]:
    for expression, (names, matrix) in matrices.items():
        tested, left_out = groups_to_test(groups, [name for name in names if learned.get(name)])
        sizes = [len(members) for members in tested.values()]
        members = [name for group in tested.values() for name in group]
        found = group_test(_of(members, names, matrix), sizes, seed)
        yield {
            "expression": expression,
            "groups": " ".join(tested),
            "networks": " ".join(map(str, sizes)),
            "statistic": found.statistic,
            "left_out": " ".join(left_out),
        } | vars(found)
