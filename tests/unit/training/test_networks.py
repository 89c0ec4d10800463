import json
import zipfile

import keras
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names, load_entry, schema_file
from workflow_scripts.orchestration.registries import read_schema
from workflow_scripts.training.model_file import ModelFacts, load_model, read_facts, save_model
from workflow_scripts.training.networks import ARCHITECTURES, build_network, head_scale_of
from workflow_scripts.training.scaling import scaling_layer

PREPROCESSING = {  # what keras.applications itself does with an image for each
    "vgg16": keras.applications.vgg16,
    "vgg19": keras.applications.vgg19,
    "resnet50": keras.applications.resnet50,
    "resnet101v2": keras.applications.resnet_v2,
    "inceptionv3": keras.applications.inception_v3,
    "xception": keras.applications.xception,
    "mobilenetv3": keras.applications.mobilenet_v3,
    "efficientnetv2": keras.applications.efficientnet_v2,
}


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


@pytest.mark.parametrize("architecture", PREPROCESSING)
def test_native_scaling_is_the_preprocessing_of_keras_applications(architecture):
    scaling = load_entry("workflow_scripts.training.architectures", architecture).SCALING
    gray = np.repeat(np.random.default_rng(0).uniform(0, 255, (2, 8, 8, 1)), 3, axis=3).astype(np.float32)
    expected = PREPROCESSING[architecture].preprocess_input(gray.copy(), data_format="channels_last")
    np.testing.assert_allclose(scaling_layer(scaling)(gray), expected, atol=1e-4)


def test_unit_scaling_can_be_chosen_instead():
    settings = {"architecture": "mobilenetv3", "input_size": 32, "input_scaling": "unit"}
    assert build_network(settings, classes=2)[1] == "unit"
    assert build_network(settings | {"input_scaling": "native"}, classes=2)[1] == "none"


SMALLEST = {"inceptionv3": 75, "xception": 71} | dict.fromkeys(
    ["vgg16", "vgg19", "resnet50", "resnet101v2", "mobilenetv3", "efficientnetv2"], 32
)


@pytest.mark.parametrize("architecture", entry_names(ARCHITECTURES))
def test_the_schema_beside_an_architecture_says_the_smallest_size_that_can_be_built(architecture):
    schema = schema_file(ARCHITECTURES, architecture)
    smallest = read_schema(schema)["properties"]["input_size"]["minimum"] if schema.is_file() else 16
    assert smallest == SMALLEST.get(architecture, 16)
    settings = {"architecture": architecture}
    assert build_network(settings | {"input_size": smallest}, classes=2)[0].output_shape == (None, 2)
    if schema.is_file():
        too_small = rf"'{architecture}' at input_size {smallest - 1}: ValueError: Input size must be at least"
        with pytest.raises(StudyError, match=too_small):
            build_network(settings | {"input_size": smallest - 1}, classes=2)


OWN = """
import keras

def build(input_shape, classes):
    return keras.Sequential([
        keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")
    ])

def wrong(input_shape, classes):
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten()])
"""


def test_a_network_of_one_s_own_is_a_function_in_a_file(tmp_path):
    path = tmp_path / "my_nets.py"
    path.write_text(OWN)
    settings = {"architecture": f"{path}:build", "input_size": 8}
    network, scaling = build_network(settings, classes=3)
    assert (network.count_params(), scaling) == (8 * 8 * 3 * 3 + 3, "unit")
    scaled = tmp_path / "scaled.py"
    scaled.write_text(OWN + "\nSCALING = 'none'\n")
    assert build_network(settings | {"architecture": f"{scaled}:build"}, classes=3)[1] == "none"
    with pytest.raises(StudyError, match=r"expected a keras\.Model .* \(None, 3\), got \(None, 192\)"):
        build_network(settings | {"architecture": f"{path}:wrong"}, classes=3)
    with pytest.raises(StudyError, match=r"my_nets\.py has no function other"):
        build_network(settings | {"architecture": f"{path}:other"}, classes=3)
    with pytest.raises(StudyError, match=r"there is no file nowhere\.py"):
        build_network(settings | {"architecture": "nowhere.py:build"}, classes=3)


BROKEN = """
import keras

SCALING = "{scaling}"


def build({arguments}):
    size = (48, 48, 1)
    inputs = keras.Input({shape})
    features = keras.layers.Flatten()(inputs)
    {last}
    return keras.Model(inputs, keras.layers.Dense(classes, activation="softmax")(features))
"""
WHOLE = {"scaling": "unit", "arguments": "input_shape, classes", "shape": "input_shape", "last": "pass"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scaling": "caffee"}, r"SCALING is 'caffee'; there are unit, tf, caffe, none"),
        (
            {"arguments": "classes"},
            r"mine\.py:build' at input_size 32: .*/mine\.py: TypeError: build\(\) takes 1 ",
        ),
        (
            {"shape": "size"},
            r"takes images \(48, 48, 1\), not \(32, 32, 3\); begin it with keras\.Input\(inp",
        ),
        ({"shape": "(32, 32, 1)"}, r"takes images \(32, 32, 1\), not .* faces are grey, with three"),
        ({"last": "features = 1 / 0"}, r"mine\.py, line 11: ZeroDivisionError: division by zero"),
        ({"last": "keras.layers.Conv2D(8, 99)(inputs)"}, r"mine\.py, line 11: ValueError: "),
        ({"last": "return None"}, r"expected a keras\.Model with output \(None, 3\), got NoneType"),
        (
            {"last": "import not_there"},
            r"mine\.py, line 11: ModuleNotFoundError: No module named 'not_there'",
        ),
        ({"last": "import = 3"}, r"mine\.py, line 11: cannot be imported: SyntaxError: invalid syntax"),
        ({"scaling": '" + unknown + "'}, r"mine\.py, line 4: cannot be imported: NameError: name 'unknown'"),
    ],
)
def test_what_is_wrong_in_a_network_of_one_s_own_is_said_in_one_line_with_its_place(tmp_path, change, said):
    path = tmp_path / "mine.py"
    path.write_text(BROKEN.format(**WHOLE))
    settings = {"architecture": f"{path}:build", "input_size": 32}
    build_network(settings, classes=3)
    broken = tmp_path / "other" / "mine.py"  # files are loaded once in a process
    broken.parent.mkdir()
    broken.write_text(BROKEN.format(**WHOLE | change))
    with pytest.raises(StudyError, match=said) as error:
        build_network(settings | {"architecture": f"{broken}:build"}, classes=3)
    assert "\n" not in str(error.value)


ENDS = """
import keras
from keras import layers

def network(input_shape, classes, end):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(8, 3, activation="relu")(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, end(layers.Dense(classes)(x)))

def softmax(input_shape, classes):
    return network(input_shape, classes, layers.Softmax())

def softmax_and_dropout(input_shape, classes):
    return network(input_shape, classes, lambda x: layers.Dropout(0.5)(layers.Softmax()(x)))

def linear(input_shape, classes):
    return network(input_shape, classes, layers.Identity())

def sigmoid(input_shape, classes):
    return network(input_shape, classes, layers.Activation("sigmoid"))

def log_softmax(input_shape, classes):
    return network(input_shape, classes, layers.Activation("log_softmax"))
"""


@pytest.mark.parametrize("classes", [2, 6])
def test_a_network_of_one_s_own_that_gives_no_probabilities_is_refused(tmp_path, classes):
    path = tmp_path / "ends.py"
    path.write_text(ENDS)
    settings = {"input_size": 32}
    for end in ("softmax", "softmax_and_dropout"):
        build_network(settings | {"architecture": f"{path}:{end}"}, classes)
    for end in ("linear", "sigmoid", "log_softmax"):
        with pytest.raises(StudyError, match=rf'ends\.py:{end}\': .*not probabilities.*activation="softmax"'):
            build_network(settings | {"architecture": f"{path}:{end}"}, classes)


def test_the_last_dense_layer_is_found_where_there_is_one(tmp_path):
    network, _ = build_network({"architecture": "songnet", "input_size": 64}, classes=6)
    assert head_scale_of(network) == pytest.approx((2 / (4 * 4 * 32 + 6)) ** 0.5)
    (tmp_path / "none.py").write_text(
        "import keras\n"
        "def build(input_shape, classes):\n"
        "    inputs = keras.Input(input_shape)\n"
        "    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(classes, 3)(inputs))\n"
        "    return keras.Model(inputs, keras.layers.Softmax()(x))\n"
    )
    network, _ = build_network({"architecture": f"{tmp_path}/none.py:build", "input_size": 16}, classes=6)
    assert head_scale_of(network) is None


def test_an_unknown_architecture_is_refused_with_the_ones_there_are():
    with pytest.raises(StudyError, match=r"no entry 'resnet'.*resnet50.*songnet.*weinet"):
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


CODE = """
import keras

@keras.saving.register_keras_serializable()
class Mine(keras.layers.Layer):
    def call(self, images):
        return images

def twice(x):
    return 2 * x

def with_layer(layer, classes, **options):
    inputs = keras.Input((16, 16, 3))
    features = keras.layers.Flatten()(layer(inputs))
    return keras.Model(inputs, keras.layers.Dense(classes, activation="softmax", **options)(features))

def plain(input_shape, classes):
    return with_layer(keras.layers.ReLU(), classes)

def own_lambda(input_shape, classes):
    return with_layer(keras.layers.Lambda(lambda x: 2 * x), classes)

def own_layer(input_shape, classes):
    return with_layer(Mine(), classes)

def own_function(input_shape, classes):
    return with_layer(keras.layers.Activation(twice), classes)
"""


@pytest.mark.parametrize("function", ["own_lambda", "own_layer", "own_function"])
def test_a_network_that_needs_code_to_be_loaded_is_refused_before_it_is_trained(tmp_path, function):
    (tmp_path / "code.py").write_text(CODE)
    with pytest.raises(StudyError, match=rf"code\.py:{function}': cannot be loaded in .* without Lambda"):
        build_network({"architecture": f"{tmp_path}/code.py:{function}", "input_size": 16}, classes=2)
    build_network({"architecture": f"{tmp_path}/code.py:plain", "input_size": 16}, classes=2)


def test_a_saved_network_that_holds_code_is_refused_and_the_code_is_not_run(tmp_path):
    ran, path = tmp_path / "ran", tmp_path / "model.keras"
    code = eval(f"lambda x: (__import__('pathlib').Path({str(ran)!r}).touch(), x)[1]")
    inputs = keras.Input((16, 16, 3))
    outputs = keras.layers.Lambda(code, output_shape=(16, 16, 3))(inputs)
    network = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(outputs)))
    save_model(network, ModelFacts("WeiNet", ["fear", "happiness"], 16, "unit"), path)
    ran.unlink(missing_ok=True)
    with pytest.raises(StudyError, match=r"model\.keras: cannot be loaded in Keras' safe mode.*Lambda"):
        load_model(path)
    assert not ran.exists()
    keras.saving.load_model(path, safe_mode=False)(np.zeros((1, 16, 16, 3)))  # the safe mode alone refuses it
    assert ran.exists()
