"""Faces made alike: upright by the line between the eyes, sized by the eye-mouth distance.

Everything that belongs to an image (pixels, landmarks, region map) goes through one
similarity transform, a float64 matrix (2, 3) from pixels of the image to pixels of the
aligned face. Coordinates are x, y; an integer is the centre of a pixel, so an image of
side s covers -0.5 to s - 0.5.
"""

import cv2
import numpy as np


def alignment_transform(
    left_eye: np.ndarray, right_eye: np.ndarray, mouth: np.ndarray, crop_scale: float, size: int
) -> np.ndarray:
    """The transform (2, 3) to an upright square face of side `size` (paper, section 3.2).

    `left_eye`, `right_eye`, `mouth`: centres (2,), left and right as seen in the image.
    The line between the eyes becomes horizontal; the square is centred midway between
    the eyes' middle and the mouth; its side is `crop_scale` times their distance.
    Raises ValueError when the eyes, or eyes and mouth, lie less than a pixel apart.

    >>> points = np.array([[30, 40], [70, 40], [50, 80]])
    >>> matrix = alignment_transform(*points, crop_scale=2, size=80)
    >>> transform_points(matrix, points).tolist()
    [[19.5, 19.5], [59.5, 19.5], [39.5, 59.5]]
    """
    eyes = (left_eye + right_eye) / 2
    height = np.linalg.norm(mouth - eyes)
    line = right_eye - left_eye
    if not (height >= 1 and np.linalg.norm(line) >= 1):
        raise ValueError("eyes and mouth lie less than a pixel apart")
    scale = size / (crop_scale * height)
    cosine, sine = line / np.linalg.norm(line)
    turn = scale * np.array([[cosine, sine], [-sine, cosine]])
    return np.column_stack([turn, (size - 1) / 2 - turn @ ((eyes + mouth) / 2)])


def inverse_transform(matrix: np.ndarray) -> np.ndarray:
    """The affine transform (2, 3) that undoes `matrix`."""
    back = np.linalg.inv(matrix[:, :2])
    return np.column_stack([back, -back @ matrix[:, 2]])


def transform_points(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (n, 2) under `matrix`, float64."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def warp_image(image: np.ndarray, matrix: np.ndarray, size: int, outside: int | None = None) -> np.ndarray:
    """The square (size, size) of an image uint8 (height, width) that `matrix` makes of it.

    Enlarges bilinearly; shrinks by averaging areas: first the whole image, to the scale of the square.
    Beyond the image's border: `outside`, or by default its nearest pixel.
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
