"""The images to explain: positives, that is images by PREDICTED expression (paper, section 4.6).

Explaining an image for the class it was not given would not explain the network's decision.
"""

from collections.abc import Mapping, Sequence

from workflow_scripts.seeds import derived_seed


def sampled_positives(
    predictions: Sequence[Mapping[str, str]], expression: str, n: int, seed: int
) -> list[Mapping[str, str]]:
    """At most `n` rows of `predictions` that were predicted as `expression`, at random.

    Each image has a random rank of its own, and the lowest ranks are taken: networks that predict the
    same image alike explain the same image, and a larger n only adds images. Sorted by image_id.

    >>> rows = [{"image_id": str(i), "predicted": "fear"} for i in range(9)]
    >>> two = sampled_positives(rows, "fear", 2, seed=1)
    >>> len(two), all(row in sampled_positives(rows, "fear", 5, seed=1) for row in two)
    (2, True)
    """
    positives = [row for row in predictions if row["predicted"] == expression]
    ranked = sorted(positives, key=lambda row: derived_seed(seed, "positives", row["image_id"]))
    return sorted(ranked[:n], key=lambda row: row["image_id"])
