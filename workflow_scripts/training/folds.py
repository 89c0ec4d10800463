"""Cross-validation folds that never split a subject (paper, section 3.4)."""

from collections import Counter
from collections.abc import Sequence

from workflow_scripts.errors import StudyError
from workflow_scripts.seeds import derived_seed


def subject_folds(subjects: Sequence[str], n_folds: int, seed: int, dataset: str) -> dict[str, int]:
    """Assign the subjects of one data set to folds 1 to `n_folds`.

    `subjects` has one entry per image. Subjects are taken in random order and each goes to the fold
    that has the fewest images so far, so folds hold about the same number of images. The order of a
    data set depends on the seed and the subjects' names alone, not on the other data sets.

    Raises StudyError where there are fewer subjects than folds.

    >>> folds = subject_folds(["ann", "ann", "bob", "cy", "dee"], 2, seed=1, dataset="toy")
    >>> sorted(folds) == ["ann", "bob", "cy", "dee"] and set(folds.values()) == {1, 2}
    True
    """
    images = Counter(subjects)
    if len(images) < n_folds:
        raise StudyError(
            f"data set '{dataset}' has {len(images)} subjects with usable images, "
            f"too few for {n_folds} folds; "
            "lower training.folds or leave the data set out of run.datasets"
        )
    size = dict.fromkeys(range(1, n_folds + 1), 0)
    folds = {}
    for subject in sorted(images, key=lambda name: derived_seed(seed, "folds", dataset, name)):
        fold = min(size, key=size.get)
        folds[subject] = fold
        size[fold] += images[subject]
    return folds
