"""RISE (Petsiuk et al., 2018): what a network answers to images behind random soft masks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.common.seeds import generator
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.hiding import covered_image
from workflow_scripts.explanation.perturbation import chosen_batch, predictions_within_memory
from workflow_scripts.explanation.pooling import chosen_regions
from workflow_scripts.explanation.staged_explainer import StagedExplainer

AT_ONCE = 256  # masks that are kept at their full size


class Masked(NamedTuple):
    """An image (s, s, 3), its id, and its regions (s, s), if maps are pooled."""

    image: np.ndarray
    image_id: str
    regions: np.ndarray | None


class Tally(NamedTuple):
    """What follows from the answers to n masks, for K places: pixels, or regions if maps are pooled.

    answers: (n, E). whole: to the whole image, (E,). products: (K, E), sums of masks times answers.
    totals: (K,), sums of masks. masks: (n, K), of regions; None for pixels, of which there are too many.
    """

    answers: np.ndarray
    whole: np.ndarray
    products: np.ndarray
    totals: np.ndarray
    masks: np.ndarray | None


class RiseExplainer(StagedExplainer):
    """Explains images of one network; settings: those of rise.schema.yaml.

    The importance of a place is the mean answer with masks as weights, minus the mean answer: how much the
    answer to a mask is above the mean where that mask shows the place. An image's masks are the same for all
    networks of its input size.
    """

    def __init__(self, model: keras.Model, settings: Mapping, seed: int):
        self._predict = masked_predictions(model, settings["xla"])
        self._side = model.input_shape[1]
        self._settings, self._seed = settings, seed
        self._batch_size = chosen_batch(settings["batch_size"], self._side)

    def prepared(self, face: tuple) -> Masked:
        """An image and its regions."""
        image, image_id, _ = face
        return Masked(image, image_id, chosen_regions(image, self._settings))

    def answered(self, group: Sequence[Masked], column: int | None) -> list[Tally]:
        """Of one image after the other, since each has masks of its own; they serve all expressions."""
        return [self._tally(masked) for masked in group]

    def _tally(self, masked: Masked) -> Tally:
        ends = np.stack([masked.image, covered_image(masked.image, self._settings["hide"])])
        pool = None if masked.regions is None else _region_means(masked.regions)
        answers, kept, products, totals = [self._ask(ends, np.ones((1, self._side**2)))], [], 0.0, 0.0
        for masks in self._masks(masked.image_id):
            answers.append(self._ask(ends, masks))
            places = masks if pool is None else masks @ pool
            products += places.T @ answers[-1]
            totals += places.sum(axis=0, dtype=np.float64)
            kept.append(places)
        whole, *rest = answers
        masks = None if pool is None else np.concatenate(kept)
        return Tally(np.concatenate(rest), whole[0], products, totals, masks)

    def _masks(self, image_id: str) -> Iterator[np.ndarray]:
        """An image's masks, float32 (n, s * s), some at a time."""
        draw, left = generator(self._seed, "rise", image_id), self._settings["samples"]
        while left:
            n = min(AT_ONCE, left)
            masks = soft_masks(n, self._settings["grid"], self._settings["shown"], self._side, draw)
            yield masks.reshape(n, -1)
            left -= n

    def _ask(self, ends: np.ndarray, masks: np.ndarray) -> np.ndarray:
        """Answers (n, E) to masks (n, s * s) between an image and its cover, (2, s, s, 3)."""
        answers, self._batch_size = predictions_within_memory(
            self._predict,
            tf.constant(ends, tf.float32),
            tf.constant(masks, tf.float32),
            self._batch_size,
            self._settings["xla"],
        )
        return answers.astype(np.float64)

    def explained(self, masked: Masked, tally: Tally) -> Explanation:
        """The explanation of an image from the answers to its masks."""
        scale = len(tally.answers) * self._settings["shown"]
        mean = tally.answers.mean(axis=0)
        above = (tally.products - tally.totals[:, None] * mean) / scale  # (K, E)
        known = {
            "probability": tally.whole,
            "probability_range": np.ptp(tally.answers, axis=0),
            "samples": len(tally.answers) + 1,
        }
        if masked.regions is None:
            return Explanation(
                importance=above.T.reshape(-1, self._side, self._side).astype(np.float32), **known
            )
        errors = mean_errors(tally.masks, tally.answers) / self._settings["shown"]
        return Explanation(regions=masked.regions, weights=above, standard_errors=errors, **known)


def soft_masks(n: int, grid: int, shown: float, side: int, draw: np.random.Generator) -> np.ndarray:
    """Random masks, float32 (n, side, side), values 0 to 1.

    Each is a grid of cells that are shown with that probability, interpolated linearly to cells of
    side / grid pixels, rounded up, and cut out at a random place of one more cell along each side.
    """
    cell = -(-side // grid)
    cells = (draw.random((n, grid, grid)) < shown).astype(np.float32)
    rows, columns = (draw.integers(0, cell, n) for _ in range(2))
    return _weights(rows, grid, side) @ cells @ _weights(columns, grid, side).transpose(0, 2, 1)


def _weights(shifts: np.ndarray, grid: int, side: int) -> np.ndarray:
    """How much each cell along a side of the grid counts for each pixel: float32 (n, side, grid)."""
    large = (grid + 1) * -(-side // grid)
    pixels = shifts[:, None] + np.arange(side)
    places = ((pixels + 0.5) * grid / large - 0.5).clip(0, grid - 1)
    return np.maximum(1 - np.abs(places[:, :, None] - np.arange(grid)), 0).astype(np.float32)


def masked_predictions(model: keras.Model, xla: bool = False) -> Callable:
    """A compiled function (ends, masks) -> probabilities (b, E) of images between both ends.

    ends: float32 (2, s, s, 3), what a mask shows and what it hides behind. masks: float32 (b, s * s).
    """
    side = model.input_shape[1]

    @tf.function(
        input_signature=[
            tf.TensorSpec((2, side, side, 3), tf.float32),
            tf.TensorSpec((None, side * side), tf.float32),
        ],
        jit_compile=xla,
        autograph=False,  # there is nothing to convert
    )
    def predict(ends, masks):
        masks = tf.reshape(masks, (-1, side, side, 1))
        return model(masks * ends[0] + (1 - masks) * ends[1], training=False)

    return predict


def mean_errors(masks: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Standard errors (K, E) of the mean products of masks (n, K) and answers (n, E), both centred."""
    masks, answers = masks - masks.mean(axis=0, dtype=np.float64), answers - answers.mean(axis=0)
    n = len(masks)
    mean = masks.T @ answers / n
    variance = (masks**2).T @ answers**2 / n - mean**2
    return np.sqrt(np.maximum(variance, 0) / (n - 1))


def _region_means(regions: np.ndarray) -> np.ndarray:
    """A matrix (s * s, R), float32, that takes the mean over each region of a map with s * s pixels."""
    members = regions.ravel()[:, None] == np.arange(int(regions.max()) + 1)
    return (members / members.sum(axis=0)).astype(np.float32)
