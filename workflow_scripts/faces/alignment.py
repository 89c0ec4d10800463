"""Alignment of faces: upright, with size and position set by the line between the eyes.

Everything that belongs to an image (pixels, landmarks, region map) goes through one
similarity transform, a float64 matrix (2, 3) from pixels of the image to pixels of the
aligned face. Coordinates are x, y; integers are pixel centres, so an image of side s
covers -0.5 to s - 0.5.
"""

import cv2
import numpy as np

EYE_HEIGHT = 1 / 3  # of the side, from the top; leaves room for the forehead and the chin of an open mouth


def alignment_transform(
    left_eye: np.ndarray, right_eye: np.ndarray, crop_eye_distances: float, size: int
) -> np.ndarray:
    """The transform (2, 3) to an upright square face of side `size` (paper, section 3.2).

    `left_eye`, `right_eye`: centres (2,), left and right as seen in the image.
    The line between them becomes horizontal; its midpoint is halfway across the square and
    EYE_HEIGHT of the side from the top; the side is `crop_eye_distances` times its length.
    The mouth is not used: an open mouth would shrink and shift the face, so that size and
    position would reveal the expression.
    Raises ValueError if the eyes are less than a pixel apart.

    >>> eyes = np.array([[30, 40], [70, 40]])
    >>> matrix = alignment_transform(*eyes, crop_eye_distances=3, size=60)
    >>> transform_points(matrix, eyes).tolist()
    [[19.5, 19.5], [39.5, 19.5]]
    """
    line = right_eye - left_eye
    distance = np.linalg.norm(line)
    if not distance >= 1:  # also true of NaN
        raise ValueError("the eyes lie less than a pixel apart")
    cosine, sine = line / distance
    turn = size / (crop_eye_distances * distance) * np.array([[cosine, sine], [-sine, cosine]])
    place = size * np.array([1 / 2, EYE_HEIGHT]) - 0.5
    return np.column_stack([turn, place - turn @ ((left_eye + right_eye) / 2)])


def inverse_transform(matrix: np.ndarray) -> np.ndarray:
    """The affine transform (2, 3) that undoes `matrix`."""
    back = np.linalg.inv(matrix[:, :2])
    return np.column_stack([back, -back @ matrix[:, 2]])


def transform_points(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (n, 2) transformed by `matrix`, float64."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def warp_image(image: np.ndarray, matrix: np.ndarray, size: int, outside: int | None = None) -> np.ndarray:
    """Warp an image, uint8 (height, width), by `matrix` to a square (size, size).

    Enlarges bilinearly. To shrink, it first reduces the whole image to the scale of the square by area
    averaging. Outside the image: the value `outside`, or by default the nearest pixel.
    """
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if scale < 1 - 1e-9:
        height, width = image.shape
        small = (max(1, round(scale * width)), max(1, round(scale * height)))
        image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        # pixel centres of the small image: X = ratio * (x + 0.5) - 0.5
        ratio = np.array([width, height]) / small
        matrix = np.column_stack([matrix[:, :2] * ratio, transform_points(matrix, (ratio - 1) / 2)])
    return cv2.warpAffine(
        image,
        np.asarray(matrix, dtype=np.float64),
        (size, size),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT,
        borderValue=outside or 0,
    )
