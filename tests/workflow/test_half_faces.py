"""Half faces in a workflow: made by their own rule, under their own names, compared with their half."""

import subprocess

import numpy as np
import pytest

from tests.study_copy import FACES, copy_repository, snakemake
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.faces.face_store import FaceReader

EXPRESSIONS = ["happiness", "surprise"]
STUDY = {
    "run": {
        "datasets": ["mini", "mini_mouth"],
        "networks": ["WeiNet"],
        "mask_sets": ["mouth_half"],
        "expressions": EXPRESSIONS,
    },
    "datasets": {
        "mini": {"reader": "csv", "root": FACES, "table": "mini.csv"},
        "mini_mouth": {"half_of": "mini", "shows": "mouth"},
    },
    "training": {"folds": 2},
}
MASKS = [f"results/comparison/masks/mouth_half/{name}.png" for name in EXPRESSIONS]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a study whose folds and masks are made."""
    folder = tmp_path_factory.mktemp("halves") / "study"
    copy_repository(folder, STUDY, 2, {*EXPRESSIONS, "neutral"})
    finished = snakemake(
        folder, "results/training/folds.csv", *MASKS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert finished.returncode == 0, finished.stdout[-5000:]
    return folder


def test_each_face_is_made_by_the_rule_of_its_data_set(made):
    logs = {path.name: path.parent.name for path in (made / "logs/faces").rglob("*.log")}
    assert logs == {"prepare_faces.log": "mini", "blend_faces.log": "mini_mouth"}


def test_half_faces_are_those_of_the_same_images_under_names_of_their_own(made):
    whole, half = (made / f"results/faces/{name}/faces.h5" for name in ("mini", "mini_mouth"))
    with FaceReader([whole]) as of_whole, FaceReader([half]) as of_half:
        names = [name.removeprefix("mini/") for name in of_whole.image_ids]
        assert of_half.image_ids == [f"mini_mouth/{name}" for name in names]
        assert len(names) == 4
        by_subject = {}
        for name in names:
            image = of_half.image(f"mini_mouth/{name}")
            assert not np.array_equal(image, of_whole.image(f"mini/{name}"))
            by_subject.setdefault(name.partition("_")[0], []).append(image)
    for first, second in by_subject.values():
        assert np.array_equal(first[:90], second[:90])  # brows and eyes: those of the neutral face
        assert not np.array_equal(first[130:], second[130:])


def test_both_faces_of_a_person_are_in_one_fold_and_neutral_ones_in_none(made):
    rows = read_table(made / "results/training/folds.csv", ["image_id", "subject", "expression", "fold"])
    assert {row["expression"] for row in rows} == set(EXPRESSIONS)
    folds = {row["subject"]: set() for row in rows}
    for row in rows:
        folds[row["subject"]].add(row["fold"])
    assert all(len(of) == 1 for of in folds.values())


def test_all_expressions_have_the_same_mask(made):
    first, second = (read_mask(made / path) for path in MASKS)
    assert np.array_equal(first, second)


def test_who_shows_all_expressions_is_a_table_beside_the_faces(made):
    rows = read_table(made / "results/faces/mini_mouth/subjects.csv")
    assert [(row["images"], row["expressions"], row["missing"]) for row in rows] == [("2", "2", "")] * 2
