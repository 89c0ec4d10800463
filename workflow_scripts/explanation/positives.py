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
        held = {limit: _holder(row, limit) for limit in limits}
        if len(sample) < n and all(taken[held[limit]] < most for limit, most in limits.items()):
            sample.append(row)
            taken.update(held.values())
    return sorted(sample, key=lambda row: row["image_id"])


def _holder(row: Row, limit: str) -> tuple[str, ...]:
    """Whose place an image takes: its subject's or its sequence's; a still image is its own sequence."""
    columns = LIMITS[limit]
    whose = [row[column] for column in columns] if row[columns[-1]] else [row["image_id"]]
    return (limit, *whose)


def refuse_unknown(rows: Sequence[Row], limits: Mapping[str, int]) -> None:
    """Raise StudyError where a limit per subject is asked for and a data set does not tell its subjects."""
    for dataset in dict.fromkeys(row["dataset"] for row in rows if "per_subject" in limits):
        subjects = [row["subject"] for row in rows if row["dataset"] == dataset]
        if unknown := subjects.count(""):
            raise StudyError(
                f"explanation.positives.per_subject: data set {dataset} has no subject for {unknown} of "
                f"{len(subjects)} images of this fold (column subject of "
                f"results/datasets/{dataset}/index.csv). Take the limit out, or give the data set the column"
            )
