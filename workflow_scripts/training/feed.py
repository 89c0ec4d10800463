"""Training's feed: augmented batches, made by threads while the device is busy with the batches before.

On its way to the device, a batch is grey and has one byte per pixel, a twelfth of what the network takes;
`FedByGrey` makes that of it on the device. tf.data cannot make batches ahead: where operations must be
deterministic, it drops every prefetch behind a Python function.
"""

import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future

import numpy as np

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.seeds import generator
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.augmentation import augment
from workflow_scripts.training.network_input import resized

AHEAD = 2  # batches that are made before they are asked for
TOGETHER = 16  # images per task of a thread


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
    pool: Executor,
    first_epoch: int = 0,
    first_step: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Endless augmented batches: grey uint8 (b, size, size, 1) and one-hot float32 (b, n_classes).

    An epoch has `copies` variants of every image in random order: ``ceil(len(image_ids) * copies /
    batch_size)`` batches. Order and variants depend only on (seed, image, epoch, copy), so they are the same
    when training resumes at `first_step` of `first_epoch`, both counted from 0, and whatever the threads of
    `pool`, which make the images. Only the next batches are in memory; faces are read from disk.
    """
    one_hot = np.eye(n_classes, dtype=np.float32)

    def fill(images: np.ndarray, epoch: int, chosen: Sequence[tuple[int, int]]) -> None:
        for place, (image, copy) in zip(images, chosen, strict=True):
            name = image_ids[image]
            rng = generator(seed, "augment", name, epoch, copy)
            varied = augment(faces.image(name), faces.landmarks(name), rng, augmentation)
            place[:, :, 0] = resized(varied, size)

    def begun(epoch: int, chosen: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, list[Future]]:
        images = np.empty((len(chosen), size, size, 1), np.uint8)
        parts = [slice(start, start + TOGETHER) for start in range(0, len(chosen), TOGETHER)]
        filling = [pool.submit(fill, images[part], epoch, chosen[part]) for part in parts]
        return images, one_hot[[classes[image] for image, _ in chosen]], filling

    under_way = deque()
    for batch in _orders(len(image_ids), batch_size, copies, seed, first_epoch, first_step):
        under_way.append(begun(*batch))
        if len(under_way) > AHEAD:
            images, labels, filling = under_way.popleft()
            for part in filling:
                part.result()
            yield images, labels


def _orders(
    n_images: int, batch_size: int, copies: int, seed: int, first_epoch: int, first_step: int
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The epoch and the (image, copy) of every batch."""
    for epoch in itertools.count(first_epoch):
        order = generator(seed, "order", epoch).permutation(n_images * copies)
        for start in range(first_step * batch_size, len(order), batch_size):
            yield epoch, [divmod(int(pair), copies) for pair in order[start : start + batch_size]]
        first_step = 0


class FedByGrey(keras.Model):
    """A network that is trained on what `training_batches` yields.

    Its input is still float32 (n, s, s, 3) with three equal channels, values 0 to 255: a step makes that, on
    the device. A network around the network would do so too, but gradients would be rounded otherwise.
    """

    @classmethod
    def of(cls, network: keras.Model) -> "FedByGrey":
        """The same network, with the same layers and variables."""
        return cls(network.inputs, network.outputs, name=network.name)

    def train_step(self, data: tuple) -> dict:
        """One step on grey uint8 (n, s, s, 1), labels and perhaps weights."""
        grey, *labels = data
        values = keras.ops.cast(grey, "float32")
        return super().train_step((keras.ops.concatenate([values] * 3, axis=-1), *labels))
