"""Rule train_control: a control network, trained on labels that are shuffled within each subject."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.fitting import Training, train, training_rows
from workflow_scripts.training.shuffled_labels import OF_SUBJECT, kept_labels, shuffled_labels
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow


def train_control(
    *,
    network: str,
    fold: int,
    repeat: int,
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
    """Train NETWORK as `train_network` does, on the faces outside FOLD, with shuffled labels.

    Each image gets the label of an image of the same subject, drawn without replacement. How often each
    expression occurs, in all and of each subject, stays; which image shows it does not.

    Parameters
    ----------
    network
        Name of the network that this is a control of.
    fold
        The fold to leave out, as in the network's own training.
    repeat
        From 1; each has its own labels and initial weights.
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
        Table of images and folds, with dataset and subject.
    weights
        Official ImageNet file, for pretrained networks.
    model
        The .keras file to write.
    history
        Table to write: loss and accuracy on the shuffled labels, per epoch.
    """
    training_seed = derived_seed(seed, "control", network, fold, repeat)
    set_up_tensorflow(threads, training_seed % 2**32)
    rows = training_rows(folds, fold, OF_SUBJECT)
    labelled = shuffled_labels(rows, derived_seed(seed, "shuffled labels", network, fold, repeat))
    kept, chance = kept_labels(rows)
    print(f"labels shuffled within subjects: {kept:.0%} of images keep theirs, {chance:.0%} would by chance")
    training = Training.parsed(
        network, fold, settings, augmentation, class_weights, expressions, training_seed
    )
    train(training, labelled, faces, weights, [folds], model, history, threads)


if __name__ == "__main__":
    run(train_control)
