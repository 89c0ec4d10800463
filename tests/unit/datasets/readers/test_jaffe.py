"""JAFFE's file names: what they say, and the 213 of the whole set."""

from itertools import cycle

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import jaffe

SUBJECTS = ("KA", "KL", "KM", "KR", "MK", "NA", "NM", "TM", "UY", "YM")
# the published table, written out once more
IMAGES = {"AN": 30, "DI": 29, "FE": 32, "HA": 31, "NE": 30, "SA": 31, "SU": 30}


def whole_set() -> list[str]:
    """213 names with the published numbers of subjects and of images of each expression."""
    subjects = cycle(SUBJECTS)
    names = [
        f"{next(subjects)}.{label}{n // 10 + 1}" for label, count in IMAGES.items() for n in range(count)
    ]
    return [f"{name}.{number}.tiff" for number, name in enumerate(names, start=1)]


def test_a_name_says_who_shows_what(tree):
    listing = jaffe.read(tree(["KA.AN1.39.tiff", "sub/YM.SU3.180.TIF"]))
    assert listing.rows == [
        {
            "path": "KA.AN1.39.tiff",
            "expression": "anger",
            "subject": "KA",
            "sex": "F",
            "take": "1",
            "number": "39",
        },
        {
            "path": "sub/YM.SU3.180.TIF",
            "expression": "surprise",
            "subject": "YM",
            "sex": "F",
            "take": "3",
            "number": "180",
        },
    ]


@pytest.mark.parametrize(
    ("label", "expression"),
    [
        ("AN", "anger"),
        ("DI", "disgust"),
        ("FE", "fear"),
        ("HA", "happiness"),
        ("NE", "neutral"),
        ("SA", "sadness"),
        ("SU", "surprise"),
    ],
)
@pytest.mark.parametrize("suffix", ["tiff", "tif", "png", "jpg", "JPG"])
def test_every_expression_and_suffix(tree, label, expression, suffix):
    (row,) = jaffe.read(tree([f"KL.{label}2.120.{suffix}"])).rows
    assert row["expression"] == expression


def test_the_whole_set_is_as_published(tree, indexed):
    found = indexed("jaffe", tree([*whole_set(), "README_FIRST.txt", ".DS_Store"]))
    assert len(found.index) == 213
    assert found.published == {
        "images": (213, 213),
        "subjects": (10, 10),
        "images of anger": (30, 30),
        "images of disgust": (29, 29),
        "images of fear": (32, 32),
        "images of happiness": (31, 31),
        "images of neutral": (30, 30),
        "images of sadness": (31, 31),
        "images of surprise": (30, 30),
    }
    assert found.counts["hidden file"] == 1
    assert found.counts["no file name of an image of the data set"] == 1


def test_a_part_of_the_set_is_printed_beside_what_is_published(tree, indexed, capsys):
    found = indexed("jaffe", tree(whole_set()[1:]), expressions='["anger", "fear"]')
    assert (len(found.index), found.counts["disgust"]) == (29 + 32, 29)
    assert found.published["images of anger"] == (29, 30)
    assert "jaffe: images: 212 found, published: 213" in capsys.readouterr().out


def test_the_same_image_twice_is_refused(tree):
    root = tree(["a/KA.AN1.39.tiff", "b/KA.AN1.39.tiff"])
    with pytest.raises(StudyError, match=r"'a/KA\.AN1\.39\.tiff' and 'b/KA\.AN1\.39\.tiff' are the same"):
        jaffe.read(root)
    with pytest.raises(StudyError, match=r"'KA\.AN1\.39\.png' and 'KA\.AN1\.39\.tiff'"):
        jaffe.read(tree(["c/KA.AN1.39.tiff", "c/KA.AN1.39.png"]) / "c")


def test_a_wrong_root_is_refused_with_what_was_looked_for(tree):
    root = tree(["KA-AN1-39.tiff", "KA.XX1.39.tiff"])
    with pytest.raises(StudyError) as error:
        jaffe.read(root)
    assert f"{root}: there is no image named like KA.AN1.39.tiff" in str(error.value)
    assert "set root to" in str(error.value)
