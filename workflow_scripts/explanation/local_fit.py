"""LIME's local fit: a weighted ridge regression of a network's answers on which regions were shown.

The kernel, the regression and its R2 are those of the lime package (Ribeiro et al., 2016). One factorisation
serves all expressions, which share the masks; lime fits each of them anew. Lime says nothing of the fit's
error: `standard_errors` does.
"""

from typing import NamedTuple

import numpy as np

ALPHA = 1  # of the ridge regression, lime's


class LocalFit(NamedTuple):
    """Of E expressions on R regions, float64: weights (R, E), intercept (E,), r2 (E,), residuals (n, E)."""

    weights: np.ndarray
    intercept: np.ndarray
    r2: np.ndarray
    residuals: np.ndarray


class Design(NamedTuple):
    """Masks as the fit sees them, float64.

    weights (n,) of samples; centre (R,), the weighted mean of the masks; masks (n, R) minus the centre, times
    the root of the weights; inverse (R, R), of their products plus the penalty.
    """

    weights: np.ndarray
    centre: np.ndarray
    masks: np.ndarray
    inverse: np.ndarray


def sample_weights(masks: np.ndarray, kernel_width: float) -> np.ndarray:
    """lime's weights (n,) of masks (n, R): a kernel on the cosine distance to the mask that shows all."""
    distance = 1 - np.sqrt(masks.mean(axis=1))  # the cosine between 0/1 vectors and ones
    return np.sqrt(np.exp(-((distance / kernel_width) ** 2)))


def design(masks: np.ndarray, kernel_width: float) -> Design:
    """What the fits of all expressions on masks (n, R), 1 = shown, have in common."""
    weights = sample_weights(masks, kernel_width)
    centre = weights @ masks / weights.sum()
    scaled = (masks - centre) * np.sqrt(weights)[:, None]
    return Design(weights, centre, scaled, np.linalg.inv(scaled.T @ scaled + ALPHA * np.eye(masks.shape[1])))


def local_fit(seen: Design, predictions: np.ndarray) -> LocalFit:
    """The fits of predictions (n, E) on the masks of a design.

    R2 is weighted; where the predictions do not vary, it is 1, as scikit-learn has it.
    """
    predictions = predictions.astype(np.float64)
    mean = seen.weights @ predictions / seen.weights.sum()
    root = np.sqrt(seen.weights)[:, None]
    centred = (predictions - mean) * root
    weights = seen.inverse @ (seen.masks.T @ centred)
    left = centred - seen.masks @ weights
    unexplained, total = (left**2).sum(axis=0), (centred**2).sum(axis=0)
    r2 = np.where(total > 0, 1 - unexplained / np.where(total > 0, total, 1), unexplained == 0)
    return LocalFit(weights, mean - seen.centre @ weights, r2, left / root)


def standard_errors(seen: Design, residuals: np.ndarray, paired: bool) -> np.ndarray:
    """Standard errors (R, E) of a fit's weights over other draws of the masks, for the same image.

    The unit that is drawn is a mask, or, if `paired`, a mask and its complement after it: what the sandwich
    estimator sums over (White, 1980; for clusters, Liang & Zeger, 1986). Residuals (n, E) are too small by
    the regions that were fitted, which their number makes good, as in White's HC1.
    """
    reach = seen.inverse @ seen.masks.T  # (R, n), how far a residual of each sample moves the weights
    errors = residuals * np.sqrt(seen.weights)[:, None]
    if paired:
        units, variances = -(-len(errors) // 2), _of_pairs(reach, errors)
    else:
        units, variances = len(errors), reach**2 @ errors**2
    return np.sqrt(units / max(units - len(reach), 1) * variances)


def _of_pairs(reach: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Sums of squares over pairs of neighbours, (R, E): one expression at a time fits into a core's cache."""
    first, second = (np.ascontiguousarray(reach[:, start::2]) for start in (0, 1))
    squares = np.empty((len(reach), errors.shape[1]))
    for column, error in enumerate(errors.T):
        moves = first * error[::2]
        moves[:, : second.shape[1]] += second * error[1::2]  # the last mask may have no complement
        squares[:, column] = np.einsum("ru,ru->r", moves, moves)
    return squares
