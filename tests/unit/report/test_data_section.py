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
    assert "In data set single every image has a subject of its own." in text
    assert "cannot be told from a data set without repeated people; if they do, accuracy is too high" in text


def test_identical_images_are_counted_with_what_contradicts():
    assert identical_sentences(KNOWN) == ["No image was used twice: no two are the same to the byte."]
    folds = rows(("S1", "fear", "toy/0"), ("S1", "fear", "toy/0"), ("S2", "joy", "toy/2"))
    folds += rows(("S2", "fear", "toy/2"), ("S1", "joy", ""), dataset="other")
    counts, warning = identical_sentences(folds)
    assert counts.startswith("4 images are in 2 sets of byte-identical images")
    assert "Sets that span data sets: 1; subjects: 1; expressions: 1." in counts
    assert warning.startswith("Warning: the same image bears different expressions in 1 set")
    assert "toy/2" in warning
    assert len(identical_sentences(folds[:2])) == 1
