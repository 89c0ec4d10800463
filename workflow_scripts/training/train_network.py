"""Rule train_network: train one network on all folds but one."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.fitting import Training, train, training_rows
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow


def train_network(
    *,
    network: str,
    fold: int,
    settings: str,
    augmentation: str,
    class_weights: str = "none",
    expressions: str,
    seed: int,
    threads: int = 1,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    weights: Path | None = None,
    model: Path,
    history: Path,
) -> None:
    """Train NETWORK on the faces outside FOLD (paper, section 3.4).

    A killed training resumes from its last backup, a few minutes old. A training that finished after
    Snakemake was killed is not repeated.

    Parameters
    ----------
    network
        Name of the network.
    fold
        The fold to leave out, for testing.
    settings
        The network's entry under training.networks, as JSON, with its number of copies.
    augmentation
        The ranges of training.augmentation, as JSON.
    class_weights
        "balanced" compensates for unequal frequencies of the expressions, "none" does not.
    expressions
        The classes, as a JSON list.
    seed
        The study's seed.
    threads
        Threads that TensorFlow may use, and that make its batches.
    faces
        The faces.h5 files of all data sets.
    folds
        Table of images and folds.
    weights
        Official ImageNet file, for pretrained networks.
    model
        The .keras file to write.
    history
        Table to write: loss and accuracy on the training images, per epoch.
    """
    training_seed = derived_seed(seed, "training", network, fold)
    set_up_tensorflow(threads, training_seed % 2**32)
    training = Training.parsed(
        network, fold, settings, augmentation, class_weights, expressions, training_seed
    )
    train(training, training_rows(folds, fold), faces, weights, [folds], model, history, threads)


if __name__ == "__main__":
    run(train_network)
