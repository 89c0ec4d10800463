"""Rule resample_similarity: what the trees of networks are worth, for all expressions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.similarity.fold_products import FoldProducts, fold_products
from workflow_scripts.similarity.group_distances import group_test, groups_to_test
from workflow_scripts.similarity.node_support import node_support
from workflow_scripts.similarity.reliability import Reliability, mean_reliability, reliability
from workflow_scripts.similarity.trees import cophenetic_r, distance_matrix, linkage_of, merges
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned

SUPPORT = ("expression", "size", "members", "height_face", "support", "redraws")
TREES = ("expression", "networks", "cophenetic_r")
RELIABILITY = ("network", "expression", "folds", "r_folds", "r_rest", "ceiling")
GROUPS = (
    "expression", "groups", "networks", "between", "within", "statistic", "splits", "p", "left_out",
)  # fmt: skip
AVERAGE = "average"

Distances = tuple[list[str], np.ndarray]  # networks, (n, n)


def resample_similarity(
    heatmaps: list[Path],
    *,
    networks: str,
    folds: int,
    folds_each: int,
    expressions: str,
    distances: Annotated[list[Path], Parameter(consume_multiple=True)],
    learned: Path,
    standard_face: Path,
    groups: str,
    one_model: str,
    published: str = "{}",
    settings: str,
    seed: int,
    support: Path,
    trees: Path,
    reliability_output: Path,
    groups_output: Path,
) -> None:
    """Redraw the folds behind the HEATMAPS of networks, and test the groups of networks.

    Parameters
    ----------
    heatmaps
        Heatmaps of the cells (HDF5): network by network, in it fold by fold, in it expression by expression;
        then likewise those of published networks.
    networks
        The networks, as a JSON list, without published ones.
    folds
        Number of folds, of all repeats of the cross-validation.
    folds_each
        Number of folds of one cross-validation.
    expressions
        The expressions, as a JSON list.
    distances
        Tables of pairs of networks, one per expression.
    learned
        Table of the networks that says which of them learned; the others are in no test of groups.
    standard_face
        Table of the 89 standard points.
    groups
        Groups of networks, as JSON: the networks of each.
    one_model
        The networks that are one model for all folds, as a JSON list; they have no folds to redraw.
    published
        The networks of the published study with their folds, as a JSON object. Their folds have other test
        images than the study's, and are not redrawn with these: their mean heatmaps stay the same.
    settings
        The section `similarity` of config, as JSON.
    seed
        The study's seed.
    support
        Table to write: of each node of each tree the height, and the share of the redraws that have it.
    trees
        Table to write: how well each tree keeps the distances.
    reliability_output
        Table to write: how alike the fold heatmaps of each network are.
    groups_output
        Table to write: tests of whether groups of networks are apart, by expression and for mean distances.
    """
    names, shown = json.loads(networks), json.loads(expressions)
    own, theirs = dict.fromkeys(names, range(1, folds + 1)), json.loads(published)
    cells = [(name, fold, one) for name, of in (own | theirs).items() for fold, one in product(of, shown)]
    files = dict(zip(cells, heatmaps, strict=True))
    face = face_area(read_standard_face(standard_face))
    tables = dict(zip(shown, distances, strict=True))
    matrices = {expression: _distances(path) for expression, path in tables.items()}
    of_support, of_trees, of_folds = [], [], []
    for expression in shown:
        read = {
            name: {fold: read_heatmap(files[name, fold, expression])[face] for fold in of}
            for name, of in (own | theirs).items()
        }
        single = {name: {1: mean_heatmap(list(read[name].values()))} for name in theirs}
        maps = fold_products(read | single)
        method, unvarying = json.loads(settings)["linkage"], [*json.loads(one_model), *theirs]
        nodes, tree = _tree_rows(expression, matrices[expression], maps, method, unvarying, seed)
        of_support += nodes
        of_trees.append(tree)
        of_folds += _fold_rows(expression, maps.of(names), unvarying, folds_each)
        for name in theirs:  # one cross-validation of their own
            of_one = fold_products({name: read[name]})
            of_folds += _fold_rows(expression, of_one, (), len(read[name]))
    write_table(support, SUPPORT, of_support)
    write_table(trees, TREES, of_trees)
    write_table(reliability_output, RELIABILITY, of_folds)
    did = read_learned(learned)
    matrices[AVERAGE] = mean_distances(list(matrices.values()))
    write_table(groups_output, GROUPS, _group_rows(matrices, json.loads(groups), did, seed))
    print(f"{len(of_support)} nodes of {len(of_trees)} trees resampled")


def _distances(path: Path) -> Distances:
    return distance_matrix(read_table(path, ["network_a", "network_b", "distance_face"]))[:2]


def _tree_rows(
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


def _fold_rows(
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


def _group_rows(
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


if __name__ == "__main__":
    run(resample_similarity)
