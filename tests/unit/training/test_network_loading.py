"""Networks are loaded as Keras loads them, to the last bit, in less memory."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from workflow_scripts.training.model_file import at_precision, with_preprocessing
from workflow_scripts.training.network_loading import StoredEntry, load_network, values_later
from workflow_scripts.training.networks import build_network

REPOSITORY = Path(__file__).parents[3]


def normalised(x):
    x = layers.Conv2D(8, 3, use_bias=False)(x)
    return layers.Dropout(0.5, seed=3)(layers.BatchNormalization(momentum=0.7)(x))


def shared(x):
    once, layer = layers.Conv2D(3, 3, padding="same"), layers.SeparableConv2D(3, 3, padding="same")
    return layers.Add()([layer(once(x)), layer(once(layers.ReLU()(once(x))))])


def nested(x):
    part = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.PReLU()], name="part")
    inner = keras.Input((16, 16, 3))
    return keras.Model(inner, layers.BatchNormalization()(part(inner)), name="inner")(x)


def frozen(x):
    layer = layers.Conv2D(300, 3, trainable=False)
    return layers.Conv2D(40, 3)(layer(x))  # more than a MB, so read in place


def mixed(x):
    x = layers.Conv2D(300, 3, dtype="mixed_bfloat16")(x)
    return layers.Conv2D(2, 3, dtype="float16")(layers.Conv2D(300, 3, dtype="bfloat16")(x))


def recurrent(x):
    x = layers.LSTM(5)(layers.Reshape((16, 48))(x))
    x = layers.MultiHeadAttention(2, 4)(layers.Reshape((5, 1))(x), layers.Reshape((5, 1))(x))
    return layers.Reshape((5, 1, 1))(x)


def measured(x):
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(1).uniform(0, 9, (20, 16, 16, 3)))
    return layer(x)


NETWORKS = [normalised, shared, nested, frozen, mixed, recurrent, measured]


def network_of(body) -> keras.Model:
    """A network whose weights are all unlike those of its initialisers."""
    inputs = keras.Input((16, 16, 3))
    outputs = layers.Dense(4, activation="softmax", dtype="float32")(layers.Flatten()(body(inputs)))
    network = keras.Model(inputs, outputs)
    rng = np.random.default_rng(0)
    for variable in network.variables:
        if "seed" not in variable.path:
            variable.assign(rng.uniform(0.1, 1, variable.shape))
    return network


def told(network: keras.Model) -> list:
    """All that is known of the variables of a network, but for their values; Keras counts generators."""
    return [
        (re.sub(r"(seed_generator)_\d+", r"\1", one.path), one.dtype, one.trainable, one.value.trainable)
        for one in network.variables
    ]


def same_as_of_keras(path: Path) -> None:
    """Load a file both ways, with the same seed, and compare; layers without a seed of their own draw one."""
    keras.utils.set_random_seed(7)
    one = load_network(path)
    keras.utils.set_random_seed(7)
    other = keras.saving.load_model(path, compile=False)
    assert told(one) == told(other)
    for left, right in zip(one.variables, other.variables, strict=True):
        assert left.numpy().tobytes() == right.numpy().tobytes(), left.path
    assert len(one.losses) == len(other.losses)
    images = np.random.default_rng(2).uniform(0, 255, (2, *one.input_shape[1:])).astype(np.float32)
    assert one.predict_on_batch(images).tobytes() == other.predict_on_batch(images).tobytes()


@pytest.mark.parametrize("body", NETWORKS)
@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_a_network_is_loaded_as_keras_loads_it(body, how, tmp_path):
    path = tmp_path / "model.keras"
    network_of(body).save(path)
    if how != zipfile.ZIP_STORED:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "small.keras", "w", how) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        path = tmp_path / "small.keras"
    same_as_of_keras(path)


@pytest.mark.parametrize("architecture", ["mobilenetv3", "silnet"])
def test_so_is_a_network_of_the_study(architecture, tmp_path):
    built, _ = build_network({"architecture": architecture, "input_size": 48}, classes=3)
    built.save(tmp_path / "model.keras")
    same_as_of_keras(tmp_path / "model.keras")


def test_a_weight_that_the_file_lacks_is_refused_in_the_words_of_keras(tmp_path):
    narrow, wide = (
        keras.Sequential([keras.Input((4,)), layers.Dense(width, name="one")], name="net") for width in (2, 3)
    )
    for network, name in ((narrow, "narrow"), (wide, "wide")):
        network.save(tmp_path / f"{name}.keras")
    with (
        zipfile.ZipFile(tmp_path / "narrow.keras") as one,
        zipfile.ZipFile(tmp_path / "wide.keras") as other,
        zipfile.ZipFile(tmp_path / "both.keras", "w") as both,
    ):
        for name in one.namelist():
            both.writestr(name, (other if name == "config.json" else one).read(name))
    messages = []
    for load in (load_network, keras.saving.load_model):
        with pytest.raises(ValueError, match="could not be loaded") as raised:
            load(tmp_path / "both.keras")
        messages.append(str(raised.value).partition("(")[0])
    assert messages[0] == messages[1]


def test_one_wrong_byte_among_the_weights_is_found(tmp_path):
    path = tmp_path / "model.keras"
    network_of(frozen).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(zipfile.BadZipFile, match="CRC"):
        load_network(path)


def test_keras_is_afterwards_as_it_was(tmp_path):
    from keras.src.saving import saving_lib

    def kept():
        names = ("is_memory_sufficient", "H5IOStore", "get_attr_skipset")
        methods = (keras.Variable._initialize_with_initializer, keras.Variable._direct_assign)
        return [getattr(saving_lib, name) for name in names], methods

    before = kept()
    network_of(nested).save(tmp_path / "model.keras")
    load_network(tmp_path / "model.keras")
    assert kept() == before
    (tmp_path / "model.keras").write_bytes(b"no archive")
    with pytest.raises(ValueError, match="File not found"):
        load_network(tmp_path / "model.keras")
    assert kept() == before


def test_what_is_assigned_no_value_gets_that_of_its_initialiser():
    def made():
        keras.utils.set_random_seed(5)
        network = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(3, 2), layers.BatchNormalization()])
        return network, keras.random.uniform((2,))

    with values_later():
        later, drawn = made()
        later.layers[0].bias.assign([1, 2, 3])
    at_once, drawn_at_once = made()
    at_once.layers[0].bias.assign([1, 2, 3])
    for one, other in zip(later.variables, at_once.variables, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(drawn, drawn_at_once)


def test_a_network_of_another_precision_keeps_its_weights_when_the_first_one_changes():
    inputs = keras.Input((16, 16, 3))
    core = keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.Flatten()(normalised(inputs))))
    exact = with_preprocessing(core, "unit")
    half = at_precision(exact, "bfloat16")
    before = [variable.numpy() for variable in half.variables]
    for variable in exact.variables:
        variable.assign(variable.value + 1)
    for variable, value in zip(half.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_an_entry_of_an_archive_is_read_from_any_place(tmp_path):
    content = np.random.default_rng(0).bytes(100_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("before", b"1234567")
        archive.writestr("it", content)
        archive.writestr("after", b"7654321")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entry = StoredEntry(archive, archive.getinfo("it"))
        assert entry.read() == content
        assert entry.seek(0, 2) == len(content)
        assert entry.read(1) == b""
        entry.seek(99_990)
        assert entry.read(1000) == content[-10:]
        entry.seek(-5, 1)
        assert entry.read(2) == content[-5:-3]


LOADS = """
import re, sys
from pathlib import Path
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow
from workflow_scripts.training.network_loading import load_network

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

set_up_tensorflow(1, 0)
load_network(Path(sys.argv[1]))
before = peak()
network = load_network(Path(sys.argv[2]))
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the peak of memory is read from /proc")
def test_a_large_network_is_in_memory_once(tmp_path):
    for name, width in (("small", 4), ("large", 40_000)):
        network = keras.Sequential([keras.Input((1000,)), layers.Dense(width)])
        network.save(tmp_path / f"{name}.keras")
    command = [sys.executable, "-c", LOADS, str(tmp_path / "small.keras"), str(tmp_path / "large.keras")]
    on_cpu = os.environ | {"CUDA_VISIBLE_DEVICES": ""}  # a GPU copies what the host reads
    finished = subprocess.run(command, cwd=REPOSITORY, env=on_cpu, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    grown = int(finished.stdout.splitlines()[-1])
    weights = (tmp_path / "large.keras").stat().st_size
    assert weights > 160e6
    assert grown < 1.3 * weights
