"""Grad-CAM and HiResCAM: for all architectures, and against their formulas."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.toy_networks import LANDMARKS, MOUTH, SIZE, default_settings, flat_reader, reader, toy_face
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names
from workflow_scripts.explanation.class_maps import class_maps
from workflow_scripts.explanation.explainers import grad_cam
from workflow_scripts.explanation.feature_maps import pieces
from workflow_scripts.training.model_file import ModelFacts, at_precision, load_model, save_model
from workflow_scripts.training.networks import ARCHITECTURES, build_network

FLAT = {"alexnet", "silnet", "songnet", "weinet"}  # a Flatten layer ends their map
SIZES = {"inceptionv3": 128, "xception": 96}


def built(network, **settings):
    return grad_cam.build(network, default_settings("grad_cam", **settings), seed=1)


def network_of(architecture, size=64, classes=3):
    keras.utils.set_random_seed(1)
    return build_network({"architecture": architecture, "input_size": size}, classes)[0]


def noise(size):
    return np.random.default_rng(0).uniform(0, 255, (2, size, size, 3)).astype(np.float32)


@pytest.mark.parametrize("architecture", entry_names(ARCHITECTURES))
def test_all_architectures_have_pieces_that_together_are_the_network(architecture):
    size = SIZES.get(architecture, 64)
    network, images = network_of(architecture, size), noise(size)
    found = pieces(network)
    assert found.averages == (architecture not in FLAT)
    scores, answers = found.head(found.body(images, training=False), training=False)
    expected = network(images, training=False)
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    np.testing.assert_allclose(keras.ops.softmax(scores), expected, atol=1e-5)
    assert found.body.output_shape[1] > 1  # there is a map of places


def by_the_papers(network, layer, image, column):
    """Grad-CAM and HiResCAM of a map in a network without inner networks, before ReLU: two (h, w)."""
    both = keras.Model(network.inputs[0], [layer.output, network.layers[-2].output])
    with tf.GradientTape() as tape:
        features, logits = both(image[None])
        score = logits[:, column]
    gradient = tape.gradient(score, features)[0].numpy()
    features = features[0].numpy()
    return (gradient.mean(axis=(0, 1)) * features).sum(-1), (gradient * features).sum(-1)


def small(head):
    """A network without inner networks: two convolutions and a head."""
    keras.utils.set_random_seed(3)
    layers = [
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(5, 5, strides=2, activation="relu"),
        keras.layers.Conv2D(7, 3, strides=2, activation="relu", name="last"),
        *head,
        keras.layers.Dense(3, kernel_initializer="glorot_normal"),
        keras.layers.Softmax(),
    ]
    inputs = outputs = keras.Input((SIZE, SIZE, 3))
    for layer in layers:
        outputs = layer(outputs)
    return keras.Model(inputs, outputs)


HEADS = {
    "mean": lambda: [keras.layers.GlobalAveragePooling2D()],
    "flat": lambda: [keras.layers.Flatten()],
    "deep": lambda: [keras.layers.Flatten(), keras.layers.Dense(9, activation="tanh")],
}


@pytest.mark.parametrize("head", HEADS)
def test_maps_are_those_of_the_papers(head):
    network = small(HEADS[head]())
    maps = class_maps(pieces(network))(toy_face()[None])[0].numpy()
    for column in range(3):
        grad, hires = by_the_papers(network, network.get_layer("last"), toy_face(), column)
        np.testing.assert_allclose(maps[column, 1:].reshape(hires.shape), hires, rtol=1e-4, atol=1e-6)
        if head == "mean":
            np.testing.assert_allclose(hires, grad, rtol=1e-4, atol=1e-6)
        else:  # where they differ, it is no matter of rounding
            assert np.corrcoef(hires.ravel(), grad.ravel())[0, 1] < 0.9


@pytest.mark.parametrize("head", ["mean", "flat"])
def test_a_map_adds_up_to_the_class_score_without_its_bias(head):
    network = small(HEADS[head]())
    dense = network.layers[-2]
    dense.bias.assign([1.0, -2.0, 3.0])
    scores = keras.Model(network.inputs[0], dense.output)(toy_face()[None])[0].numpy()
    maps = class_maps(pieces(network))(toy_face()[None])[0].numpy()
    np.testing.assert_allclose(maps[:, 1:].sum(axis=1), scores - [1, -2, 3], rtol=1e-4, atol=1e-5)


def test_the_log_says_which_method_and_why(capsys):
    built(network_of("mobilenetv3"))
    assert capsys.readouterr().out == (
        "Grad-CAM of the map of 2 x 2 places before layer avg_pool, which takes the mean over places\n"
    )
    built(network_of("weinet"))
    assert capsys.readouterr().out.startswith("HiResCAM of the map of 64 x 64 places before layer flatten")


def test_networks_in_networks_in_sequence_are_seen_through():
    base = keras.Sequential([keras.Input((SIZE, SIZE, 3)), keras.layers.Conv2D(4, 3), keras.layers.ReLU()])
    inner = keras.Sequential([keras.Input((SIZE, SIZE, 3)), base, keras.layers.GlobalAveragePooling2D()])
    outer = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), inner, keras.layers.Dense(3, activation="softmax")]
    )
    found = pieces(outer)
    assert found.body.output_shape == (None, 46, 46, 4)
    ours = built(outer).explain(toy_face(), "toy/a", LANDMARKS)
    np.testing.assert_allclose(ours.probability, outer(toy_face()[None])[0], atol=1e-6)


def test_a_network_without_convolutions_is_refused_with_the_reason():
    layers = [keras.Input((SIZE, SIZE, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")]
    network = keras.Sequential([keras.Input((SIZE, SIZE, 3)), keras.Sequential(layers, name="plain")])
    with pytest.raises(StudyError, match=r"'plain' has no convolution, .* leave grad_cam out of run\.expl"):
        built(network)


def test_a_network_that_goes_past_its_last_map_is_refused():
    inputs = keras.Input((SIZE, SIZE, 3))
    first = keras.layers.Conv2D(3, 5, name="early")(inputs)
    second = keras.layers.Conv2D(3, 5, name="late")(first)
    ends = [keras.layers.GlobalAveragePooling2D()(each) for each in (first, second)]
    answers = keras.layers.Dense(2, activation="softmax")(keras.layers.Concatenate()(ends))
    with pytest.raises(StudyError, match="do not follow from one feature map alone"):
        built(keras.Model(inputs, answers))


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_at_lower_precision_maps_stay_nearly_the_same(precision):
    network = network_of("songnet")
    image = noise(64)[0]
    exact, rough = (
        built(at_precision(network, each)).explain(image, "toy/a", LANDMARKS)
        for each in ("float32", precision)
    )
    scale = np.abs(exact.weights).max()
    np.testing.assert_allclose(rough.weights, exact.weights, atol=0.1 * scale)


def test_what_grad_cam_would_show_of_a_flat_reader_is_everywhere_and_hirescam_only_the_mouth():
    network = flat_reader()
    convolution = next(layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D))
    grad, hires = by_the_papers(network, convolution, toy_face(), 1)
    assert (hires[~MOUTH] == 0).all()
    assert grad[~MOUTH].sum() > 0.6 * grad.sum()
    ours = built(network, resolution="pixels").explain(toy_face(), "toy/a", LANDMARKS)
    np.testing.assert_allclose(ours.importance[1], hires, atol=1e-6)


def test_a_coarse_map_is_enlarged_to_the_image():
    ours = built(reader("mouth", pooling=12), resolution="pixels").explain(toy_face(), "toy/a", LANDMARKS)
    assert ours.importance.shape == (2, SIZE, SIZE)
    column = ours.importance[1]
    assert column[MOUTH].mean() > 2 * column[:24].mean()


def test_a_network_from_its_file_is_cut_like_the_one_that_was_built(tmp_path):
    network, images = network_of("mobilenetv3"), noise(64)
    facts = ModelFacts("MobileNetV3", ["a", "b", "c"], 64, "none")
    save_model(network, facts, tmp_path / "model.keras")
    read = load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(class_maps(pieces(read))(images), class_maps(pieces(network))(images))
