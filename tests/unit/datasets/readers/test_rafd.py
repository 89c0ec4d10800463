"""RaFD's file names, and the 8,040 of the whole set."""

import itertools

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import rafd

LABELS = {
    "angry": "anger",
    "contemptuous": "contempt",
    "disgusted": "disgust",
    "fearful": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}
CAMERAS = ("000", "045", "090", "135", "180")
GAZES = ("frontal", "left", "right")


def whole_set() -> list[str]:
    return [
        f"Rafd{camera}_{person:02d}_Caucasian_female_{label}_{gaze}.jpg"
        for camera, person, label, gaze in itertools.product(CAMERAS, range(1, 68), LABELS, GAZES)
    ]


def test_a_name_says_who_shows_what(tree):
    (row,) = rafd.read(tree(["Rafd090_40_Kid_male_surprised_left.JPG"])).rows
    assert row == {
        "path": "Rafd090_40_Kid_male_surprised_left.JPG",
        "expression": "surprise",
        "subject": "40",
        "sex": "M",
        "group": "Kid",
        "camera": "090",
        "gaze": "left",
    }


def test_the_whole_set_is_as_published_and_its_frontal_camera_is_taken(tree, indexed):
    found = indexed("rafd", tree(whole_set()))
    assert found.published == {"images of all cameras": (8040, 8040), "subjects": (67, 67)}
    assert len(found.index) == 67 * 8 * 3
    assert {found.counts[expression] for expression in LABELS.values()} == {67 * 3}
    assert found.counts["camera 045, which the setting cameras does not ask for"] == 67 * 8 * 3


def test_cameras_and_gazes_are_chosen_by_the_settings(tree):
    root = tree(whole_set())
    listing = rafd.read(root, cameras=["045", "135"], gazes=["frontal"])
    assert {(row["camera"], row["gaze"]) for row in listing.rows} == {("045", "frontal"), ("135", "frontal")}
    assert listing.left_out["gaze left, which the setting gazes does not ask for"] == 2 * 67 * 8
    with pytest.raises(StudyError, match=r"cameras: expected a list of 000, 045, .* got \[90\]"):
        rafd.read(root, cameras=[90])


def test_an_unknown_expression_is_refused_by_file(tree):
    with pytest.raises(StudyError, match=r"bored_left\.jpg: unknown expression 'bored'; expected .*angry"):
        rafd.read(tree(["Rafd090_40_Kid_male_bored_left.jpg"]))


def test_the_same_image_twice_is_refused(tree):
    name = "Rafd090_01_Moroccan_male_sad_frontal"
    with pytest.raises(StudyError, match="are the same image"):
        rafd.read(tree([f"{name}.jpg", f"copy/{name}.jpg"]))


def test_a_wrong_root_is_refused_with_what_was_looked_for(tree):
    with pytest.raises(StudyError, match=r"no image named like Rafd090_01_Caucasian_female_angry_frontal"):
        rafd.read(tree(["Rafd090_01.jpg"]))
