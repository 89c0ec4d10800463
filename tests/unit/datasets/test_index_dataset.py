"""The index: what every later stage relies on, and the errors a user of own data meets first."""

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.index_dataset import index_dataset

REPOSITORY = Path(__file__).parents[3]
EMBEDDED = REPOSITORY / "resources" / "embedded_faces"


def make(root: Path, table: str, *, files: dict[str, str] | None = None) -> dict:
    """A data set whose files hold their own names, or `files`; returns its settings."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "faces.csv").write_text(table, encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        for name in filter(None, (row["path"], row.get("region_map"))):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text((files or {}).get(name, name), encoding="utf-8")
    return {"reader": "csv", "root": str(root), "table": str(root / "faces.csv")}


def index(settings: dict, folder: Path, **options) -> tuple[list[dict], list[dict]]:
    index_dataset(
        settings=json.dumps(settings), output=folder / "index.csv", counts=folder / "counts.csv", **options
    )
    return [
        list(csv.DictReader((folder / name).open(newline="", encoding="utf-8")))
        for name in ("index.csv", "counts.csv")
    ]


TWO = "path,expression,subject\nb.jpg,happiness,P2\na.jpg,neutral,P1\nc.jpg,happiness,P1\n"


def test_index_is_sorted_hashed_and_readable_from_here(tmp_path):
    rows, _ = index(make(tmp_path / "set", TWO), tmp_path, dataset="mine")
    assert [row["image_id"] for row in rows] == ["mine/a.jpg", "mine/b.jpg", "mine/c.jpg"]
    assert [(row["subject"], row["expression"]) for row in rows] == [
        ("P1", "neutral"), ("P2", "happiness"), ("P1", "happiness"),
    ]  # fmt: skip
    for row in rows:
        assert row["sha256"] == hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest()


def test_neutral_faces_that_give_halves_are_listed_and_said_not_to_be_used(tmp_path):
    rows, counts = index(
        make(tmp_path / "set", TWO), tmp_path, expressions='["happiness"]', neutral="neutral", dataset="half"
    )
    assert [(row["image_id"], row["expression"]) for row in rows] == [
        ("half/a.jpg", "neutral"), ("half/b.jpg", "happiness"), ("half/c.jpg", "happiness"),
    ]  # fmt: skip
    assert [tuple(row.values()) for row in counts] == [
        ("happiness", "2", "2", "yes", ""),
        ("neutral", "1", "1", "no", "gives the other halves of the faces"),
    ]
    _, counts = index(
        make(tmp_path / "set", TWO), tmp_path, expressions='["happiness", "neutral"]', neutral="neutral"
    )
    assert [row["used"] for row in counts] == ["yes", "yes"]


def test_two_expressions_like_the_london_set_with_one_outside_the_study(tmp_path, capsys):
    rows, counts = index(
        make(tmp_path / "set", TWO), tmp_path, expressions='["happiness", "anger"]', dataset="frll"
    )
    assert {row["expression"] for row in rows} == {"happiness"}
    assert [tuple(row.values()) for row in counts] == [
        ("happiness", "2", "2", "yes", ""),
        ("anger", "0", "0", "yes", ""),
        ("neutral", "1", "1", "no", "expression not in the study"),
    ]
    assert "frll: neutral: 1 images of 1 subjects (left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    "table", ["path,expression\na,fear\nb,joy\n", "path,expression,subject\na,fear,\nb,joy, \n"]
)
def test_subjects_are_unknown_without_a_column_or_where_it_is_empty(tmp_path, table, capsys):
    rows, counts = index(make(tmp_path / "set", table), tmp_path, expressions='["fear"]', dataset="mine")
    assert [row["subject"] for row in rows] == [""]
    assert [(row["expression"], row["images"], row["subjects"]) for row in counts] == [
        ("fear", "1", ""),
        ("joy", "1", ""),
    ]
    printed = capsys.readouterr().out
    assert "mine: fear: 1 images\n" in printed
    assert "mine: subjects are unknown; if people occur in several images" in printed


def test_an_expression_that_nobody_shows_has_no_subjects_where_they_are_known(tmp_path):
    settings = make(tmp_path / "set", "path,expression,subject\na,fear,S1\nb,fear,S1\n")
    _, counts = index(settings, tmp_path, expressions='["fear", "anger"]')
    assert [row["subjects"] for row in counts] == ["1", "0"]


def test_a_subject_column_with_blanks_is_refused_with_their_number_and_place(tmp_path):
    lines = [f"{n}.jpg,fear,{'' if n in (3, 7) else 'S1'}\n" for n in range(9)]
    settings = make(tmp_path / "set", "path,expression,subject\n" + "".join(lines))
    with pytest.raises(StudyError, match=r"mine: 2 of 9 images have no subject: 3\.jpg, 7\.jpg\. Say who"):
        index(settings, tmp_path, dataset="mine")
    assert not (tmp_path / "index.csv").exists()


def test_region_maps_and_further_columns_are_kept(tmp_path):
    table = "age,path,expression,region_map\n30,a.jpg,fear,maps/a.png\n,b.jpg,fear,\n"
    rows, _ = index(make(tmp_path / "set", table), tmp_path)
    assert list(rows[0]) == ["image_id", "path", "subject", "expression", "sha256", "region_map", "age"]
    assert Path(rows[0]["region_map"]) == tmp_path / "set" / "maps" / "a.png"
    assert (rows[1]["region_map"], rows[0]["age"]) == ("", "30")


def test_names_with_spaces_quotes_unicode_and_a_leading_dash(tmp_path):
    names = ["-a.jpg", "b c.jpg", "d'e.jpg", 'f"g.jpg', "h,i.jpg", "jé日.jpg", "k\u0301.jpg"]
    cells = ['"' + name.replace('"', '""') + '"' for name in names]
    table = "path,expression\n" + "".join(f"{cell},fear\n" for cell in cells)
    rows, _ = index(make(tmp_path / "a set", table), tmp_path)
    assert [row["image_id"] for row in rows] == sorted(f"csv/{name}" for name in names)


@pytest.mark.parametrize("name", [b"caf\xe9.jpg", b"a\rb.jpg"])
def test_names_that_a_table_cannot_hold_are_refused_with_the_remedy(tmp_path, name):
    folder = tmp_path / "root" / "happy"
    folder.mkdir(parents=True)
    (folder / os.fsdecode(name)).write_bytes(b"x")
    settings = json.dumps({"reader": "folders", "root": str(tmp_path / "root")})
    with pytest.raises(StudyError, match=r"not UTF-8 text, or with a carriage return: 'happy/.*convmv"):
        index_dataset(settings=settings, output=tmp_path / "index.csv")
    assert not (tmp_path / "index.csv").exists()


def test_threads_do_not_change_a_byte(tmp_path):
    settings = make(tmp_path / "set", "path,expression\n" + "".join(f"{n}.jpg,fear\n" for n in range(40)))
    for threads in (1, 8):
        index_dataset(settings=json.dumps(settings), output=tmp_path / f"{threads}.csv", threads=threads)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "8.csv").read_bytes()


def test_equal_images_are_reported_with_what_contradicts(tmp_path, capsys):
    table = "path,expression,subject\na.jpg,fear,S1\nb.jpg,anger,S2\nc.jpg,fear,S1\n"
    rows, _ = index(make(tmp_path / "set", table, files={"a.jpg": "same", "b.jpg": "same"}), tmp_path)
    assert len(rows) == 3
    warning = next(line for line in capsys.readouterr().out.splitlines() if "warning" in line)
    assert "csv/a.jpg, csv/b.jpg; different subjects (S1, S2); different expressions (anger, fear)" in warning


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"reader": "jpeg"}, "has no entry 'jpeg'; choose one of: bu4dfe, ckplus, csv"),
        ({"root": ""}, "datasets.mine.root is empty"),
        ({"root": "no/such/folder"}, "no folder no/such/folder"),
        ({"table": "no.csv"}, "no file no.csv"),
        ({"table": ""}, "needs the setting 'table'"),
        ({"label": {}}, "has no setting 'label'; it has: root, table, labels, columns"),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path, change, named):
    settings = make(tmp_path / "set", TWO) | change
    with pytest.raises(StudyError) as error:
        index(settings, tmp_path, dataset="mine")
    assert named in str(error.value)
    assert not (tmp_path / "index.csv").exists()


def test_wrong_data_are_refused_by_name(tmp_path):
    def error(table: str, **options) -> str:
        settings = make(tmp_path / "set", table)
        (tmp_path / "set" / "absent.jpg").unlink(missing_ok=True)
        with pytest.raises(StudyError) as raised:
            index(settings, tmp_path, **options)
        assert not (tmp_path / "index.csv").exists()
        return str(raised.value)

    assert "1 of 2 files" in error("path,expression\na.jpg,fear\nabsent.jpg,fear\n")
    assert "absent.jpg" in error("path,expression,region_map\na.jpg,fear,absent.jpg\n")
    assert "a.jpg named more than once" in error("path,expression\na.jpg,fear\n./a.jpg,anger\n")
    assert "Expressions found: fear; asked for: anger" in error(
        "path,expression\na.jpg,fear\n", expressions='["anger"]'
    )
    assert "Expressions found: none" in error("path,expression\n")
    assert "the column name 'sha256' is reserved" in error("path,expression,sha256\na.jpg,fear,0\n")


@pytest.mark.parametrize(
    "options", [{"settings": "{"}, {"settings": "[]"}, {"settings": '{"root": "."}'}, {"expressions": "{}"}]
)
def test_options_that_are_not_what_they_should_be(tmp_path, options):
    settings = json.dumps(make(tmp_path / "set", TWO))
    with pytest.raises(StudyError, match=r"--settings|--expressions"):
        index_dataset(**{"settings": settings, "output": tmp_path / "index.csv"} | options)


def test_by_hand(tmp_path):
    settings = make(tmp_path / "-set", TWO)
    command = [
        sys.executable,
        "-m",
        "workflow_scripts.datasets.index_dataset",
        "--output",
        tmp_path / "i.csv",
    ]
    good = subprocess.run(
        [*command, "--settings", json.dumps(settings)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert good.returncode == 0, good.stderr
    assert "csv/a.jpg" in (tmp_path / "i.csv").read_text()
    bad = subprocess.run(
        [*command, "--settings", json.dumps(settings | {"root": "nowhere"})],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert bad.returncode == 1
    assert bad.stderr.startswith("Error: datasets.csv.root: no folder nowhere")
    assert "Traceback" not in bad.stderr


def test_the_embedded_faces_are_complete(tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    settings = {
        "reader": "csv",
        "root": "resources/embedded_faces",
        "table": "resources/embedded_faces/faces.csv",
    }
    rows, counts = index(settings, tmp_path, dataset="embedded")
    assert len(rows) == 700
    assert len({row["sha256"] for row in rows}) == 700
    assert {(row["images"], row["subjects"], row["used"]) for row in counts} == {("100", "100", "yes")}
    assert len(counts) == 7
    listed = {Path(row[column]) for row in rows for column in ("path", "region_map")}
    held = {
        p.relative_to(REPOSITORY) for name in ("images", "region_maps") for p in (EMBEDDED / name).iterdir()
    }
    assert listed == held


def test_the_data_card_names_every_column():
    card = (EMBEDDED / "README.md").read_text(encoding="utf-8")
    with (EMBEDDED / "faces.csv").open(encoding="utf-8") as file:
        columns = next(csv.reader(file))
    in_ranges = {c for c in columns if c.startswith("AU") and c[2:].isdigit()}
    in_ranges |= {c for c in columns if c.endswith(("_x", "_y"))}
    assert [column for column in columns if column not in in_ranges and column not in card] == []


def test_a_folder_of_pictures_that_are_not_read_says_so_with_their_number(tmp_path):
    folder = tmp_path / "root" / "happy"
    folder.mkdir(parents=True)
    for n in range(3):
        (folder / f"{n}.heic").touch()
    settings = json.dumps({"reader": "folders", "root": str(tmp_path / "root")})
    with pytest.raises(
        StudyError, match=r"is left\. Left out: 3 \(not an image by its name: \.heic; save these"
    ):
        index_dataset(settings=settings, output=tmp_path / "index.csv")
