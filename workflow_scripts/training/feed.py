"""Training's feed: augmented batches, made while the device is busy with the batches before.

On its way to the device, a batch is grey and has one byte per pixel, a twelfth of what the network takes;
`FedByGrey` makes that of it on the device. tf.data cannot make batches ahead: where operations must be
deterministic, it drops every prefetch behind a Python function.
"""

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

import numpy as np
from loky import ProcessPoolExecutor

from workflow_scripts.training.light_keras import keras, tf
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import generator
from workflow_scripts.common.worker import DIED
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.varied_faces import Variant, begin_worker, varied_faces

AHEAD = 2  # batches that are made before they are asked for
TOGETHER = 16  # images per task of the pool, at most
LEAST_TASKS = 8  # of a batch of as many images, so that small batches occupy several cores too


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
    when training resumes at `first_step` of `first_epoch`, both counted from 0, and whatever `pool`, whose
    threads or processes make the images. Only the next batches are in memory; faces are read from disk.
    """
    one_hot = np.eye(n_classes, dtype=np.float32)
    together = max(1, min(TOGETHER, batch_size // LEAST_TASKS))
    varied = partial(varied_faces, faces, size=size, augmentation=augmentation, seed=seed)

    def begun(epoch: int, chosen: list[tuple[int, int]]) -> tuple[np.ndarray, list[Future]]:
        variants = [Variant(image_ids[image], epoch, copy) for image, copy in chosen]
        parts = [variants[start : start + together] for start in range(0, len(variants), together)]
        return one_hot[[classes[image] for image, _ in chosen]], [pool.submit(varied, part) for part in parts]

    under_way = deque()
    try:
        for batch in _orders(len(image_ids), batch_size, copies, seed, first_epoch, first_step):
            under_way.append(begun(*batch))
            if len(under_way) > AHEAD:
                labels, parts = under_way.popleft()
                yield np.concatenate([part.result() for part in parts]), labels
    except BrokenProcessPool as error:
        raise StudyError(DIED) from error


@contextmanager
def errors_told() -> Iterator[Callable[[Callable[..., Iterator]], Callable[..., Iterator]]]:
    """Gives a function that wraps what makes a generator; an error of that generator is raised as it is.

    TensorFlow, which calls the generator, would raise one of its own instead, with the other in its text.
    """
    found = []

    def wrapped(make: Callable[..., Iterator]) -> Callable[..., Iterator]:
        def made(**options) -> Iterator:
            try:
                yield from make(**options)
            except Exception as error:
                found.append(error)
                raise

        return made

    try:
        yield wrapped
    except tf.errors.OpError:
        if found:
            raise found[0] from None
        raise


def feed_pool(threads: int) -> Executor:
    """Threads to make batches with, or processes where a GPU waits for them.

    Python lets one thread of a process run at a time, and training's own loop is one of them: so of small
    images, several threads make hardly more than one (benchmarks/README.md). Processes do, but each takes a
    second to start and 75 MB, for which a network on a CPU is too slow anyway.
    """
    if tf.config.list_physical_devices("GPU"):
        return process_pool(max(1, threads - 1))
    return ThreadPoolExecutor(threads)


def process_pool(processes: int) -> Executor:
    """Processes that import what their tasks need and not the main module, which would import TensorFlow."""
    return ProcessPoolExecutor(processes, initializer=begin_worker, initargs=(os.getpid(),))


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
