"""Whose faces the study's mean face is made of, and whether they are enough for it to be shown."""

from collections.abc import Mapping, Sequence

from workflow_scripts.datasets.groups import Image, image_groups

MEAN_FACE = "resources/mean_face.png"  # a file of the study's own, or else the shipped one
MIN_SUBJECTS = 10  # in a mean of fewer, single people might be recognised
COLUMNS = ("dataset", "subjects", "images", "unknown", "shown")
YES, NO = "yes", "no"


def known_subjects(images: Sequence[Image]) -> dict[str, str]:
    """The subject of every image, by image_id; images whose subject is unknown are left out.

    `images` have image_id, dataset, subject and sha256. A subject is a group of `image_groups`: subjects that
    share an image count as one, since a mean of fewer people would pass for one of more.
    """
    return image_groups([image for image in images if image["subject"]])


def enough(subject_of: Mapping[str, str]) -> bool:
    """Whether a mean over the subjects of these images may be shown."""
    return len(set(subject_of.values())) >= MIN_SUBJECTS


def table_rows(images: Sequence[Image], subject_of: Mapping[str, str]) -> list[dict]:
    """A row with COLUMNS for each data set of `images`.

    Subjects that are in several data sets count in the alphabetically first. unknown: images left out, since
    nobody knows whose they are. shown: whether the mean may be shown; the same in all rows.

    >>> row = {"image_id": "a/1.png", "dataset": "a", "subject": "", "sha256": "x"}
    >>> table_rows([row], known_subjects([row]))
    [{'dataset': 'a', 'subjects': 0, 'images': 0, 'unknown': 1, 'shown': 'no'}]
    """
    subjects, rows = set(subject_of.values()), []
    for dataset in dict.fromkeys(image["dataset"] for image in images):
        of_dataset = [image["image_id"] for image in images if image["dataset"] == dataset]
        known = len(subject_of.keys() & of_dataset)
        rows.append(
            {
                "dataset": dataset,
                "subjects": sum(subject.startswith(f"{dataset}/") for subject in subjects),
                "images": known,
                "unknown": len(of_dataset) - known,
                "shown": YES if enough(subject_of) else NO,
            }
        )
    return rows
