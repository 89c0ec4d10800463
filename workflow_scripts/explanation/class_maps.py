"""Grad-CAM, and HiResCAM for networks that Grad-CAM says nothing about.

Both multiply the last feature map by gradients of a class score, and sum over channels. Grad-CAM takes the
mean gradient of each channel. Where a mean over places follows the map, all places have that same gradient,
and the products are the contributions of places to the score. Where a Flatten layer follows, each place has
weights of its own: their mean says nothing, while HiResCAM (Draelos & Carin, 2020), with the gradient of each
place, still gives the contributions, exactly so if a linear layer follows. So the products of map and
gradient serve both kinds. No part is cut off: negative values stay, as from other explainers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import cv2
import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.feature_maps import Pieces, pieces
from workflow_scripts.explanation.perturbation import chosen_batch, within_memory
from workflow_scripts.explanation.pooling import chosen_regions, explanation_of_maps
from workflow_scripts.explanation.staged_explainer import StagedExplainer


class Shown(NamedTuple):
    """An image (s, s, 3), and its regions (s, s), if maps are pooled."""

    image: np.ndarray
    regions: np.ndarray | None


class ClassMapExplainer(StagedExplainer):
    """Explains images of one network; settings: those of grad_cam.schema.yaml."""

    def __init__(self, model: keras.Model, settings: Mapping):
        found = pieces(model)
        self._maps = class_maps(found)
        self._settings = settings
        self._shape = found.body.output_shape[1:3]
        self.together = chosen_batch(settings["batch_size"], model.input_shape[1])
        print(told(found), flush=True)

    def prepared(self, face: tuple) -> Shown:
        """An image and its regions."""
        return Shown(face[0], chosen_regions(face[0], self._settings))

    def answered(self, group: Sequence[Shown], column: int | None) -> list[np.ndarray]:
        """As from `class_maps`, of each image; of all expressions, which differ in the last layers only."""
        images = np.stack([shown.image for shown in group]).astype(np.float32)
        found, self.together = within_memory(
            lambda start, stop: self._maps(images[start:stop]), len(images), self.together
        )
        return list(found)

    def explained(self, shown: Shown, found: np.ndarray) -> Explanation:
        """The explanation of an image from its maps, enlarged to its size."""
        maps = np.stack([enlarged(each, len(shown.image)) for each in found[:, 1:].reshape(-1, *self._shape)])
        return explanation_of_maps(maps, shown.regions, probability=found[:, 0], samples=1)


def class_maps(found: Pieces) -> Callable[[np.ndarray], tf.Tensor]:
    """A compiled function (b, s, s, 3) -> (b, E, 1 + h * w): probabilities, then the map of each expression.

    Sums of a map over places are contributions to the class score: all of it but a constant, if the layers
    after the map are linear.
    """
    n_expressions = found.head.output_shape[1][-1]

    @tf.function(
        input_signature=[tf.TensorSpec((None, *found.body.input_shape[1:]), tf.float32)],
        autograph=False,  # there is nothing to convert
    )
    def maps(images):
        features = found.body(images, training=False)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(features)
            scores, probability = found.head(features, training=False)
            columns = tf.unstack(scores, n_expressions, axis=1)
        rows = []
        for column in columns:
            gradient = tape.gradient(column, features, unconnected_gradients="zero")
            product = tf.reduce_sum(tf.cast(gradient * features, tf.float32), axis=-1)
            rows.append(tf.reshape(product, (tf.shape(images)[0], -1)))
        return tf.concat([probability[:, :, None], tf.stack(rows, axis=1)], axis=2)

    return maps


def enlarged(coarse: np.ndarray, side: int) -> np.ndarray:
    """A map (h, w) at the size of its image, (side, side), interpolated between the centres of its cells."""
    return cv2.resize(coarse.astype(np.float64), (side, side), interpolation=cv2.INTER_LINEAR)


def told(found: Pieces) -> str:
    """Which of both methods a network's maps are, and why, in words."""
    height, width = found.body.output_shape[1:3]
    where = f"the map of {height} x {width} places before layer {found.before}"
    if found.averages:
        return f"Grad-CAM of {where}, which takes the mean over places"
    return f"HiResCAM of {where}, after which places have weights of their own: Grad-CAM says nothing there"
