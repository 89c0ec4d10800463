"""BU-4DFE: frames around the middle of each sequence, in folders or flattened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import bu4dfe

WORDS = ("Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise")
SUBJECTS = [f"F{n:03}" for n in range(1, 59)] + [f"M{n:03}" for n in range(1, 44)]


def frames(folder: str, n: int) -> list[str]:
    return [f"{folder}/{number:03}.jpg" for number in range(n)]


def paths(listing) -> list[str]:
    return [row["path"] for row in listing.rows]


def test_frames_around_the_middle_are_taken_and_the_others_counted(tree):
    root = tree([*frames("F001/Angry", 100), *frames("M043/Happy", 97), "F001/Angry/000.wrl"])
    listing = bu4dfe.read(root)
    assert paths(listing) == [f"F001/Angry/{n:03}.jpg" for n in (48, 49, 50)] + [
        f"M043/Happy/{n:03}.jpg" for n in (47, 48, 49)
    ]
    assert listing.rows[-1] == {
        "path": "M043/Happy/049.jpg",
        "expression": "happiness",
        "subject": "M043",
        "sex": "M",
        "sequence": "happiness",
        "frame": "49",
    }
    assert listing.left_out == {
        "frame outside the middle 3 of its sequence": 97 + 94,
        "no file name of an image of the data set": 1,
    }


def test_the_number_of_frames_is_a_setting(tree):
    root = tree([*frames("F001/Sad", 9), *frames("F001/Fear", 2)])
    assert paths(bu4dfe.read(root, middle_frames=1)) == ["F001/Fear/000.jpg", "F001/Sad/004.jpg"]
    assert len(paths(bu4dfe.read(root, middle_frames=20))) == 11
    for wrong in (0, -1, 2.5, "3", True, None):
        with pytest.raises(StudyError, match="middle_frames: expected a whole number of at least 1"):
            bu4dfe.read(root, middle_frames=wrong)


@given(st.integers(1, 200), st.integers(1, 20))
def test_the_middle_is_as_far_from_both_ends(length, n):
    taken = bu4dfe.middle(list(range(length)), n)
    before, after = taken[0], length - 1 - taken[-1]
    assert len(taken) == min(length, n)
    assert 0 <= after - before <= 1


def test_frames_are_ordered_by_number_not_by_name(tree):
    listing = bu4dfe.read(tree(f"F001_Fear_{n}.png" for n in ("998", "999", "1000", "1001", "1002")))
    assert [row["frame"] for row in listing.rows] == ["999", "1000", "1001"]


def test_flattened_names_in_any_case_and_deeper_folders(tree):
    names = [
        "F001_Angry_010.png",
        "more/m002_surprise_004.JPG",
        "F001_Neutral_000.png",
        "set/F003/SAD/7001.PNG",
    ]
    found = {(row["subject"], row["expression"], row["sex"]) for row in bu4dfe.read(tree(names)).rows}
    assert found == {
        ("F001", "anger", "F"),
        ("M002", "surprise", "M"),
        ("F001", "neutral", "F"),
        ("F003", "sadness", "F"),
    }


@pytest.mark.parametrize("name", ["{}/{}/050.jpg", "{}_{}_050.png"])
def test_the_whole_set_is_as_published(tree, indexed, name):
    found = indexed("bu4dfe", tree(name.format(subject, word) for subject in SUBJECTS for word in WORDS))
    assert found.published == {"subjects": (101, 101), "sequences": (606, 606)}
    assert found.counts == dict.fromkeys(
        ["anger", "disgust", "fear", "happiness", "sadness", "surprise"], 101
    )


def test_neutral_frames_are_no_sequence_of_the_set(tree, indexed):
    found = indexed("bu4dfe", tree(["F001_Angry_050.png", "F001_Neutral_000.png"]), middle_frames=1)
    assert found.published["sequences"] == (1, 606)
    assert found.counts == {"anger": 1, "neutral": 1}


def test_numbered_images_elsewhere_are_counted(tree):
    listing = bu4dfe.read(tree(["F001/Fear/000.jpg", "000.jpg", "Fear/000.jpg", "F001/Fear/more/000.jpg"]))
    assert paths(listing) == ["F001/Fear/000.jpg"]
    assert listing.left_out == {"numbered image, but not in folders like F001/Angry": 3}


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["a.jpg"], "there is no image named like F001/Angry/000.jpg or F001_Angry_000.png"),
        (["Angry/000.jpg"], "there is no image named like"),
        (["F001/Bored/000.jpg"], "F001/Bored/000.jpg: unknown expression 'Bored'; expected one of: angry"),
        (["F001_Bored_000.jpg"], "unknown expression 'Bored'"),
        (["F001/Sad/000.jpg", "F001/Sad/000.png"], "'F001/Sad/000.jpg' and 'F001/Sad/000.png' are the same"),
        (["F001/Sad/000.jpg", "F001_Sad_000.jpg"], "are the same image"),
    ],
)
def test_errors_name_the_file(tree, names, named):
    with pytest.raises(StudyError) as error:
        bu4dfe.read(tree(names))
    assert named in str(error.value)
