"""The grid of tiles of Wegrzyn et al. (2017, doi 10.1371/journal.pone.0177239), tied to a face's landmarks.

Their stimuli, 300 x 400 px, lie behind 48 tiles in 8 rows and 6 columns, numbered down the columns. On
another face a tile covers what it covers on theirs, so that a tile is the same piece of all faces. `GRID` has
the mean landmarks of the stimuli: of twelve (two posers, six expressions), found by dlib in each and averaged
for this project.
"""

from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.faces.affine_map import barycentric_map
from workflow_scripts.faces.face_points import extended_landmarks
from workflow_scripts.faces.face_store import LANDMARKS

GRID = "resources/wegrzyn2017/grid.csv"
WIDTH, HEIGHT = 300, 400  # px of a stimulus
ROWS, COLUMNS = 8, 6
TILES = ROWS * COLUMNS


def read_grid(path: Path) -> np.ndarray:
    """The landmarks of the stimulus that the grid lies on, float64 (68, 2): x and y in px of it.

    The table has the columns index, x, y. Raises StudyError if it does not hold the 68 landmarks in order.
    """
    rows = read_table(path, ["index", "x", "y"])
    try:
        points = np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    except ValueError as error:
        raise StudyError(f"{path}: {error}; restore the file from the repository") from error
    if [row["index"] for row in rows] != list(map(str, range(LANDMARKS))) or not np.isfinite(points).all():
        raise StudyError(
            f"{path}: expected landmarks 0 to {LANDMARKS - 1} in order, with finite x and y, found "
            f"{len(rows)} rows; restore the file from the repository"
        )
    return points


def tile_of_pixel(
    landmarks: np.ndarray,
    side: int,
    stimulus_landmarks: np.ndarray,
    rows: int = ROWS,
    columns: int = COLUMNS,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> np.ndarray:
    """The tile that covers each pixel of an image of a face: int (side, side), 0 to rows * columns - 1.

    landmarks: (68, 2), px of the image; stimulus_landmarks: of the stimulus, `width` x `height` px. Each
    pixel has a place on the stimulus by the piecewise affine map between the 89 points of both, triangulated
    on the image, and on the stimulus the tiles form a plain grid, numbered down its columns. A tile may have
    no pixel if the image is small.
    """
    weights = barycentric_map(extended_landmarks(landmarks, side, side), side, side)
    places = weights @ extended_landmarks(stimulus_landmarks, width, height)
    column, row = np.floor((places + 0.5) / (width / columns, height / rows)).astype(int).T
    tiles = column.clip(0, columns - 1) * rows + row.clip(0, rows - 1)
    return tiles.reshape(side, side)


def tile_areas(face: np.ndarray, landmarks: np.ndarray, stimulus_landmarks: np.ndarray) -> np.ndarray:
    """Pixels of a face that each tile covers, float64 (TILES,).

    face: bool (h, w), the places of the face on a canvas; landmarks: (68, 2), px of the canvas.
    """
    height, width = face.shape
    side = max(height, width)  # the canvas in a square one: tiles hang on the landmarks, not on its edges
    tiles = tile_of_pixel(landmarks, side, stimulus_landmarks)[:height, :width]
    return np.bincount(tiles[face], minlength=TILES).astype(np.float64)
