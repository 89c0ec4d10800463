"""Where in the face do two panels differ? A sign-flip test of all places at once.

Unit: the subject. Each subject's mean explanation under A and under B is scaled to a sum of 1 inside the
face, so that a contrast is about place and not about amplitude; d is A minus B. Both means are of the same
number of images, because the mean of many skewed maps has another distribution than that of a few: they would
not be exchangeable even if A and B were alike (benchmarks/README.md). Null: A and B are
exchangeable within every subject, so that all 2^n signs of the subjects' maps are equally likely, whatever
the maps are like and however neighbouring places depend on each other. Statistic of a place: the mean of d
over subjects divided by its standard error. The p value of a place is the share of sign flips whose LARGEST
absolute t anywhere in the face reaches the place's own, so that the chance of any false place is the level
(Westfall & Young 1993, Resampling-Based Multiple Testing; Nichols & Holmes 2002, Human Brain Mapping 15,
1-25; Winkler et al. 2014, NeuroImage 92, 381-397). It is about these trained networks; it says nothing about
other trainings.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

LEVEL = 0.05
FEWEST = 6  # subjects: with five, the smallest p is 2 / 2^5
BATCH = 500
TIE = 1e-5  # relative; statistics this close are equal: a sum of float32 depends on its order

# of a subject: by fold and image_id, an explanation, float (places,), inside the face
Folds = Mapping[int, Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class MaxT:
    """mean, t, p: float64 (places,): of A minus B, its t, and p adjusted for all places.

    subjects: behind it. smallest: the smallest p that the test could give.
    """

    mean: np.ndarray
    t: np.ndarray
    p: np.ndarray
    subjects: int
    smallest: float


def paired(a: Mapping[str, Folds], b: Mapping[str, Folds]) -> dict[str, np.ndarray]:
    """A minus B, float64 (places,), of the subjects that have both, in the order of their names.

    Of each fold, which is a training of its own, the same number of images counts for A and B. A subject with
    nothing positive on a side is left out.

    >>> one, two = np.array([1.0, 3.0]), np.array([4.0, 4.0])
    >>> found = paired({"ann": {1: {"x": one}}}, {"ann": {1: {"w": one, "x": two}}})
    >>> {name: one.tolist() for name, one in found.items()}
    {'ann': [-0.25, 0.25]}
    """
    found = {}
    for name in sorted(a.keys() & b.keys()):
        chosen = [
            (a[name][fold][of_a], b[name][fold][of_b])
            for fold in sorted(a[name].keys() & b[name].keys())
            for of_a, of_b in same_number(a[name][fold].keys(), b[name][fold].keys())
        ]
        sums = np.sum(chosen, axis=0, dtype=np.float64) if chosen else np.zeros((2, 0))
        totals = sums.sum(axis=1, keepdims=True)
        if (totals > 0).all():
            found[name] = np.subtract(*(sums / totals))
    return found


def same_number(a: Set[str], b: Set[str]) -> list[tuple[str, str]]:
    """The same number of image_ids of a and of b: first those of both, then by name, as many as there are.

    The order is the same for both sides and knows nothing of what their networks made of the images.

    >>> same_number({"c", "a"}, {"d", "b", "c"})
    [('c', 'c'), ('a', 'b')]
    """
    both = sorted(a & b)
    return list(zip([*both, *sorted(a - b)], [*both, *sorted(b - a)], strict=False))


def max_t(differences: np.ndarray, flips: int, generator: np.random.Generator) -> MaxT:
    """Test the mean of `differences`, float (n, places), a row per subject, by sign flips.

    All sign flips are enumerated if there are no more than `flips`, and p is then exact; otherwise `flips`
    are drawn, and p is (1 + those that reach it) / (1 + flips).

    >>> found = max_t(np.ones((6, 1)), 1000, np.random.default_rng(0))
    >>> found.p.tolist(), found.smallest
    ([0.03125], 0.03125)
    """
    n = len(differences)
    values = np.asarray(differences, np.float32)
    squares = (values.astype(np.float64) ** 2).mean(axis=0)
    scaled = values / np.sqrt(np.where(squares > 0, squares, 1) * n * n).astype(np.float32)
    # r = (mean / root mean square)^2 grows with |t|, and flips do not change the mean square
    own = scaled.sum(axis=0, dtype=np.float64) ** 2
    exact = 2 ** (n - 1) <= flips  # a flip and its opposite have the same |t|
    signs = (
        _all_signs(n) if exact else generator.integers(0, 2, (flips, n), np.int8) * np.int8(2) - np.int8(1)
    )
    largest = np.concatenate(
        [
            ((signs[start : start + BATCH].astype(np.float32) @ scaled) ** 2).max(axis=1, initial=0)
            for start in range(0, len(signs), BATCH)
        ]
    )
    largest.sort()
    reach = len(largest) - np.searchsorted(largest, own * (1 - TIE))
    added = 0 if exact else 1  # the observed signs are among all of them
    total = len(largest) + added
    mean = values.mean(axis=0, dtype=np.float64)
    with np.errstate(divide="ignore"):
        t = np.sign(mean) * np.sqrt((n - 1) * own / np.maximum(1 - own, 0))
    return MaxT(mean, t, np.minimum((reach + added) / total, 1.0), n, 1 / total)


def _all_signs(n: int) -> np.ndarray:
    """All signs of n subjects, but for their opposites: int8 (2^(n - 1), n)."""
    bits = np.arange(2 ** (n - 1))[:, None] >> np.arange(n) & 1
    return (1 - 2 * bits).astype(np.int8)
