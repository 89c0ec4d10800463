"""Check that a network's outputs are probabilities, by running it."""

import numpy as np

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.errors import StudyError

TOLERANCE = 1e-3  # largest allowed difference from 1 of the sum of an image's probabilities


def refuse_no_probabilities(network: keras.Model, name: str, remedy: str) -> None:
    """Raise StudyError if a network's outputs for some synthetic images are not class probabilities.

    name, remedy: what the error calls the network, and what to do. The input shape must have known sides.
    """
    images = np.random.default_rng(0).uniform(0, 1, (4, *network.input_shape[1:])).astype(np.float32)
    images[2:] *= 255  # large answers: two sigmoids near 0.5 would have the right sum
    answers = keras.ops.convert_to_numpy(network(images, training=False))
    sums = answers.sum(axis=1)
    # written so that NaN is rejected too
    if not (answers.min() >= 0 and np.allclose(sums, 1, rtol=0, atol=TOLERANCE)):
        raise StudyError(
            f"{name}: its outputs are not probabilities: from {answers.min():.3g} to "
            f"{answers.max():.3g}, with sums from {sums.min():.3g} to {sums.max():.3g} instead of 1; {remedy}"
        )
