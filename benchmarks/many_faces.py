"""What a study costs by its number of faces: processor time and peak memory of the jobs that see all of them.

    python -m benchmarks.many_faces [--sizes 1000 --sizes 10000]

Made data: the embedded faces over and over, each copy with bytes of its own at its end, ten images to a
subject, and all columns of their table. Every job is a process of its own, as in a study. Aligned faces have
64 px here, so that a hundred thousand fit the disk. Detector and landmarks are left out of prepare_faces, as
they cost the same for every face (`benchmarks/face_speed.py`); all else of it is there. The network that
predicts is a global average, so that what is measured is how faces are read.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import cyclopts

from benchmarks.side_by_side import REPOSITORY, Row, machine, print_rows

EMBEDDED = REPOSITORY / "resources/embedded_faces"
RESULTS = REPOSITORY / "benchmarks/results/many_faces.json"
EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
IMAGES_OF_SUBJECT, FOLDS, SIZE = 10, 5, 64
FACES = {
    "detector": "dlib_frontal",
    "detection_side": 480,
    "largest_face_ratio": 2.0,
    "crop_eye_distances": 3.5,
    "size": SIZE,
    "max_rejected": 0.05,
}

WITHOUT_DLIB = """
import sys
import cv2, numpy as np
from workflow_scripts.common.command_line import run
from workflow_scripts.common.places import located
from workflow_scripts.faces import usable_faces
from workflow_scripts.faces.alignment import warp_image
from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.images import read_image, to_gray
from workflow_scripts.faces.prepare_faces import prepare_faces

class Extractor:
    def __init__(self, settings):
        self._size = settings.size
    def extract(self, row):
        gray = to_gray(read_image(located(row["path"])))
        image = warp_image(gray, np.array([[0.25, 0, 0], [0, 0.25, 0]]), self._size)
        return Face(row["image_id"], image, np.full((68, 2), 30, np.float32))

assert usable_faces.FaceExtractor, "replaced in vain"
usable_faces.FaceExtractor = Extractor
run(prepare_faces)
"""
# A process begins with the peak of memory of the one that it was forked from: this one's is small.
LAUNCHER = """
import os, subprocess, sys
with open("log", "w") as log:
    job = subprocess.Popen(sys.argv[1:], stdout=log, stderr=log)
    _, status, used = os.wait4(job.pid, 0)
print(status, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
NETWORK = """
from pathlib import Path
import sys
from workflow_scripts.training.light_keras import keras
from workflow_scripts.training.model_file import ModelFacts, save_model, with_preprocessing
size, path, expressions = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
layers = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(len(expressions), activation="softmax")]
network = with_preprocessing(keras.Sequential([keras.Input((size, size, 3)), *layers]), "unit")
save_model(network, ModelFacts("Mean", expressions, size, "unit"), path)
"""
DATA_SECTION = """
import sys
from pathlib import Path
from types import SimpleNamespace
from workflow_scripts.common.tables import read_table
from workflow_scripts.report.page.data_section import data_section
from workflow_scripts.report.write_report import FOLDS
folds = read_table(Path("folds.csv"), FOLDS)
study = SimpleNamespace(
    datasets=["made"], expressions=sys.argv[1:], official=False, folds=folds, all_folds=folds, repeats=[],
    n_folds=5, division="5 folds",
    counts={"made": read_table(Path("counts.csv"))}, rejected={"made": read_table(Path("rejected.csv"))},
)
print(len("".join(map(str, data_section(study)))), "characters")
"""


def face_count_rows(sizes: Sequence[int]) -> list[Row]:
    """Rows of every job at every size; ratios are to what the first size took."""
    found = {}
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            made_data(Path(folder, "data"), n)
            found[n] = {name: measured(Path(folder), *job) for name, job in jobs().items()}
    rows = []
    for name in jobs():
        for what, (title, unit) in enumerate((("Processor time", "s"), ("Peak memory", "GB"))):
            first = found[sizes[0]][name][what]
            rows += [
                Row(
                    f"{title} of {name}",
                    f"{n} faces",
                    found[n][name][what],
                    unit,
                    found[n][name][what] / first,
                )
                for n in sizes
            ]
    return rows


def made_data(root: Path, n: int) -> None:
    """Write n images, each with bytes of its own, and their table."""
    with (EMBEDDED / "faces.csv").open(newline="", encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if row["expression"] in EXPRESSIONS]
    images = [(EMBEDDED / row["path"]).read_bytes() for row in known]
    header = [name for name in known[0] if name != "region_map"]
    with_folders = [root / "images" / f"{k:03}" for k in range(-(-n // 1000))]
    for folder in with_folders:
        folder.mkdir(parents=True)
    with (root / "faces.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        for k in range(n):
            path = f"images/{k // 1000:03}/{k}.jpg"
            (root / path).write_bytes(images[k % len(images)] + k.to_bytes(4, "big"))
            writer.writerow(known[k % len(known)] | {"path": path, "subject": f"S{k // IMAGES_OF_SUBJECT}"})


def jobs() -> dict[str, tuple[str, ...]]:
    """The command lines, in the order in which a study runs them; each in the study's folder."""
    entry = json.dumps({"reader": "csv", "root": "data", "table": "data/faces.csv"})
    names, seed = json.dumps(EXPRESSIONS), ("--seed", "1")
    index, faces, folds = ("--index", "index.csv"), ("--faces", "faces.h5"), ("--folds", str(FOLDS))
    return {
        "index_dataset": (
            *("datasets.index_dataset", "--settings", entry, "--output", "index.csv", "--dataset", "made"),
            *("--counts", "counts.csv", "--published", "published.csv", "--expressions", names),
        ),
        "check_datasets": (
            *("datasets.check_datasets", "made", *index, "--counts", "counts.csv"),
            *("--expressions", names, *folds, "--output", "checked.csv"),
        ),
        "prepare_faces, without dlib": (
            *("-c", WITHOUT_DLIB, "index.csv", "--settings", json.dumps(FACES), *faces),
            *("--faces-hash", "faces.sha256", "--rejected", "rejected.csv"),
        ),
        "assign_folds": (
            *("training.assign_folds", "made", *index, *faces, "--expressions", names, *folds, *seed),
            *("--output", "folds.csv"),
        ),
        "the network": ("-c", NETWORK, str(SIZE), "model.keras", *EXPRESSIONS),
        "predict_expressions, one of five folds": (
            *("training.predict_expressions", "model.keras", "--fold", "1", *faces, "--folds", "folds.csv"),
            *("--output", "predictions.csv"),
        ),
        "measure_accuracy": (
            *("training.measure_accuracy", "--cells", '[["Mean", 1]]', "--predictions", "predictions.csv"),
            *("--folds", "folds.csv", "--output", "accuracy.csv", "--learned", "learned.csv"),
            *("--recognised", "recognised.csv"),
            *("--summary", "means.csv", "--by-dataset", "by_dataset.csv", "--confusion", "confusion.csv"),
        ),
        "sample_positives": (
            *("explanation.sample_positives", "predictions.csv", "--folds", "folds.csv"),
            *("--expressions", names, "--positives", '{"images": 100, "per_subject": 2}', *seed),
            *("--output", "positives.csv"),
        ),
        "count_positives": (
            *("explanation.count_positives", "positives.csv", "--cells", '[["Mean", 1]]'),
            *("--expressions", names, "--output", "explained.csv"),
        ),
        "the page's section on data": ("-c", DATA_SECTION, *EXPRESSIONS),
    }


def measured(folder: Path, what: str, *arguments: str) -> tuple[float, float]:
    """Seconds of processor time of a job, user and system, and its peak of resident memory in GB."""
    module = [what] if what == "-c" else ["-m", f"workflow_scripts.{what}"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-S", "-c", LAUNCHER, sys.executable, *module, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=True)
    status, seconds, peak = map(float, done.stdout.split())
    if status:
        raise RuntimeError((folder / "log").read_text()[-2000:])
    return seconds, peak * 1024 / 1e9


def many_faces(*, sizes: Annotated[list[int] | None, cyclopts.Parameter()] = None) -> None:
    """Measure, print and keep the table.

    Parameters
    ----------
    sizes
        Numbers of faces; 1000, 10000 and 100000 by default.
    """
    rows = face_count_rows(sizes or [1_000, 10_000, 100_000])
    print_rows(rows)
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1)
    RESULTS.write_text(json.dumps({"machine": about, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")


if __name__ == "__main__":
    cyclopts.run(many_faces)
