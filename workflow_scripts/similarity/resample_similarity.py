"""Rule resample_similarity: what the trees of networks are worth, for all expressions."""

import json
from itertools import product
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.similarity.fold_products import fold_products
from workflow_scripts.similarity.resampled_tables import (
    AVERAGE,
    GROUPS,
    RELIABILITY,
    SUPPORT,
    TREES,
    Distances,
    fold_rows,
    group_rows,
    mean_distances,
    tree_rows,
)
from workflow_scripts.similarity.trees import distance_matrix
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


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
    beside: str = "{}",
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
        then likewise those of what is put beside.
    networks
        The networks, as a JSON list, without what is put beside.
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
    beside
        What is put beside the networks, with its folds, as a JSON object. These folds have other test images
        than the study's, or none, and are not redrawn with them: the mean heatmaps stay the same.
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
    own, theirs = dict.fromkeys(names, range(1, folds + 1)), json.loads(beside)
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
        nodes, tree = tree_rows(expression, matrices[expression], maps, method, unvarying, seed)
        of_support += nodes
        of_trees.append(tree)
        of_folds += fold_rows(expression, maps.of(names), unvarying, folds_each)
        for name in theirs:  # one cross-validation of their own
            of_one = fold_products({name: read[name]})
            of_folds += fold_rows(expression, of_one, (), len(read[name]))
    write_table(support, SUPPORT, of_support)
    write_table(trees, TREES, of_trees)
    write_table(reliability_output, RELIABILITY, of_folds)
    did = read_learned(learned)
    matrices[AVERAGE] = mean_distances(list(matrices.values()))
    write_table(groups_output, GROUPS, group_rows(matrices, json.loads(groups), did, seed))
    print(f"{len(of_support)} nodes of {len(of_trees)} trees resampled")


def _distances(path: Path) -> Distances:
    return distance_matrix(read_table(path, ["network_a", "network_b", "distance_face"]))[:2]


if __name__ == "__main__":
    run(resample_similarity)
