"""How many images per second training's feed makes, and how busy it keeps a device as fast as a GPU.

Beside the feed: a bare loop over the operations that no augmentation of pixels can do without, with all draws
made before. Those rates are per second of processor time, which other programs on the machine disturb least.
By the clock, of threads and processes that have begun, they need cores that are idle, as busy shares do. The
stand-in for the device takes a set time for a step and occupies no core meanwhile, as a GPU does; around it
runs Keras' own loop with the callbacks of a training.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from itertools import islice, repeat
from pathlib import Path

import cv2
import numpy as np
import yaml

from workflow_scripts.training.light_keras import keras, tf
from benchmarks.side_by_side import REPOSITORY, Row
from workflow_scripts.common.seeds import generator
from workflow_scripts.faces.face_store import Face, FaceReader, write_faces
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.training.feed import AHEAD, FedByGrey, process_pool, training_batches
from workflow_scripts.training.fitting import fit
from workflow_scripts.training.network_input import resized
from workflow_scripts.training.resumption import TrainingBackup

SIDE = 256  # px, of aligned faces
FACES, BATCH, COPIES, CLASSES = 300, 128, 5, 6
SIZES = (64, 150, 224)
# seconds of a step with 128 images: WeiNet, AlexNet and MobileNetV3 on one H200 (README), and 30 ms
STEPS = ((64, 0.015), (224, 0.026), (224, 0.030), (224, 0.122))
PER_CORE = "1500 or more"
START_SECONDS = 3  # in which all processes of a pool begin


class AtOnce(Executor):
    """Does what it is handed before it returns: batches and steps take turns."""

    def submit(self, task: Callable, *arguments: object) -> Future:
        done = Future()
        done.set_result(task(*arguments))
        return done


POOLS = {
    "turns": AtOnce,
    "1 thread": partial(ThreadPoolExecutor, 1),
    "2 threads": partial(ThreadPoolExecutor, 2),
    "1 process": partial(process_pool, 1),
    "2 processes": partial(process_pool, 2),
}


def feed_rows(rounds: int, batches: int, steps: int) -> list[Row]:
    """Images per second of processor time, then busy shares over so many steps."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        made_faces(Path(folder, "faces.h5"))
        with FaceReader([Path(folder, "faces.h5")]) as reader:
            rows = [row for size in SIZES for row in rate_rows(reader, size, rounds, batches)]
            if rounds > 1:  # else it would take longer than all the rest
                rows += [row for size in SIZES for row in clock_rows(reader, size, 5 * batches)]
            for size, seconds in STEPS:
                rows += busy_rows(reader, size, seconds, steps, Path(folder))
    return rows


def made_faces(path: Path) -> None:
    """Write faces of noise, with the standard face's landmarks."""
    points = read_standard_face(REPOSITORY / "resources/standard_face.csv")[:68]
    landmarks = (points * (SIDE / WIDTH, SIDE / HEIGHT)).astype(np.float32)
    rng = np.random.default_rng(0)
    images = (rng.integers(0, 256, (SIDE, SIDE), dtype=np.uint8) for _ in range(FACES))
    faces = (Face(f"made/{n}", image, landmarks) for n, image in enumerate(images))
    write_faces(path, faces, SIDE, region_maps=False)


def stream(reader: FaceReader, size: int, pool: Executor, **start: int) -> Iterator:
    """The batches of a training with config.yaml's augmentation."""
    ranges = yaml.safe_load((REPOSITORY / "config.yaml").read_text())["training"]["augmentation"]
    labels = [n % CLASSES for n in range(FACES)]
    return training_batches(
        reader,
        reader.image_ids,
        labels,
        n_classes=CLASSES,
        size=size,
        batch_size=BATCH,
        copies=COPIES,
        augmentation=ranges,
        seed=1,
        pool=pool,
        **start,
    )


def bare_loop(reader: FaceReader, size: int) -> Callable[[int], None]:
    """Read, warp, change the light and resize: the same calls of OpenCV, and nothing else."""
    names = [reader.image_ids[n] for n in generator(1, "order").permutation(FACES)]
    window, table = np.array([[-1.1, 0, 260.0], [0, 1.1, -7.3]]), np.arange(256, dtype=np.uint8)

    def loop(batches: int) -> None:
        for _ in range(batches):
            images = np.empty((BATCH, size, size, 1), np.uint8)
            for image, name in zip(images, names, strict=False):
                varied = cv2.warpAffine(
                    reader.image(name), window, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE
                )
                image[:, :, 0] = resized(cv2.LUT(varied, table), size)

    return loop


def rate_rows(reader: FaceReader, size: int, rounds: int, batches: int) -> list[Row]:
    """The feed beside the bare loop; candidates take turns, and the median of each counts."""
    loop, one, two = "bare loop", "1 thread", "2 threads"
    candidates = {loop: bare_loop(reader, size)}
    candidates |= {name: partial(fed, reader, size, POOLS[name]) for name in (one, two)}
    seconds = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, candidate in candidates.items():
            start = time.process_time()
            candidate(batches)
            seconds[name].append(time.process_time() - start)
    rates = {name: batches * BATCH / float(np.median(taken)) for name, taken in seconds.items()}
    title = f"Training's feed at {size} px, images per second of processor time"
    return [
        Row(title, name, rate, "/s", rate / rates[loop], PER_CORE if name != loop and size == 224 else "")
        for name, rate in rates.items()
    ]


def fed(reader: FaceReader, size: int, made: Callable[[], Executor], batches: int) -> None:
    """Make so many batches in all, of which the last are made ahead and not taken."""
    with made() as pool:
        for _ in islice(stream(reader, size, pool), batches - AHEAD):
            pass


def clock_rows(reader: FaceReader, size: int, batches: int) -> list[Row]:
    """Images per second by the clock, of pools that have begun."""
    title, rates = f"Training's feed at {size} px, images per second by the clock", {}
    for name, made in POOLS.items():
        with made() as pool:
            feed = stream(reader, size, pool)
            next(feed)
            time.sleep(START_SECONDS)
            for _ in islice(feed, AHEAD + 1):  # of which some were made meanwhile
                pass
            start = time.perf_counter()
            for _ in islice(feed, batches):
                pass
            rates[name] = batches * BATCH / (time.perf_counter() - start)
    return [Row(title, name, rate, "/s", rate / rates["1 thread"]) for name, rate in rates.items()]


class StandIn(FedByGrey):
    """Takes batches as a network does, and answers after a set time per step."""

    seconds: float

    def train_step(self, data: tuple) -> dict:
        loss = tf.py_function(self._wait, [data[0]], tf.float32)
        return {"loss": tf.reshape(loss, ()), "accuracy": tf.reshape(loss, ())}

    def _wait(self, images: tf.Tensor) -> float:
        images.numpy()
        time.sleep(self.seconds)
        return 0.0


def busy_rows(reader: FaceReader, size: int, seconds: float, steps: int, folder: Path) -> list[Row]:
    """The share of an epoch that the device is busy; for batches that are ready, it waits for Keras alone."""
    title = f"Busy share of a device whose step takes {seconds * 1000:.0f} ms for {BATCH} images of {size} px"
    ready = next(stream(reader, size, AtOnce()))
    rows = []
    for name, made in POOLS.items():
        with made() as pool:
            feeds = {name: partial(stream, reader, size, pool)}
            if made is AtOnce:
                feeds = {"batches that are ready": lambda **_: repeat(ready)} | feeds
            for way, batches in feeds.items():
                start, ended = trained(batches, size, seconds, steps, folder / f"{way} {size} {seconds}")
                rows.append(Row(title, way, steps * seconds / (ended - start), ""))
    return rows


def trained(
    batches: Callable[..., Iterator], size: int, seconds: float, steps: int, folder: Path
) -> tuple[float, float]:
    """When the first epoch of a training with the stand-in ended, and the second."""
    inputs = keras.Input((size, size, 3))
    outputs = keras.layers.Dense(CLASSES)(keras.layers.GlobalAveragePooling2D()(inputs))
    network = StandIn(inputs, outputs)
    network.seconds = seconds
    network.compile("sgd", jit_compile=False)
    ends = []
    backup = TrainingBackup(folder, "a benchmark", steps)
    original = backup.on_epoch_end
    backup.on_epoch_end = lambda *arguments: (ends.append(time.perf_counter()), original(*arguments))
    with redirect_stdout(StringIO()):  # Keras' progress, across the table
        fit(network, batches, 2, steps, None, backup)
    return tuple(ends)
