import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_scripts.faces.face_store import Face, FaceReader, write_faces
from workflow_scripts.training.network_input import batches, network_input, training_batches

AUGMENTATION = {"gamma": [0.5, 2], "translation": 0.1, "crop": 0.8, "mirror": 0.5}


@pytest.fixture
def reader(tmp_path, standard_landmarks):
    rng = np.random.default_rng(0)
    faces = [
        Face(f"f{i}", rng.integers(0, 256, (64, 64), dtype=np.uint8), standard_landmarks) for i in range(7)
    ]
    write_faces(tmp_path / "faces.h5", faces, 64, region_maps=False)
    with FaceReader([tmp_path / "faces.h5"]) as opened:
        yield opened


def taken(reader, n_batches, *, seed=1, copies=1, batch_size=3, **start):
    stream = training_batches(
        reader,
        reader.image_ids,
        [i % 2 for i in range(7)],
        n_classes=2,
        size=32,
        batch_size=batch_size,
        copies=copies,
        augmentation=AUGMENTATION,
        seed=seed,
        **start,
    )
    return list(itertools.islice(stream, n_batches))


def epochs(reader, n_epochs=2, copies=1, batch_size=3, **options):
    n_batches = n_epochs * -(-7 * copies // batch_size)
    shown = taken(reader, n_batches, copies=copies, batch_size=batch_size, **options)
    return np.concatenate([x for x, _ in shown]), np.concatenate([y for _, y in shown])


def test_gray_is_repeated_and_keeps_its_range():
    face = np.arange(64 * 64, dtype=np.uint32).reshape(64, 64).astype(np.uint8)
    image = network_input(face, 64)
    assert image.dtype == np.float32
    for channel in range(3):
        np.testing.assert_array_equal(image[:, :, channel], face)


def test_shrinking_averages_instead_of_dropping_pixels():
    checkerboard = (np.indices((64, 64)).sum(axis=0) % 2 * 200).astype(np.uint8)
    np.testing.assert_array_equal(network_input(checkerboard, 32), 100)


def test_an_epoch_shows_every_face_once(reader):
    images, labels = epochs(reader, n_epochs=1)
    assert images.shape == (7, 32, 32, 3)
    assert labels.sum(axis=0).tolist() == [4, 3]


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


def test_test_faces_come_in_order_and_unchanged(reader):
    together = np.concatenate(list(batches(reader, reader.image_ids, 32, batch_size=3)))
    for image, name in zip(together, reader.image_ids, strict=True):
        np.testing.assert_array_equal(image, network_input(reader.image(name), 32))
