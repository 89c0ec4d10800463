"""WSEFEP: pictures and the sheet that says what they show, with its known errors."""

import csv
from pathlib import Path

import openpyxl
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import wsefep

XLSX = "WSEFEP - norms & FACS.xlsx"
CSV = "WSEFEP - norms & FACS.csv"
HEADER = ("Picture ID", "Display", "Displayer ID")
DISPLAYS = ("joy", "sadness", "fear", "anger", "neutral", "surprise", "disgust")


def save(root: Path, rows: list[tuple], *, name: str = XLSX, header: tuple = HEADER) -> Path:
    """The sheet, in the format that its name says."""
    root.mkdir(parents=True, exist_ok=True)
    if name.endswith(".csv"):
        with (root / name).open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
    else:
        book = openpyxl.Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(root / name)
    return root


def error(root: Path, **settings) -> str:
    with pytest.raises(StudyError) as raised:
        wsefep.read(root, **settings)
    return str(raised.value)


@pytest.mark.parametrize("name", [XLSX, CSV, "more/wsefep_NORMS.XLSX"])
def test_the_sheet_says_what_a_picture_shows(tree, name):
    root = tree(["AD_7885.jpg", "sub/mk1_0012.JPG"])
    (root / name).parent.mkdir(exist_ok=True)
    rows = [("AD_7885", "joy", "AD", 24.0, 0.5), (" MK1_0012.jpg", "Fear ", "MK1", 31, None), (None,) * 5]
    save(root, rows, name=name, header=(*HEADER, "Age", "AU 12\n(left)"))
    assert [{**row, "age": row["age"].removesuffix(".0")} for row in wsefep.read(root).rows] == [
        {
            "path": "AD_7885.jpg",
            "expression": "happiness",
            "subject": "AD",
            "picture_id": "AD_7885",
            "age": "24",
            "au_12_left": "0.5",
        },
        {
            "path": "sub/mk1_0012.JPG",
            "expression": "fear",
            "subject": "MK1",
            "picture_id": "MK1_0012.jpg",
            "age": "31",
            "au_12_left": "",
        },
    ]


@pytest.mark.parametrize(
    ("display", "expression"),
    [
        ("joy", "happiness"),
        ("sadness", "sadness"),
        ("fear", "fear"),
        ("anger", "anger"),
        ("neutral", "neutral"),
        ("Surprise", "surprise"),
        ("disgust", "disgust"),
    ],
)
def test_every_display(tree, display, expression):
    root = save(tree(["AD_7885.jpg"]), [("AD_7885", display, "AD")])
    assert wsefep.read(root).rows[0]["expression"] == expression


def test_the_table_is_found_on_any_sheet_below_a_title_and_beside_odd_columns(tree):
    root = tree(["AD_7885.jpg", "~$WSEFEP - norms & FACS.xlsx"])
    book = openpyxl.Workbook()
    book.active.append(["About this set"])
    sheet = book.create_sheet("FACS")
    sheet.append(["Norms"])
    sheet.append(["", "display", "DISPLAYER  ID", "Picture ID", "path", "AU", "AU", "AU 2", None])
    sheet.append(["x", "anger", "AD", "AD_7885", "here", 1, 2, 3, "lost"])
    book.save(root / XLSX)
    assert wsefep.read(root).rows == [
        {
            "path": "AD_7885.jpg",
            "expression": "anger",
            "subject": "AD",
            "picture_id": "AD_7885",
            "sheet_path": "here",
            "au": "1",
            "au_2": "2",
            "au_2_2": "3",
        }
    ]


def test_the_known_errors_of_the_sheet_are_corrected(tree, capsys):
    root = tree(["AD_8268.jpg", "JS_0449.jpg", "SO_0053.jpg", "MG_1317.JPG"])
    names = ("AD_8286", "JS_0491", "SO_0052", "MG_1317", "MG_0850")
    listing = wsefep.read(save(root, [(name, "anger", name[:2]) for name in names]))
    assert {row["picture_id"]: row["path"] for row in listing.rows} == {
        "AD_8286": "AD_8268.jpg",
        "JS_0491": "JS_0449.jpg",
        "SO_0052": "SO_0053.jpg",
        "MG_1317": "MG_1317.JPG",
    }
    assert listing.left_out == {
        "picture of the sheet that was never published": 1,
        "no file name of an image of the data set": 1,  # the sheet itself
    }
    printed = capsys.readouterr().out
    assert "3 known errors" in printed
    assert "AD_8286 is AD_8268, JS_0491 is JS_0449, SO_0052 is SO_0053" in printed


def test_a_corrected_sheet_and_pictures_of_both_names_stay_as_they_are(tree, capsys):
    root = tree(["AD_8268.jpg", "JS_0449.jpg", "JS_0491.jpg"])
    rows = [("AD_8268", "fear", "AD"), ("JS_0449", "fear", "JS"), ("JS_0491", "anger", "JS")]
    listing = wsefep.read(save(root, [*rows, ("AD_8286", "anger", "AD")]))
    assert {row["path"]: row["expression"] for row in listing.rows} == {
        "AD_8268.jpg": "fear",
        "JS_0449.jpg": "fear",
        "JS_0491.jpg": "anger",
    }
    assert listing.left_out["picture of the sheet that is absent"] == 1
    assert capsys.readouterr().out == ""


def test_pictures_and_rows_that_do_not_meet_are_counted(tree):
    root = tree(["AD_7885.jpg", "AD_7886.jpg", "AD_7887.jpg", "._AD_7885.jpg"])
    rows = [("AD_7885", "joy", "AD"), ("KA_0001", "joy", "KA"), ("Mean", "", "")]
    listing = wsefep.read(save(root, rows))
    assert [row["path"] for row in listing.rows] == ["AD_7885.jpg"]
    assert listing.left_out == {
        "hidden file": 1,
        "no file name of an image of the data set": 1,
        "picture of the sheet that is absent": 1,
        "picture that the sheet does not name": 2,
        "row of the sheet without the name of a picture": 1,
    }


def test_the_whole_set_with_its_errors(tree, indexed):
    displayers = [*[f"{a}{b}" for a in "ABCDE" for b in "KLMNOP"][:28], "MK", "MK1"]
    rows = [
        (f"{who}_{n:04}", display, who)
        for who in displayers
        for n, display in enumerate(DISPLAYS, start=7880)
    ]
    root = save(tree(f"{name}.jpg" for name, *_ in rows), rows)
    found = indexed("wsefep", root)
    assert found.published == {"images": (210, 210), "subjects": (30, 30)}
    assert [found.counts[expression] for expression in ("happiness", "neutral", "anger")] == [30, 30, 30]
    assert {"MK", "MK1"} <= {row["subject"] for row in found.index}


def test_a_sheet_elsewhere_is_named_by_the_setting(tree, tmp_path, indexed):
    root = tree(["AD_7885.jpg"])
    save(tmp_path / "labels", [("AD_7885", "joy", "AD")], name="labels.csv")
    found = indexed("wsefep", root, table=str(tmp_path / "labels/labels.csv"))
    assert [row["expression"] for row in found.index] == ["happiness"]
    assert "table: no file no.xlsx" in error(root, table="no.xlsx")


def test_sheets_that_are_absent_twice_or_broken_are_refused(tree):
    root = tree(["AD_7885.jpg"])
    assert f"there is no sheet like '{XLSX}'" in error(root)
    save(root, [("AD_7885", "joy", "AD")])
    save(root, [("AD_7885", "joy", "AD")], name=CSV)
    assert "could be the sheet of WSEFEP; name the right one with the setting `table`" in error(root)
    (root / CSV).unlink()
    (root / XLSX).write_text("not a workbook")
    assert f"{XLSX}: not a readable workbook" in error(root)


@pytest.mark.parametrize("name", [XLSX, CSV])
@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([("AD_7885", "bored", "AD")], "Display of AD_7885: unknown expression 'bored'"),
        ([("AD_7885", "", "AD")], "Display of AD_7885: unknown expression ''"),
        ([("AD_7885", "joy", "")], "the Displayer ID of picture AD_7885 is empty"),
        ([("AD_7885", "joy", "AD"), ("ad_7885", "fear", "AD")], "picture AD_7885 has two rows"),
    ],
)
def test_wrong_rows_are_refused_with_their_place(tree, name, rows, named):
    message = error(save(tree(["AD_7885.jpg"]), rows, name=name))
    assert named in message
    assert name in message
    assert f"{'line' if name == CSV else 'row'} {len(rows) + 1}" in message


def test_a_sheet_without_the_columns_is_refused_with_those_it_has(tree):
    root = tree(["AD_7885.jpg"])
    message = error(save(root, [("AD_7885", "joy")], header=("Picture", "Display")))
    assert "no row has the column names Picture ID, Display and Displayer ID" in message
    assert "the first row has: Picture, Display" in message
    assert "the first row has: nothing" in error(save(root, [], header=()))


def test_the_same_picture_twice_and_a_wrong_root_are_refused(tree):
    root = save(tree(["small/AD_7885.jpg", "large/AD_7885.JPG"]), [("AD_7885", "joy", "AD")])
    assert "'large/AD_7885.JPG' and 'small/AD_7885.jpg' are the same image" in error(root)
    (root / "empty").mkdir()
    assert "there is no image named like AD_7885.jpg" in error(root / "empty")
