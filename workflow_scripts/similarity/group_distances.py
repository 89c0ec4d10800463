"""Are the heatmaps of networks of one group more alike than those of different groups?

Statistic: mean distance between networks of different groups, minus that between networks of the same group,
each over all pairs. This is the statistic of ANOSIM (Clarke 1993, Australian Journal of Ecology 18, 117-143)
without its ranks; it orders splits as the correlation of distances with membership does (Mantel 1967, Cancer
Research 27, 209-220).
Unit: a network. Null: the group labels of the networks are exchangeable, so all splits into groups of these
sizes are equally likely. Up to MOST_ENUMERATED of them are enumerated, and p is exact: the share of splits
that separate the networks at least as much. It cannot fall below 1 / splits.

The networks are those that there are, not a sample of architectures. A small p says that this split is
unusual, not why: whatever else groups differ in, say depth and pretraining, is confounded. Such tests also
answer to groups that differ in spread alone (Anderson & Walsh 2013, Ecological Monographs 83, 557-574).
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.training.groups import UNGROUPED

MOST_ENUMERATED = 20_000
DRAWN = 10_000
DECIMALS = 12  # sums in another order must not make a split more or less extreme


@dataclass(frozen=True)
class GroupTest:
    """Mean distances between and within groups; the splits compared, drawn or all; None: cannot be tested."""

    between: float | None = None
    within: float | None = None
    splits: int | None = None
    p: float | None = None

    @property
    def statistic(self) -> float | None:
        """How much farther networks of different groups are from each other."""
        return None if self.between is None else self.between - self.within


def groups_to_test(
    groups: Mapping[str, Sequence[str]], networks: Collection[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The members of the groups that can be tested, and the other members of groups.

    networks: those that can be tested. A network takes part if one group alone names it, and a group if that
    leaves it two: fewer have no distance within.

    >>> groups_to_test({"flat": ["A", "B", "C"], "deep": ["C", "D"], "ungrouped": ["E"]}, "ABCDE")
    ({'flat': ['A', 'B']}, ['C', 'D'])
    """
    named = {group: members for group, members in groups.items() if group != UNGROUPED}
    times = Counter(name for members in named.values() for name in members)
    taking = {
        group: [name for name in members if times[name] == 1 and name in networks]
        for group, members in named.items()
    }
    tested = {group: members for group, members in taking.items() if len(members) > 1}
    chosen = {name for members in tested.values() for name in members}
    return tested, [name for name in times if name not in chosen]


def group_test(matrix: np.ndarray, sizes: Sequence[int], seed: int) -> GroupTest:
    """Test the split of networks into groups.

    matrix: distances (n, n), first of the networks of the first group, then of the second, and so on.
    sizes: of the groups, each two or more; with fewer than two groups there is nothing to test.
    """
    if len(sizes) < 2:
        return GroupTest()
    own = np.repeat(np.arange(len(sizes)), sizes)
    rows, columns = np.triu_indices(len(own), 1)
    distances = matrix[rows, columns]
    labelled = math.factorial(len(own)) // math.prod(map(math.factorial, sizes))
    if enumerated := labelled <= MOST_ENUMERATED:
        labels = np.array(list(_labellings(len(own), sizes)))
    else:
        random = generator(seed, "splits of networks", *sizes)
        labels = np.array([random.permutation(own) for _ in range(DRAWN)])
    # the number of pairs within groups is the same in all splits, and so is the sum of all distances: the
    # smaller the sum within, the larger the statistic
    within = np.round((labels[:, rows] == labels[:, columns]) @ distances, DECIMALS)
    same = own[rows] == own[columns]
    extreme = int(np.count_nonzero(within <= np.round(same @ distances, DECIMALS)))
    if enumerated:
        # groups of equal size can swap their names: the same split, labelled several times
        splits = labelled // math.prod(map(math.factorial, Counter(sizes).values()))
        p = extreme / labelled
    else:
        splits, p = DRAWN, (1 + extreme) / (1 + DRAWN)
    return GroupTest(float(distances[~same].mean()), float(distances[same].mean()), splits, p)


def _labellings(n: int, sizes: Sequence[int]) -> Iterator[np.ndarray]:
    """All ways of giving n networks the labels 0, 1, ..., each as often as `sizes` says: int (n,)."""

    def fill(labels: np.ndarray, free: Sequence[int], group: int) -> Iterator[np.ndarray]:
        if group == len(sizes):
            yield labels
            return
        for members in combinations(free, sizes[group]):
            filled = labels.copy()
            filled[list(members)] = group
            yield from fill(filled, [place for place in free if place not in members], group + 1)

    yield from fill(np.zeros(n, int), range(n), 0)
