"""Networks loaded to compute in half of float32's bits."""

import keras
import numpy as np
import pytest

from workflow_scripts.training.model_file import ModelFacts, load_model, save_model
from workflow_scripts.training.networks import build_network

SIZE = 64
TOLERANCE = {"bfloat16": 3e-2, "float16": 3e-3}  # of probabilities


@pytest.fixture(scope="module", params=["songnet", "mobilenetv3"])
def saved(request, tmp_path_factory):
    keras.utils.set_random_seed(1)
    network, scaling = build_network({"architecture": request.param, "input_size": SIZE}, classes=6)
    path = tmp_path_factory.mktemp("model") / "model.keras"
    save_model(network, ModelFacts("net", list("abcdef"), SIZE, scaling), path)
    return path


@pytest.mark.parametrize("precision", TOLERANCE)
def test_inner_layers_compute_at_the_precision_and_predictions_stay_close(saved, precision):
    exact, mixed = load_model(saved), load_model(saved, precision)
    images = np.random.default_rng(0).uniform(0, 255, (4, SIZE, SIZE, 3)).astype(np.float32)
    predicted, expected = mixed.predict_on_batch(images), exact.predict_on_batch(images)
    assert predicted.dtype == np.float32
    assert np.abs(predicted - expected).max() < TOLERANCE[precision]
    np.testing.assert_allclose(predicted.sum(axis=1), 1, atol=1e-6)
    core = mixed.layers[-1]
    weighted = [layer for layer in core.layers if layer.weights]
    assert {layer.compute_dtype for layer in weighted[:-1]} == {precision}
    assert core.layers[-1].compute_dtype == "float32"
    for ours, theirs in zip(mixed.get_weights(), exact.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_float32_is_the_network_as_it_was_saved(saved):
    assert {layer.compute_dtype for layer in load_model(saved).layers[-1].layers if layer.weights} == {
        "float32"
    }
