"""Random variants of training faces at the size of a network, made without Keras: in threads or processes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.common.worker import end_with_parent
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.augmentation import augment
from workflow_scripts.training.network_input import resized


def begin_worker(parent: int) -> None:
    """What a process does before its first task; `parent`: the number of the one that it works for."""
    end_with_parent(parent)
    cv2.setNumThreads(1)  # there are as many processes as cores


class Variant(NamedTuple):
    """One of the variants of an image; `copy` counts those of an epoch."""

    image_id: str
    epoch: int
    copy: int


def varied_faces(
    faces: FaceReader, variants: Sequence[Variant], *, size: int, augmentation: Mapping, seed: int
) -> np.ndarray:
    """Grey uint8 (n, size, size, 1). Each depends on `seed`, its image and its variant alone."""
    images = np.empty((len(variants), size, size, 1), np.uint8)
    for place, variant in zip(images, variants, strict=True):
        rng = generator(seed, "augment", *variant)
        face, landmarks = faces.image(variant.image_id), faces.landmarks(variant.image_id)
        place[:, :, 0] = resized(augment(face, landmarks, rng, augmentation), size)
    return images
