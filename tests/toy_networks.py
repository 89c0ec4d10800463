"""Networks whose true importance is known: they are made by hand, and read some boxes of a face alone."""

import keras
import numpy as np

from workflow_scripts.common.registry import schema_file
from workflow_scripts.orchestration.config_check import fill_defaults
from workflow_scripts.orchestration.registries import REGISTRIES, read_schema

SIZE = 48
MOUTH = np.zeros((SIZE, SIZE), bool)
MOUTH[32:42, 14:34] = True
EYES = np.zeros((SIZE, SIZE), bool)
EYES[12:20, 8:40] = True
LANDMARKS = np.zeros((68, 2))  # which these explainers do not follow


def toy_face() -> np.ndarray:
    """Bright eyes and mouth on a darker face, float32 (48, 48, 3)."""
    y, x = np.mgrid[:SIZE, :SIZE]
    gray = 80 + 20 * np.sin(x / 5) * np.cos(y / 7)
    gray[MOUTH], gray[EYES] = 200, 180
    return np.repeat(gray[:, :, None].astype(np.float32), 3, axis=2)


def toy_faces(n: int) -> list[tuple[np.ndarray, str, np.ndarray]]:
    """Arguments of explain for n faces that differ in their noise."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 15, (n, SIZE, SIZE, 1))
    return [(np.float32(toy_face() + each), f"toy/{k}", LANDMARKS) for k, each in enumerate(noise)]


def reader(look: str, pooling: int = 1) -> keras.Model:
    """A network from images to the probabilities that a mouth is closed, and that it is open.

    look: "mouth" reads the mean grey of the mouth alone; "product" of mouth and eyes, multiplied. What it
    does not read it multiplies by zero. pooling: side of the cells of its last feature map.
    """
    inputs = keras.Input((SIZE, SIZE, 3))
    boxes = np.stack([MOUTH, EYES if look == "product" else MOUTH], axis=-1).astype(np.float32)
    gray = keras.layers.Conv2D(2, 1, use_bias=False)
    read = gray(inputs) * boxes[None]
    gray.set_weights([np.full((1, 1, 3, 2), 1 / 3 / 255)])
    cells = keras.layers.AveragePooling2D(pooling)(read)
    sums = keras.layers.GlobalAveragePooling2D()(cells)
    means = sums * (SIZE**2 / boxes.sum(axis=(0, 1)))
    level = means[:, :1] * means[:, 1:] if look == "product" else means[:, :1]
    logits = keras.ops.concatenate([0 * level, 6 * level - 2], axis=1)
    return keras.Model(inputs, keras.layers.Softmax()(logits))


def flat_reader() -> keras.Model:
    """It reads the mean grey of the mouth, too, but by the weights of a dense layer on all places."""
    inputs = keras.Input((SIZE, SIZE, 3))
    gray = keras.layers.Conv2D(1, 1, use_bias=False)
    logits = keras.layers.Dense(2)
    probabilities = keras.layers.Softmax()(logits(keras.layers.Flatten()(gray(inputs))))
    gray.set_weights([np.full((1, 1, 3, 1), 1 / 3 / 255)])
    weights = MOUTH.ravel() / MOUTH.sum()
    logits.set_weights([np.stack([0 * weights, 6 * weights], axis=1), np.array([0, -2.0])])
    return keras.Model(inputs, probabilities)


def default_settings(explainer: str, **changed) -> dict:
    """The settings of an explainer by its schema, and some of them changed."""
    schema = read_schema(schema_file(REGISTRIES["explainer"].package, explainer))
    settings = {"explainer": explainer}
    fill_defaults(settings, schema, schema)
    return settings | changed
