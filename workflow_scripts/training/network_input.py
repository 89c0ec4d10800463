"""A network's input from an aligned face: grey in three channels, 0 to 255, at the network's input size."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from workflow_scripts.faces.face_store import FaceReader


def network_input(face: np.ndarray, size: int) -> np.ndarray:
    """Resize a grey face uint8 (s, s) and repeat it to float32 (size, size, 3), values 0 to 255.

    >>> network_input(np.full((8, 8), 7, np.uint8), 4).shape
    (4, 4, 3)
    """
    image = np.empty((size, size, 3), np.float32)
    image[:] = resized(face, size)[:, :, None]
    return image


def resized(face: np.ndarray, size: int) -> np.ndarray:
    """A grey face uint8 (s, s) at another size, uint8 (size, size); shrinking averages."""
    shrinking = size < len(face)
    return cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)


def batches(faces: FaceReader, image_ids: Sequence[str], size: int, batch_size: int) -> Iterator[np.ndarray]:
    """Batches of unaugmented faces, in order: float32 (b, size, size, 3)."""
    for start in range(0, len(image_ids), batch_size):
        names = image_ids[start : start + batch_size]
        images = np.empty((len(names), size, size, 3), np.float32)
        for image, name in zip(images, names, strict=True):
            image[:] = resized(faces.image(name), size)[:, :, None]
        yield images
