"""The images to explain: positives, that is images by PREDICTED expression (paper, section 4.6).

Explaining an image for the class it was not given would not explain the network's decision.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import derived_seed

Row = Mapping[str, str]
# per limit of the setting explanation.positives: the columns of folds.csv that tell whose an image is
LIMITS = {"per_subject": ("dataset", "subject"), "per_sequence": ("dataset", "subject", "sequence")}


def images_asked(positives: int | Mapping[str, int]) -> int:
    """How many images per network, fold and predicted expression the setting explanation.positives asks for.

    >>> images_asked(100), images_asked({"images": 50, "per_subject": 2})
    (100, 50)
    """
    return positives["images"] if isinstance(positives, Mapping) else positives


def limits_asked(positives: int | Mapping[str, int]) -> dict[str, int]:
    """The most images of one subject (per_subject) or sequence (per_sequence) that the setting asks for.

    >>> limits_asked(100), limits_asked({"images": 50, "per_subject": 2})
    ({}, {'per_subject': 2})
    """
    return (
        {key: positives[key] for key in LIMITS if key in positives} if isinstance(positives, Mapping) else {}
    )


def sampled_positives(
    predictions: Sequence[Row],
    expression: str,
    n: int,
    seed: int,
    limits: Mapping[str, int] | None = None,
) -> list[Row]:
    """At most `n` rows of `predictions` that were predicted as `expression`, at random.

    Each image has a random rank of its own, and the lowest ranks are taken: networks that predict the
    same image alike explain the same image, and a larger n only adds images. `limits` (as of
    `limits_asked`) skip an image whose subject or sequence has that many in the sample; rows then have
    dataset, subject and sequence. Sorted by image_id.

    >>> rows = [{"image_id": str(i), "predicted": "fear"} for i in range(9)]
    >>> two = sampled_positives(rows, "fear", 2, seed=1)
    >>> len(two), all(row in sampled_positives(rows, "fear", 5, seed=1) for row in two)
    (2, True)
    """
    limits = limits or {}
    positives = [row for row in predictions if row["predicted"] == expression]
    taken, sample = Counter(), []
    for row in sorted(positives, key=lambda row: derived_seed(seed, "positives", row["image_id"])):
        held = {limit: (limit, *(row[column] for column in LIMITS[limit])) for limit in limits}
        if len(sample) < n and all(taken[held[limit]] < most for limit, most in limits.items()):
            sample.append(row)
            taken.update(held.values())
    return sorted(sample, key=lambda row: row["image_id"])


def refuse_unknown(rows: Sequence[Row], limits: Mapping[str, int]) -> None:
    """Raise StudyError where a limit is asked for and a data set does not tell whose its images are."""
    for limit in limits:
        column = LIMITS[limit][-1]
        for dataset in dict.fromkeys(row["dataset"] for row in rows):
            values = [row[column] for row in rows if row["dataset"] == dataset]
            if unknown := values.count(""):
                other = ", take per_subject instead" if limit == "per_sequence" else ""
                raise StudyError(
                    f"explanation.positives.{limit}: data set {dataset} has no {column} for {unknown} of "
                    f"{len(values)} images of this fold (column {column} of "
                    f"results/datasets/{dataset}/index.csv). Take the limit out{other}, or give the data set "
                    f"the column"
                )
