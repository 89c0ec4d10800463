"""Which images a model from elsewhere is tested on: those that it was not trained on."""

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.training.predict_expressions import unseen_images

# of folds.csv: two people, of each an image in either fold; b2 is a copy of a1
IMAGES = [
    {"image_id": "toy/a1", "group": "toy/a", "identical": "toy/a1", "fold": "1"},
    {"image_id": "toy/a2", "group": "toy/a", "identical": "", "fold": "2"},
    {"image_id": "toy/b1", "group": "toy/b", "identical": "", "fold": "1"},
    {"image_id": "toy/b2", "group": "toy/b", "identical": "toy/a1", "fold": "2"},
    {"image_id": "toy/c2", "group": "toy/c", "identical": "", "fold": "2"},
]


@pytest.fixture
def seen(tmp_path):
    """A function: the table of the images that a model was trained on."""

    def write(*names: str):
        write_table(tmp_path / "seen.csv", ["image_id"], [{"image_id": name} for name in names])
        return tmp_path / "seen.csv"

    return write


def test_images_that_a_model_was_trained_on_are_left_out_and_counted(seen, capsys):
    rows = unseen_images(IMAGES, 2, seen("toy/a2", "elsewhere/x"))
    assert [row["image_id"] for row in rows] == ["toy/b2", "toy/c2"]
    assert "left out 1 of 3 images: the network was trained on them" in capsys.readouterr().out


def test_copies_of_what_a_model_was_trained_on_are_left_out_too(seen, capsys):
    rows = unseen_images(IMAGES, 2, seen("toy/a1"))
    assert [row["image_id"] for row in rows] == ["toy/a2", "toy/c2"]
    assert "1 of the other 2 show subjects that the network was trained on" in capsys.readouterr().out


def test_names_of_another_form_are_no_proof_that_nothing_was_seen(seen):
    with pytest.raises(StudyError, match=r"none of its 2 images .* are like toy/a1; .*trained_on: none"):
        unseen_images(IMAGES, 2, seen("a1.png", "a2.png"))


def test_a_fold_of_which_nothing_is_left_is_refused(seen):
    with pytest.raises(StudyError, match=r"trained on all 2 images of fold 1"):
        unseen_images(IMAGES, 1, seen("toy/a1", "toy/b1"))
