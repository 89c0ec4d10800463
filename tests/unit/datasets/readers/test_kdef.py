"""KDEF's file names, and the 4,900 of the whole set."""

import itertools

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import kdef

VIEWS = ("S", "HL", "HR", "FL", "FR")
LABELS = ("AF", "AN", "DI", "HA", "NE", "SA", "SU")


def whole_set() -> list[str]:
    people = [f"{sex}{n:02d}" for sex in "FM" for n in range(1, 36)]
    return [
        f"KDEF/{session}{person}/{session}{person}{label}{view}.JPG"
        for session, person, label, view in itertools.product("AB", people, LABELS, VIEWS)
    ]


def test_a_name_says_who_shows_what(tree):
    (row,) = kdef.read(tree(["KDEF/BM05/bm05afs.jpg"])).rows
    assert row == {
        "path": "KDEF/BM05/bm05afs.jpg",
        "expression": "fear",
        "subject": "M05",
        "sex": "M",
        "session": "B",
        "view": "S",
    }


def test_the_whole_set_is_as_published_and_its_frontal_views_are_taken(tree, indexed):
    found = indexed("kdef", tree([*whole_set(), "KDEF/Thumbs.db"]))
    assert found.published == {"images of all views": (4900, 4900), "subjects": (70, 70)}
    assert len(found.index) == 980
    assert {row["view"] for row in found.index} == {"S"}
    # both sessions of a person are one subject, or folds would test on people they trained on
    assert len({row["subject"] for row in found.index}) == 70
    assert {found.counts[name] for name in ("anger", "disgust", "fear", "neutral")} == {140}
    assert found.counts["view FL, which the setting views does not ask for"] == 980
    assert found.counts["no file name of an image of the data set"] == 1


def test_views_are_chosen_by_the_setting(tree):
    names = [f"AF01HA{view}.JPG" for view in VIEWS]
    listing = kdef.read(tree(names), views=["HL", "HR"])
    assert [row["view"] for row in listing.rows] == ["HL", "HR"]
    with pytest.raises(StudyError, match=r"views: expected a list of S, HL, HR, FL, FR, got \['X'\]"):
        kdef.read(tree(names), views=["X"])
    with pytest.raises(StudyError, match="views: expected a list"):
        kdef.read(tree(names), views="S")


def test_the_same_image_twice_is_refused(tree):
    with pytest.raises(StudyError, match=r"'a/AF01ANS\.JPG' and 'b/AF01ANS\.jpg' are the same image"):
        kdef.read(tree(["a/AF01ANS.JPG", "b/AF01ANS.jpg"]))


def test_a_wrong_root_is_refused_with_what_was_looked_for(tree):
    with pytest.raises(StudyError, match=r"there is no image named like AF01ANS\.JPG .* set root to"):
        kdef.read(tree(["CF01ANS.JPG", "AF01XXS.JPG"]))
