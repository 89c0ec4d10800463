"""CPU seconds of a job from its start to its network's first pass, by part, and its memory until then.

python -m benchmarks.start_up [--repository FOLDER ...] compares this lookalike with others, one job of each
in turn. The networks are untrained; jobs read 64 of the embedded faces.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import cyclopts

from benchmarks.side_by_side import REPOSITORY, Row, print_rows

NETWORKS = {"WeiNet": ("weinet", 64), "MobileNetV3": ("mobilenetv3", 224), "SilNet": ("silnet", 150)}
CLASSES = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
FACES = 64
LIME = {
    "explainer": "lime", "samples": 128, "stability": 1, "sampling": "independent", "regions": 30,
    "compactness": 20, "kernel_width": 0.25, "batch_size": 16, "xla": False,
}  # fmt: skip
AUGMENTATION = {"gamma": [0.7, 1.4], "translation": 0.04, "crop": 0.85, "mirror": 0.5}


def jobs(network: str, folder: Path) -> dict[str, list[str]]:
    """The modules of the jobs, and their arguments."""
    architecture, size = NETWORKS[network]
    faces = ["--faces", str(folder / "faces.h5")]
    table, model = ["--folds", str(folder / "folds.csv")], str(folder / f"{network}.keras")
    training = {
        "architecture": architecture, "input_size": size, "epochs": 1, "optimizer": "adam",
        "learning_rate": 1e-4, "batch_size": 4, "copies": 1,
    }  # fmt: skip
    explain = [model, "--expression", CLASSES[0], "--settings", json.dumps(LIME), "--seed", "1"]
    explain += ["--positives", str(folder / "positives.csv"), *faces, "--output", str(folder / "stack.h5")]
    predict = [model, "--fold", "1", *faces, *table, "--batch-size", "4", "--output", str(folder / "p.csv")]
    train = ["--network", network, "--fold", "1", "--settings", json.dumps(training), "--seed", "1"]
    train += ["--augmentation", json.dumps(AUGMENTATION), "--expressions", json.dumps(CLASSES), *faces]
    train += [*table, "--model", str(folder / "trained/model.keras"), "--history", str(folder / "h.csv")]
    return {
        "explanation.explain_images": explain,
        "training.predict_expressions": predict,
        "training.train_network": train,
    }


def measured(repository: Path, module: str, arguments: Sequence[str]) -> dict[str, float]:
    """The parts of one job, in CPU seconds, and its peak of memory in bytes."""
    command = [sys.executable, "-P", str(REPOSITORY / "benchmarks/first_pass.py")]
    command += [f"workflow_scripts.{module}", *arguments]
    environment = os.environ | {"PYTHONPATH": str(repository), "OPENBLAS_NUM_THREADS": "1"}
    job = subprocess.run(command, env=environment, capture_output=True, text=True)
    if job.returncode:
        raise RuntimeError(job.stdout[-1000:] + job.stderr[-2000:])
    return json.loads(job.stdout.splitlines()[-1])


def start_up_rows(
    networks: Sequence[str], rounds: int, repositories: Mapping[str, Path], names: Sequence[str] = ()
) -> list[Row]:
    """Medians by job, network and part, of each of the repositories. names: of modules; all by default."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        write_inputs(Path(folder), networks)
        for network in networks:
            for module, arguments in jobs(network, Path(folder)).items():
                if names and module.rpartition(".")[2] not in names:
                    continue
                found = {name: [] for name in repositories}
                for _ in range(rounds):
                    for name, repository in repositories.items():
                        found[name].append(measured(repository, module, arguments))
                rows += job_rows(f"CPU until the first pass of {module.rpartition('.')[2]}, {network}", found)
    return rows


def job_rows(title: str, found: Mapping[str, list[dict[str, float]]]) -> list[Row]:
    """Rows of one job: its parts, their sum, and its memory."""
    rows = []
    for name, runs in found.items():
        suffix = f" ({name})" if name else ""
        parts = [key for key in runs[0] if key != "peak"]
        for part in parts:
            rows.append(Row(title, part + suffix, statistics.median(run[part] for run in runs), "s"))
        whole = statistics.median(sum(run[part] for part in parts) for run in runs)
        rows.append(Row(title, f"all{suffix}", whole, "s"))
        memory = statistics.median(run["peak"] for run in runs)
        rows.append(Row(title, f"peak of memory, network loaded{suffix}", memory / 1e9, "GB"))
    return rows


def write_inputs(folder: Path, networks: Sequence[str]) -> None:
    """What the jobs read: networks, faces and tables, made in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.start_up_inputs", str(folder)]
    for network in networks:
        architecture, size = NETWORKS[network]
        command += [network, architecture, str(size)]
    made = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(made.stderr[-2000:])


def main(
    *, repository: list[Path] | None = None, network: list[str] | None = None, job: list[str] | None = None,
    rounds: int = 3,
) -> None:  # fmt: skip
    """Measure and print.

    Parameters
    ----------
    repository
        Folders of other versions of lookalike, to be measured beside this one.
    network
        Some of WeiNet, MobileNetV3 and SilNet; the first two by default.
    job
        Some of explain_images, predict_expressions and train_network; all by default.
    rounds
        Jobs of each kind.
    """
    others = {path.name: path.resolve() for path in repository or []}
    here = {"here" if others else "": REPOSITORY}
    print_rows(start_up_rows(network or ["WeiNet", "MobileNetV3"], rounds, others | here, job or ()))


if __name__ == "__main__":
    cyclopts.run(main)
