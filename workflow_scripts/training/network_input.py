"""What a network sees of an aligned face: gray repeated to three channels, 0 to 255, at its own size."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np

from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.seeds import generator
from workflow_scripts.training.augmentation import augment


def network_input(face: np.ndarray, size: int) -> np.ndarray:
    """Resize a gray face uint8 (s, s) and repeat it to float32 (size, size, 3), values 0 to 255.

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
    augmentation: Mapping,
    seed: int,
    first_epoch: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Endless augmented batches: float32 (b, size, size, 3) and one-hot float32 (b, n_classes).

    An epoch is ``ceil(len(image_ids) / batch_size)`` batches. Order and augmentation are drawn from
    (seed, epoch, image), so they are the same when training resumes at `first_epoch`. Only one batch
    is held at a time; faces are read from disk.
    """
    one_hot = np.eye(n_classes, dtype=np.float32)
    for epoch in itertools.count(first_epoch):
        order = generator(seed, "order", epoch).permutation(len(image_ids))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            images = [
                network_input(
                    augment(
                        faces.image(image_ids[i]),
                        faces.landmarks(image_ids[i]),
                        generator(seed, "augment", image_ids[i], epoch),
                        augmentation,
                    ),
                    size,
                )
                for i in chosen
            ]
            yield np.stack(images), one_hot[[classes[i] for i in chosen]]


def batches(faces: FaceReader, image_ids: Sequence[str], size: int, batch_size: int) -> Iterator[np.ndarray]:
    """Faces as they are, in order: float32 (b, size, size, 3)."""
    for start in range(0, len(image_ids), batch_size):
        yield np.stack(
            [network_input(faces.image(name), size) for name in image_ids[start : start + batch_size]]
        )
