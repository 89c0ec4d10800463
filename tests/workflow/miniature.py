"""The miniature study that the tests of the workflow run once and look at from many sides."""

import subprocess
from pathlib import Path

import cv2
import numpy as np

from tests.study_copy import FACES, copy_repository, snakemake, write_faces_table

NETWORKS = ["WeiNet", "SongNet"]
EXPRESSIONS = ["happiness", "neutral", "surprise"]
CONTROLS = ["untrained", "shuffled_labels", "randomized_layers"]
MASKED = ["happiness", "surprise"]
MASK_SETS = ["figure4", "facs", "truth", "mine"]
SUBJECTS = 8
FACES_OF = {*EXPRESSIONS, "fear"}
METRICS = ["iou", "f1", "precision", "recall", "auc"]  # the paper's, and one that needs no threshold
STUDY = {
    "run": {
        "datasets": ["mini"],
        "networks": NETWORKS,
        "explainers": ["lime"],
        "mask_sets": MASK_SETS,
        "expressions": EXPRESSIONS,
        "controls": CONTROLS,
        "quality": ["lime"],
    },
    "datasets": {"mini": {"reader": "csv", "root": FACES, "table": "mini.csv"}},
    "training": {
        "folds": 2,
        "groups": {"low_depth": ["WeiNet"], "deep": ["SongNet", "AlexNet"]},
        "augmentation": {"copies": 1},
        "controls": {
            "untrained": {"of": ["WeiNet"], "repeats": 2, "positives": 2},
            "shuffled_labels": {"of": ["WeiNet"], "positives": 2},
            "randomized_layers": {"of": ["WeiNet"], "positives": 2, "groups": 2},
        },
        "networks": {
            "WeiNet": {"input_size": 32, "epochs": 6, "batch_size": 4, "learning_rate": 3.0e-4},
            "SongNet": {"input_size": 48, "epochs": 2, "batch_size": 4},
        },
    },
    "explanation": {
        "positives": 3,
        "quality": {"images": 1, "seeds": 2, "masks": 20, "regions": [20, 30], "hide": ["black", "mean"]},
        "explainers": {"lime": {"samples": 60}},
    },
    "comparison": {
        "metrics": METRICS,
        "nulls": {"surrogates": 100, "step": 12},
        "subjects": {"flips": 100},
        "mask_sets": {
            "truth": {"datasets": ["mini"], "expressions": MASKED},
            "mine": {"kind": "images", "source": "my masks/{expression}.png", "expressions": ["happiness"]},
        },
    },
}


def make_study(folder: Path) -> None:
    """Copy the repository to `folder` with the settings and the data of the study."""
    copy_repository(folder, STUDY, SUBJECTS, FACES_OF)
    make_data(folder)


def make_data(folder: Path) -> None:
    """The table of faces and the mask of one's own that the study names."""
    write_faces_table(folder / "mini.csv", SUBJECTS, FACES_OF)
    (folder / "my masks").mkdir()
    mask = np.zeros((275, 224), np.uint8)
    mask[150:, :] = 255
    cv2.imwrite(str(folder / "my masks/happiness.png"), mask)


def run_study(folder: Path, *arguments: str) -> str:
    """Run the study in `folder`; returns what Snakemake printed."""
    finished = snakemake(folder, *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert finished.returncode == 0, finished.stdout[-5000:]
    return finished.stdout
