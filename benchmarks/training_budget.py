"""How many steps of an optimizer a new head, or a network from scratch, needs before it has learned.

    python -m benchmarks.training_budget [--quick]

On the embedded faces, six expressions, tested on people who are not trained on. A network from
keras.applications is trained on the task; its features are kept, its last layer is drawn anew (Glorot), and
all layers are trained at small learning rates, as the study does from ImageNet weights. Counted are the
steps until balanced accuracy is again NEARLY that of the first head, and what they come to: an Adam step
moves a weight by about the learning rate, so `reach` is steps x learning rate, in standard deviations of the
drawn head. Networks of low depth are trained from scratch, until nearly the best accuracy they reach.
Curves and table go to benchmarks/results/training_budget.json.
"""

import csv
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import cyclopts
import keras
import numpy as np
import yaml
from sklearn.metrics import balanced_accuracy_score

from benchmarks.side_by_side import REPOSITORY, machine
from workflow_scripts.common.seeds import derived_seed, generator
from workflow_scripts.faces.face_extraction import FaceExtractor, FaceSettings
from workflow_scripts.faces.face_store import FaceReader, write_faces
from workflow_scripts.training.budget import reach
from workflow_scripts.training.feed import FedByGrey, training_batches
from workflow_scripts.training.fitting import OPTIMIZERS
from workflow_scripts.training.network_input import batches
from workflow_scripts.training.networks import build_network, head_scale_of
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

FACES = REPOSITORY / "resources/embedded_faces"
RESULTS = REPOSITORY / "benchmarks/results/training_budget.json"
EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
TESTED = 0.3  # of the subjects
SIZE = 64  # px
NEARLY = 0.95  # of the accuracy that is to be reached, at two measurements in a row
SEED = 1

Curve = list[tuple[int, float]]  # step, balanced accuracy on the test subjects


@dataclass(frozen=True)
class Scratch:
    """How a network of low depth is trained, and how often it is measured."""

    architecture: str
    batch_size: int
    steps: int
    every: int


FRESH_HEADS = ("mobilenetv3", "efficientnetv2")
FEATURE_STEPS, HEAD_BATCH = 1200, 16
RATES = {1e-4: (200, 5), 1e-5: (1600, 50), 1e-6: (8000, 250)}  # learning rate: most steps, measured every
SCRATCH = (Scratch("songnet", 32, 4000, 100), Scratch("weinet", 32, 500, 20))


@dataclass(frozen=True)
class Task:
    """Faces by id, which of them are trained on and tested, and the threads that make batches."""

    reader: FaceReader
    expressions: dict[str, int]
    trained: list[str]
    tested: list[str]
    pool: Executor

    def batches(self, batch_size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Endless training batches, augmented as in config.yaml."""
        return training_batches(
            self.reader,
            self.trained,
            [self.expressions[name] for name in self.trained],
            n_classes=len(EXPRESSIONS),
            size=SIZE,
            batch_size=batch_size,
            copies=1,
            augmentation=_config()["training"]["augmentation"],
            seed=SEED,
            pool=self.pool,
        )

    def accuracy(self, network: keras.Model) -> float:
        """Balanced accuracy on the test subjects."""
        answers = [network.predict_on_batch(x) for x in batches(self.reader, self.tested, SIZE, 60)]
        truth = [self.expressions[name] for name in self.tested]
        return float(balanced_accuracy_score(truth, np.concatenate(answers).argmax(axis=1)))


def _config() -> dict:
    return yaml.safe_load((REPOSITORY / "config.yaml").read_text())


def made_faces(path: Path, subjects: int) -> dict[str, dict]:
    """Align the embedded faces of the first subjects into a faces.h5 file; rows of the table by image."""
    with (FACES / "faces.csv").open(newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file) if row["expression"] in EXPRESSIONS}
    known = sorted({row["subject"] for row in rows.values()})[:subjects]
    rows = {name: row for name, row in rows.items() if row["subject"] in known}
    settings = FaceSettings(**_config()["faces"])
    extractor = FaceExtractor(settings)
    faces = (extractor.extract({"image_id": name, "path": str(FACES / name)}) for name in rows)
    write_faces(path, faces, settings.size, region_maps=False)
    return rows


def split(reader: FaceReader, rows: dict[str, dict], pool: Executor) -> Task:
    """Subjects are trained on or tested, never both."""
    subjects = sorted({row["subject"] for row in rows.values()})
    shuffled = generator(SEED, "benchmark split").permutation(subjects)
    tested = set(shuffled[: round(TESTED * len(subjects))])
    return Task(
        reader,
        {name: EXPRESSIONS.index(row["expression"]) for name, row in rows.items()},
        [name for name, row in rows.items() if row["subject"] not in tested],
        [name for name, row in rows.items() if row["subject"] in tested],
        pool,
    )


def train(
    network: keras.Model,
    task: Task,
    optimizer: keras.Optimizer,
    batch_size: int,
    steps: int,
    every: int,
    enough: float = 2,
) -> Curve:
    """Train all layers, and measure every so many steps until `enough` is reached twice in a row."""
    fed = FedByGrey.of(network)
    fed.compile(optimizer=optimizer, loss="categorical_crossentropy", jit_compile=False)
    curve: Curve = [(0, task.accuracy(network))]
    for step, (images, labels) in enumerate(islice(task.batches(batch_size), steps), start=1):
        fed.train_on_batch(images, labels)
        if step % every == 0 or step == steps:
            curve.append((step, task.accuracy(network)))
            print(f"  step {step}: {curve[-1][1]:.3f}", flush=True)
            if min(curve[-1][1], curve[-2][1]) >= enough:
                break
    return curve


def steps_until(curve: Curve, accuracy: float) -> int | None:
    """The first of two measurements in a row with this accuracy; None where there are none.

    >>> steps_until([(0, 0.1), (10, 0.9), (20, 0.5), (30, 0.8), (40, 0.9)], 0.7)
    30
    """
    return next((one[0] for one, other in pairwise(curve) if min(one[1], other[1]) >= accuracy), None)


def fresh_heads(architecture: str, task: Task, rates: Sequence[float], shorter: int) -> list[dict]:
    """One row per learning rate: the steps that a fresh head on trained features needs."""
    network, _ = build_network({"architecture": architecture, "input_size": SIZE}, len(EXPRESSIONS))
    steps = FEATURE_STEPS // shorter
    first = train(network, task, OPTIMIZERS["adam"](1e-3), HEAD_BATCH, steps, max(1, steps // 8))
    accuracy, features = first[-1][1], network.get_weights()
    head = network.layers[-1].layers[-1]
    rows = []
    for rate in rates:
        print(f"{architecture}, fresh head, Adam {rate:g}", flush=True)
        network.set_weights(features)
        drawn = keras.initializers.GlorotUniform(derived_seed(SEED, "head", bits=32))(head.kernel.shape)
        head.kernel.assign(drawn)
        head.bias.assign(np.zeros(len(EXPRESSIONS)))
        most, every = (max(1, count // shorter) for count in RATES[rate])
        curve = train(network, task, OPTIMIZERS["adam"](rate), HEAD_BATCH, most, every, NEARLY * accuracy)
        moved = float(np.abs(head.kernel.numpy() - np.asarray(drawn)).max())
        needed = steps_until(curve, NEARLY * accuracy)
        rows.append(
            {
                "network": architecture,
                "start": "trained features, fresh head",
                "optimizer": "adam",
                "learning_rate": rate,
                "batch_size": HEAD_BATCH,
                "goal": accuracy,
                "steps": needed,
                "reach": needed and reach(needed, rate, head_scale_of(network)),
                "moved_most_per_step": moved / curve[-1][0] / rate,
                "curve": curve,
            }
        )
        print_rows(rows[-1:])
    return rows


def from_scratch(plan: Scratch, task: Task, shorter: int) -> dict:
    """The steps that a network needs from its drawn weights, as the study trains it."""
    print(f"{plan.architecture}, from scratch, RMSprop 1e-4", flush=True)
    network, _ = build_network({"architecture": plan.architecture, "input_size": SIZE}, len(EXPRESSIONS))
    steps, every = plan.steps // shorter, max(1, plan.every // shorter)
    curve = train(network, task, OPTIMIZERS["rmsprop"](1e-4), plan.batch_size, steps, every)
    goal = max(accuracy for _, accuracy in curve)
    needed = steps_until(curve, NEARLY * goal)
    return {
        "network": plan.architecture,
        "start": "from scratch",
        "optimizer": "rmsprop",
        "learning_rate": 1e-4,
        "batch_size": plan.batch_size,
        "goal": goal,
        "steps": needed,
        "reach": needed and reach(needed, 1e-4, head_scale_of(network)),
        "curve": curve,
    }


def print_rows(rows: Sequence[dict]) -> None:
    """Rows for a person."""
    print(f"{'network':<15}{'start':<30}{'rate':>6}{'batch':>6}{'goal':>7}{'steps':>7}{'reach':>8}")
    for row in rows:
        needed = "never" if row["steps"] is None else row["steps"]
        far = "" if row["steps"] is None else f"{row['reach']:.3f}"
        print(
            f"{row['network']:<15}{row['start']:<30}{row['learning_rate']:>6.0e}{row['batch_size']:>6}"
            f"{row['goal']:>7.3f}{needed:>7}{far:>8}",
            flush=True,
        )


def training_budget(*networks: str, quick: bool = False, threads: int = 2, output: Path = RESULTS) -> None:
    """Measure, print and keep the table.

    Parameters
    ----------
    networks
        Architectures of this program: mobilenetv3, efficientnetv2, songnet, weinet; all if none is named.
    quick
        A minute or two: few faces and a twentieth of the steps; the figures mean nothing.
    threads
        Threads TensorFlow may use.
    output
        The JSON file to write.
    """
    set_up_tensorflow(threads, seed=SEED)
    shorter = 20 if quick else 1
    rows, start = [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        table = made_faces(Path(folder, "faces.h5"), 10 if quick else 100)
        with FaceReader([Path(folder, "faces.h5")]) as reader, ThreadPoolExecutor(threads) as pool:
            task = split(reader, table, pool)
            for name in [name for name in FRESH_HEADS if not networks or name in networks]:
                rows += fresh_heads(name, task, list(RATES)[:2] if quick else list(RATES), shorter)
            for plan in [plan for plan in SCRATCH if not networks or plan.architecture in networks]:
                rows.append(from_scratch(plan, task, shorter))
    about = machine(threads) | {
        "quick": quick,
        "images": {"trained": len(task.trained), "tested": len(task.tested)},
        "minutes": round((time.monotonic() - start) / 60, 1),
    }
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    print_rows(rows)


if __name__ == "__main__":
    cyclopts.run(training_budget)
