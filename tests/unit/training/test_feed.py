"""What networks are trained on: every copy of every image once per epoch, the same however it is made."""

import itertools
import random
import time
from concurrent.futures import Executor, ThreadPoolExecutor

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_scripts.common.seeds import generator
from workflow_scripts.training import varied_faces
from workflow_scripts.training.augmentation import augment
from workflow_scripts.training.feed import AHEAD, TOGETHER, FedByGrey, training_batches
from workflow_scripts.training.model_file import with_preprocessing
from workflow_scripts.training.network_input import network_input, resized

AUGMENTATION = {"gamma": [0.5, 2], "translation": 0.1, "crop": 0.8, "mirror": 0.5}
POOL = ThreadPoolExecutor(2)


def stream(reader, *, seed=1, copies=1, batch_size=3, pool: Executor = POOL, **start):
    return training_batches(
        reader,
        reader.image_ids,
        [i % 2 for i in range(7)],
        n_classes=2,
        size=32,
        batch_size=batch_size,
        copies=copies,
        augmentation=AUGMENTATION,
        seed=seed,
        pool=pool,
        **start,
    )


def taken(reader, n_batches, **options):
    return list(itertools.islice(stream(reader, **options), n_batches))


def epochs(reader, n_epochs=2, copies=1, batch_size=3, **options):
    n_batches = n_epochs * -(-7 * copies // batch_size)
    shown = taken(reader, n_batches, copies=copies, batch_size=batch_size, **options)
    return np.concatenate([x for x, _ in shown]), np.concatenate([y for _, y in shown])


def test_an_epoch_shows_every_face_once(reader):
    images, labels = epochs(reader, n_epochs=1)
    assert (images.shape, images.dtype) == ((7, 32, 32, 1), np.uint8)
    assert labels.sum(axis=0).tolist() == [4, 3]


def test_a_variant_is_the_augmented_face_at_the_size_of_the_network(reader):
    images, _ = epochs(reader, n_epochs=1, copies=2)
    expected = set()
    for name in reader.image_ids:
        for copy in range(2):
            rng = generator(1, "augment", name, 0, copy)
            varied = augment(reader.image(name), reader.landmarks(name), rng, AUGMENTATION)
            expected.add(network_input(varied, 32)[:, :, :1].astype(np.uint8).tobytes())
    assert {image.tobytes() for image in images} == expected


def test_an_epoch_shows_every_copy_of_every_face_once_and_no_two_are_alike(reader):
    images, labels = epochs(reader, n_epochs=1, copies=3)
    assert len(np.unique(images, axis=0)) == len(images) == 3 * 7
    assert labels.sum(axis=0).tolist() == [3 * 4, 3 * 3]


def test_copies_are_drawn_one_by_one(reader):
    """More of them, or other epochs before, change none of those that were there."""
    fewer, more = ({image.tobytes() for image in epochs(reader, n_epochs=1, copies=n)[0]} for n in (2, 3))
    assert len(fewer - more) == 0
    assert len(more - fewer) == 7


def test_the_same_seed_gives_the_same_batches(reader):
    for one, other in zip(epochs(reader), epochs(reader), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (epochs(reader)[0] != epochs(reader, seed=2)[0]).any()


def test_resuming_at_an_epoch_gives_what_an_unbroken_run_gives(reader):
    whole, resumed = epochs(reader, n_epochs=2), epochs(reader, first_epoch=1, n_epochs=1)
    np.testing.assert_array_equal(whole[0][7:], resumed[0])
    np.testing.assert_array_equal(whole[1][7:], resumed[1])


@given(copies=st.integers(1, 3), batch_size=st.integers(1, 22), skipped=st.integers(0, 100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_resuming_within_an_epoch_leaves_out_what_was_shown(reader, copies, batch_size, skipped):
    per_epoch = -(-7 * copies // batch_size)
    skipped %= 2 * per_epoch
    whole = taken(reader, 2 * per_epoch, copies=copies, batch_size=batch_size)
    epoch, step = divmod(skipped, per_epoch)
    start = {"first_epoch": epoch, "first_step": step}
    rest = taken(reader, 2 * per_epoch - skipped, copies=copies, batch_size=batch_size, **start)
    for one, other in zip(whole[skipped:], rest, strict=True):
        for expected, found in zip(one, other, strict=True):
            np.testing.assert_array_equal(expected, found)


def test_epochs_differ_in_order_and_augmentation(reader):
    images, _ = epochs(reader)
    assert (images[:7] != images[7:]).any()


class Disorderly(Executor):
    """Does what it is handed in another order than it was handed in, and not all at once."""

    def __init__(self, seed: int):
        self._threads, self._random = ThreadPoolExecutor(3), random.Random(seed)

    def submit(self, task, *arguments):
        def later():
            time.sleep(self._random.random() / 50)
            return task(*arguments)

        return self._threads.submit(later)


def test_the_bytes_do_not_depend_on_threads_or_on_which_of_them_is_first(reader):
    """Batches of several tasks each."""
    options = {"copies": 20, "batch_size": 3 * TOGETHER + 5, "n_epochs": 2}
    one = epochs(reader, pool=ThreadPoolExecutor(1), **options)
    for pool in (ThreadPoolExecutor(4), Disorderly(1), Disorderly(2)):
        for expected, found in zip(one, epochs(reader, pool=pool, **options), strict=True):
            np.testing.assert_array_equal(expected, found)


def test_the_next_batches_are_made_while_one_is_in_use_and_no_more_of_them(reader, monkeypatch):
    made = []
    monkeypatch.setattr(varied_faces, "augment", lambda face, *_: made.append(1) or face)
    batches = stream(reader, batch_size=1)
    for used in range(1, 4):
        next(batches)
        time.sleep(0.2)
        assert len(made) == used + AHEAD


@pytest.mark.parametrize(("batch_size", "tasks"), [(1, 1), (16, 8), (32, 8), (3 * TOGETHER, 8), (200, 13)])
def test_a_small_batch_occupies_several_cores_too(reader, batch_size, tasks):
    handed = []

    class Counting(ThreadPoolExecutor):
        def submit(self, task, *arguments):
            handed.append(task)
            return super().submit(task, *arguments)

    with Counting(1) as pool:
        next(stream(reader, copies=100, batch_size=batch_size, pool=pool))
    assert len(handed) == (1 + AHEAD) * tasks


def test_an_error_in_a_thread_is_one_of_the_feed(reader, monkeypatch):
    def broken(*_):
        raise OSError("the disk is gone")

    monkeypatch.setattr(varied_faces, "augment", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        next(stream(reader))


def small_network() -> keras.Model:
    keras.utils.set_random_seed(1)
    layers = [keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    return with_preprocessing(keras.Sequential(layers), "caffe")


def test_a_step_on_grey_is_a_step_on_the_same_images_in_three_channels(reader):
    """Its weights are those of the network, which still takes three channels."""
    faces = [reader.image(name) for name in reader.image_ids]
    grey = np.stack([resized(face, 32) for face in faces])[..., None]
    three = np.stack([network_input(face, 32) for face in faces])
    labels = np.eye(2, dtype=np.float32)[[0, 1, 1, 0, 1, 0, 0]]
    plain, network = small_network(), small_network()
    fed = FedByGrey.of(network)
    for trained in (plain, fed):
        trained.compile("sgd", "categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    for _ in range(2):
        plain.train_on_batch(three, labels, class_weight={0: 1, 1: 2})
        fed.train_on_batch(grey, labels, class_weight={0: 1, 1: 2})
    assert (plain.get_weights()[0] != small_network().get_weights()[0]).any()
    for expected, found in zip(plain.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(expected, found)
    assert fed.input_shape == (None, 32, 32, 3)
    np.testing.assert_array_equal(fed.predict_on_batch(three), plain.predict_on_batch(three))
