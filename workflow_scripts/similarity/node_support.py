"""Node support: how often a node of a tree of networks occurs when the folds are redrawn.

Unit: a training, which is a fold. A network's heatmap is the mean over its k folds. As many folds are redrawn
with replacement, the same ones for all networks, which share the test images of a fold; then heatmaps are
averaged, compared and clustered again. The support of a node is the share of the redraws whose tree has a
node with exactly its members (the bootstrap proportion of Felsenstein 1985, Evolution 39, 783-791, with
folds in place of characters). With few folds all redraws are enumerated, each with its probability, so that
the share is exact and needs no seed. Two folds have three redraws, half of them the folds as they are: that
tells nothing, and there is no support.

Support says how much a node depends on which trainings there happened to be. It is neither a p value nor the
probability that its members belong together; and since the trainings of a cross-validation share most of
their images, they differ less than independent ones would, which makes support rather too high.

A network whose heatmap is missing in some folds is averaged over those that it has. A redraw that leaves a
network without a heatmap has no tree of all networks, and counts for no node. With few heatmaps a network
varies less than it should (`folds` in reliability.csv tells). A network that is one model for all folds has
no other training to draw: its heatmap stays the same.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.similarity.fold_products import FoldProducts
from workflow_scripts.similarity.trees import linkage_of, merges

MOST_ENUMERATED = 2_000  # seven folds have 1,716 redraws
DRAWN = 1_000
FEWEST = 3  # folds


@dataclass(frozen=True)
class NodeSupport:
    """The support of each node that was asked for, and the redraws behind it; None and 0 without any."""

    support: list[float | None]
    redraws: int


def redrawn_folds(folds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Redraws of folds: how often each has every fold, int (n, folds), and its probability, (n,).

    >>> redrawn_folds(2, seed=1)
    (array([[2, 0],
           [1, 1],
           [0, 2]]), array([0.25, 0.5 , 0.25]))
    """
    if math.comb(2 * folds - 1, folds) > MOST_ENUMERATED:
        drawn = generator(seed, "redrawn folds", folds).multinomial(folds, [1 / folds] * folds, DRAWN)
        return drawn, np.full(DRAWN, 1 / DRAWN)
    multisets = combinations_with_replacement(range(folds), folds)
    counts = np.array([np.bincount(chosen, minlength=folds) for chosen in multisets])
    orders = [math.factorial(folds) // math.prod(map(math.factorial, row)) for row in counts.tolist()]
    return counts, np.array(orders) / folds**folds


def node_support(
    nodes: Sequence[Collection[str]],
    maps: FoldProducts,
    method: str,
    *,
    one_model: Collection[str] = (),
    seed: int,
) -> NodeSupport:
    """The support of the nodes of a tree, each given by its members.

    maps: of the networks in the tree. method: of the linkage. one_model: networks that are one model for all
    folds.
    """
    redrawn = np.array([name not in one_model for name in maps.networks])
    if len(redrawn) < 2 or not (maps.present[redrawn].sum(axis=1) >= FEWEST).any():
        return NodeSupport([None] * len(nodes), 0)
    counts, probabilities = redrawn_folds(maps.present.shape[1], seed)
    wanted = [frozenset(members) for members in nodes]
    found, total, redraws = np.zeros(len(wanted)), 0.0, 0
    for count, probability in zip(counts, probabilities, strict=True):
        distances = maps.distances(np.where(redrawn[:, None], count, 1))
        if distances is not None:
            tree = {
                frozenset(merge.members) for merge in merges(maps.networks, linkage_of(distances, method))
            }
            found += probability * np.array([node in tree for node in wanted])
            total += probability
            redraws += 1
    return NodeSupport([float(share) for share in found / total] if redraws else [None] * len(nodes), redraws)
