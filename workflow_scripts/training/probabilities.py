"""Whether the answers of a network are probabilities, asked of the network itself."""

import keras
import numpy as np

from workflow_scripts.common.errors import StudyError

TOLERANCE = 1e-3  # by which the probabilities of an image may miss a sum of 1


def refuse_no_probabilities(network: keras.Model, name: str, remedy: str) -> None:
    """Refuse a network whose outputs for some made images are not probabilities of the classes.

    name, remedy: what the error calls the network, and what to do. Its input shape has no unknown sides.
    """
    images = np.random.default_rng(0).uniform(0, 1, (4, *network.input_shape[1:])).astype(np.float32)
    images[2:] *= 255  # large answers: two sigmoids near 0.5 would have the right sum
    answers = keras.ops.convert_to_numpy(network(images, training=False))
    sums = answers.sum(axis=1)
    # written so that answers that are no numbers are refused too
    if not (answers.min() >= 0 and np.allclose(sums, 1, rtol=0, atol=TOLERANCE)):
        raise StudyError(
            f"{name}: its outputs are no probabilities: from {answers.min():.3g} to "
            f"{answers.max():.3g}, with sums from {sums.min():.3g} to {sums.max():.3g} instead of 1; {remedy}"
        )
