"""A network's answers to images whose superpixels are shown or hidden."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.explanation.perturbation import (
    chosen_batch,
    padded,
    partly_hidden,
    perturbed_predictions,
    predictions_within_memory,
)

XLA_REGIONS = 32


class Cut(Protocol):
    """An image (s, s, 3), and the region of each of its pixels, int (s, s)."""

    image: np.ndarray
    regions: np.ndarray


class RegionAnswers:
    """Asks one network, in batches that several images share.

    settings: ``batch_size`` (a number, or "auto" for `fitting_batch`), ``xla``, and ``hide``, a key of
    `hiding.COVERS`; black if there is none. `batch_size` shrinks where a device's memory does not suffice.
    """

    def __init__(self, model: keras.Model, settings: Mapping):
        self._predict = perturbed_predictions(model, settings["xla"])
        self._even = settings["xla"]
        self._hide = settings.get("hide", "black")
        self.batch_size = chosen_batch(settings["batch_size"], model.input_shape[1])

    def __call__(self, images: Sequence[Cut], masks: Sequence[np.ndarray]) -> np.ndarray:
        """Answers (n, E) to the masks (n_i, R_i) of all images, 1 = shown, one image after the other."""
        partial = [
            partly_hidden(cut.image, cut.regions, shown, self._hide)
            for cut, shown in zip(images, masks, strict=True)
        ]
        parts = tf.concat([parts for parts, _ in partial], axis=0)
        shown = tf.constant(block_diagonal([shown for _, shown in partial]), tf.float32)
        if self._even:
            parts, shown = padded(parts, XLA_REGIONS, axis=0), padded(shown, XLA_REGIONS, axis=1)
        answers, self.batch_size = predictions_within_memory(  # do not run out of memory again
            self._predict, parts, shown, self.batch_size, self._even
        )
        return answers


def block_diagonal(blocks: Sequence[np.ndarray]) -> np.ndarray:
    """Matrices (n, r) along the diagonal of one matrix, zeros elsewhere."""
    if len(blocks) == 1:
        return blocks[0]
    rows, columns = np.transpose([block.shape for block in blocks])
    whole = np.zeros((rows.sum(), columns.sum()), blocks[0].dtype)
    for block, bottom, right in zip(blocks, np.cumsum(rows), np.cumsum(columns), strict=True):
        whole[bottom - len(block) : bottom, right - block.shape[1] : right] = block
    return whole
