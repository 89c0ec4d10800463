"""What the page says of subjects, folds and identical images."""

import pytest

from workflow_scripts.report.page.data_section import (
    fold_sentences,
    identical_sentences,
    subject_count,
)


def rows(*images: tuple[str, str, str], dataset: str = "toy") -> list[dict[str, str]]:
    """Rows of folds.csv of (subject, expression, identical)."""
    return [
        {"image_id": f"{dataset}/{n}", "dataset": dataset, "subject": subject, "expression": expression}
        | {"identical": identical, "fold": str(1 + n % 2)}
        for n, (subject, expression, identical) in enumerate(images)
    ]


KNOWN = rows(("S1", "fear", ""), ("S1", "joy", ""), ("S2", "fear", ""), dataset="known")
UNKNOWN = rows(("", "fear", ""), ("", "joy", ""), dataset="web")
SINGLE = rows(("S1", "fear", ""), ("S2", "joy", ""), dataset="single")


@pytest.mark.parametrize(
    ("folds", "count"),
    [(KNOWN, "2"), (UNKNOWN, "unknown"), (KNOWN + UNKNOWN, "2 + unknown"), (KNOWN + SINGLE, "4"), ([], "")],
)
def test_only_known_subjects_are_counted(folds, count):
    assert subject_count(folds) == count


def test_the_folds_keep_apart_the_people_that_are_known():
    text = " ".join(fold_sentences(KNOWN))
    assert "All images of a subject lie in one fold, where subjects are known." in text
    assert "accuracy is too high" not in text


def test_nothing_is_kept_apart_where_subjects_are_unknown():
    text = " ".join(fold_sentences(UNKNOWN))
    assert "All images of a subject" not in text
    assert "Subjects are unknown in data set web: nothing keeps the images of a person in one fold" in text
    assert "their accuracy is too high" in text
    both = " ".join(fold_sentences(KNOWN + UNKNOWN))
    assert "lie in one fold, where subjects are known (data set known)" in both


def test_a_data_set_in_which_nobody_recurs_cannot_tell_whether_somebody_does():
    text = " ".join(fold_sentences(SINGLE + KNOWN))
    assert "In data set single, every image has a different subject." in text
    assert "cannot show whether people recur under several names; if they do, accuracy is too high" in text


def test_identical_images_are_counted_with_what_contradicts():
    assert identical_sentences(KNOWN) == ["No image was used twice: no two are byte-identical."]
    folds = rows(("S1", "fear", "toy/0"), ("S1", "fear", "toy/0"), ("S2", "joy", "toy/2"))
    folds += rows(("S2", "fear", "toy/2"), ("S1", "joy", ""), dataset="other")
    counts, warning = identical_sentences(folds)
    assert counts.startswith("4 images are in 2 sets of byte-identical images")
    assert "Sets that span data sets: 1; subjects: 1; expressions: 1." in counts
    assert warning.startswith("Warning: the same image is labelled with different expressions in 1 set")
    assert "toy/2" in warning
    assert len(identical_sentences(folds[:2])) == 1


def official(*parts: tuple[str, str, str]) -> list[dict[str, str]]:
    """Rows of folds.csv of an official split: (subject, identical, fold)."""
    table = rows(*((subject, "fear", identical) for subject, identical, _ in parts))
    return [row | {"fold": fold} for row, (_, _, fold) in zip(table, parts, strict=True)]


def test_an_official_split_is_one_training_and_people_on_both_sides_are_counted():
    folds = official(("S1", "", "0"), ("S1", "", "1"), ("S2", "", "0"), ("S3", "", "1"))
    text = " ".join(fold_sentences(folds, official=True))
    assert "All images of a subject lie in one fold" not in text
    assert "One official split means one training of each network" in text
    assert "Warning: 1 of 3 subjects have images in several folds" in text
    assert "toy/S1" in text
    apart = " ".join(fold_sentences(folds[1:], official=True))
    assert "Where subjects are known, none has images in several folds." in apart
    several = official(("S1", "", "1"), ("S2", "", "2"), ("S3", "", "3"))
    assert "one training of each network" not in " ".join(fold_sentences(several, official=True))


def test_copies_across_an_official_split_are_counted_and_said_not_to_be_moved():
    folds = official(("", "toy/0", "0"), ("", "toy/0", "1"), ("", "toy/2", "0"), ("", "toy/2", "0"))
    counts, warning = identical_sentences(folds, official=True)
    assert counts.startswith("4 images are in 2 sets of byte-identical images. Every copy")
    assert "Warning: the official split divides 1 set of them. Test images with a copy among" in warning
    assert "They were not moved." in warning
    (whole,) = identical_sentences(folds[2:], official=True)
    assert "each set entirely in one fold" in whole
