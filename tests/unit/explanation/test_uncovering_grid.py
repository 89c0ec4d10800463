"""The grid of tiles on faces: on the stimulus that it comes from, on made faces, and on embedded ones."""

import csv
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.uncovering_grid import (
    COLUMNS,
    GRID,
    HEIGHT,
    ROWS,
    TILES,
    WIDTH,
    read_grid,
    tile_of_pixel,
)
from workflow_scripts.faces.face_extraction import FaceExtractor, FaceSettings
from workflow_scripts.faces.face_points import resized_points
from workflow_scripts.standardization.standard_face import HEIGHT as STANDARD_HEIGHT
from workflow_scripts.standardization.standard_face import WIDTH as STANDARD_WIDTH
from workflow_scripts.standardization.standard_face import read_standard_face

REPOSITORY = Path(__file__).parents[3]
STIMULI = REPOSITORY.parent / "shared/human/stimulus_landmarks.csv"
STIMULUS = read_grid(REPOSITORY / GRID)
PLAIN = np.arange(TILES).reshape(COLUMNS, ROWS).T  # numbered down the columns
SIDE = 240  # whose plain tiles are of 40 x 30 px
# where each of the 68 landmarks goes when a face is mirrored: jaw, brows, nose, eyes, mouth
MIRROR = [
    *range(16, -1, -1),
    *range(26, 16, -1),
    *(27, 28, 29, 30, 35, 34, 33, 32, 31),
    *(45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),
    *(54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65),
]


def face_in(side: int) -> np.ndarray:
    """The landmarks of the standard face, well inside a square image."""
    points = read_standard_face(REPOSITORY / "resources/standard_face.csv")[:68]
    return side * (0.5 + 0.7 * (points / (STANDARD_WIDTH, STANDARD_HEIGHT) - 0.5))


def mirrored(landmarks: np.ndarray, width: int) -> np.ndarray:
    return ((width - 1, 0) + landmarks * (-1, 1))[MIRROR]


def turned(landmarks: np.ndarray, degrees: float, scale: float) -> np.ndarray:
    """A face turned and scaled about the middle of its image."""
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return SIDE / 2 + (landmarks - SIDE / 2) @ turn.T


def test_on_the_stimulus_itself_the_grid_is_the_plain_one():
    """Squeezed into a square, as one affine map carries it all."""
    squeezed = resized_points(STIMULUS, np.array([SIDE / WIDTH, SIDE / HEIGHT]))
    tiles = tile_of_pixel(squeezed, SIDE, STIMULUS)
    np.testing.assert_array_equal(tiles, np.kron(PLAIN, np.ones((SIDE // ROWS, SIDE // COLUMNS), int)))


def test_rows_columns_and_size_may_be_others():
    squeezed = resized_points(STIMULUS / 2, np.array([SIDE / 150, SIDE / 200]))
    tiles = tile_of_pixel(squeezed, SIDE, STIMULUS / 2, rows=2, columns=3, width=150, height=200)
    np.testing.assert_array_equal(tiles, np.kron([[0, 2, 4], [1, 3, 5]], np.ones((120, 80), int)))


@pytest.mark.parametrize(("degrees", "scale"), [(0, 1), (12, 0.8), (-20, 1), (5, 1.1)])
def test_the_grid_goes_with_the_face(degrees, scale):
    """At each landmark lies the tile of that landmark on the stimulus, wherever in the image that is."""
    landmarks = turned(face_in(SIDE), degrees, scale)
    tiles = tile_of_pixel(landmarks, SIDE, STIMULUS)
    within = STIMULUS / (WIDTH / COLUMNS, HEIGHT / ROWS)
    to_borders = np.abs(within - np.rint(within)).min(axis=1)
    inner = np.flatnonzero((to_borders > 0.06) & (within.min(axis=1) > 0) & (within[:, 0] < COLUMNS))
    assert len(inner) > 40
    x, y = np.rint(landmarks[inner]).astype(int).T
    column, row = within[inner].astype(int).T
    np.testing.assert_array_equal(tiles[y, x], column * ROWS + row)


def test_the_grid_of_a_mirrored_face_is_the_mirrored_grid():
    """The stimuli's landmarks are nearly symmetric; if they are mirrored too, it is so but for rounding."""
    landmarks = turned(face_in(SIDE), 10, 1)
    tiles = tile_of_pixel(landmarks, SIDE, STIMULUS)
    expected = ((COLUMNS - 1 - tiles // ROWS) * ROWS + tiles % ROWS)[:, ::-1]
    of_mirrored = mirrored(landmarks, SIDE)
    exactly = tile_of_pixel(of_mirrored, SIDE, mirrored(STIMULUS, WIDTH))
    assert np.mean(exactly == expected) > 0.995
    assert np.mean(tile_of_pixel(of_mirrored, SIDE, STIMULUS) == expected) > 0.8


@pytest.fixture(scope="module")
def embedded() -> dict[str, np.ndarray]:
    """Landmarks of a few embedded faces, aligned, at 256 px."""
    extractor = FaceExtractor(FaceSettings("dlib_frontal", 1600, 2.0, 3.5, 256, 0.2))
    names = ("S001_anger", "S002_surprise", "S003_happiness", "S012_sadness")
    folder = REPOSITORY / "resources/embedded_faces/images"
    return {
        name: extractor.extract({"image_id": name, "path": str(folder / f"{name}.jpg")}).landmarks
        for name in names
    }


@pytest.mark.parametrize("side", [48, 64, 150, 224])
def test_every_tile_has_pixels_on_embedded_faces(embedded, side):
    for name, landmarks in embedded.items():
        tiles = tile_of_pixel(resized_points(landmarks, side / 256), side, STIMULUS)
        sizes = np.bincount(tiles.ravel(), minlength=TILES)
        assert len(sizes) == TILES, name
        assert sizes.min() >= side**2 / 1000, name


def test_eyes_and_mouth_lie_in_their_rows_on_embedded_faces(embedded):
    for landmarks in embedded.values():
        rows = tile_of_pixel(landmarks, 256, STIMULUS) % ROWS
        eyes, (left, right) = landmarks[36:48].mean(axis=0), landmarks[[48, 54]]
        found = [rows[round(y), round(x)] for x, y in (eyes, left, right)]
        assert found == [2, 5, 5]


def test_the_grid_is_the_mean_of_the_stimuli():
    if not STIMULI.exists():
        pytest.skip("the measured landmarks are not beside the repository")
    points = {}
    with STIMULI.open(newline="") as file:
        for row in csv.DictReader(file):
            points.setdefault(int(row["landmark"]), []).append((float(row["x"]), float(row["y"])))
    assert {len(each) for each in points.values()} == {12}
    np.testing.assert_allclose(STIMULUS, [np.mean(points[n], axis=0) for n in range(68)], atol=0.005)


@pytest.mark.parametrize(
    ("old", "new"), [("\n7,", "\n9,"), ("\n67,", "\n68,"), ("\n7,", "\n7,x"), ("\n0,3.5,", "\n0,nan,")]
)
def test_a_grid_that_is_not_68_points_is_refused_with_its_place(tmp_path, old, new):
    text = (REPOSITORY / GRID).read_text()
    assert text.count(old) == 1
    (tmp_path / "grid.csv").write_text(text.replace(old, new))
    with pytest.raises(StudyError, match=r"grid\.csv: .*; restore the file from the repository"):
        read_grid(tmp_path / "grid.csv")
