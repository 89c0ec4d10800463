"""Models from elsewhere: used as they are, behind a scaling; what contradicts the settings is refused."""

import json
import shutil
import zipfile

import keras
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.training.import_network import import_network
from workflow_scripts.training.model_file import ModelFacts, at_precision, load_model, read_facts, save_model
from workflow_scripts.training.networks import build_network
from workflow_scripts.training.trained_file import input_side, read_description, refuse_foreign, told_size
from workflow_scripts.training.trained_models import imported_network

CLASSES = ["sadness", "anger", "fear"]
SETTINGS = {"classes": CLASSES, "scaling": "unit"}
KEY = "training.networks.Mine"
GRAY = np.repeat(np.random.default_rng(0).uniform(0, 255, (5, 16, 16, 1)), 3, axis=3).astype(np.float32)


def model(shape=(16, 16, 3), classes=3, activation="softmax", first=None) -> keras.Model:
    """A small classifier whose weights are drawn."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input(shape)
    x = keras.layers.Conv2D(4, 3, activation="relu")(first(inputs) if first else inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(classes, activation=activation)(x))


@pytest.fixture
def saved(tmp_path):
    """A function: the path of a model, saved as Keras saves it, compiled and with an optimizer."""

    def save(built: keras.Model):
        built.compile("adam", "categorical_crossentropy")
        built.save(tmp_path / "mine.keras")
        return tmp_path / "mine.keras"

    return save


@pytest.mark.parametrize(
    ("scaling", "scaled"), [("unit", GRAY / 255), ("tf", GRAY / 127.5 - 1), ("none", GRAY)]
)
def test_a_model_answers_as_before_behind_its_scaling(saved, scaling, scaled):
    built = model()
    network, size = imported_network(saved(built), SETTINGS | {"scaling": scaling}, KEY)
    assert (network.input_shape, size) == ((None, 16, 16, 3), 16)
    np.testing.assert_allclose(network.predict_on_batch(GRAY), built.predict_on_batch(scaled), atol=1e-6)


def test_a_model_of_one_channel_gets_one_of_the_three_equal_ones(saved):
    built = model((16, 16, 1))
    network, _ = imported_network(saved(built), SETTINGS, KEY)
    assert network.input_shape == (None, 16, 16, 3)
    expected = built.predict_on_batch(GRAY[..., :1] / 255)
    np.testing.assert_allclose(network.predict_on_batch(GRAY), expected, atol=1e-6)
    np.testing.assert_allclose(at_precision(network, "float16").predict_on_batch(GRAY), expected, atol=0.01)
    with pytest.raises(StudyError, match="caffe is for three channels"):
        imported_network(saved(built), SETTINGS | {"scaling": "caffe"}, KEY)


def test_a_model_of_any_size_needs_its_size(saved):
    path = saved(model((None, None, 3)))
    with pytest.raises(StudyError, match=r"images of any size; set training\.networks\.Mine\.input_size"):
        imported_network(path, SETTINGS, KEY)
    network, size = imported_network(path, SETTINGS | {"input_size": 24}, KEY)
    assert (network.input_shape[1], size) == (24, 24)
    with pytest.raises(StudyError, match=r"input_size is 24, but .*mine\.keras takes 16 px"):
        imported_network(saved(model()), SETTINGS | {"input_size": 24}, KEY)


@pytest.mark.parametrize(
    ("built", "message"),
    [
        (lambda: model(classes=7), r"output is \(None, 7\), but .*classes names 3 classes \(sadness, anger"),
        (lambda: model(activation=None), "not probabilities.*save the model with its softmax"),
        (lambda: model(activation="sigmoid"), "not probabilities"),
        (lambda: model((16, 24, 3)), r"takes \(None, 16, 24, 3\); expected square images"),
        (lambda: model((16, 16, 4)), "expected square images with three equal channels"),
    ],
)
def test_a_model_that_contradicts_the_settings_is_refused(saved, built, message):
    with pytest.raises(StudyError, match=message):
        imported_network(saved(built()), SETTINGS, KEY)


def test_a_model_of_several_inputs_is_refused(saved):
    both = keras.Input((16, 16, 3)), keras.Input((16, 16, 3))
    x = keras.layers.Flatten()(keras.layers.Add()(both))
    path = saved(keras.Model(both, keras.layers.Dense(3, activation="softmax")(x)))
    with pytest.raises(StudyError, match=r"it takes \(\); expected square images"):
        imported_network(path, SETTINGS, KEY)


def test_the_file_tells_the_size_without_tensorflow(saved):
    path = saved(model())
    assert told_size(read_description(path)) == 16
    assert input_side({"model": str(path)}) == 16
    assert input_side({"model": "nowhere.keras"}) == 224
    assert input_side({"input_size": 48, "architecture": "weinet"}) == 48


@keras.saving.register_keras_serializable()
class Mine(keras.layers.Layer):
    """A layer of one's own."""

    def call(self, images):
        return images


def test_a_layer_of_one_s_own_is_refused_though_it_is_registered_here(saved):
    with pytest.raises(StudyError, match=r"it contains tests\S+Mine, but only Keras' own layers may run"):
        imported_network(saved(model(first=Mine())), SETTINGS, KEY)


def test_a_lambda_is_refused_and_not_run(saved, tmp_path):
    ran = tmp_path / "ran"
    code = eval(f"lambda x: (__import__('pathlib').Path({str(ran)!r}).touch(), x)[1]")
    path = saved(model(first=keras.layers.Lambda(code, output_shape=(16, 16, 3))))
    ran.unlink(missing_ok=True)
    with pytest.raises(StudyError, match=r"mine\.keras: it contains keras\.layers\.Lambda"):
        imported_network(path, SETTINGS, KEY)
    assert not ran.exists()


@pytest.mark.parametrize(
    "named",
    [
        {"module": "os", "class_name": "system", "config": "true"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "keras.utils", "class_name": "get_file", "config": {}},
        {"module": "keras_hub.layers", "class_name": "Dense", "config": {}},
        {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {}},
        {"class_name": "__lambda__", "config": {"value": "eA=="}},
        {"module": None, "class_name": "Mine", "config": {}, "registered_name": "Package>Mine"},
    ],
)
def test_a_description_that_names_other_code_is_refused_before_keras_sees_it(saved, tmp_path, named):
    path = saved(model())
    description = read_description(path)
    refuse_foreign(description, path)
    description["config"]["layers"][1]["config"]["activation"] = named
    edited = tmp_path / "edited.keras"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            text = json.dumps(description) if name == "config.json" else source.read(name)
            target.writestr(name, text)
    with pytest.raises(StudyError, match=rf"edited\.keras: it contains .*{named['class_name']}"):
        imported_network(edited, SETTINGS, KEY)


def test_operations_and_layers_of_keras_are_known(saved):
    """What networks are built of: operators, slices, regularizers, networks within."""

    def first(images):
        doubled = images[..., :3] * 2 + keras.ops.mean(images, axis=1, keepdims=True)
        return keras.Sequential([keras.layers.Conv2D(3, 1, kernel_regularizer="l2")])(doubled)

    built = model(first=first)
    network, _ = imported_network(saved(built), SETTINGS, KEY)
    np.testing.assert_allclose(network.predict_on_batch(GRAY), built.predict_on_batch(GRAY / 255), atol=1e-6)


def test_what_is_no_model_is_refused(tmp_path, saved):
    place = tmp_path / "other.keras"
    place.write_bytes(b"HDF")
    with pytest.raises(StudyError, match=r"other\.keras: not a model in Keras' format .* model\.save"):
        imported_network(place, SETTINGS, KEY)
    with zipfile.ZipFile(saved(model())) as whole, zipfile.ZipFile(place, "w") as part:
        part.writestr("config.json", whole.read("config.json"))
        part.writestr("metadata.json", whole.read("metadata.json"))
    with pytest.raises(
        StudyError, match=r"other\.keras: Keras cannot load it .*weights.*copy the complete file"
    ):
        imported_network(place, SETTINGS, KEY)


def test_a_network_of_a_study_can_be_brought_to_another(tmp_path, monkeypatch):
    """It has its scaling in it: scaling none. Its answers are the same, also in half of the bits."""
    monkeypatch.setattr("workflow_scripts.training.import_network.set_up_tensorflow", lambda threads, seed: 0)
    built, scaling = build_network({"architecture": "weinet", "input_size": 16}, classes=3)
    ours, theirs = tmp_path / "ours.keras", tmp_path / "theirs.keras"
    save_model(built, ModelFacts("WeiNet", CLASSES, 16, scaling), ours)
    shutil.copy(ours, theirs)
    settings = json.dumps(SETTINGS | {"scaling": "none"})
    import_network(theirs, network="Mine", settings=settings, output=tmp_path / "model.keras")
    assert read_facts(tmp_path / "model.keras") == ModelFacts("Mine", CLASSES, 16, "none")
    network = load_model(tmp_path / "model.keras")
    expected = built.predict_on_batch(GRAY)
    np.testing.assert_array_equal(network.predict_on_batch(GRAY), expected)
    half = load_model(tmp_path / "model.keras", "bfloat16").predict_on_batch(GRAY)
    assert half.dtype == np.float32
    np.testing.assert_allclose(half.sum(axis=1), 1, atol=1e-6)  # the softmax stays in float32
    np.testing.assert_allclose(half, expected, atol=0.05)
    first = (tmp_path / "model.keras").read_bytes()
    import_network(theirs, network="Mine", settings=settings, output=tmp_path / "model.keras")
    assert (tmp_path / "model.keras").read_bytes() == first
