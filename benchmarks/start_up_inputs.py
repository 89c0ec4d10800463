"""Writes what the jobs of start_up read: arguments FOLDER [NETWORK ARCHITECTURE SIZE ...]."""

import sys
from pathlib import Path

import cv2
import numpy as np

from benchmarks.side_by_side import REPOSITORY
from benchmarks.start_up import CLASSES, FACES
from workflow_scripts.common.tables import write_table
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.faces.images import read_image, to_gray
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.networks import build_network

LANDMARKS = np.linspace(40, 200, 136, dtype=np.float32).reshape(68, 2)


def write_all(folder: Path, networks: list[str]) -> None:
    """Faces, tables, and a .keras file of each network. networks: name, architecture, side; and so on."""
    paths = sorted((REPOSITORY / "resources/embedded_faces").rglob("*.jpg"))[:FACES]
    images = ((path.stem, cv2.resize(to_gray(read_image(path)), (256, 256))) for path in paths)
    write_faces(folder / "faces.h5", (Face(name, image, LANDMARKS) for name, image in images), 256, False)
    rows = [
        {
            "image_id": path.stem,
            "dataset": "embedded",
            "expression": CLASSES[n % len(CLASSES)],
            "fold": n % 2 + 1,
            "identical": "",
            "group": str(n),
        }
        for n, path in enumerate(paths)
    ]
    write_table(folder / "folds.csv", list(rows[0]), rows)
    positives = [row | {"expression": CLASSES[0]} for row in rows]
    write_table(folder / "positives.csv", ["image_id", "expression"], positives)
    (folder / "trained").mkdir()
    for name, architecture, size in zip(*[iter(networks)] * 3, strict=True):
        network, scaling = build_network(
            {"architecture": architecture, "input_size": int(size)}, len(CLASSES)
        )
        save_model(network, ModelFacts(name, CLASSES, int(size), scaling), folder / f"{name}.keras")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), sys.argv[2:])
