"""Kinds of data on people: what each reads from made files, and how it tells what it leaves out."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_function
from workflow_scripts.comparison.people_files import fields_of, people_files
from workflow_scripts.comparison.people_maps import NO_POSER, PersonMap, read_landmarks
from workflow_scripts.comparison.standardize_people import PEOPLE_DATA
from workflow_scripts.comparison.tile_maps import Grid
from workflow_scripts.comparison.wegrzyn_files import WEIGHTS

ROOT = Path(__file__).parents[3]
EXPRESSIONS = ["fear", "happiness"]
TILES = {"rows": 2, "columns": 3, "order": "columns", "width": 30, "height": 20}


def write_rows(path: Path, rows: list[dict]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def landmark_rows(*faces: tuple[str, str], shift: float = 0) -> list[dict]:
    return [
        {"poser": poser, "expression": expression, "landmark": n, "x": n / 4 + shift, "y": n / 5}
        for poser, expression in faces
        for n in range(68)
    ]


def read(settings: dict, *, weights: Path | None = None) -> list[PersonMap]:
    files = {key: [Path(path) for path in paths] for key, paths in people_files(settings).items()}
    if weights:
        files["weights"] = [weights]
    return list(entry_function(PEOPLE_DATA, settings["data"], "read")(settings, files, EXPRESSIONS))


@pytest.fixture
def tiles(tmp_path) -> dict:
    """Two people and two posers; a face without landmarks, one of no expression of the study, one without
    weights."""
    faces = [
        ("a", "f", "happy"),
        ("a", "m", "happy"),
        ("b", "f", "happy"),
        ("b", "f", "fear"),
        ("b", "f", "joy"),
    ]
    rows = [
        {"person": person, "poser": poser, "expression": expression}
        | {str(n): "" if (person, expression) == ("b", "happy") else n + 0.5 for n in range(6)}
        for person, poser, expression in faces
    ]
    return TILES | {
        "data": "tiles",
        "table": str(write_rows(tmp_path / "table.csv", rows)),
        "landmarks": str(write_rows(tmp_path / "points.csv", landmark_rows(("f", "happy"), ("m", "happy")))),
        "labels": {"happy": "happiness"},
    }


def test_tiles_fill_their_part_of_the_image_and_what_is_left_out_is_counted(tiles, capsys):
    found = read(tiles)
    assert [(one.person, one.poser, one.expression) for one in found] == [
        ("a", "f", "happiness"),
        ("a", "m", "happiness"),
        ("b", "f", "happiness"),
    ]
    image = found[0].image
    assert (image.shape, image.dtype) == ((20, 30), np.float32)
    expected = np.array([[0.5, 2.5, 4.5], [1.5, 3.5, 5.5]])  # the first column first
    np.testing.assert_array_equal(image, np.kron(expected, np.ones((10, 10))))
    assert np.isnan(found[2].image).all()
    assert found[0].landmarks[67].tolist() == [67 / 4, 67 / 5]
    told = capsys.readouterr().out
    assert "1 maps left out: no landmarks of poser f, expression fear" in told
    assert "1 maps left out: of joy, which is not an expression of the study" in told


def test_tiles_may_go_along_rows_and_posers_may_be_unnamed(tmp_path, tiles):
    rows = [{"person": "a", "expression": "fear"} | {str(n): n for n in range(6)}]
    points = [
        {key: row[key] for key in ("expression", "landmark", "x", "y")} for row in landmark_rows(("", "fear"))
    ]
    tiles |= {"order": "rows", "table": str(write_rows(tmp_path / "one.csv", rows))}
    tiles |= {"landmarks": str(write_rows(tmp_path / "unnamed.csv", points))}
    (one,) = read(tiles)
    assert one.poser == NO_POSER
    assert one.image[::10, ::10].tolist() == [[0, 1, 2], [3, 4, 5]]


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), width=st.integers(9, 40), height=st.integers(9, 40))
def test_each_place_has_the_weight_of_the_tile_that_its_centre_lies_in(rows, columns, width, height):
    grid = Grid(rows, columns, "columns", width, height)
    image = grid.image(np.arange(grid.tiles))
    y, x = height // 2, width // 3
    row, column = int((y + 0.5) / height * rows), int((x + 0.5) / width * columns)
    if (y * rows // height, x * columns // width) == (row, column):  # else the edge runs through the pixel
        assert image[y, x] == column * rows + row
    assert set(np.unique(image)) == set(range(grid.tiles))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"0": "much"}, r"table\.csv, line 2: 'much' is not a number"),
        ({"person": None}, r"table\.csv, line 1: column person is missing"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_with_its_line(tmp_path, tiles, change, message):
    row = {"person": "a", "poser": "f", "expression": "happy"} | {str(n): n for n in range(6)} | change
    write_rows(tmp_path / "table.csv", [{key: value for key, value in row.items() if value is not None}])
    with pytest.raises(StudyError, match=message):
        read(tiles)


def test_a_face_with_a_landmark_too_few_or_twice_is_refused(tmp_path):
    rows = landmark_rows(("f", "fear"))
    with pytest.raises(StudyError, match="expected the landmarks 0 to 67 of f fear, found 67"):
        read_landmarks(write_rows(tmp_path / "few.csv", rows[:-1]))
    with pytest.raises(StudyError, match="line 70: landmark 3 of f fear is there twice"):
        read_landmarks(write_rows(tmp_path / "twice.csv", [*rows, rows[3]]))


def write_map(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    assert cv2.imwrite(str(path), image)


def test_images_tell_person_poser_and_expression_by_their_names(tmp_path):
    deep = np.arange(600, dtype=np.uint16).reshape(20, 30) * 100
    write_map(tmp_path / "maps/p_1_f_fear.png", deep)
    write_map(tmp_path / "maps/p_1_m_joy.png", deep.astype(np.uint8))
    write_map(tmp_path / "maps/unrelated.png", deep)
    points = write_rows(tmp_path / "points.csv", landmark_rows(("f", "fear"), ("m", "joy")))
    settings = {"data": "maps", "maps": str(tmp_path / "maps/{person}_{poser}_{expression}.png")}
    settings |= {"landmarks": str(points), "labels": {"joy": "happiness"}}
    first, second = read(settings)
    assert (first.person, first.poser, first.expression) == ("p_1", "f", "fear")
    assert (second.person, second.poser, second.expression) == ("p_1", "m", "happiness")
    np.testing.assert_array_equal(first.image, deep.astype(np.float32))  # all 16 bits
    assert first.image.dtype == np.float32
    assert first.landmarks.shape == (68, 2)


def test_means_need_no_person_and_images_on_the_standard_face_no_landmarks(tmp_path, capsys):
    for name in ("fear", "anger"):
        write_map(tmp_path / f"{name}/mean.png", np.eye(20, 30, dtype=np.uint8))
    (one,) = read({"data": "maps", "maps": str(tmp_path / "{expression}/mean.png")})
    assert (one.person, one.poser, one.expression, one.landmarks) == ("", NO_POSER, "fear", None)
    assert "1 maps left out: of anger, which is not an expression of the study" in capsys.readouterr().out


def test_colours_are_no_importance(tmp_path):
    coloured = np.zeros((20, 30, 3), np.uint8)
    write_map(tmp_path / "fear.png", coloured)  # grey, though saved with three channels
    assert read({"data": "maps", "maps": str(tmp_path / "{expression}.png")})[0].image.max() == 0
    coloured[..., 1] = 9
    write_map(tmp_path / "fear.png", coloured)
    with pytest.raises(StudyError, match=r"fear\.png: a colour image"):
        read({"data": "maps", "maps": str(tmp_path / "{expression}.png")})
    (tmp_path / "fear.png").write_bytes(b"no image")
    with pytest.raises(StudyError, match=r"fear\.png: not a complete image"):
        read({"data": "maps", "maps": str(tmp_path / "{expression}.png")})


def test_patterns_find_their_files_and_no_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a/a_fear.png", "a/b_fear.png", "b/b_fear.png", "fear.png"):
        write_map(Path("maps") / name, np.eye(3, dtype=np.uint8))
    pattern = "./maps/{person}/{person}_{expression}.png"
    assert people_files({"maps": pattern}) == {"maps": ["maps/a/a_fear.png", "maps/b/b_fear.png"]}
    assert people_files({"maps": "nowhere/{expression}.png"}) == {"maps": []}
    assert people_files({"table": "", "maps": "one.png"}) == {"maps": ["one.png"]}
    assert fields_of(pattern, "maps/a/b_fear.png") is None


def test_the_weights_of_94_people_lie_on_the_shipped_landmarks(tmp_path, capsys):
    rows = [
        {"participant": "p001", "poser": poser, "expression": expression}
        | {str(n): float(n) for n in range(48)}
        for poser, expression in (("f", "fea"), ("m", "hap"), ("f", "ntr"))
    ]
    weights = write_rows(tmp_path / "weights.csv", [{key: row[key] for key in WEIGHTS} for row in rows])
    settings = {"data": "wegrzyn2017", "landmarks": str(ROOT / "resources/wegrzyn2017/landmarks.csv")}
    fear, happiness = read(settings, weights=weights)
    assert (fear.poser, fear.expression, happiness.expression) == ("f", "fear", "happiness")
    assert fear.image.shape == (400, 300)
    assert fear.image[[0, 50, 399], [0, 0, 299]].tolist() == [
        0,
        1,
        47,
    ]  # 8 rows of 50 px, the first column first
    assert not np.array_equal(fear.landmarks, happiness.landmarks)
    assert "1 maps left out: of neutral" in capsys.readouterr().out
