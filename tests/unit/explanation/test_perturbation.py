"""What explainers that perturb images share: superpixels, their parts, and batches that fit a device."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from workflow_scripts.explanation import perturbation

SIZE = 48


@pytest.fixture
def image():
    y, x = np.mgrid[:SIZE, :SIZE]
    gray = 127 + 90 * np.sin(x / 5) * np.cos(y / 7)
    return np.repeat(gray[:, :, None].astype(np.float32), 3, axis=2)


def test_more_regions_do_not_retrace(image):
    inputs = keras.Input((SIZE, SIZE, 3))
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(inputs))
    predict = perturbation.perturbed_predictions(network)
    for n_regions, n_samples in ((3, 10), (7, 4), (12, 1)):
        segments = np.arange(SIZE * SIZE).reshape(SIZE, SIZE) % n_regions
        predict(perturbation.image_parts(image, segments), np.ones((n_samples, n_regions), np.float32))
    assert predict.experimental_get_tracing_count() == 1


def test_batches_fit_the_size_of_images(monkeypatch):
    sizes = (48, 64, 150, 224, 1024)
    assert [perturbation.fitting_batch(size) for size in sizes] == [128, 128, 32, 16, 16]
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a GPU"])
    assert [perturbation.fitting_batch(size) for size in sizes] == [1024, 1024, 256, 128, 16]


def test_superpixels_are_numbered_without_gaps(image):
    regions = perturbation.superpixels(image, 12, 20)
    assert np.unique(regions).tolist() == list(range(regions.max() + 1))
