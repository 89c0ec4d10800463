import numpy as np

from workflow_scripts.training.network_input import batches, network_input


def test_gray_is_repeated_and_keeps_its_range():
    face = np.arange(64 * 64, dtype=np.uint32).reshape(64, 64).astype(np.uint8)
    image = network_input(face, 64)
    assert image.dtype == np.float32
    for channel in range(3):
        np.testing.assert_array_equal(image[:, :, channel], face)


def test_shrinking_averages_instead_of_dropping_pixels():
    checkerboard = (np.indices((64, 64)).sum(axis=0) % 2 * 200).astype(np.uint8)
    np.testing.assert_array_equal(network_input(checkerboard, 32), 100)


def test_test_faces_come_in_order_and_unchanged(reader):
    together = np.concatenate(list(batches(reader, reader.image_ids, 32, batch_size=3)))
    for image, name in zip(together, reader.image_ids, strict=True):
        np.testing.assert_array_equal(image, network_input(reader.image(name), 32))
