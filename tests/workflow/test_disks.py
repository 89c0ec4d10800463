"""A study on a disk that is full, then has room, then is read-only."""

import subprocess
from pathlib import Path

import pytest

from tests.study_copy import FACES, copy_repository, snakemake
from workflow_scripts.faces.face_store import FaceReader

EXPRESSIONS = ["happiness", "surprise"]
STUDY = {
    "run": {"datasets": ["mini"], "networks": ["WeiNet"], "mask_sets": ["facs"], "expressions": EXPRESSIONS},
    "datasets": {"mini": {"reader": "csv", "root": FACES, "table": "mini.csv"}},
    "training": {"folds": 2},
}


def run(folder: Path, target: str) -> subprocess.CompletedProcess:
    return snakemake(folder, "--", target, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def copy(tmp_path, mounted) -> Path:
    folder = tmp_path / "lookalike"
    copy_repository(folder, STUDY, 6, EXPRESSIONS)
    (folder / "results").mkdir()
    mounted(folder / "results", "size=200k")
    return folder


def test_a_study_stops_where_the_disk_is_full_and_goes_on_where_there_is_room(copy):
    results = copy / "results"
    stopped = run(copy, "results/training/folds.csv")
    assert stopped.returncode != 0
    assert (
        "Error: results/faces/mini/faces.h5: No space left on device; make room or give access there, and run"
        in stopped.stdout
    )
    assert "Traceback" not in stopped.stdout
    assert {path.split("/")[0] for path in contents(results)} == {"datasets"}

    subprocess.run(["mount", "-o", "remount,size=10m", results], check=True)
    finished = run(copy, "results/training/folds.csv")
    assert finished.returncode == 0, finished.stdout
    assert "rule index_dataset" not in finished.stdout  # what was whole stays
    with FaceReader([results / "faces/mini/faces.h5"]) as faces:
        assert len(faces.image_ids) == 12

    before = contents(results)
    subprocess.run(["mount", "-o", "remount,ro", results], check=True)
    refused = run(copy, "results/comparison/masks/facs/happiness.png")
    assert refused.returncode != 0
    assert "Failed to create output directory results/comparison" in refused.stdout
    assert "Read-only file system" in refused.stdout
    assert contents(results) == before
