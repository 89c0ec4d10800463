"""What it gains that malloc keeps freed memory, see `keep_freed_memory`: jobs' loops with and without.

The setting is a process's, and for good, so that each measurement runs in one of its own.
"""

import itertools
import json
import subprocess
import sys
from statistics import median
from unittest.mock import patch

import cyclopts
import numpy as np
import tensorflow as tf

from benchmarks.lime_speed import CLASSES, SETTINGS, face_images, job_loop
from benchmarks.side_by_side import REPOSITORY, Row, medians, speed_rows
from workflow_scripts.training import tensorflow_setup
from workflow_scripts.training.networks import build_network

WAYS = {"malloc's defaults": False, "lookalike, memory kept": True}


def kept_memory_rows(rounds: int, samples: int, steps: int, threads: int) -> list[Row]:
    """Seconds of LIME on MobileNetV3 at 224, and of training WeiNet at 64, both ways."""
    measured = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, kept in WAYS.items():
            options = [f"--{'' if kept else 'no-'}kept", f"--samples={samples}", f"--steps={steps}"]
            command = [sys.executable, "-m", "benchmarks.kept_memory", *options, f"--threads={threads}"]
            child = subprocess.run(command, cwd=REPOSITORY, text=True, capture_output=True)
            if child.returncode:
                raise RuntimeError(child.stderr[-2000:])
            measured[name].append(json.loads(child.stdout.splitlines()[-1]))
    titles = {
        "explaining": f"Memory kept between batches: MobileNetV3 at 224, {samples} samples",
        "training": f"Memory kept between batches: training WeiNet at 64, {steps} steps of 16 images",
    }
    rows = []
    for job, title in titles.items():
        seconds = {name: median(values[job] for values in found) for name, found in measured.items()}
        rows += speed_rows(title, seconds, next(iter(WAYS)))
    return rows


def measure(*, kept: bool, samples: int, steps: int, threads: int) -> None:
    """Print the seconds of both loops as JSON."""
    if kept:
        tensorflow_setup.set_up_tensorflow(threads, seed=1)
    else:
        with patch.object(tensorflow_setup, "keep_freed_memory"):
            tensorflow_setup.set_up_tensorflow(threads, seed=1)
    network, _ = build_network({"architecture": "mobilenetv3", "input_size": 224}, len(CLASSES))
    explain = job_loop(network, 224, face_images(224, 1), SETTINGS | {"samples": samples})
    trained, _ = build_network({"architecture": "weinet", "input_size": 64}, len(CLASSES))
    trained.compile("adam", "categorical_crossentropy", jit_compile=False)
    batch = (np.stack(face_images(64, 16)), np.eye(len(CLASSES), dtype=np.float32)[np.arange(16) % 6])
    specs = tuple(tf.TensorSpec(array.shape, tf.float32) for array in batch)
    batches = tf.data.Dataset.from_generator(lambda: itertools.repeat(batch), output_signature=specs)

    def train() -> None:
        trained.fit(batches, steps_per_epoch=steps, verbose=0)

    print(json.dumps(medians({"explaining": explain, "training": train}, rounds=1)))


if __name__ == "__main__":
    cyclopts.run(measure)
