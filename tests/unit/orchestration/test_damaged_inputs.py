"""What jobs make of inputs that were cut off, exchanged or edited: an error that names them, no output."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.compare_network import compare_network
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.datasets.check_datasets import check_datasets
from workflow_scripts.explanation import explain_images as explain
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.explanation.sample_positives import sample_positives
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.faces.prepare_faces import prepare_faces
from workflow_scripts.standardization.average_heatmaps import average_heatmaps
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.standardization.standardize_explanations import standardize_explanations
from workflow_scripts.training import predict_expressions as predict
from workflow_scripts.training import train_network as train
from workflow_scripts.training.assign_folds import assign_folds
from workflow_scripts.training.measure_accuracy import measure_accuracy
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.networks import build_network
from workflow_scripts.training.repeat_folds import repeat_folds

REPOSITORY = Path(__file__).parents[3]
STANDARD_FACE = REPOSITORY / "resources/standard_face.csv"
EXPRESSIONS = ["fear", "happiness"]
FACES = {
    "detector": "dlib_frontal",
    "detection_side": 1600,
    "largest_face_ratio": 2.0,
    "crop_eye_distances": 3.5,
    "size": 64,
    "max_rejected": 0.5,
}
SETTINGS = {"architecture": "weinet", "input_size": 32, "epochs": 1, "copies": 1, "batch_size": 4}
SETTINGS |= {"optimizer": "adam", "learning_rate": 1e-3}
AUGMENTATION = {"gamma": [1, 1], "translation": 0, "crop": 1, "mirror": 0}
LIME = {"explainer": "lime", "samples": 20, "sampling": "independent", "regions": 5}
LIME |= {"compactness": 20, "kernel_width": 0.25, "batch_size": 8, "stability": 1, "xla": False}

# every job by its name, on the inputs in a folder, with outputs in its folder `out`
JOBS: dict[str, Callable[[Path, Path], None]] = {
    "check_datasets": lambda folder, out: check_datasets(
        ["toy"],
        index=[folder / "index.csv"],
        counts=[folder / "counts.csv"],
        expressions=json.dumps(EXPRESSIONS),
        folds=2,
        output=out / "checked.csv",
    ),
    "prepare_faces": lambda folder, out: prepare_faces(
        folder / "index.csv",
        settings=json.dumps(FACES),
        faces=out / "faces.h5",
        faces_hash=out / "faces.sha256",
        rejected=out / "rejected.csv",
    ),
    "assign_folds": lambda folder, out: assign_folds(
        ["toy"],
        index=[folder / "index.csv"],
        faces=[folder / "faces.h5"],
        expressions=json.dumps(EXPRESSIONS),
        folds=2,
        seed=1,
        output=out / "folds.csv",
    ),
    "repeat_folds": lambda folder, out: repeat_folds(
        folder / "folds.csv",
        repeat=2,
        folds=2,
        expressions=json.dumps(EXPRESSIONS),
        seed=1,
        output=out / "folds_repeat2.csv",
    ),
    "train_network": lambda folder, out: train.train_network(
        network="Toy",
        fold=1,
        settings=json.dumps(SETTINGS),
        augmentation=json.dumps(AUGMENTATION),
        expressions=json.dumps(EXPRESSIONS),
        seed=1,
        faces=[folder / "faces.h5"],
        folds=folder / "folds.csv",
        model=out / "model.keras",
        history=out / "history.csv",
    ),
    "predict_expressions": lambda folder, out: predict.predict_expressions(
        folder / "model.keras",
        fold=1,
        faces=[folder / "faces.h5"],
        folds=folder / "folds.csv",
        output=out / "predictions.csv",
    ),
    "measure_accuracy": lambda folder, out: measure_accuracy(
        cells='[["Toy", 1]]',
        predictions=[folder / "predictions.csv"],
        folds=folder / "folds.csv",
        output=out / "accuracy.csv",
        learned=out / "learned.csv",
        recognised=out / "recognised.csv",
        summary=out / "summary.csv",
        by_dataset=out / "by_dataset.csv",
        confusion=out / "confusion.csv",
    ),
    "sample_positives": lambda folder, out: sample_positives(
        folder / "predictions.csv",
        folds=folder / "folds.csv",
        expressions=json.dumps(EXPRESSIONS),
        positives='{"images": 2, "per_sequence": 1}',
        seed=1,
        output=out / "positives.csv",
    ),
    "explain_images": lambda folder, out: explain.explain_images(
        folder / "model.keras",
        expression="fear",
        settings=json.dumps(LIME),
        seed=1,
        positives=folder / "positives.csv",
        faces=[folder / "faces.h5"],
        output=out / "stack.h5",
    ),
    "standardize_explanations": lambda folder, out: standardize_explanations(
        [folder / "stack.h5"],
        faces=[folder / "faces.h5"],
        standard_face=STANDARD_FACE,
        heatmaps=[out / "cell.h5"],
        hashes=out / "heatmaps.sha256",
    ),
    "average_heatmaps": lambda folder, out: average_heatmaps(
        [folder / "cell.h5", folder / "mean.npy"], outputs=[out / "mean.npy"]
    ),
    "compare_network": lambda folder, out: compare_network(
        [folder / "cell.h5"],
        cells='[["Toy", 1, "fear"]]',
        masks=[folder / "mask.png"],
        expressions='["fear"]',
        positives=[folder / "positives.csv"],
        folds="[1]",
        subjects=folder / "folds.csv",
        standard_face=STANDARD_FACE,
        scores=out / "scores.csv",
        changes=out / "subjects.h5",
    ),
}
READS = {  # files of arrays, networks and images, by the jobs that read them
    "faces.h5": [
        "assign_folds",
        "train_network",
        "predict_expressions",
        "explain_images",
        "standardize_explanations",
    ],
    "model.keras": ["predict_expressions", "explain_images"],
    "stack.h5": ["standardize_explanations"],
    "cell.h5": ["average_heatmaps", "compare_network"],
    "mean.npy": ["average_heatmaps"],
    "mask.png": ["compare_network"],
}
COLUMNS = {  # what jobs need of tables
    "index.csv": {
        "check_datasets": ["image_id", "subject", "expression", "sha256"],
        "prepare_faces": ["image_id", "path", "expression"],
        "assign_folds": ["image_id", "subject", "expression", "sha256"],
    },
    "counts.csv": {"check_datasets": ["expression", "images"]},
    "folds.csv": {
        "repeat_folds": ["image_id", "dataset", "expression", "group", "fold"],
        "train_network": ["image_id", "expression", "fold"],
        "predict_expressions": ["image_id", "dataset", "expression", "fold"],
        "measure_accuracy": ["image_id", "group"],
        "sample_positives": ["image_id", "dataset", "subject", "sequence"],
    },
    "predictions.csv": {
        "measure_accuracy": ["image_id", "dataset", "true", "predicted"],
        "sample_positives": ["image_id", "true", "predicted", "fear"],
    },
    "positives.csv": {
        "explain_images": ["image_id", "expression"],
        "compare_network": ["expression", "true"],
    },
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory, standard_landmarks) -> Path:
    """The inputs of all jobs, of a toy study of eight images of noise."""
    folder = tmp_path_factory.mktemp("whole")
    random = np.random.default_rng(0)
    names = [f"toy/{n}" for n in range(8)]
    rows = [
        {"image_id": name, "path": f"{name}.png", "dataset": "toy", "subject": name}
        | {"sequence": "1", "group": name, "identical": "", "sha256": f"{n:064}"}
        | {"expression": EXPRESSIONS[n % 2], "fold": 1 + n % 4 // 2, "true": "fear", "predicted": "fear"}
        | {"fear": 0.75, "happiness": 0.25, "probability": 0.75}
        for n, name in enumerate(names)
    ]
    for name, columns in {
        "index.csv": ["image_id", "path", "subject", "expression", "sha256"],
        "folds.csv": [
            *("image_id", "dataset", "subject", "sequence", "expression", "group", "identical", "fold"),
        ],
        "predictions.csv": ["image_id", "dataset", "true", "predicted", *EXPRESSIONS],
        "positives.csv": ["image_id", "expression", "true", "probability"],
    }.items():
        write_table(folder / name, columns, rows)
    counts = [{"expression": name, "images": 4} for name in EXPRESSIONS]
    write_table(folder / "counts.csv", ["expression", "images"], counts)
    faces = [Face(name, random.integers(0, 255, (64, 64), np.uint8), standard_landmarks) for name in names]
    write_faces(folder / "faces.h5", faces, 64, region_maps=False)
    network, scaling = build_network(SETTINGS, classes=2)
    save_model(network, ModelFacts("Toy", EXPRESSIONS, 32, scaling), folder / "model.keras")
    with write_stack(folder / "stack.h5", 32, "fear", EXPRESSIONS) as stack:
        regions = random.integers(0, 5, (32, 32))
        weights = random.random((5, 2))
        stack.append(names[0], Explanation(np.ones(2), samples=10, regions=regions, weights=weights))
    JOBS["standardize_explanations"](folder, folder)
    np.save(folder / "mean.npy", random.random((HEIGHT, WIDTH)).astype(np.float32))
    write_mask(folder / "mask.png", np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) % 7 < 3)
    return folder


@pytest.fixture(autouse=True)
def _set_up_before(monkeypatch):
    """TensorFlow takes its threads once per process, a job after the other does not set them again."""
    for module in (train, predict, explain):
        monkeypatch.setattr(module, "set_up_tensorflow", lambda threads, seed: None)


@pytest.fixture
def inputs(whole, tmp_path) -> Path:
    """A copy of the inputs, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "inputs"))


def refused(job: str, inputs: Path) -> str:
    """The message that a job ends with; it leaves no output."""
    out = inputs.parent / "out"
    with pytest.raises(StudyError) as caught:
        JOBS[job](inputs, out)
    assert not [path for path in out.rglob("*") if path.is_file() and "unfinished" not in path.parent.name]
    return str(caught.value)


@pytest.mark.parametrize("job", [job for job in JOBS if job not in ("prepare_faces", "train_network")])
def test_whole_inputs_are_taken(job, inputs):
    """What the other tests damage is not refused for another reason."""
    JOBS[job](inputs, inputs.parent / "out")
    assert list((inputs.parent / "out").iterdir())


@pytest.mark.parametrize(
    ("name", "job", "part"),
    [(name, job, part) for name, jobs in READS.items() for job in jobs for part in (0, 0.4, 0.98)],
)
def test_a_file_that_is_cut_off_is_named(name, job, part, inputs):
    content = (inputs / name).read_bytes()
    (inputs / name).write_bytes(content[: int(part * len(content))])
    message = refused(job, inputs)
    assert f"{inputs / name}: " in message
    assert re.search("delete it and (heatmaps.sha256 beside it and )?rerun", message)


@pytest.mark.parametrize(("name", "job"), [(name, job) for name, jobs in READS.items() for job in jobs])
def test_a_file_in_place_of_another_is_named(name, job, inputs):
    others = {".h5": "other.h5", ".keras": "stack.h5", ".npy": "stack.h5", ".png": "stack.h5"}
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save_weights(inputs / "other.weights.h5")
    (inputs / "other.weights.h5").rename(inputs / "other.h5")
    shutil.copy(inputs / others[Path(name).suffix], inputs / name)
    message = refused(job, inputs)
    assert f"{inputs / name}: " in message
    assert re.search("delete it and (heatmaps.sha256 beside it and )?rerun", message)


@pytest.mark.parametrize(
    ("name", "job", "column"),
    [
        (name, job, column)
        for name, jobs in COLUMNS.items()
        for job, columns in jobs.items()
        for column in columns
    ],
)
def test_a_table_without_a_column_is_named(name, job, column, inputs):
    header, _, rest = (inputs / name).read_text().partition("\n")
    names = [f"my {column}" if found == column else found for found in header.split(",")]
    (inputs / name).write_text("\n".join([",".join(names), rest]))
    message = refused(job, inputs)
    assert f"{inputs / name}: column {column} is missing (found: {', '.join(names)})" in message
    assert "delete the file and rerun the rule that writes it" in message


def test_imagenet_weights_that_changed_are_refused_before_the_training(inputs):
    """One bit is enough: of what lies in results the hash is compared again."""
    weights = inputs / "vgg16.h5"
    weights.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(1000))
    with pytest.raises(StudyError) as caught:
        train.train_network(
            network="Toy",
            fold=1,
            settings=json.dumps(SETTINGS | {"architecture": "vgg16"}),
            augmentation=json.dumps(AUGMENTATION),
            expressions=json.dumps(EXPRESSIONS),
            seed=1,
            faces=[inputs / "faces.h5"],
            folds=inputs / "folds.csv",
            weights=weights,
            model=inputs / "out/model.keras",
            history=inputs / "out/history.csv",
        )
    assert f"{weights}: not the official weights (MD5 expected 6d6bbae" in str(caught.value)
    assert "delete the file and rerun" in str(caught.value)
    assert not (inputs / "out").exists()


@pytest.mark.parametrize("content", [b"image_id\nx\0\xff\n", b'image_id,fold\n"a', None])
def test_a_table_that_is_no_table_is_named(content, inputs):
    if content is None:
        (inputs / "index.csv").unlink()
    else:
        (inputs / "index.csv").write_bytes(content)
    message = refused("assign_folds", inputs)
    assert f"{inputs / 'index.csv'}" in message
    assert "delete the file and rerun" in message
