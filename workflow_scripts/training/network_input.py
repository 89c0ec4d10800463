"""A network's input from an aligned face: grey in three channels, 0 to 255, at the network's input size."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.augmentation import augment


def network_input(face: np.ndarray, size: int) -> np.ndarray:
    """Resize a grey face uint8 (s, s) and repeat it to float32 (size, size, 3), values 0 to 255.

    >>> network_input(np.full((8, 8), 7, np.uint8), 4).shape
    (4, 4, 3)
    """
    shrinking = size < len(face)
    resized = cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    return np.repeat(resized[:, :, None].astype(np.float32), 3, axis=2)


def training_batches(
    faces: FaceReader,
    image_ids: Sequence[str],
    classes: Sequence[int],
    *,
    n_classes: int,
    size: int,
    batch_size: int,
    copies: int,
    augmentation: Mapping,
    seed: int,
    first_epoch: int = 0,
    first_step: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Endless augmented batches: float32 (b, size, size, 3) and one-hot float32 (b, n_classes).

    An epoch has `copies` variants of every image in random order: ``ceil(len(image_ids) * copies /
    batch_size)`` batches. Order and variants depend only on (seed, image, epoch, copy), so they are the same
    when training resumes at `first_step` of `first_epoch`, both counted from 0. Only one batch is in memory
    at a time; faces are read from disk.
    """
    one_hot = np.eye(n_classes, dtype=np.float32)

    def variant(image: int, epoch: int, copy: int) -> np.ndarray:
        name = image_ids[image]
        rng = generator(seed, "augment", name, epoch, copy)
        return network_input(augment(faces.image(name), faces.landmarks(name), rng, augmentation), size)

    for epoch in itertools.count(first_epoch):
        order = generator(seed, "order", epoch).permutation(len(image_ids) * copies)
        for start in range(first_step * batch_size, len(order), batch_size):
            chosen = [divmod(int(pair), copies) for pair in order[start : start + batch_size]]
            images = [variant(image, epoch, copy) for image, copy in chosen]
            yield np.stack(images), one_hot[[classes[image] for image, _ in chosen]]
        first_step = 0


def batches(faces: FaceReader, image_ids: Sequence[str], size: int, batch_size: int) -> Iterator[np.ndarray]:
    """Batches of unaugmented faces, in order: float32 (b, size, size, 3)."""
    for start in range(0, len(image_ids), batch_size):
        yield np.stack(
            [network_input(faces.image(name), size) for name in image_ids[start : start + batch_size]]
        )
