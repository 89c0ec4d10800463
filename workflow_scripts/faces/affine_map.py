"""Piecewise affine maps between the points of two faces."""

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import Delaunay


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
