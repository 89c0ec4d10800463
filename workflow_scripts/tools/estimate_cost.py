"""Estimates what a study costs before it runs: forward passes, training images, disk, and time here.

python -m workflow_scripts.tools.estimate_cost [config.yaml mine.yaml] [--faces 6000] [--csv]
"""

import csv
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.training.quiet_tensorflow import keras, tf
from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.datasets.splits import ONLY_TRAINED, with_given_folds
from workflow_scripts.explanation.perturbation import fitting_batch
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.orchestration.brought import is_trained
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.passes import declared_passes, study_passes
from workflow_scripts.orchestration.quality import examined_images, quality_passes
from workflow_scripts.orchestration.slices import split_slice
from workflow_scripts.tools.costs import Cost, print_costs
from workflow_scripts.tools.work import Work, whole_study
from workflow_scripts.training.budget import copies_of, reach, shortage, steps_per_epoch
from workflow_scripts.training.model_file import at_precision
from workflow_scripts.training.networks import build_network, head_scale_of
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow
from workflow_scripts.training.trained_file import input_side, model_path
from workflow_scripts.training.trained_models import imported_network

BYTES_PER_PARAMETER = 4
# bytes per explanation, measured: in a LIME stack (weights; regions, per pixel), and on the standard face
STACK_BYTES = 2300
STACK_BYTES_PER_PIXEL = 0.05
MAP_BYTES_PER_PIXEL = 3.0  # and expression, of RISE and Grad-CAM; integrated gradients map one expression
WARPED_BYTES = 107_000
MEASURED_SECONDS = 2.0  # per network and kind of work, or one run if that is longer
OF_TRAINING = ("images", "steps_per_epoch", "steps", "reach", "training_images", "warning")
MEASURED_BATCH = 16  # at most so many images: on a CPU, larger batches only take longer


def estimate_cost(
    *config: Path,
    faces: int | None = None,
    results: Path = Path("results"),
    measure: bool = True,
    threads: int = 2,
    as_csv: Annotated[bool, Parameter(name="--csv")] = False,
) -> None:
    """Print what the study of CONFIG costs, per network and in total.

    Parameters
    ----------
    config
        Configuration files, later ones on top of earlier ones, all on top of lookalike's own.
    faces
        Faces of all data sets; counted in the indexes of the results if not given.
    results
        Folder of the results.
    measure
        Whether to run each network for some seconds here, and estimate the time from that.
    threads
        Threads TensorFlow may use.
    as_csv
        Print CSV, for machines.
    """
    settings = read_config(config)
    faces = indexed_faces(settings, results) if faces is None else faces
    trained = trained_faces(settings, results, faces)
    costs, device = network_costs(settings, whole_study(settings), faces, measure, threads, trained)
    if as_csv:
        writer = csv.DictWriter(sys.stdout, [field.name for field in fields(Cost)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(asdict, costs))
        return
    print_costs(costs, faces, device)


def indexed_faces(settings: Mapping, results: Path) -> int | None:
    """Images of the run's expressions in the indexes of its data sets; None if one is not indexed yet.

    Half faces have more images in their index: the neutral ones that they get their other half from.
    """
    paths = [results / "datasets" / name / "index.csv" for name in settings["run"]["datasets"]]
    if not all(path.is_file() for path in paths):
        return None
    return sum(len(_of_run(settings, path)) for path in paths)


def _of_run(settings: Mapping, index: Path) -> list[dict[str, str]]:
    """The images of an index that the run's networks are trained on and predict."""
    return [
        row
        for row in read_table(index, ["expression"])
        if row["expression"] in settings["run"]["expressions"]
    ]


def trained_faces(settings: Mapping, results: Path, faces: int | None) -> int | None:
    """Images of a training if an official split is one fold: at most all `faces`, until they are indexed.

    None if there are several folds, and each training has all but one.
    """
    columns = json.loads(split_slice(settings))
    if settings["training"]["folds"] > 1 or not columns:
        return None
    paths = {name: results / "datasets" / name / "index.csv" for name in columns}
    if not all(path.is_file() for path in paths.values()):
        return faces
    rows = [row | {"dataset": name} for name, path in paths.items() for row in _of_run(settings, path)]
    with redirect_stdout(sys.stderr):
        return sum(row["fold"] == ONLY_TRAINED for row in with_given_folds(rows, columns, folds=1))


def network_costs(
    settings: Mapping,
    work: Mapping[str, Work],
    faces: int | None,
    measure: bool,
    threads: int,
    trained: int | None = None,
) -> tuple[list[Cost], str]:
    """The costs of the networks that have work, built here one after the other, and the device used."""
    if measure:
        with redirect_stdout(sys.stderr):  # only the table goes to standard output
            set_up_tensorflow(threads, seed=0)
    classes = len(settings["run"]["expressions"])
    costs = []
    for name in work:
        entry = settings["training"]["networks"][name]
        if measure:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
        if is_trained(entry):
            network, _ = imported_network(Path(model_path(entry, 1)), entry, f"training.networks.{name}")
            scale = None
        else:
            network, _ = build_network(entry, classes)
            scale = head_scale_of(network)
        speeds = measured_speeds(network, entry, settings) if measure else {}
        facts = {"scale": scale, "trained": trained, **speeds}
        costs.append(network_cost(name, network.count_params(), settings, work[name], faces, **facts))
        keras.backend.clear_session(free_memory=True)
    gpus = tf.config.list_physical_devices("GPU") if measure else []
    return costs, "one GPU" if gpus else f"{threads} CPU threads"


def network_cost(
    name: str,
    parameters: int,
    settings: Mapping,
    work: Work,
    faces: int | None,
    scale: float | None = None,
    training_rate: float | None = None,
    explanation_rate: float | None = None,
    trained: int | None = None,
) -> Cost:
    """The cost of one network's work; rates in training images and forward passes per second.

    `scale`: standard deviation of its initial last layer, None if that is not dense. `trained`: images of a
    training, if these are not all folds but one.

    Explanations are counted as if every network predicted every expression often enough and each took all
    the passes that its explainer declares, folds as if all had the same number of faces.
    """
    folds = settings["training"]["folds"]
    positives = images_asked(settings["explanation"]["positives"])
    entry = settings["training"]["networks"][name]
    trainings = work.trainings + work.control_trainings
    classes = len(settings["run"]["expressions"])
    explainers = settings["explanation"]["explainers"]
    explained = Counter({key: positives * jobs for key, jobs in work.explanations.items()})
    explained += Counter(work.control_images)
    passes = sum(
        positives * jobs * study_passes(explainers[key], classes) for key, jobs in work.explanations.items()
    )
    passes += sum(
        images * declared_passes(explainers[key], classes) for key, images in work.control_images.items()
    )
    examined = examined_images(settings) * sum(quality_passes(settings, key) for key in work.examined)
    passes += examined + (faces or 0) * work.predictions // folds
    if is_trained(entry):
        training = dict.fromkeys(OF_TRAINING) | {"training_images": 0}
    else:
        entry = entry | {"copies": copies_of(settings["training"], name)}
        seen = (trained, 1) if trained is not None else (faces, folds)
        training = training_cost(name, entry, trainings, *seen, scale)
    side = input_side(entry)
    disk = (
        (trainings + work.imports) * parameters * BYTES_PER_PARAMETER
        + sum(images * stack_bytes(explainers[key], side, classes) for key, images in explained.items())
        + work.standardizations * positives * WARPED_BYTES
    )
    return Cost(
        network=name,
        parameters=parameters,
        trainings=trainings,
        explanations=explained.total(),
        forward_passes=passes,
        disk_mb=disk / 1e6,
        training_hours=hours(training["training_images"], training_rate),
        explanation_hours=hours(passes, explanation_rate),
        **training,
        elsewhere=is_trained(entry),
        control_explanations=sum(work.control_images.values()),
        control_trainings=work.control_trainings,
        examination_passes=examined,
    )


def training_cost(
    name: str, entry: Mapping, trainings: int, faces: int | None, folds: int, scale: float | None
) -> dict[str, object]:
    """What the trainings of a network cost, keys OF_TRAINING: each on all folds but one, or on all of one.

    entry: with its number of copies.
    """
    part = (folds - 1, folds) if folds > 1 else (1, 1)
    images = None if faces is None or not trainings else faces * part[0] // part[1]
    per_epoch = images and steps_per_epoch(images, entry["copies"], entry["batch_size"])
    steps = per_epoch and per_epoch * entry["epochs"]
    variants = entry["epochs"] * entry["copies"] * trainings
    return {
        "images": images,
        "steps_per_epoch": per_epoch,
        "steps": steps,
        "reach": reach(steps, entry["learning_rate"], scale) if steps and scale else None,
        "training_images": None if faces is None else faces * part[0] * variants // part[1],
        "warning": shortage(name, entry, images, scale) if images else None,
    }


def stack_bytes(settings: Mapping, side: int, classes: int) -> float:
    """About how many bytes one explanation takes in a stack; at most, if it is a map of pixels.

    settings: the explainer's. side: of the network's input, px.
    """
    if settings.get("resolution") == "pixels":
        return MAP_BYTES_PER_PIXEL * side**2 * classes
    kept = 2 * classes * declared_passes(settings, classes) if settings.get("keep_passes") else 0
    return STACK_BYTES + STACK_BYTES_PER_PIXEL * side**2 + kept


def hours(count: float | None, rate: float | None) -> float | None:
    """Hours for `count` things at `rate` per second; None if either is unknown.

    >>> hours(36_000, 10)
    1.0
    """
    return None if count is None or not rate else count / rate / 3600


def measured_speeds(network, entry: Mapping, settings: Mapping) -> dict[str, float]:
    """Training images and forward passes per second of a network, in batches like those of its jobs."""
    shape, classes = network.input_shape[1:], network.output_shape[-1]
    first = settings["explanation"]["explainers"][settings["run"]["explainers"][0]]
    batch_size = first.get("batch_size", "auto")
    if not isinstance(batch_size, int):
        batch_size = fitting_batch(shape[0])
    trained_together = entry.get("batch_size", 1)
    if not tf.config.list_physical_devices("GPU"):
        batch_size, trained_together = min(batch_size, MEASURED_BATCH), min(trained_together, MEASURED_BATCH)
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(0, 255, (batch_size, *shape)), tf.float32)
    mixed = at_precision(network, settings["explanation"]["precision"])
    forward = tf.function(lambda batch: mixed(batch, training=False))
    explanation_rate = rate(lambda: forward(images).numpy(), batch_size, MEASURED_SECONDS)

    if is_trained(entry):
        return {"training_rate": math.inf, "explanation_rate": explanation_rate}
    network.compile(optimizer=entry["optimizer"], loss="categorical_crossentropy", jit_compile=False)
    images = rng.uniform(0, 255, (trained_together, *shape)).astype(np.float32)
    labels = np.eye(classes, dtype=np.float32)[np.arange(len(images)) % classes]
    training_rate = rate(lambda: network.train_on_batch(images, labels), len(images), MEASURED_SECONDS)
    return {"training_rate": training_rate, "explanation_rate": explanation_rate}


def rate(work: Callable[[], object], items: int, seconds: float) -> float:
    """Items per second of `work`, which processes `items` at a time; its first run does not count."""
    work()
    start, runs = time.perf_counter(), 0
    while runs == 0 or time.perf_counter() - start < seconds:
        work()
        runs += 1
    return runs * items / (time.perf_counter() - start)


if __name__ == "__main__":
    run(estimate_cost)
