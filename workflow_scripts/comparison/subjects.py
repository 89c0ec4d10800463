"""Other faces: the explanations of a panel's images by subject, and its heatmap over redrawn subjects.

The claim ``faces`` is about THESE trained networks: what if they had been shown other people's faces? The
unit is the subject, since images of one person are alike; each is tested in exactly one fold of a
cross-validation, so folds hold disjoint subjects. (Images of unknown subjects are their own subjects.)
Instead of drawing subjects with replacement, each gets an independent Poisson(1) weight in every draw, which
for more than a few subjects is the same (Hanley & MacGibbon 2006, Computer Methods and Programs in
Biomedicine 83, 57-62; Chamandy et al. 2012, Google technical report). The weight depends on the study's seed,
the subject and the draw alone: it is the same in all jobs, for all networks, expressions and explainers, so
that every contrast of two numbers is paired. Within a fold the redrawn heatmap is H* = sum(w_s S_s) /
sum(w_s n_s), S_s being the sum of the subject's explanations and n_s their number; with all weights 1 it is
the heatmap of the cell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.surrogates import on_grid
from workflow_scripts.standardization.heatmaps import unit_mass

BATCH = 100  # draws at once: at full size, a batch of heatmaps takes 25 MB


@dataclass(frozen=True)
class SubjectMaps:
    """The explanations of one cell, of a network or of a control, by subject.

    subjects: n names, sorted. images: int64 (n,), the explanations of each. sums: float64 (n, h, w), the sum
    of these.
    """

    subjects: Sequence[str]
    images: np.ndarray
    sums: np.ndarray

    def on_grid(self, step: int) -> "SubjectMaps":
        """The same, averaged over cells of about step x step pixels."""
        coarse = [on_grid(one, step) for one in self.sums]
        return SubjectMaps(self.subjects, self.images, np.array(coarse).reshape(len(coarse), *_shape(coarse)))

    def heatmap(self) -> np.ndarray:
        """The mean of all explanations, float64 (h, w); NaN without any."""
        with np.errstate(invalid="ignore"):
            return self.sums.sum(axis=0) / self.images.sum()

    def redrawn(self, weights: np.ndarray) -> Iterator[np.ndarray]:
        """Batches of heatmaps, float32 (batch, h * w), one per draw; NaN where no subject has weight.

        weights: float32 (draws, n), from `subject_weights`.
        """
        sums = self.sums.reshape(len(self.sums), -1).astype(np.float32)
        images = weights @ self.images.astype(np.float32)
        images[images == 0] = np.nan
        for start in range(0, len(weights), BATCH):
            batch = slice(start, start + BATCH)
            yield (weights[batch] @ sums) / images[batch, None]


def _shape(maps: Sequence[np.ndarray]) -> tuple[int, ...]:
    return maps[0].shape if maps else (0, 0)


def subject_weights(seed: int, subjects: Sequence[str], draws: int) -> np.ndarray:
    """Poisson(1) weights of subjects, float32 (draws, n); those of more draws begin with those of fewer.

    >>> weights = subject_weights(1, ["ann", "bob"], 3)
    >>> bool((subject_weights(1, ["bob"], 5)[:3, 0] == weights[:, 1]).all())
    True
    """
    drawn = [generator(seed, "subjects", one).poisson(1, draws) for one in subjects]
    return np.array(drawn, np.float32).reshape(len(subjects), draws).T


def by_subject(maps: Iterable[np.ndarray], subjects: Sequence[str]) -> SubjectMaps:
    """Sum explanations, each float (h, w), by the subject of each.

    >>> found = by_subject(np.array([[[1.0]], [[2.0]], [[4.0]]]), ["bob", "ann", "bob"])
    >>> list(found.subjects), found.images.tolist(), found.sums.ravel().tolist()
    (['ann', 'bob'], [1, 2], [2.0, 5.0])
    """
    sums, images = {}, {}
    for one, subject in zip(maps, subjects, strict=True):
        sums[subject] = sums.get(subject, 0) + one.astype(np.float64)
        images[subject] = images.get(subject, 0) + 1
    names = sorted(sums)
    stacked = np.array([sums[name] for name in names])
    return SubjectMaps(
        names, np.array([images[name] for name in names], np.int64), stacked.reshape(len(names), *_shape(stacked))
    )


def read_subjects(path: Path, subject_of: Mapping[str, str], averaging: str = "plain") -> SubjectMaps:
    """The explanations of a cell by subject, from its standardized file.

    subject_of: the subject of each image_id. averaging: as of `standardize_explanations`; with unit_mass,
    each explanation is first scaled to a sum of 1, and those that its mean leaves out are left out here.
    Raises StudyError for an image whose subject is not given.
    """
    wanted = ["image_id", "explanations", *(["counted"] if averaging == "unit_mass" else [])]
    with open_hdf5(path, wanted) as file:
        image_ids, explanations = file["image_id"].asstr()[:], file["explanations"][:]
        if averaging == "unit_mass":
            counted = file["counted"][:]
            image_ids, explanations = image_ids[counted], map(unit_mass, explanations[counted])
    if unknown := [name for name in image_ids if name not in subject_of]:
        raise StudyError(f"{path}: image {unknown[0]} is in no table of folds; delete the file and rerun")
    return by_subject(explanations, [subject_of[name] for name in image_ids])
