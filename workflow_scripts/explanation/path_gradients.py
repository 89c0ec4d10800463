"""Integrated gradients: attributions that add up to what an answer changes from a baseline to an image.

The path is straight. Its integral is taken by Gauss and Legendre's rule, which is exact for polynomials of
degree 2 * steps - 1; of a network whose answers jump or saturate along the path it is an approximation, so
what is missing from the sum is told.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.hiding import covered_image
from workflow_scripts.explanation.perturbation import chosen_batch, within_memory
from workflow_scripts.explanation.pooling import at_columns, chosen_regions, explanation_of_maps
from workflow_scripts.explanation.staged_explainer import StagedExplainer

TOLD = 0.05  # of a probability: a sum that misses as much is worth a line in the log


class Path(NamedTuple):
    """An image and its baseline, both float32 (s, s, 3), and its regions (s, s), if maps are pooled."""

    image_id: str
    image: np.ndarray
    baseline: np.ndarray
    regions: np.ndarray | None


class Attributed(NamedTuple):
    """maps: float64 (E, s, s). answers: at the baseline and at the image, (2, E)."""

    maps: np.ndarray
    answers: np.ndarray


class PathExplainer(StagedExplainer):
    """Explains images of one network; settings: those of integrated_gradients.schema.yaml."""

    def __init__(self, model: keras.Model, settings: Mapping):
        self._gradients = answer_gradients(model)
        self._model = model
        self._settings = settings
        self._batch_size = chosen_batch(settings["batch_size"], model.input_shape[1])

    def prepared(self, face: tuple) -> Path:
        """Both ends of a face's path."""
        image, image_id, _ = face
        baseline = covered_image(image, self._settings["baseline"])
        return Path(image_id, image, baseline, chosen_regions(image, self._settings))

    def answered(self, group: Sequence[Path], column: int | None) -> list[Attributed]:
        """The attributions of one path after the other; each is a batch by itself."""
        return [self._attributed(path, column) for path in group]

    def _attributed(self, path: Path, column: int | None) -> Attributed:
        answers = self._model(np.stack([path.baseline, path.image]), training=False).numpy()
        columns = list(range(answers.shape[1])) if column is None else [column]
        maps = np.stack([self._integrated(path, each) for each in columns])
        tell_missing(path.image_id, maps.sum(axis=(1, 2)), (answers[1] - answers[0])[columns])
        return Attributed(at_columns(maps, columns, answers.shape[1]), answers)

    def _integrated(self, path: Path, column: int) -> np.ndarray:
        """The attribution of each pixel, all channels together: float64 (s, s)."""
        places, weights = path_points(self._settings["steps"])
        change = path.image - path.baseline
        images = path.baseline + places[:, None, None, None].astype(np.float32) * change
        gradients, self._batch_size = within_memory(
            lambda start, stop: self._gradients(images[start:stop], column), len(images), self._batch_size
        )
        mean = np.tensordot(weights, gradients.astype(np.float64), axes=1)
        return (mean * change).sum(axis=-1)

    def explained(self, path: Path, found: Attributed) -> Explanation:
        """The explanation of an image from its attributions."""
        asked = int(np.isfinite(found.maps).all(axis=(1, 2)).sum())
        samples = asked * self._settings["steps"] + 2
        return explanation_of_maps(found.maps, path.regions, found.answers[1], samples)


def path_points(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Places on a path from 0 to 1, and their weights, which add up to 1.

    >>> places, weights = path_points(3)
    >>> round(float(weights @ places**4), 6)
    0.2
    """
    places, weights = np.polynomial.legendre.leggauss(steps)
    return (places + 1) / 2, weights / 2


def answer_gradients(model: keras.Model) -> Callable[[np.ndarray, int], tf.Tensor]:
    """A compiled function (images, column) -> the gradients of one answer, float32 (b, s, s, 3)."""
    side = model.input_shape[1]

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, side, side, 3), tf.float32),
            tf.TensorSpec((), tf.int32),
        ],
        autograph=False,  # there is nothing to convert
    )
    def gradients(images, column):
        with tf.GradientTape() as tape:
            tape.watch(images)
            answer = tf.gather(model(images, training=False), column, axis=1)
        return tape.gradient(answer, images, unconnected_gradients="zero")

    return gradients


def tell_missing(image_id: str, sums: np.ndarray, changes: np.ndarray) -> None:
    """Print how far attributions (k,) are from adding up to the changes (k,) of the answers, if they are."""
    missing = np.abs(sums - changes).max()
    if missing > TOLD:
        print(
            f"{image_id}: integrated gradients add up to what the answer changes but for {missing:.2f}; more "
            "steps bring them closer",
            flush=True,
        )
