import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.model_file import read_facts

REPOSITORY = Path(__file__).parents[3]
EXPRESSIONS = ["fear", "happiness"]
AUGMENTATION = {"gamma": [1, 1], "translation": 0, "crop": 1, "mirror": 0.5}
SETTINGS = {
    "architecture": "weinet",
    "input_size": 16,
    "epochs": 5,
    "batch_size": 4,
    "optimizer": "adam",
    "learning_rate": 1e-3,
}


@pytest.fixture
def data(tmp_path, standard_landmarks):
    """Twenty made faces, bright or dark by their expression; those of fold 1 are the test."""
    rng = np.random.default_rng(0)
    faces, rows = [], []
    for i in range(20):
        expression = EXPRESSIONS[i % 2]
        image = rng.integers(0, 60, (64, 64), dtype=np.uint8) + (150 if expression == "happiness" else 0)
        faces.append(Face(f"toy/{i}", image.astype(np.uint8), standard_landmarks))
        rows.append({"image_id": f"toy/{i}", "dataset": "toy", "expression": expression, "fold": i // 10 + 1})
    write_faces(tmp_path / "faces.h5", faces, 64, region_maps=False)
    write_table(tmp_path / "folds.csv", list(rows[0]), rows)
    return tmp_path


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess:
    """A job in a process of its own, as Snakemake runs it: TensorFlow is set up once per process."""
    command = [sys.executable, "-m", f"workflow_scripts.training.{module}", *arguments]
    common = ["--faces", str(folder / "faces.h5"), "--folds", str(folder / "folds.csv")]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run([*command, *common], cwd=folder, env=environment, capture_output=True, text=True)


def train(folder: Path, *options: str, **changes) -> subprocess.CompletedProcess:
    return run(
        folder,
        "train_network",
        *options,
        *("--network", "Toy", "--fold", "1", "--seed", "1"),
        *("--settings", json.dumps(SETTINGS | changes), "--augmentation", json.dumps(AUGMENTATION)),
        *("--expressions", json.dumps(EXPRESSIONS)),
        *("--model", "model.keras", "--history", "history.csv"),
    )


def test_a_network_learns_what_it_is_shown_and_predicts_the_fold_it_has_not_seen(data):
    finished = train(data, epochs=12)
    assert finished.returncode == 0, finished.stderr
    assert "Epoch 12/12" in finished.stdout
    history = read_table(data / "history.csv")
    assert [row["epoch"] for row in history] == [str(epoch) for epoch in range(1, 13)]
    assert float(history[-1]["loss"]) < float(history[0]["loss"])
    facts = read_facts(data / "model.keras")
    assert (facts.network, facts.expressions, facts.input_size) == ("Toy", EXPRESSIONS, 16)

    finished = run(data, "predict_expressions", "model.keras", "--fold", "1", "--output", "predictions.csv")
    assert finished.returncode == 0, finished.stderr
    predictions = read_table(data / "predictions.csv")
    assert [row["image_id"] for row in predictions] == [f"toy/{i}" for i in range(10)]
    assert all(row["predicted"] == row["true"] for row in predictions)


def test_a_loss_that_is_no_number_stops_the_job_with_the_key_to_change(data):
    finished = train(data, learning_rate=1e38)
    assert finished.returncode == 1
    assert "the loss of Toy became" in finished.stderr
    assert "training.networks.Toy.learning_rate" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (data / "model.keras").exists()


def test_tensorflow_gets_the_threads_of_its_job_and_no_more():
    script = (
        "from workflow_scripts.training.tensorflow_setup import set_up_tensorflow, tf;"
        "set_up_tensorflow(3, 1);"
        "print(tf.config.threading.get_intra_op_parallelism_threads(),"
        " tf.config.threading.get_inter_op_parallelism_threads())"
    )
    finished = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True)
    assert finished.stdout.splitlines()[-1] == "3 1"


KILLED = """
import sys, os, keras
from workflow_scripts.training import resumption, train_network
original = resumption.EpochBackup.on_epoch_end
def on_epoch_end(self, epoch, logs=None):
    original(self, epoch, logs)
    if epoch == 2:
        os._exit(9)
resumption.EpochBackup.on_epoch_end = on_epoch_end
from workflow_scripts.command_line import run
run(train_network.train_network)
"""


def arguments(**changes) -> list[str]:
    return [
        *("--network", "Toy", "--fold", "1", "--seed", "1"),
        *("--settings", json.dumps(SETTINGS | changes), "--augmentation", json.dumps(AUGMENTATION)),
        *("--expressions", json.dumps(EXPRESSIONS), "--faces", "faces.h5", "--folds", "folds.csv"),
        *("--model", "model.keras", "--history", "history.csv"),
    ]


def kill_after_three_epochs(folder: Path, **changes) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments(**changes)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 9, finished.stderr
    assert not (folder / "model.keras").exists()


@pytest.mark.parametrize("network", [{"optimizer": "rmsprop"}, {"architecture": "songnet", "input_size": 32}])
def test_a_killed_training_goes_on_and_ends_as_an_unbroken_one(data, network):
    """With an optimizer that has memory, and with a network that draws dropouts."""
    assert train(data, **network).returncode == 0
    unbroken = (data / "history.csv").read_bytes()
    (data / "history.csv").unlink()
    (data / "model.keras").unlink()

    kill_after_three_epochs(data, **network)
    finished = train(data, **network)
    assert "training goes on after epoch 3" in finished.stdout
    assert "Epoch 3/5" not in finished.stdout
    assert (data / "history.csv").read_bytes() == unbroken
    assert not list(data.glob("*.unfinished"))


def test_a_killed_training_is_not_continued_with_other_settings(data):
    kill_after_three_epochs(data)
    finished = train(data, learning_rate=2e-3)
    assert "with other settings or data is discarded" in finished.stdout
    assert "Epoch 1/5" in finished.stdout


def test_balanced_weights_change_the_training(data):
    assert train(data, epochs=1).returncode == 0
    plain = (data / "history.csv").read_bytes()
    rows = read_table(data / "folds.csv")
    kept = [row for row in rows if row["expression"] == "fear" or int(row["image_id"][4:]) % 3 == 0]
    write_table(data / "folds.csv", list(rows[0]), kept)
    histories = []
    for weights in ("none", "balanced"):
        assert train(data, "--class-weights", weights, epochs=1).returncode == 0
        histories.append((data / "history.csv").read_bytes())
    assert len({plain, *histories}) == 3
