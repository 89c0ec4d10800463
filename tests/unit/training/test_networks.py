import json
import zipfile

import keras
import numpy as np
import pytest

from workflow_scripts.errors import StudyError
from workflow_scripts.training.architectures import build_network
from workflow_scripts.training.model_file import ModelFacts, load_model, read_facts, save_model

PARAMETERS = {  # with six classes; two of them are printed in Table 1 of the paper in thousands
    ("weinet", 64): 1_728_230,
    ("songnet", 224): 172_678,
    ("mobilenetv3", 224): 3_002_118,
}


@pytest.mark.parametrize(("architecture", "size"), PARAMETERS)
def test_parameters_are_those_of_the_study(architecture, size):
    network, _ = build_network({"architecture": architecture, "input_size": size}, classes=6)
    assert network.count_params() == PARAMETERS[architecture, size]
    assert network.output_shape == (None, 6)


@pytest.mark.parametrize("architecture", ["weinet", "songnet", "mobilenetv3"])
def test_outputs_are_probabilities_of_images_with_values_to_255(architecture):
    network, _ = build_network({"architecture": architecture, "input_size": 64}, classes=4)
    images = np.random.default_rng(0).uniform(0, 255, (3, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(network.predict_on_batch(images).sum(axis=1), 1, atol=1e-5)


def test_scaling_is_inside_the_network():
    network, scaling = build_network({"architecture": "weinet", "input_size": 16}, classes=2)
    core = network.layers[-1]
    images = np.full((1, 16, 16, 3), 51, np.float32)
    assert scaling == "unit"
    np.testing.assert_allclose(
        network.predict_on_batch(images), core.predict_on_batch(images / 255), rtol=1e-5
    )


def test_an_unknown_architecture_is_refused_with_the_ones_there_are():
    with pytest.raises(StudyError, match=r"no entry 'resnet'.*songnet, weinet"):
        build_network({"architecture": "resnet", "input_size": 16}, classes=2)


def test_weights_for_an_architecture_without_any_are_refused(tmp_path):
    with pytest.raises(StudyError, match="'weinet' has no pretrained weights"):
        build_network({"architecture": "weinet", "input_size": 16}, 2, weights=tmp_path / "weights.h5")


@pytest.fixture
def saved(tmp_path):
    network, scaling = build_network({"architecture": "weinet", "input_size": 16}, classes=2)
    network.compile(optimizer=keras.optimizers.Adam(), loss="categorical_crossentropy")
    images = np.random.default_rng(0).uniform(0, 255, (4, 16, 16, 3)).astype(np.float32)
    network.fit(images, np.eye(2, dtype=np.float32)[[0, 1, 0, 1]], verbose=0)
    path = tmp_path / "model.keras"
    facts = ModelFacts("WeiNet", ["fear", "happiness"], 16, scaling)
    save_model(network, facts, path)
    return path, network, facts, images


def test_a_saved_network_predicts_the_same_and_knows_its_facts(saved):
    path, network, facts, images = saved
    np.testing.assert_array_equal(load_model(path).predict_on_batch(images), network.predict_on_batch(images))
    assert read_facts(path) == facts


def test_a_saved_network_has_no_optimizer_state(saved):
    import h5py

    with zipfile.ZipFile(saved[0]) as archive:
        assert not json.loads(archive.read("config.json"))["compile_config"]
        with archive.open("model.weights.h5") as weights, h5py.File(weights) as file:
            assert "optimizer" not in file


@pytest.mark.parametrize("read", [read_facts, load_model])
def test_a_truncated_network_is_refused_by_name(saved, read):
    path = saved[0]
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StudyError, match=r"model\.keras: not a complete saved network"):
        read(path)
