import itertools

import numpy as np
import pytest

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


def epochs(reader, seed=1, first_epoch=0, n_epochs=2, batch_size=3):
    stream = training_batches(
        reader,
        reader.image_ids,
        [i % 2 for i in range(7)],
        n_classes=2,
        size=32,
        batch_size=batch_size,
        augmentation=AUGMENTATION,
        seed=seed,
        first_epoch=first_epoch,
    )
    per_epoch = -(-7 // batch_size)
    taken = list(itertools.islice(stream, n_epochs * per_epoch))
    return np.concatenate([x for x, _ in taken]), np.concatenate([y for _, y in taken])


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


def test_the_same_seed_gives_the_same_batches(reader):
    for one, other in zip(epochs(reader), epochs(reader), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (epochs(reader)[0] != epochs(reader, seed=2)[0]).any()


def test_resuming_at_an_epoch_gives_what_an_unbroken_run_gives(reader):
    whole, resumed = epochs(reader, n_epochs=2), epochs(reader, first_epoch=1, n_epochs=1)
    np.testing.assert_array_equal(whole[0][7:], resumed[0])
    np.testing.assert_array_equal(whole[1][7:], resumed[1])


def test_epochs_differ_in_order_and_augmentation(reader):
    images, _ = epochs(reader)
    assert (images[:7] != images[7:]).any()


def test_test_faces_come_in_order_and_unchanged(reader):
    together = np.concatenate(list(batches(reader, reader.image_ids, 32, batch_size=3)))
    for image, name in zip(together, reader.image_ids, strict=True):
        np.testing.assert_array_equal(image, network_input(reader.image(name), 32))
