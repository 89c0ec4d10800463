"""The standard face: 89 points on a canvas that every explanation is warped onto (paper, section 4.2)."""

import csv
from pathlib import Path

import cv2
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.face_points import JAW, extended_landmarks

WIDTH, HEIGHT = 224, 275
LANDMARKS = 68
N_POINTS = 89  # the landmarks, 17 at the top border above the jaw points, 4 corners


def read_standard_face(path: Path) -> np.ndarray:
    """The 89 points of the standard face, float64 (89, 2): x and y in pixels of the canvas.

    The table has the columns index, x, y. Raises StudyError if it does not hold the 89 points in order, or if
    the border points are not those that `extended_landmarks` derives from the landmarks.
    """
    with Path(path).open(newline="") as table:
        rows = list(csv.DictReader(table))
    if not rows or not {"index", "x", "y"} <= rows[0].keys():
        raise StudyError(f"{path}: expected the columns index, x, y; restore the file from the repository")
    if [int(row["index"]) for row in rows] != list(range(N_POINTS)):
        raise StudyError(f"{path}: expected points 0 to {N_POINTS - 1} in order, found {len(rows)} rows")
    points = np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64)
    expected = extended_landmarks(points[:LANDMARKS], WIDTH, HEIGHT)
    if wrong := np.flatnonzero((points != expected).any(axis=1)).tolist():
        found, right = (f"({x:g}, {y:g})" for x, y in (points[wrong[0]], expected[wrong[0]]))
        raise StudyError(
            f"{path}: point {wrong[0]} lies at {found}, expected {right}: points {LANDMARKS} to "
            f"{N_POINTS - 1} lie above the jaw on the top edge, then in the corners; an edge is half a pixel "
            "beyond the centres of the outermost pixels"
        )
    return points


def face_area(landmarks: np.ndarray) -> np.ndarray:
    """The face with its forehead, from the jaw to the top of the canvas: bool (HEIGHT, WIDTH).

    landmarks: (68, 2) or more, on the canvas of the standard face.
    """
    jaw = landmarks[JAW]
    outline = np.concatenate([jaw, jaw[::-1] * (1, 0)])
    canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(canvas, [np.round(outline).astype(np.int32)], 255)
    return canvas > 0
