"""The standard face: 89 points on a canvas that every explanation is carried onto (paper, section 4.2)."""

import csv
from pathlib import Path

import numpy as np

from workflow_scripts.errors import StudyError

WIDTH, HEIGHT = 224, 275
JAW = slice(0, 17)
N_POINTS = 89  # 68 landmarks, 17 at the top border above the jaw points, 4 corners


def read_standard_face(path: Path) -> np.ndarray:
    """The 89 points of the standard face, float64 (89, 2): x and y in pixels of the canvas.

    The table has the columns index, x, y; StudyError where it does not hold the 89 points in order.
    """
    with Path(path).open(newline="") as table:
        rows = list(csv.DictReader(table))
    if not rows or not {"index", "x", "y"} <= rows[0].keys():
        raise StudyError(f"{path}: expected the columns index, x, y; restore the file from the repository")
    if [int(row["index"]) for row in rows] != list(range(N_POINTS)):
        raise StudyError(f"{path}: expected points 0 to {N_POINTS - 1} in order, found {len(rows)} rows")
    return np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64)


def extended_landmarks(landmarks: np.ndarray, width: int, height: int) -> np.ndarray:
    """The 89 points of one face: its landmarks (68, 2), its jaw points at y = 0, the corners of its image.

    They correspond one to one to the points of the standard face. Returns float64 (89, 2).

    >>> extended_landmarks(np.full((68, 2), 5.0), 10, 20)[[0, 68, 88]].tolist()
    [[5.0, 5.0], [5.0, 0.0], [10.0, 20.0]]
    """
    landmarks = np.asarray(landmarks, dtype=np.float64)
    top = landmarks[JAW] * (1, 0)
    corners = np.array([(0, 0), (0, height), (width, 0), (width, height)], dtype=np.float64)
    return np.concatenate([landmarks, top, corners])


def resized_points(points: np.ndarray, scale: float) -> np.ndarray:
    """Points of an image after it is resized by `scale`, with integers at the pixel centres."""
    return (np.asarray(points, dtype=np.float64) + 0.5) * scale - 0.5
