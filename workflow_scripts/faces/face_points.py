"""The points of a face.

Integers are the centres of pixels throughout, so the edges of an image lie half a pixel beyond its first and
last pixels.
"""

import numpy as np

JAW = slice(0, 17)
EDGE = -0.5  # the edge of an image's first pixel, whose centre is at 0


def extended_landmarks(landmarks: np.ndarray, width: int, height: int) -> np.ndarray:
    """The 89 points of one face: its landmarks (68, 2), the top edge above its jaw, its image's corners.

    They correspond one to one between faces, and to the points of the standard face. Returns float64 (89, 2).

    >>> extended_landmarks(np.full((68, 2), 5.0), 10, 20)[[0, 68, 88]].tolist()
    [[5.0, 5.0], [5.0, -0.5], [9.5, 19.5]]
    """
    landmarks = np.asarray(landmarks, dtype=np.float64)
    top = landmarks[JAW] * (1, 0) + (0, EDGE)
    right, bottom = width + EDGE, height + EDGE
    corners = np.array([(EDGE, EDGE), (EDGE, bottom), (right, EDGE), (right, bottom)])
    return np.concatenate([landmarks, top, corners])


def resized_points(points: np.ndarray, scale: float) -> np.ndarray:
    """Points of an image after it is resized by `scale`."""
    return (np.asarray(points, dtype=np.float64) + 0.5) * scale - 0.5
