"""Trees of networks: clusters by the distances between their heatmaps, and what a tree is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from workflow_scripts.common.tables import read_table


@dataclass(frozen=True)
class Merge:
    """Two clusters merged into one: the height, and the members of the new cluster."""

    height: float
    members: tuple[str, ...]


@dataclass(frozen=True)
class Worth:
    """What the tree of an expression is worth, as rule resample_similarity found it.

    support: share of the redraws in which a node occurs, by its members; empty if nothing was redrawn.
    cophenetic_r: None where unknown.
    """

    support: Mapping[frozenset[str], float] = field(default_factory=dict)
    cophenetic_r: float | None = None


def distance_matrix(rows: Sequence[Mapping[str, str]]) -> tuple[list[str], np.ndarray, list[str]]:
    """The networks that can be compared, their distances (n, n), and the networks left out.

    rows: network_a, network_b and distance_face (empty if it is missing) of every pair. A network is left out
    if it has no distance to any other.
    """
    networks = list(dict.fromkeys(row[key] for row in rows for key in ("network_a", "network_b")))
    known = [row for row in rows if row["distance_face"]]
    compared = {row[key] for row in known for key in ("network_a", "network_b")}
    present = [name for name in networks if name in compared]
    place = {name: i for i, name in enumerate(present)}
    matrix = np.zeros((len(present), len(present)))
    for row in known:
        a, b = place[row["network_a"]], place[row["network_b"]]
        # rounding can carry the distance of equal heatmaps below 0
        matrix[a, b] = matrix[b, a] = max(float(row["distance_face"]), 0.0)
    return present, matrix, [name for name in networks if name not in compared]


def linkage_of(matrix: np.ndarray, method: str) -> np.ndarray:
    """Hierarchical clustering of a distance matrix (n, n), n >= 2: scipy's linkage matrix (n - 1, 4)."""
    return hierarchy.linkage(squareform(matrix, checks=False), method)


def merges(names: Sequence[str], linkage: np.ndarray) -> list[Merge]:
    """The merges of a linkage by their members, lowest first."""
    clusters = [(name,) for name in names]
    result = []
    for a, b, height, _ in linkage:
        members = tuple(sorted((*clusters[int(a)], *clusters[int(b)]), key=list(names).index))
        clusters.append(members)
        result.append(Merge(float(height), members))
    return result


def cophenetic_r(matrix: np.ndarray, linkage: np.ndarray) -> float | None:
    """How well a tree keeps the distances (n, n) it is made of (Sokal & Rohlf 1962, Taxon 11, 33-40).

    Pearson's r, over all pairs of networks, of their distance and the height at which the tree joins them;
    None if there are fewer than three networks or no differences to keep.
    """
    distances = squareform(matrix, checks=False)
    if len(matrix) < 3 or not np.ptp(distances) or not np.ptp(linkage[:, 2]):
        return None
    return float(hierarchy.cophenet(linkage, distances)[0])


def read_worth(support: Path, trees: Path) -> dict[str, Worth]:
    """What each expression's tree is worth, from support.csv and trees.csv."""
    of_nodes: dict[str, dict[frozenset[str], float]] = {}
    for row in read_table(support, ["expression", "members", "support"]):
        if row["support"]:
            nodes = of_nodes.setdefault(row["expression"], {})
            nodes[frozenset(row["members"].split(" "))] = float(row["support"])
    return {
        row["expression"]: Worth(
            of_nodes.get(row["expression"], {}),
            float(row["cophenetic_r"]) if row["cophenetic_r"] else None,
        )
        for row in read_table(trees, ["expression", "cophenetic_r"])
    }
