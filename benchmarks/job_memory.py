"""The memory of one explain_images job, from its start to its end: MobileNetV3 at 224, untrained."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import keras
import numpy as np

from benchmarks.lime_speed import CLASSES, SETTINGS
from benchmarks.side_by_side import REPOSITORY, Row
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation.explanation_stack import read_stack
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.faces.images import read_image, to_gray
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.networks import build_network

ARCHITECTURE, SIZE = "mobilenetv3", 224


def memory_rows(n_images: int, samples: int) -> list[Row]:
    """Peak of a job's memory, and what it is above the model's weights."""
    with tempfile.TemporaryDirectory() as folder:
        model = write_inputs(Path(folder), n_images)
        peak = peak_bytes(Path(folder), samples)
        explained = sum(1 for _ in read_stack(Path(folder, "stack.h5")))
    if explained != n_images:
        raise RuntimeError(f"the job explained {explained} of {n_images} images")
    title = f"Memory of an explain_images job, MobileNetV3 at {SIZE}, {n_images} images x {samples} samples"
    return [
        Row(title, "peak", peak / 1e9, "GB"),
        Row(title, "peak, less the model", (peak - model) / 1e9, "GB", goal="below 1.5"),
    ]


def write_inputs(folder: Path, n_images: int) -> int:
    """What the job reads: a network, faces, positives. Returns the bytes of the network's weights."""
    network, _ = build_network({"architecture": ARCHITECTURE, "input_size": SIZE}, len(CLASSES))
    save_model(network, ModelFacts("MobileNetV3", CLASSES, SIZE, "none"), folder / "model.keras")
    weights = 4 * network.count_params()
    keras.backend.clear_session(free_memory=True)
    paths = sorted((REPOSITORY / "resources/embedded_faces").rglob("*.jpg"))[:n_images]
    landmarks = np.zeros((68, 2), np.float32)  # of no use to LIME
    faces = (Face(path.stem, cv2.resize(to_gray(read_image(path)), (256, 256)), landmarks) for path in paths)
    write_faces(folder / "faces.h5", faces, 256, region_maps=False)
    positives = [{"image_id": path.stem, "expression": CLASSES[0]} for path in paths]
    write_table(folder / "positives.csv", ["image_id", "expression"], positives)
    return weights


def peak_bytes(folder: Path, samples: int) -> int:
    """The largest resident memory of the job's process."""
    settings = SETTINGS | {"explainer": "lime", "samples": samples}
    command = [
        sys.executable,
        "-m",
        "workflow_scripts.explanation.explain_images",
        str(folder / "model.keras"),
    ]
    command += ["--expression", CLASSES[0], "--settings", json.dumps(settings), "--seed", "1"]
    for name in ("positives.csv", "faces.h5"):
        command += [f"--{Path(name).stem}", str(folder / name)]
    with (folder / "log").open("w") as log:
        job = subprocess.Popen(
            [*command, "--output", str(folder / "stack.h5")], cwd=REPOSITORY, stdout=log, stderr=log
        )
        _, status, used = os.wait4(job.pid, 0)
    if status:
        raise RuntimeError((folder / "log").read_text()[-2000:])
    return used.ru_maxrss * 1024
