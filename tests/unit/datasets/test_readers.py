"""Readers on small trees and tables: what they take, what they leave out and count, what they refuse."""

import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names, load_entry, schema_file
from workflow_scripts.datasets.listing import normalized_label, path_in_root
from workflow_scripts.datasets.readers import csv as csv_reader
from workflow_scripts.datasets.readers import folders
from workflow_scripts.faces.images import read_image
from workflow_scripts.orchestration.registries import read_schema


def write(path: Path, text: str, **options) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, **options)
    return str(path)


def test_csv_keeps_every_column_and_maps_labels_whatever_their_case_and_spaces(tmp_path):
    table = write(
        tmp_path / "t.csv", "path,expression,subject,age\na.jpg, HAPPY ,S1,30\nb.jpg,Very  sad,S2,\n"
    )
    listing = csv_reader.read(tmp_path, table=table, labels={"happy": "happiness", " very sad": "Sadness"})
    assert listing.rows == [
        {"path": "a.jpg", "expression": "happiness", "subject": "S1", "age": "30"},
        {"path": "b.jpg", "expression": "sadness", "subject": "S2", "age": ""},
    ]
    assert not listing.left_out


def test_csv_reads_what_a_spreadsheet_program_saves(tmp_path):
    table = write(tmp_path / "t.csv", "Path;Emotion;;\n sub\\a b.jpg;fear;;\n;;;\n", encoding="utf-8-sig")
    listing = csv_reader.read(tmp_path, table=table, columns={"path": "Path", "expression": "Emotion"})
    assert listing.rows == [{"path": "sub/a b.jpg", "expression": "fear"}]


ROWS = [{"path": "a.jpg", "expression": "fear"}, {"path": "b.jpg", "expression": "joy"}]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\npath;expression\na.jpg;fear\nb.jpg;joy\n",
        'SEP=|\r\npath|expression\r\na.jpg|fear\r\n"b.jpg"|joy\r\n',
        "sep=\t\npath\texpression\na.jpg\tfear\nb.jpg\tjoy\n",
        '"sep=,"\npath,expression\na.jpg,fear\nb.jpg,joy\n',
        "path,expression\na.jpg,fear,\nb.jpg,joy,,\n",
        "path,expression,,\na.jpg,fear\nb.jpg,joy,\n",
        "path;expression;\na.jpg;fear;;;\nb.jpg;joy\n",
    ],
)
def test_csv_reads_excel_s_line_of_the_separator_and_separators_at_the_end_of_lines(tmp_path, text):
    table = write(tmp_path / "t.csv", text, newline="")
    assert csv_reader.read(tmp_path, table=table).rows == ROWS


def test_csv_names_the_line_below_one_of_the_separator(tmp_path):
    table = write(tmp_path / "t.csv", "sep=;\npath;expression\na.jpg;fear;x\n")
    with pytest.raises(StudyError, match=r"t\.csv, line 3: 3 cells under 2 columns"):
        csv_reader.read(tmp_path, table=table)


def test_csv_tells_of_labels_that_no_image_has(tmp_path, capsys):
    table = write(tmp_path / "t.csv", "path,expression\na.jpg,Happy\nb.jpg,\n")
    csv_reader.read(tmp_path, table=table, labels={"hapy": "happiness", "HAPPY": "happiness", "xxx": "fear"})
    assert capsys.readouterr().out == (
        "warning: labels names 'hapy', but no image has this label; did you mean happy?\n"
        "warning: labels names 'xxx', but no image has this label; there are happy\n"
    )


def test_csv_counts_images_without_a_label(tmp_path):
    table = write(tmp_path / "t.csv", "path,expression\na.jpg,\nb.jpg,fear\n")
    listing = csv_reader.read(tmp_path, table=table)
    assert [row["path"] for row in listing.rows] == ["b.jpg"]
    assert listing.left_out == {"no expression in the table": 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("file,expression\na,b\n", "no column 'path'; it has: file, expression"),
        ("path,label\na,b\n", "no column 'expression'"),
        ("", "no column 'path'; it has: none"),
        ("path,path,expression\na,b,c\n", "two columns are named 'path'"),
        ("path,expression\na.jpg\n", "line 2: 1 cells under 2 columns"),
        ("path,expression\na.jpg,fear\n,anger\n", "line 3: the path is empty"),
        ('path,expression\n"a.jpg,fear\n', "not a CSV table"),
        ("path,expression\n../a.jpg,fear\n", "line 2: '../a.jpg' leads out"),
        ("path,expression\nx/../../a.jpg,fear\n", "leads out"),
        ("path,expression\n/etc/a.jpg,fear\n", "leads out"),
        ("path,expression,region_map\na.jpg,fear,../m.png\n", "'../m.png' leads out"),
    ],
)
def test_csv_refuses_and_names_the_place(tmp_path, text, named):
    table = write(tmp_path / "t.csv", text)
    with pytest.raises(StudyError) as error:
        csv_reader.read(tmp_path, table=table)
    assert named in str(error.value)
    assert table in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        *("Subject", "SUBJECT", "subject_id", "subjectid", "Subject ID", "subject-no", "subjects"),
        *("subjet", "subjekt", "sbject", "subejct", "subj", "sub"),
    ],
)
def test_csv_refuses_a_column_that_is_nearly_subject(tmp_path, name):
    """Ignored, it would put a person into several folds."""
    table = write(tmp_path / "t.csv", f"path,expression,{name}\na.jpg,fear,S1\nb.jpg,fear,S1\n")
    with pytest.raises(StudyError) as error:
        csv_reader.read(tmp_path, table=table)
    assert f"{table}: no column 'subject', but '{name}': did you mean subject?" in str(error.value)
    assert f"columns`: {{subject: {name}}}" in str(error.value)
    listing = csv_reader.read(tmp_path, table=table, columns={"subject": name})
    assert [row["subject"] for row in listing.rows] == ["S1", "S1"]


@pytest.mark.parametrize(
    "name", ["subject_age", "subject sex", "object", "project", "subset", "age", "subtitle"]
)
def test_csv_takes_other_columns_for_what_they_are(tmp_path, name, capsys):
    table = write(tmp_path / "t.csv", f"path,expression,{name}\na.jpg,fear,1\n")
    assert csv_reader.read(tmp_path, table=table).rows[0][name] == "1"
    assert capsys.readouterr().out == ""


def test_csv_takes_a_column_beside_subject(tmp_path):
    table = write(tmp_path / "t.csv", "path,expression,subject,Subject ID\na.jpg,fear,S1,7\n")
    assert csv_reader.read(tmp_path, table=table).rows[0]["subject"] == "S1"


def test_csv_refuses_an_empty_subject_beside_one_that_is_filled_in(tmp_path):
    table = write(tmp_path / "t.csv", "path,expression,subject,subject_id\na.jpg,fear,,S1\nb.jpg,fear,,S1\n")
    with pytest.raises(StudyError, match="column 'subject' is empty, but 'subject_id': did you mean subject"):
        csv_reader.read(tmp_path, table=table)


@pytest.mark.parametrize("name", ["participant_id", "Person", "actors", "Identity"])
def test_csv_asks_about_a_column_that_may_hold_subjects_and_goes_on(tmp_path, name, capsys):
    table = write(tmp_path / "t.csv", f"path,expression,{name}\na.jpg,fear,7\n")
    assert "subject" not in csv_reader.read(tmp_path, table=table).rows[0]
    assert f"no column 'subject'; did you mean {name}? Then say so" in capsys.readouterr().out
    assert csv_reader.read(tmp_path, table=table, columns={"subject": name}).rows[0]["subject"] == "7"
    assert capsys.readouterr().out == ""


def test_csv_refuses_other_encodings_absent_tables_and_columns(tmp_path):
    table = write(tmp_path / "t.csv", "path,expression\né.jpg,fear\n", encoding="latin-1")
    with pytest.raises(StudyError, match="UTF-8"):
        csv_reader.read(tmp_path, table=table)
    with pytest.raises(StudyError, match=r"no file t\.csv .* did you mean .*t\.csv"):
        csv_reader.read(tmp_path, table="t.csv")
    table = write(tmp_path / "t.csv", "path,expression\na.jpg,fear\n")
    with pytest.raises(StudyError, match="no column 'File', which `columns` names"):
        csv_reader.read(tmp_path, table=table, columns={"path": "File"})
    with pytest.raises(StudyError, match="labels: expected a mapping"):
        csv_reader.read(tmp_path, table=table, labels=["happy"])


def tree(root: Path, *paths: str) -> Path:
    for path in paths:
        write(root / path, path)
    return root


def test_folders_takes_images_at_any_depth_and_counts_the_rest(tmp_path):
    images = ("Anger/S1_01.JPG", "Anger/more/S2_02.png", "joy/S1 3.tiff")
    root = tree(tmp_path, *images, "joy/._S1 3.tiff", "joy/Thumbs.db", "x.png")
    listing = folders.read(root, subject_pattern=r"/(?P<subject>S\d)[^/]*$", labels={"Joy": "happiness"})
    assert listing.rows == [
        {"path": "Anger/S1_01.JPG", "expression": "anger", "subject": "S1"},
        {"path": "Anger/more/S2_02.png", "expression": "anger", "subject": "S2"},
        {"path": "joy/S1 3.tiff", "expression": "happiness", "subject": "S1"},
    ]
    assert listing.left_out == {
        "hidden file": 1,
        "not an image by its name: .db": 1,
        "not in a folder of an expression": 1,
    }


def test_folders_names_the_suffixes_of_what_is_no_image(tmp_path, capsys):
    others = (
        "fear/1.HEIC",
        "fear/2.heic",
        "fear/3.avif",
        "fear/4.jfif",
        "fear/notes.txt",
        "fear/a.0001",
        "fear/b",
    )
    listing = folders.read(tree(tmp_path, *others), labels={"fera": "fear"})
    assert [row["path"] for row in listing.rows] == ["fear/3.avif", "fear/4.jfif"]
    assert listing.left_out == {
        "not an image by its name: .heic; save these pictures as .jpg or .png": 2,
        "not an image by its name: .txt": 1,
        "not an image by its name: no or another suffix": 2,
    }
    assert "warning: labels names 'fera', but no image has this label; did you mean fear?" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("suffix", sorted(folders.IMAGE_SUFFIXES - {".jp2", ".pbm"}))
def test_folders_takes_what_can_be_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (20, 10), "red").save(path)
    assert read_image(path).shape == (10, 20, 3)


def test_folders_keeps_further_named_groups_as_columns(tmp_path):
    root = tree(tmp_path, "fear/F_22_anna.png", "fear/M_anna.png")
    rows = folders.read(root, subject_pattern=r"(?P<subject>(?P<sex>[FM])_((?P<age>\d+)_)?\w+)\.png").rows
    assert [(row["subject"], row["sex"], row["age"]) for row in rows] == [
        ("F_22_anna", "F", "22"),
        ("M_anna", "M", ""),
    ]


def test_folders_without_pattern_leaves_subjects_open_and_survives_a_circle_of_links(tmp_path):
    root = tree(tmp_path, "fear/a.png")
    (root / "fear" / "again").symlink_to(root)
    assert folders.read(root).rows == [{"path": "fear/a.png", "expression": "fear"}]


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("(", "not a regular expression"),
        ("S1", "no group named subject"),
        ("(?P<subject>S9)", "finds no subject in 'fear/S1.png'"),
        ("(?P<subject>)", "finds no subject"),
        ("(?P<subject>S)(?P<path>1)", "may not be named path"),
    ],
)
def test_folders_refuses_patterns(tmp_path, pattern, named):
    with pytest.raises(StudyError) as error:
        folders.read(tree(tmp_path, "fear/S1.png"), subject_pattern=pattern)
    assert named in str(error.value)


def test_path_in_root_has_one_form_and_keeps_odd_names(tmp_path):
    assert path_in_root("./a//b.jpg", tmp_path, "here") == "a/b.jpg"
    assert path_in_root(f"{tmp_path}/a.jpg", tmp_path, "here") == "a.jpg"
    (tmp_path / "a\\b.jpg").touch()
    assert path_in_root("a\\b.jpg", tmp_path, "here") == "a\\b.jpg"
    assert path_in_root("c\\d.jpg", tmp_path, "here") == "c/d.jpg"


@given(st.lists(st.sampled_from(["a", ".", "..", "b c", "é", "-x"]), min_size=1, max_size=6))
def test_path_in_root_never_leads_out(parts):
    root = Path("somewhere/else")
    try:
        path = path_in_root("/".join(parts), root, "here")
    except StudyError:
        assert ".." in parts
    else:
        assert (root / path).resolve().is_relative_to(root.resolve())


@given(st.text())
def test_normalized_label_is_stable(label):
    once = normalized_label(label)
    assert normalized_label(f" {once}\t") == once


READERS = "workflow_scripts.datasets.readers"


@pytest.mark.parametrize("name", entry_names(READERS))
def test_the_schema_of_a_reader_has_its_settings_and_no_others(name):
    own = read_schema(schema_file(READERS, name))
    options = list(inspect.signature(load_entry(READERS, name).read).parameters.values())[1:]
    assert {option.name for option in options} == set(own["properties"])
    needed = [option.name for option in options if option.default is option.empty]
    assert needed == own.get("required", [])
