import math
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.training.budget import (
    ENOUGH,
    copies_of,
    head_scale,
    reach,
    shortage,
    steps_per_epoch,
)

REPOSITORY = Path(__file__).parents[3]
MOBILENET = {"learning_rate": 1e-6, "epochs": 10, "batch_size": 128, "copies": 1}
HEADS = {  # inputs of the last layer of each network of the study
    "AlexNet": 4096,
    "WeiNet": 64 * 64 * 64,
    "SongNet": 14 * 14 * 32,
    "SilNet": 512,
    "VGG16": 512,
    "VGG19": 512,
    "ResNet50": 2048,
    "ResNet101V2": 2048,
    "InceptionV3": 2048,
    "Xception": 2048,
    "MobileNetV3": 960,
    "EfficientNetV2": 1280,
}
IMAGES = 4540 * 4 // 5  # that a fold of the published study trains on


def test_the_scale_of_a_head_is_the_spread_of_the_weights_that_keras_draws():
    drawn = np.asarray(keras.initializers.GlorotUniform(seed=1)((960, 6)))
    assert head_scale(960, 6) == pytest.approx(drawn.std(), rel=0.02)


@pytest.mark.parametrize("name", ["Adam", "RMSprop"])
def test_a_weight_moves_about_steps_times_learning_rate(name):
    """With gradients that always point the same way; RMSprop's first steps are longer, by up to sqrt(10)."""
    weight = keras.Variable(np.zeros(3, np.float32))
    optimizer = getattr(keras.optimizers, name)(1e-3)
    for _ in range(200):
        optimizer.apply([np.array([1e-2, 1, -50], np.float32)], [weight])
    assert np.abs(weight.numpy()) / (200 * 1e-3) == pytest.approx(np.ones(3), rel=0.05)


def test_the_study_without_copies_leaves_the_last_layer_as_it_was_drawn():
    text = shortage("MobileNetV3", MOBILENET, IMAGES, head_scale(960, 6))
    assert "290 steps at learning rate 1e-06 move a weight by 0.00029 at most, 0.0064 of the" in text
    assert "Raise training.networks.MobileNetV3.copies (now 1) to 17" in text


def test_every_network_of_the_study_can_move_its_last_layer_far_enough():
    training = read_config([REPOSITORY / "config.yaml"])["training"]
    assert training["networks"].keys() == HEADS.keys()
    for name, inputs in HEADS.items():
        settings = training["networks"][name] | {"copies": copies_of(training, name)}
        assert shortage(name, settings, IMAGES, head_scale(inputs, 6)) is None


def test_what_cannot_be_judged_is_not():
    assert shortage("Mine", MOBILENET, IMAGES, None) is None
    assert shortage("Mine", MOBILENET, 0, 0.05) is None


@given(
    images=st.integers(1, 10_000),
    batch_size=st.integers(1, 256),
    epochs=st.integers(1, 30),
    rate=st.floats(1e-7, 1e-3),
    scale=st.floats(1e-3, 1),
)
def test_the_copies_that_a_warning_asks_for_are_enough(images, batch_size, epochs, rate, scale):
    settings = {"learning_rate": rate, "epochs": epochs, "batch_size": batch_size, "copies": 1}
    text = shortage("Mine", settings, images, scale)
    steps = epochs * steps_per_epoch(images, 1, batch_size)
    assert (text is None) == (reach(steps, rate, scale) >= ENOUGH)
    if text:
        copies = int(text.partition(" to ")[2].partition(", or")[0].replace(",", ""))
        assert copies > 1
        assert shortage("Mine", settings | {"copies": copies}, images, scale) is None


@given(st.integers(1, 500), st.integers(1, 9), st.integers(1, 200))
def test_an_epoch_is_as_many_batches_as_hold_every_copy(images, copies, batch_size):
    batches = steps_per_epoch(images, copies, batch_size)
    assert (batches - 1) * batch_size < images * copies <= batches * batch_size
    assert batches == math.ceil(images * copies / batch_size)
