"""A face behind tiles that are uncovered one by one in random orders, and what a network says each time."""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.common.seeds import generator
from workflow_scripts.explanation.explanation_stack import Explanation, Trials
from workflow_scripts.explanation.perturbation import (
    chosen_batch,
    partly_hidden,
    perturbed_predictions,
    predictions_within_memory,
)
from workflow_scripts.explanation.uncovering_grid import TILES, tile_of_pixel
from workflow_scripts.explanation.uncovering_trials import endings
from workflow_scripts.explanation.uncovering_weights import relative_horizon, tile_weights


class UncoveringExplainer:
    """Explains images of one network by the tiles that it had seen when it had its answer.

    settings: ``orders``, ``cover``, ``ends``, ``horizon``, ``batch_size`` (a number, or "auto" for
    `fitting_batch`), ``xla``. grid: the landmarks of the stimulus that the tiles lie on, (68, 2).
    """

    def __init__(self, model: keras.Model, settings: Mapping, seed: int, grid: np.ndarray):
        self._predict = perturbed_predictions(model, settings["xla"])
        self._batch_size = chosen_batch(settings["batch_size"], model.input_shape[1])
        self._settings = settings
        self._seed = seed
        self._grid = grid

    def _weights(self, shown: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """The weights of the trials that ended with one answer; zeros if these say nothing of tiles."""
        horizon = relative_horizon(counts, self._settings["horizon"])
        return np.nan_to_num(tile_weights(shown, counts, horizon))

    def explain(self, image: np.ndarray, image_id: str, landmarks: np.ndarray) -> Explanation:
        """Explain one image, float32 (s, s, 3) with values 0 to 255, for every expression.

        landmarks: (68, 2), px of the image. Regions are the tiles of the grid. The weights for an expression
        are those of the trials that ended with it as the answer, see `tile_weights`; the orders are the same
        for all networks.
        """
        tiles = tile_of_pixel(landmarks, len(image), self._grid)
        orders = drawn_orders(self._settings["orders"], self._seed, image_id)
        ranks = orders.argsort(axis=1)
        probabilities = self._probabilities(image, tiles, ranks)
        trials = Trials(
            orders=orders.astype(np.uint8),
            answers=probabilities.argmax(axis=-1).astype(np.uint8),
            confidence=probabilities.max(axis=-1).astype(np.float16),
        )
        steps, ended = endings(trials.answers, trials.confidence, self._settings["ends"])
        shown = ranks < steps[:, None]
        columns = [
            self._weights(shown[ended == column], steps[ended == column])
            for column in range(probabilities.shape[-1])
        ]
        return Explanation(
            regions=tiles,
            weights=np.column_stack(columns),
            probability=probabilities[0, -1].astype(np.float64),
            samples=len(orders) * (TILES - 1) + 2,
            trials=trials,
        )

    def _probabilities(self, image: np.ndarray, tiles: np.ndarray, ranks: np.ndarray) -> np.ndarray:
        """Probabilities (K, T + 1, E) with 0 to T tiles shown; ranks: each tile's place in the K orders."""
        between = ranks[:, None] < np.arange(1, TILES)[:, None]
        shown = np.concatenate([np.zeros((1, TILES)), np.ones((1, TILES)), between.reshape(-1, TILES)])
        parts, masks = partly_hidden(image, tiles, shown, self._settings["cover"], TILES)
        masks = tf.constant(masks, tf.float32)
        found, self._batch_size = predictions_within_memory(  # do not run out of memory again
            self._predict, parts, masks, self._batch_size, self._settings["xla"]
        )
        nothing, everything = (np.broadcast_to(each, (len(ranks), 1, len(each))) for each in found[:2])
        return np.concatenate([nothing, found[2:].reshape(len(ranks), TILES - 1, -1), everything], axis=1)


def drawn_orders(n: int, seed: int, image_id: str) -> np.ndarray:
    """Random orders of the tiles, int64 (n, TILES): more of them begin with the same."""
    draw = generator(seed, "uncovering", image_id)
    return np.stack([draw.permutation(TILES) for _ in range(n)])
