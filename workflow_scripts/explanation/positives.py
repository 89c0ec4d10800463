"""The images to explain: positives, that is, images by PREDICTED expression (paper, section 4.6).

Explaining an image for a class that the network did not predict would not explain its decision.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.repeats import draw_of

Row = Mapping[str, str]
# for each limit of explanation.positives, the columns of folds.csv that identify a subject or sequence
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
    repeat: int = 1,
) -> list[Row]:
    """A random sample of at most `n` rows of `predictions` that were predicted as `expression`.

    Each image has its own random rank in each repeat of the cross-validation, and the lowest ranks are taken:
    networks that classify an image alike explain the same image, a larger n only adds images, and repeats do
    not explain the same images over and over. With `limits` (from `limits_asked`),
    an image is skipped once its subject or sequence has that many in the sample; rows must then have
    dataset, subject and sequence. Sorted by image_id.

    >>> rows = [{"image_id": str(i), "predicted": "fear"} for i in range(9)]
    >>> two = sampled_positives(rows, "fear", 2, seed=1)
    >>> len(two), all(row in sampled_positives(rows, "fear", 5, seed=1) for row in two)
    (2, True)
    """
    limits = limits or {}
    positives = [row for row in predictions if row["predicted"] == expression]
    purpose, taken, sample = ("positives", *draw_of(repeat)), Counter(), []
    for row in sorted(positives, key=lambda row: derived_seed(seed, *purpose, row["image_id"])):
        held = {limit: _holder(row, limit) for limit in limits}
        if len(sample) < n and all(taken[held[limit]] < most for limit, most in limits.items()):
            sample.append(row)
            taken.update(held.values())
    return sorted(sample, key=lambda row: row["image_id"])


def _holder(row: Row, limit: str) -> tuple[str, ...]:
    """The subject or sequence that an image counts towards; a still image is its own sequence."""
    columns = LIMITS[limit]
    whose = [row[column] for column in columns] if row[columns[-1]] else [row["image_id"]]
    return (limit, *whose)


def refuse_unknown(rows: Sequence[Row], limits: Mapping[str, int]) -> None:
    """Raise StudyError if there is a limit per subject and a data set has images of unknown subjects."""
    for dataset in dict.fromkeys(row["dataset"] for row in rows if "per_subject" in limits):
        subjects = [row["subject"] for row in rows if row["dataset"] == dataset]
        if unknown := subjects.count(""):
            raise StudyError(
                f"explanation.positives.per_subject: data set {dataset} has no subject for {unknown} of "
                f"{len(subjects)} images of this fold (column subject of "
                f"results/datasets/{dataset}/index.csv). Remove the limit, or fill in the column"
            )
