"""Rule explain_controls: explanations of all control networks of one network."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.explaining import (
    HOST_THREADS,
    FacesOfCell,
    built_explainer,
    explained_faces,
)
from workflow_scripts.explanation.explanation_stack import stack_in
from workflow_scripts.explanation.positives import sampled_positives
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.control_models import randomized, untrained
from workflow_scripts.training.controls import (
    SHUFFLED_LABELS,
    UNTRAINED,
    ControlNetwork,
    control_networks,
)
from workflow_scripts.training.fitting import training_rows
from workflow_scripts.training.kept_training import forget_training
from workflow_scripts.training.model_file import at_precision, load_model, read_facts
from workflow_scripts.training.network_input import network_input
from workflow_scripts.training.repeats import repeat_of
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

CALIBRATED_ON = 128  # images: one batch of a training, whose statistics batch normalisation would use


def explain_controls(
    *models: Path,
    network: str,
    controls: str,
    folds: int,
    shuffled: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    positives: Annotated[list[Path], Parameter(consume_multiple=True)],
    divisions: Annotated[list[Path], Parameter(consume_multiple=True)],
    settings: str,
    seed: int,
    threads: int = 1,
    precision: str = "float32",
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    output: Path,
) -> None:
    """Explain what the control networks of NETWORK make of images that the trained network classified.

    Controls have no positives of their own: each explains some of the trained network's, for the expression
    that the trained network predicted, with the same perturbed images. So trained and control networks differ
    in nothing but the network; where explainers choose the number of perturbed images, each takes its own.

    Parameters
    ----------
    models
        The .keras files of the network's folds that have controls, by fold.
    network
        Name of the network.
    controls
        The entries of training.controls that have this network, as JSON.
    folds
        The folds of one cross-validation.
    shuffled
        The .keras files of networks that were trained on shuffled labels, in the order of their controls.
    positives
        Tables of the trained networks' positives, by fold.
    divisions
        Tables of images and folds, by fold: networks with drawn layers are calibrated on training images.
    settings
        The explainer's entry under explanation.explainers, as JSON.
    seed
        The study's seed.
    threads
        Threads TensorFlow may use.
    precision
        Precision of the network's inner layers: float32, bfloat16 or float16.
    faces
        The faces.h5 files of all data sets.
    output
        HDF5 file to write: a group per control network, in it an explanation stack per expression.
    """
    entries, options = json.loads(controls), json.loads(settings)
    chosen = control_networks(entries)
    trained = {control.fold for control in chosen}
    of_fold = dict(zip(sorted(trained), zip(models, positives, divisions, strict=True), strict=True))
    on_shuffled = iter(shuffled or [])
    set_up_tensorflow(threads, seed=0)  # the explainer seeds its own draws, per image
    with FaceReader(faces) as reader, new_hdf5(output) as file:
        for control in chosen:
            model, table, division = of_fold[control.fold]
            facts, rows = read_facts(model), read_table(table, ["image_id", "expression"])
            if control.kind == SHUFFLED_LABELS:
                built = load_model(next(on_shuffled))
            else:
                images = training_images(division, control.fold, seed, reader, facts.input_size)
                built = _drawn(control, model, entries[control.control], network, seed, images)
            explainer = built_explainer(at_precision(built, precision), options, seed)
            n, repeat = entries[control.control]["positives"], repeat_of(control.fold, folds)
            for expression in facts.expressions:
                image_ids = first_positives(rows, expression, n, seed, repeat)
                group = f"{control.key}/{expression}"
                with stack_in(file, group, facts.input_size, expression, facts.expressions) as stack:
                    cell = FacesOfCell(reader, image_ids, facts.input_size)
                    column = facts.expressions.index(expression)
                    explained = explained_faces(explainer, cell, column, min(threads, HOST_THREADS))
                    for image_id, explanation in zip(image_ids, explained, strict=True):
                        stack.append(image_id, explanation)
                print(f"{network} {group}: {len(image_ids)} images", flush=True)
            del built, explainer
            keras.backend.clear_session(free_memory=True)
    for model in shuffled or []:
        forget_training(model)


def _drawn(
    control: ControlNetwork, model: Path, entry: Mapping, network: str, seed: int, images: np.ndarray
) -> keras.Model:
    """A control network whose layers, all or some, are drawn anew."""
    draw = derived_seed(seed, control.kind, network, control.fold, control.repeat)
    if control.kind == UNTRAINED:
        return untrained(load_model(model), draw, images)
    return randomized(load_model(model), control.randomized, entry["groups"], draw, images)


def training_images(division: Path, fold: int, seed: int, faces: FaceReader, size: int) -> np.ndarray:
    """Some of the images that the network of a fold was trained on, float32 (n, s, s, 3), 0 to 255."""
    rows = training_rows(division, fold)
    names = sorted(
        (row["image_id"] for row in rows), key=lambda name: derived_seed(seed, "calibration", name)
    )
    return np.stack([network_input(faces.image(name), size) for name in names[:CALIBRATED_ON]])


def first_positives(
    rows: Sequence[Mapping[str, str]], expression: str, n: int, seed: int, repeat: int
) -> list[str]:
    """Those `n` of a cell's positives that `sampled_positives` takes first; all if there are fewer.

    rows: image_id and expression, the predicted one, of the positives of a fold. repeat: the fold's.
    """
    predicted = [{"image_id": row["image_id"], "predicted": row["expression"]} for row in rows]
    return [row["image_id"] for row in sampled_positives(predicted, expression, n, seed, repeat=repeat)]


if __name__ == "__main__":
    run(explain_controls)
