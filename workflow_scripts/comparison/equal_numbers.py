"""Two sets of images thinned to the same numbers: of images, of subjects, and of images of each subject.

A mean of fewer explanations is noisier, and scores of noisier heatmaps are nearer to chance: sets of
different sizes would score differently for that alone. Images of one subject are alike, so the noise depends
on the images of each subject too. Sorted by their images, the subjects of the two sets are therefore paired,
and of each pair as many images are kept as the one with fewer has; who is paired with whom is drawn.
"""

from collections.abc import Sequence

import numpy as np


def common_counts(a: Sequence[str], b: Sequence[str]) -> list[int]:
    """How many images of each subject two sets have in common, most first. a, b: the subject of each image.

    >>> common_counts(["ann", "ann", "ann", "bob"], ["cy", "cy", "dan", "eve"])
    [2, 1]
    """
    first, second = (sorted(_counts(one).values(), reverse=True) for one in (a, b))
    return [min(pair) for pair in zip(first, second, strict=False)]


def drawn(subjects: Sequence[str], counts: Sequence[int], draw: np.random.Generator) -> list[int]:
    """Places of images that have these numbers of images per subject, at random, in order.

    subjects: of each image of a set. counts: from `common_counts` with that set, most first.

    >>> drawn(["ann", "ann", "bob"], [2, 1], np.random.default_rng(1))
    [0, 1, 2]
    """
    places, left = {}, _counts(subjects)
    for place, name in enumerate(subjects):
        places.setdefault(name, []).append(place)
    chosen = []
    for count in counts:
        able = sorted(name for name, there in left.items() if there >= count)
        name = able[draw.integers(len(able))]
        chosen += draw.choice(places[name], count, replace=False).tolist()
        del left[name]
    return sorted(chosen)


def _counts(subjects: Sequence[str]) -> dict[str, int]:
    counts = {}
    for name in subjects:
        counts[name] = counts.get(name, 0) + 1
    return counts
