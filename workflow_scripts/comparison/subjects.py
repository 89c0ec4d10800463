"""Other faces: the explanations of a cell's images by subject, and its heatmap without each of them.

The claim ``faces`` is about THESE trained networks: what if they had been shown other people's faces? The
unit is the subject, since images of one person are alike; each is tested in exactly one fold of a
cross-validation, so folds hold disjoint subjects. (An image of an unknown subject is its own subject.) Each
subject is left out once, everywhere at once: from all expressions, networks and folds that a number is made
of, so that every contrast is paired (`comparison.over_faces`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import made_again
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table
from workflow_scripts.standardization.heatmaps import unit_mass


@dataclass(frozen=True)
class SubjectMaps:
    """The explanations of one cell, of a network or of a control, by subject.

    subjects: n names, sorted. images: int64 (n,), the explanations of each. sums: float64 (n, h, w), the sum
    of these.
    """

    subjects: Sequence[str]
    images: np.ndarray
    sums: np.ndarray

    def heatmap(self) -> np.ndarray:
        """The mean of all explanations, float32 (h, w), as `standardize_explanations` has it."""
        return (self.sums.sum(axis=0) / self.images.sum()).astype(np.float32)

    def without_each(self) -> Iterator[np.ndarray]:
        """The heatmap without each subject in turn; nothing if there is only one."""
        total, n = self.sums.sum(axis=0), self.images.sum()
        for images, one in zip(self.images, self.sums, strict=True) if len(self.subjects) > 1 else ():
            yield (np.maximum(total - one, 0) / (n - images)).astype(np.float32)


def by_subject(maps: Iterable[np.ndarray], subjects: Sequence[str]) -> SubjectMaps:
    """Sum explanations, each float (h, w) and not negative, by the subject of each.

    >>> found = by_subject(np.array([[[1.0]], [[2.0]], [[4.0]]]), ["bob", "ann", "bob"])
    >>> list(found.subjects), found.images.tolist(), found.sums.ravel().tolist()
    (['ann', 'bob'], [1, 2], [2.0, 5.0])
    """
    sums, images = {}, {}
    for one, subject in zip(maps, subjects, strict=True):
        sums[subject] = sums.get(subject, 0) + one.astype(np.float64)
        images[subject] = images.get(subject, 0) + 1
    names = sorted(sums)
    counts = np.array([images[name] for name in names], np.int64)
    return SubjectMaps(names, counts, _stacked([sums[name] for name in names]))


def _stacked(maps: Sequence[np.ndarray]) -> np.ndarray:
    return np.array(maps) if maps else np.zeros((0, 0, 0))


def read_subject_names(folds: Path) -> dict[str, str]:
    """The subject of each image_id, from a table of folds: its group, which no fold divides."""
    return {row["image_id"]: row["group"] for row in read_table(folds, ["image_id", "group"])}


def read_subjects(path: Path, subject_of: Mapping[str, str], averaging: str = "plain") -> SubjectMaps:
    """The explanations of a cell by subject, from its standardized file.

    subject_of: the subject of each image_id. averaging: as of `standardize_explanations`; with unit_mass,
    each explanation is first scaled to a sum of 1, and those that its mean leaves out are left out here.
    Raises StudyError for an image whose subject is not given.
    """
    image_ids, explanations = read_averaged(path, averaging)
    return by_subject(explanations, _subjects(path, image_ids, subject_of))


def read_averaged(path: Path, averaging: str = "plain") -> tuple[np.ndarray, Iterable[np.ndarray]]:
    """The image_ids and explanations, float (h, w), whose mean is the heatmap of a cell's standardized file.

    averaging: as of `read_subjects`.
    """
    wanted = ["image_id", "explanations", *(["counted"] if averaging == "unit_mass" else [])]
    with open_hdf5(path, wanted) as file:
        image_ids, explanations = file["image_id"].asstr()[:], file["explanations"][:]
        if averaging == "unit_mass":
            counted = file["counted"][:]
            image_ids, explanations = image_ids[counted], map(unit_mass, explanations[counted])
    return image_ids, explanations


def read_explanations(path: Path, subject_of: Mapping[str, str]) -> Iterator[tuple[str, str, np.ndarray]]:
    """The subject, the image_id and the explanation, float32 (h, w), of each image of a cell, one by one.

    Raises StudyError as `read_subjects` does.
    """
    with open_hdf5(path, ["image_id", "explanations"]) as file:
        image_ids = file["image_id"].asstr()[:]
        yield from zip(_subjects(path, image_ids, subject_of), image_ids, file["explanations"], strict=True)


def _subjects(path: Path, image_ids: Sequence[str], subject_of: Mapping[str, str]) -> list[str]:
    if unknown := [name for name in image_ids if name not in subject_of]:
        raise StudyError(f"{path}: image {unknown[0]} is in no table of folds; {made_again(path)}")
    return [subject_of[name] for name in image_ids]
