"""The first step of a training is traced once, which changes nothing else."""

import keras
import numpy as np
import pytest
from keras import layers

from workflow_scripts.training.fitting import OPTIMIZERS, make_variables


def trained(optimizer: str, made: bool, monkeypatch) -> tuple[int, list[bytes], dict]:
    """How often Keras traced the step, all variables afterwards, and the history."""
    traced, step = [], keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda self, data: traced.append(1) or step(self, data))
    keras.utils.set_random_seed(3)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    network.compile(OPTIMIZERS[optimizer](1e-2), "categorical_crossentropy", metrics=["accuracy"])
    if made:
        make_variables(network)
    rng = np.random.default_rng(0)
    images, labels = rng.uniform(size=(12, 8, 8, 3)), np.eye(2)[rng.integers(0, 2, 12)]
    history = network.fit(images, labels, 4, 2, 0, shuffle=False, class_weight={0: 0.5, 1: 2.0}).history
    monkeypatch.undo()
    variables = [*network.variables, *network.optimizer.variables, *network.metrics_variables]
    return len(traced), [variable.numpy().tobytes() for variable in variables], history


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_whose_variables_are_there_is_traced_once_and_trains_the_same(optimizer, monkeypatch):
    traced, *outcome = trained(optimizer, True, monkeypatch)
    traced_by_keras, *outcome_of_keras = trained(optimizer, False, monkeypatch)
    assert (traced, traced_by_keras) == (1, 2)
    assert outcome == outcome_of_keras
