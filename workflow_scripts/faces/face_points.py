"""The points of a face, and the piecewise affine maps between the points of two.

Integers are the centres of pixels throughout, so the edges of an image lie half a pixel beyond its first and
last pixels.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import Delaunay

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


def barycentric_map(points: np.ndarray, width: int, height: int) -> csr_array:
    """Barycentric weights of every pixel of a canvas in the Delaunay triangulation of `points`.

    `points` is (n, 2), x and y; their hull must cover the canvas. Returns float64
    (height * width, n), three weights a row that sum to 1, so that
    ``barycentric_map(points, width, height) @ other_points`` gives the place of each pixel among the others.
    """
    triangulation = Delaunay(points)
    y, x = np.mgrid[:height, :width]
    pixels = np.column_stack([x.ravel(), y.ravel()]).astype(np.float64)
    triangles = triangulation.find_simplex(pixels)
    if (triangles < 0).any():
        raise ValueError(f"the points do not cover the {width} x {height} canvas")
    affine = triangulation.transform[triangles]
    weights = np.einsum("nij,nj->ni", affine[:, :2], pixels - affine[:, 2])
    weights = np.column_stack([weights, 1 - weights.sum(axis=1)])
    columns = triangulation.simplices[triangles]
    rows = np.repeat(np.arange(len(pixels)), 3)
    return csr_array((weights.ravel(), (rows, columns.ravel())), shape=(len(pixels), len(points)))
