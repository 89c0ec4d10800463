"""Piecewise affine warp onto the standard face (paper, section 4.2).

The target never changes, so each of its pixels has a fixed triangle and fixed barycentric
weights in it. The inverse map of any image is then one sparse matrix product with that
image's points, and the warp is one remapping. The standard points are triangulated once and
every image uses that topology: triangulating each face by itself can fold the map.
"""

import cv2
import numpy as np

from workflow_scripts.faces.affine_map import barycentric_map
from workflow_scripts.faces.face_points import extended_landmarks
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


class FaceWarp:
    """Warps images of faces onto the standard face.

    >>> from workflow_scripts.standardization.standard_face import read_standard_face
    >>> warp = FaceWarp(read_standard_face("resources/standard_face.csv"))
    >>> landmarks = np.random.default_rng(0).uniform(10, 90, (68, 2))
    >>> warp.warp(np.ones((100, 100), np.float32), landmarks).shape
    (275, 224)
    """

    def __init__(self, standard_points: np.ndarray):
        self._map = barycentric_map(standard_points, WIDTH, HEIGHT)

    def warp(self, image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """Warp one image (h, w) whose face has `landmarks` (68, 2), in pixels of that image.

        Bilinear interpolation; beyond the image its border pixels are repeated. Returns float32
        (HEIGHT, WIDTH).
        """
        height, width = image.shape
        source = (self._map @ extended_landmarks(landmarks, width, height)).astype(np.float32)
        x, y = source.reshape(HEIGHT, WIDTH, 2).transpose(2, 0, 1)
        return cv2.remap(
            np.asarray(image, dtype=np.float32),
            np.ascontiguousarray(x),
            np.ascontiguousarray(y),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
