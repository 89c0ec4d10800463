"""Integrated gradients: they add up, and equal what is known of networks made by hand."""

import keras
import numpy as np
import pytest

from tests.toy_networks import LANDMARKS, MOUTH, SIZE, default_settings, reader, toy_face, toy_faces
from workflow_scripts.explanation.explainers import integrated_gradients
from workflow_scripts.explanation.explanation_stack import read_stack, write_stack
from workflow_scripts.explanation.hiding import covered_image
from workflow_scripts.explanation.path_gradients import path_points
from workflow_scripts.explanation.pooling import pooled
from workflow_scripts.training.networks import build_network


def built(network, **settings):
    return integrated_gradients.build(network, default_settings("integrated_gradients", **settings), seed=1)


@pytest.fixture(scope="module")
def weinet():
    keras.utils.set_random_seed(1)
    network, _ = build_network({"architecture": "weinet", "input_size": SIZE}, classes=3)
    network.layers[-1].layers[-1].kernel.assign(network.layers[-1].layers[-1].kernel * 10)
    return network


@pytest.mark.parametrize("baseline", ["black", "mean", "blur"])
def test_the_sum_is_what_the_answer_changes(weinet, baseline):
    image = toy_face()
    ours = built(weinet, baseline=baseline, resolution="pixels").explain(image, "toy/a", LANDMARKS)
    ends = np.stack([covered_image(image, baseline), image])
    before, after = weinet.predict_on_batch(ends)
    assert np.abs(after - before).max() > 0.01  # the comparison is not one of zeros
    np.testing.assert_allclose(ours.importance.sum(axis=(1, 2)), after - before, atol=2e-3)
    np.testing.assert_allclose(ours.probability, after, atol=1e-5)


def test_of_regions_means_times_pixels_add_up_as_well(weinet):
    image = toy_face()
    dense, regional = (
        built(weinet, resolution=each).explain(image, "toy/a", LANDMARKS) for each in ("pixels", "regions")
    )
    np.testing.assert_allclose(regional.weights, pooled(dense.importance, regional.regions), atol=1e-9)
    sizes = np.bincount(regional.regions.ravel())
    np.testing.assert_allclose(sizes @ regional.weights, dense.importance.sum(axis=(1, 2)), atol=1e-6)


def test_of_a_linear_network_each_pixel_has_its_weight_times_its_value():
    inputs = keras.Input((SIZE, SIZE, 3))
    linear = keras.layers.Dense(2)
    model = keras.Model(inputs, linear(keras.layers.Flatten()(inputs)))
    weights = np.random.default_rng(0).normal(size=(SIZE, SIZE, 3, 2)) / 1e6
    linear.set_weights([weights.reshape(-1, 2), np.array([0.4, 0.6])])
    ours = built(model, resolution="pixels", steps=2).explain(toy_face(), "toy/a", LANDMARKS)
    expected = (weights * toy_face()[..., None]).sum(axis=2)
    np.testing.assert_allclose(ours.importance, np.moveaxis(expected, -1, 0), atol=1e-7)


def test_a_path_integral_is_exact_for_polynomials():
    places, weights = path_points(4)
    for degree in range(8):
        assert weights @ places**degree == pytest.approx(1 / (degree + 1))


def test_of_a_cell_only_its_expression_is_explained(weinet, tmp_path):
    explainer, faces = built(weinet), toy_faces(2)
    found = list(explainer.explain_all(faces, column=1, threads=2))
    for (image, image_id, landmarks), ours in zip(faces, found, strict=True):
        whole = explainer.explain(image, image_id, landmarks)
        np.testing.assert_allclose(ours.weights[:, 1], whole.weights[:, 1], atol=1e-7)
        assert np.isnan(ours.weights[:, [0, 2]]).all()
        assert (ours.samples, whole.samples) == (32 + 2, 3 * 32 + 2)
    with write_stack(tmp_path / "b.h5", SIZE, "b", ["a", "b", "c"]) as stack:
        for (_, image_id, _), ours in zip(faces, found, strict=True):
            stack.append(image_id, ours)
    for (_, read), ours in zip(read_stack(tmp_path / "b.h5"), found, strict=True):
        np.testing.assert_array_equal(read.weights, ours.weights)


def test_a_sum_that_misses_much_is_told(capsys):
    """A network that decides between two grey levels, in a step that few points of the path see."""
    inputs = keras.Input((SIZE, SIZE, 3))
    level = keras.layers.GlobalAveragePooling2D()(inputs)[:, :1]
    logits = keras.ops.concatenate([0 * level, 40 * (level - 37)], axis=1)
    model = keras.Model(inputs, keras.layers.Softmax()(logits))
    built(model, steps=4).explain(toy_face(), "toy/a", LANDMARKS)
    assert "toy/a: integrated gradients add up to what the answer changes but for" in capsys.readouterr().out
    built(reader("mouth")).explain(toy_face(), "toy/a", LANDMARKS)
    assert capsys.readouterr().out == ""


def test_what_a_network_does_not_read_has_exactly_no_importance():
    ours = built(reader("mouth"), resolution="pixels").explain(toy_face(), "toy/a", LANDMARKS)
    assert (ours.importance[:, ~MOUTH] == 0).all()
    assert (ours.importance[1, MOUTH] > 0).all()


def test_passes_count_a_gradient_as_three():
    assert integrated_gradients.passes({"steps": 32}, 6) == 98
