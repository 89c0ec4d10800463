import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.training.model_file import read_facts
from workflow_scripts.training.resumption import TrainingBackup

REPOSITORY = Path(__file__).parents[3]
EXPRESSIONS = ["fear", "happiness"]
AUGMENTATION = {"gamma": [1, 1], "translation": 0, "crop": 1, "mirror": 0.5}
SETTINGS = {
    "architecture": "weinet",
    "input_size": 16,
    "epochs": 5,
    "batch_size": 4,
    "copies": 2,
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
    assert "10 training images, 2 copies of each per epoch: 5 steps, 60 in all" in finished.stdout
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
    assert not list(data.glob("*.unfinished"))


def test_a_loss_that_is_no_number_stops_the_job_with_the_key_to_change(data):
    finished = train(data, learning_rate=1e38)
    assert finished.returncode == 1
    assert "the loss of Toy became" in finished.stderr
    assert "training.networks.Toy.learning_rate" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (data / "model.keras").exists()


def test_a_face_that_is_not_there_is_what_the_job_ends_with(data):
    rows = read_table(data / "folds.csv")
    write_table(data / "folds.csv", list(rows[0]), [*rows, rows[-1] | {"image_id": "toy/lost"}])
    finished = train(data)
    assert finished.returncode == 1
    assert "\nError: no aligned face for image 'toy/lost'" in finished.stderr  # after what TensorFlow says


def test_tensorflow_gets_the_threads_of_its_job_and_no_more():
    script = (
        "from workflow_scripts.training.tensorflow_setup import set_up_tensorflow, tf;"
        "set_up_tensorflow(3, 1);"
        "print(tf.config.threading.get_intra_op_parallelism_threads(),"
        " tf.config.threading.get_inter_op_parallelism_threads())"
    )
    finished = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True)
    assert finished.stdout.splitlines()[-1] == "3 1"


def test_numpy_s_matrix_products_keep_to_one_thread_whatever_the_job_has():
    """Snakemake gives them all threads of the job, which for small matrices only spin."""
    script = (
        "import numpy;"
        "from threadpoolctl import threadpool_info;"
        "from workflow_scripts.training.tensorflow_setup import set_up_tensorflow;"
        "blas = lambda: [one['num_threads'] for one in threadpool_info() if one['user_api'] == 'blas'];"
        "before = blas();"
        "set_up_tensorflow(2, 1);"
        "print(before, blas())"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2"},
    )
    before, after = re.findall(r"\[(.*?)\]", finished.stdout.splitlines()[-1])
    assert "2" in before
    assert set(after.split(", ")) == {"1"}


KILLED = """
import os
from workflow_scripts.training import resumption, train_network
resumption.BACKUP_SECONDS = 0
original = resumption.TrainingBackup._save
def save(self, metrics):
    original(self, metrics)
    if (self.epoch, self.step) == (2, {step}):
        os._exit(9)
resumption.TrainingBackup._save = save
from workflow_scripts.common.command_line import run
run(train_network.train_network)
"""


def arguments(**changes) -> list[str]:
    return [
        *("--network", "Toy", "--fold", "1", "--seed", "1"),
        *("--settings", json.dumps(SETTINGS | changes), "--augmentation", json.dumps(AUGMENTATION)),
        *("--expressions", json.dumps(EXPRESSIONS), "--faces", "faces.h5", "--folds", "folds.csv"),
        *("--model", "model.keras", "--history", "history.csv"),
    ]


def train_by(folder: Path, script: str, *options: str, **changes) -> subprocess.CompletedProcess:
    """A training by a script that changes the job before it runs it."""
    return subprocess.run(
        [sys.executable, "-c", script, *options, *arguments(**changes)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )


def kill_after_two_epochs(folder: Path, *options: str, step: int = 0, **changes) -> None:
    """Kill a training with copies of every step, after two epochs and so many steps of the third."""
    finished = train_by(folder, KILLED.format(step=step), *options, **changes)
    assert finished.returncode == 9, finished.stderr
    assert not (folder / "model.keras").exists()


def results(folder: Path) -> dict[str, bytes]:
    """What a finished training has written, to the byte; taken away, with what it keeps."""
    files = [folder / name for name in ("model.keras", "history.csv")]
    shutil.rmtree(folder / "model.unfinished")
    found = {file.name: file.read_bytes() for file in files}
    for file in files:
        file.unlink()
    return found


FED_BY_PROCESSES = """
from workflow_scripts.common.command_line import run
from workflow_scripts.training import feed, fitting, train_network
fitting.feed_pool = feed.process_pool
run(train_network.train_network)
"""


def test_a_training_fed_by_processes_as_beside_a_gpu_is_that_fed_by_threads(data):
    assert train(data).returncode == 0
    expected = results(data)
    finished = train_by(data, FED_BY_PROCESSES, "--threads", "2")
    assert finished.returncode == 0, finished.stderr
    assert results(data) == expected


CASES = {
    "an optimizer with memory": ([], {"optimizer": "rmsprop"}),
    "dropouts": ([], {"architecture": "songnet", "input_size": 32}),
    "class weights": (["--class-weights", "balanced"], {}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_killed_training_goes_on_and_ends_as_an_unbroken_one(data, case):
    """At the end of an epoch, and within one: 8 images, 5 of them of one class, 2 copies, 4 steps."""
    options, network = CASES[case]
    rows = read_table(data / "folds.csv")
    write_table(data / "folds.csv", list(rows[0]), rows[:16] + rows[17:19])
    network = network | {"batch_size": 5}
    finished = train(data, *options, **network)
    assert finished.returncode == 0, finished.stderr
    unbroken = results(data)
    for step, place in {0: "after epoch 2\n", 3: "after epoch 2 and 3 of 4 steps\n"}.items():
        kill_after_two_epochs(data, *options, step=step, **network)
        finished = train(data, *options, **network)
        assert f"training resumes {place}" in finished.stdout
        assert "Epoch 2/" not in finished.stdout
        assert results(data) == unbroken


@pytest.mark.parametrize("links", [True, False])
def test_a_finished_training_whose_files_snakemake_deletes_is_not_repeated(data, links, monkeypatch):
    """It does so where it was killed before the training ended."""
    assert train(data).returncode == 0
    kept = data / "model.unfinished"
    names = {"purpose.txt", "finished-model.keras", "finished-history.csv"}
    assert {path.name for path in kept.iterdir()} == names
    assert (kept / "finished-model.keras").samefile(data / "model.keras")  # no room is taken
    files = {name: (data / name).read_bytes() for name in ("model.keras", "history.csv")}
    for name in files:
        (data / name).unlink()
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
        backup = TrainingBackup(kept, (kept / "purpose.txt").read_text(), 5)
        assert backup.put_back([data / name for name in files])
    else:
        before = time.time() - 1
        again = train(data)
        assert "this training has already finished" in again.stdout
        assert "Epoch" not in again.stdout
        assert (data / "model.keras").stat().st_mtime > before
    assert {name: (data / name).read_bytes() for name in files} == files
    assert {path.name for path in kept.iterdir()} == names


def refuse(*_) -> None:
    raise PermissionError("no links here")


def test_a_finished_training_is_repeated_with_other_settings(data):
    assert train(data, epochs=1).returncode == 0
    finished = train(data, epochs=2)
    assert "discarding an unfinished training with other settings or data" in finished.stdout
    assert "Epoch 2/2" in finished.stdout


@pytest.mark.parametrize("changes", [{"learning_rate": 2e-3}, {"copies": 3}])
def test_a_killed_training_is_not_continued_with_other_settings(data, changes):
    kill_after_two_epochs(data)
    finished = train(data, **changes)
    assert "discarding an unfinished training with other settings or data" in finished.stdout
    assert "Epoch 1/5" in finished.stdout


def test_a_loss_that_is_no_number_is_not_kept_to_go_on_from(data):
    script = KILLED.format(step=0).replace("os._exit(9)", "raise SystemExit('kept')")
    finished = subprocess.run(
        [sys.executable, "-c", script, *arguments(learning_rate=1e38)],
        cwd=data,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert "the loss of Toy became" in finished.stderr
    assert not list(data.glob("*.unfinished"))


def test_a_training_that_cannot_move_its_last_layer_says_so(data):
    assert "warning" not in train(data, epochs=1, learning_rate=1e-2).stdout
    finished = train(data, epochs=1, learning_rate=1e-7)
    assert "warning: Toy: 5 steps at learning rate 1e-07" in finished.stdout
    assert finished.returncode == 0


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
