"""What jobs say, and leave, where the disk is full or read-only: real ones, mounted for the test."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

REPOSITORY = Path(__file__).parents[3]
SETTINGS = {
    "architecture": "weinet",
    "input_size": 32,
    "epochs": 2,
    "batch_size": 4,
    "copies": 1,
    "optimizer": "adam",
    "learning_rate": 1e-3,
}
AUGMENTATION = {"gamma": [1, 1], "translation": 0, "crop": 1, "mirror": 0}
MODULES = {
    "training.train_network": "model.unfinished/state.h5",
    "standardization.standardize_explanations": "cell.h5",
    "standardization.average_heatmaps": "mean.npy",
    "explanation.sample_positives": "positives.csv",
    "report.draw_rule_graph": "rules.svg",
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, standard_landmarks) -> Path:
    """Faces, folds, predictions, a stack and a heatmap of a toy study."""
    folder = tmp_path_factory.mktemp("inputs")
    random = np.random.default_rng(0)
    names, labels = [f"toy/{n}" for n in range(40)], ["fear", "happiness"]
    faces = [Face(name, random.integers(0, 255, (64, 64), np.uint8), standard_landmarks) for name in names]
    write_faces(folder / "faces.h5", faces, 64, region_maps=False)
    rows = [
        {"image_id": name, "dataset": "toy", "subject": name, "expression": labels[n % 2], "fold": 1 + n % 2}
        for n, name in enumerate(names)
    ]
    write_table(folder / "folds.csv", list(rows[0]), rows)
    predictions = [
        {"image_id": f"toy/{n:01000}", "true": "fear", "predicted": "fear", "fear": 0.9, "happiness": 0.1}
        for n in range(100)
    ]
    write_table(folder / "predictions.csv", list(predictions[0]), predictions)
    with write_stack(folder / "stack.h5", 64, "fear", labels) as stack:
        for name in names:
            stack.append(name, noise(random))
    np.save(folder / "heatmap.npy", random.random((HEIGHT, WIDTH)).astype(np.float32))
    return folder


def noise(random: np.random.Generator) -> Explanation:
    """An explanation that cannot be compressed much."""
    regions = np.arange(64 * 64).reshape(64, 64) % 30
    return Explanation(
        np.ones(2),
        samples=10,
        regions=random.permuted(regions),
        weights=random.random((30, 2)),
        r2=np.ones(2),
    )


def command(module: str, inputs: Path, folder: Path) -> list[str]:
    """The entry point of a rule with outputs in `folder`."""
    options = {
        "training.train_network": [
            *("--network", "Toy", "--fold", "1", "--seed", "1", "--settings", json.dumps(SETTINGS)),
            *("--augmentation", json.dumps(AUGMENTATION), "--expressions", '["fear", "happiness"]'),
            *("--faces", inputs / "faces.h5", "--folds", inputs / "folds.csv"),
            *("--model", folder / "model.keras", "--history", folder / "history.csv"),
        ],
        "standardization.standardize_explanations": [
            *(inputs / "stack.h5", "--faces", inputs / "faces.h5", "--heatmaps", folder / "cell.h5"),
            *("--standard-face", REPOSITORY / "resources/standard_face.csv"),
            *("--hashes", folder / "heatmaps.sha256"),
        ],
        "standardization.average_heatmaps": [inputs / "heatmap.npy", "--outputs", folder / "mean.npy"],
        "explanation.sample_positives": [
            *(inputs / "predictions.csv", "--expressions", '["fear", "happiness"]', "--positives", "100"),
            *("--folds", inputs / "folds.csv", "--seed", "1", "--output", folder / "positives.csv"),
        ],
        "report.draw_rule_graph": [
            *("--rules", REPOSITORY / "resources/rule_graph.csv"),
            *("--output", folder / "rules.svg", "--png", folder / "rules.png"),
        ],
    }
    return [sys.executable, "-m", f"workflow_scripts.{module}", *map(str, options[module])]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    ("options", "reason"),
    [("size=64k", "No space left on device"), ("ro", "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_job_ends_in_one_line_that_says_what_to_do(module, options, reason, inputs, mounted, tmp_path):
    mounted(tmp_path, options)
    if options != "ro":
        (tmp_path / "older").write_bytes(bytes(56 * 1024))  # a block or two are left
    done = subprocess.run(
        command(module, inputs, tmp_path), cwd=REPOSITORY, capture_output=True, text=True, errors="replace"
    )
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    (error,) = (line for line in done.stderr.splitlines() if line.startswith("Error: "))
    assert error.startswith(f"Error: {tmp_path}/")
    assert error.endswith(f": {reason}; make room or give access there, and run again")
    assert "Traceback" not in done.stderr
    assert "h5py" not in done.stderr
    if options != "ro":
        assert f"/{MODULES[module]}: " in error
        left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
        assert left <= {"older", "purpose.txt"}


@pytest.mark.parametrize("room", [16, 64, 100, 256])  # KiB: where in the file the disk becomes full
def test_an_hdf5_file_that_does_not_fit_does_not_appear(room, mounted, tmp_path):
    mounted(tmp_path, f"size={room}k")
    random = np.random.default_rng(0)

    def fill() -> int:
        with write_stack(tmp_path / "stack.h5", 64, "fear", ["fear", "happiness"]) as stack:
            for n in range(1000):
                stack.append(str(n), noise(random))
        return n

    with pytest.raises(StudyError, match=r"/stack\.h5: No space left on device"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_noticed_before_all_is_computed(mounted, tmp_path):
    mounted(tmp_path, "size=64k")
    computed = []

    def faces():
        for n in range(100_000):
            computed.append(n)
            yield Face(str(n), np.zeros((64, 64), np.uint8), np.zeros((68, 2), np.float32))

    with pytest.raises(StudyError, match=r"/faces\.h5: No space left on device"):
        write_faces(tmp_path / "faces.h5", faces(), 64, region_maps=False)
    assert len(computed) < 1000
