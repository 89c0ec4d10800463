"""FEGA's file names: sex, age and name make the subject, the expression is Italian."""

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import fega


def test_a_name_says_who_shows_what(tree):
    listing = fega.read(tree(["0_F_22_alessandra2_Allegria_1.png", "12_M_66_ugo_Arrabbiato_8.PNG"]))
    assert listing.rows == [
        {
            "path": "0_F_22_alessandra2_Allegria_1.png",
            "expression": "happiness",
            "subject": "F_22_alessandra2",
            "sex": "F",
            "age": "22",
            "name": "alessandra2",
            "number": "0",
            "take": "1",
        },
        {
            "path": "12_M_66_ugo_Arrabbiato_8.PNG",
            "expression": "anger",
            "subject": "M_66_ugo",
            "sex": "M",
            "age": "66",
            "name": "ugo",
            "number": "12",
            "take": "8",
        },
    ]


@pytest.mark.parametrize(
    ("label", "expression"),
    [
        ("Allegria", "happiness"),
        ("Tristezza", "sadness"),
        ("Paura", "fear"),
        ("Arrabbiato", "anger"),
        ("Neutra", "neutral"),
        ("Sorpresa", "surprise"),
        ("disgusto", "disgust"),
    ],
)
def test_every_expression(tree, label, expression):
    (row,) = fega.read(tree([f"3_M_30_ugo_{label}_4.png"])).rows
    assert row["expression"] == expression


def test_people_of_one_name_differ_by_sex_and_age_but_not_by_spelling(tree):
    names = [
        "F_22_andrea",
        "M_22_andrea",
        "M_23_andrea",
        "M_23_Andrea",
        "M_40_nicolo\u0300",
        "M_40_nicol\u00f2",
    ]
    listing = fega.read(tree(f"{n}_{name}_Paura_1.png" for n, name in enumerate(names)))
    subjects = [row["subject"] for row in listing.rows]
    assert subjects == [
        "F_22_andrea",
        "M_22_andrea",
        "M_23_andrea",
        "M_23_andrea",
        "M_40_nicol\u00f2",
        "M_40_nicol\u00f2",
    ]


def test_the_whole_set_has_its_subjects(tree, indexed):
    people = [f"F_{21 + n}_anna{n}" for n in range(21)] + [f"M_{21 + n}_ugo{n}" for n in range(30)]
    words = ("Allegria", "Tristezza", "Paura", "Arrabbiato", "Neutra", "Sorpresa", "Disgusto")
    found = indexed("fega", tree(f"{n}_{who}_{word}_1.png" for n, who in enumerate(people) for word in words))
    assert found.published == {"subjects": (51, 51)}
    assert len(found.index) == 51 * 7
    assert set(found.counts.values()) == {51}


def test_other_files_are_counted(tree, indexed):
    names = ["0_F_22_anna_Paura_1.png", "0_F_22_anna_Paura_9.png", "0_F_22_anna_Paura.png", "._x.png"]
    found = indexed("fega", tree(names))
    assert len(found.index) == 1
    assert found.counts["no file name of an image of the data set"] == 2
    assert found.counts["hidden file"] == 1


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["F_22_anna_Paura_1.png"], "there is no image named like 0_F_22_alessandra2_Allegria_1.png"),
        (["0_F_22_anna_Gioia_1.png"], "0_F_22_anna_Gioia_1.png: unknown expression 'Gioia'"),
        (["a/0_F_22_anna_Paura_1.png", "b/0_F_22_anna_Paura_1.png"], "are the same image"),
    ],
)
def test_errors_name_the_file(tree, names, named):
    with pytest.raises(StudyError) as error:
        fega.read(tree(names))
    assert named in str(error.value)
