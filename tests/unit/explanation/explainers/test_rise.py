"""RISE: its masks beside another way to interpolate, and maps whose expectation is known."""

import cv2
import keras
import numpy as np
import pytest

from tests.toy_networks import LANDMARKS, MOUTH, SIZE, default_settings, reader, toy_face
from workflow_scripts.common.seeds import generator
from workflow_scripts.explanation.explainers import rise
from workflow_scripts.explanation.pooling import pooled
from workflow_scripts.explanation.soft_masks import soft_masks


def test_masks_are_enlarged_grids_cut_out_at_random_places():
    """As the code of the paper has it, with OpenCV."""
    side, grid, cell = 50, 7, 8
    ours = soft_masks(5, grid, 0.4, side, np.random.default_rng(3))
    draw = np.random.default_rng(3)
    cells = (draw.random((5, grid, grid)) < 0.4).astype(np.float32)
    rows, columns = draw.integers(0, cell, 5), draw.integers(0, cell, 5)
    for mask, each, y, x in zip(ours, cells, rows, columns, strict=True):
        large = cv2.resize(each, ((grid + 1) * cell,) * 2, interpolation=cv2.INTER_LINEAR)
        np.testing.assert_allclose(mask, large[y : y + side, x : x + side], atol=1e-5)
    assert len({(y, x) for y, x in zip(rows, columns, strict=True)}) > 1


def test_places_are_shown_as_often_as_asked():
    masks = soft_masks(4000, 5, 0.3, 32, np.random.default_rng(0))
    assert masks.min() >= 0
    assert masks.max() <= 1
    np.testing.assert_allclose(masks.mean(axis=0), 0.3, atol=0.04)


def explained(network, image, seed=1, **settings):
    settings = default_settings("rise", **settings)
    return rise.build(network, settings, seed).explain(image, "toy/a", LANDMARKS)


def test_a_map_is_the_covariance_of_masks_and_answers():
    """In plain loops, from the masks one by one."""
    network, image = reader("mouth"), toy_face()
    ours = explained(network, image, samples=70, resolution="pixels", batch_size=16)
    masks = soft_masks(70, 7, 0.5, SIZE, generator(1, "rise", "toy/a"))
    answers = np.array([network.predict_on_batch((m[:, :, None] * image)[None])[0] for m in masks])
    expected = sum((a - answers.mean(axis=0))[:, None, None] * m for a, m in zip(answers, masks, strict=True))
    np.testing.assert_allclose(ours.importance, expected / 70 / 0.5, atol=1e-6)
    regional = explained(network, image, samples=70)
    np.testing.assert_allclose(regional.weights, pooled(ours.importance, regional.regions), atol=1e-6)
    assert ours.samples == regional.samples == 71 == rise.passes({"samples": 70}, 2)
    np.testing.assert_allclose(ours.probability, network.predict_on_batch(image[None])[0], atol=1e-6)


def test_a_network_that_answers_always_the_same_has_a_map_of_zeros():
    inputs = keras.Input((SIZE, SIZE, 3))
    constant = keras.Model(inputs, keras.layers.Softmax()(inputs[:, 0, 0, :2] * 0))
    ours = explained(constant, toy_face(), samples=64, resolution="pixels")
    np.testing.assert_allclose(ours.importance, 0, atol=1e-6)


def test_standard_errors_are_the_errors_of_repeated_draws():
    network, image = reader("product"), toy_face()
    explainer = rise.build(network, default_settings("rise", samples=200), seed=1)
    runs = [explainer.explain(image, f"toy/{n}", LANDMARKS) for n in range(60)]
    spread = np.std([run.weights for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.standard_errors**2 for run in runs], axis=0))
    assert told.mean() == pytest.approx(spread.mean(), rel=0.2)


def test_the_importance_of_what_is_read_is_above_that_of_the_rest():
    ours = explained(reader("mouth"), toy_face(), resolution="pixels", hide="mean")
    open_ = ours.importance[1]
    assert open_[MOUTH].mean() > 5 * np.abs(open_[:24]).mean()
