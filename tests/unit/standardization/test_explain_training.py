"""The cells of a training in one job, beside a job for each."""

import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation import explain_images as per_cell
from workflow_scripts.explanation.explanation_stack import read_stack
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.standardization import explain_training as batched
from workflow_scripts.standardization.standardize_explanations import standardize_explanations
from workflow_scripts.training.model_file import ModelFacts, save_model

STANDARD_FACE = "resources/standard_face.csv"
NETWORK = ["anger", "fear", "happiness"]  # in the order of its answers
EXPRESSIONS = ["happiness", "fear", "anger"]
POSITIVES = {"toy/0": "happiness", "toy/1": "anger", "toy/2": "happiness", "toy/3": "anger"}  # none of fear
OF_BATCH = {"batch_size": "auto", "xla": False}
UNCOVERING = {
    "explainer": "uncovering",
    "orders": 2,
    "cover": "black",
    "ends": 0.2,
    "horizon": 0.9,
} | OF_BATCH
LIME = {"explainer": "lime", "samples": 40, "stability": 1, "sampling": "independent", "regions": 8}
LIME |= {"compactness": 20, "kernel_width": 0.25} | OF_BATCH
BANZHAF = {"explainer": "banzhaf", "samples": 40, "sampling": "independent", "regions": 8, "hide": "black"}
BANZHAF |= {"compactness": 20} | OF_BATCH
DENSE = {"explainer": "tests/workflow/own_entries/my_explainer.py:build", "strength": 2}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, standard_landmarks) -> Path:
    """A network that was not trained, faces of noise, and its positives."""
    folder = tmp_path_factory.mktemp("inputs")
    random = np.random.default_rng(0)
    faces = [
        Face(name, random.integers(0, 255, (64, 64), np.uint8), standard_landmarks) for name in POSITIVES
    ]
    write_faces(folder / "faces.h5", faces, 64, region_maps=False)
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Conv2D(4, 5, strides=3, activation="tanh"), keras.layers.Flatten()]
    network = keras.Sequential(
        [keras.Input((32, 32, 3)), *layers, keras.layers.Dense(3, activation="softmax")]
    )
    save_model(network, ModelFacts("Toy", NETWORK, 32, "unit"), folder / "model.keras")
    rows = [{"image_id": name, "expression": expression} for name, expression in POSITIVES.items()]
    write_table(folder / "positives.csv", ["image_id", "expression"], rows)
    return folder


@pytest.fixture(autouse=True)
def _set_up_before(monkeypatch):
    """TensorFlow takes its threads once per process, a job after the other does not set them again."""
    for module in (per_cell, batched):
        monkeypatch.setattr(module, "set_up_tensorflow", lambda threads, seed: None)


def in_one_job(
    inputs: Path, folder: Path, explainer: dict, averaging: str, positives: Path, **options: object
) -> None:
    batched.explain_training(
        inputs / "model.keras",
        expressions=json.dumps(EXPRESSIONS),
        settings=json.dumps(explainer),
        seed=1,
        positives=positives,
        faces=[inputs / "faces.h5"],
        standard_face=STANDARD_FACE,
        averaging=averaging,
        stacks=[folder / f"stacks/{name}.h5" for name in EXPRESSIONS],
        heatmaps=[folder / f"heatmaps/{name}.h5" for name in EXPRESSIONS],
        hashes=folder / "heatmaps/heatmaps.sha256",
        **options,
    )


def in_jobs_of_cells(inputs: Path, folder: Path, explainer: dict, averaging: str, positives: Path) -> None:
    for name in EXPRESSIONS:
        per_cell.explain_images(
            inputs / "model.keras",
            expression=name,
            settings=json.dumps(explainer),
            seed=1,
            positives=positives,
            faces=[inputs / "faces.h5"],
            output=folder / f"stacks/{name}.h5",
        )
    standardize_explanations(
        [folder / f"stacks/{name}.h5" for name in EXPRESSIONS],
        faces=[inputs / "faces.h5"],
        standard_face=STANDARD_FACE,
        averaging=averaging,
        heatmaps=[folder / f"heatmaps/{name}.h5" for name in EXPRESSIONS],
        hashes=folder / "heatmaps/heatmaps.sha256",
    )


def contents(folder: Path) -> dict[str, tuple]:
    """Every array and attribute of the files below a folder, to the byte."""
    found = {}
    for path in sorted(folder.rglob("*.h5")):
        with h5py.File(path) as file:
            of_file = {
                name: (array.shape, array.dtype.str, array[()].tolist()) for name, array in file.items()
            }
            of_file |= {f"@{name}": np.asarray(value).tolist() for name, value in file.attrs.items()}
            found[path.relative_to(folder).as_posix()] = repr(of_file)
    return found


@pytest.mark.parametrize("explainer", [UNCOVERING, LIME, DENSE], ids=["uncovering", "lime", "of one's own"])
@pytest.mark.parametrize("averaging", ["plain", "unit_mass"])
def test_one_job_writes_what_jobs_of_cells_write(inputs, tmp_path, explainer, averaging):
    arguments = explainer, averaging, inputs / "positives.csv"
    in_one_job(inputs, tmp_path / "batched", *arguments)
    in_jobs_of_cells(inputs, tmp_path / "cells", *arguments)
    found, expected = contents(tmp_path / "batched"), contents(tmp_path / "cells")
    assert len(expected) == 2 * len(EXPRESSIONS)
    assert found == expected
    hashes = [(tmp_path / f"{way}/heatmaps/heatmaps.sha256").read_text() for way in ("batched", "cells")]
    assert hashes[0] == hashes[1]
    with h5py.File(tmp_path / "batched/heatmaps/happiness.h5") as file:
        assert list(file["image_id"].asstr()) == ["toy/0", "toy/2"]
    with h5py.File(tmp_path / "batched/heatmaps/fear.h5") as file:
        assert file.attrs["missing"] == "no explanations"


def test_without_any_image_no_network_is_loaded(inputs, tmp_path, monkeypatch):
    write_table(tmp_path / "none.csv", ["image_id", "expression"], [])
    monkeypatch.setattr(batched, "load_model", lambda *_: pytest.fail("loaded"))
    in_one_job(inputs, tmp_path / "batched", UNCOVERING, "plain", tmp_path / "none.csv")
    in_jobs_of_cells(inputs, tmp_path / "cells", UNCOVERING, "plain", tmp_path / "none.csv")
    assert contents(tmp_path / "batched") == contents(tmp_path / "cells")


def test_the_network_is_loaded_once(inputs, tmp_path, monkeypatch):
    loaded, load = [], batched.load_model
    monkeypatch.setattr(batched, "load_model", lambda *arguments: loaded.append(1) or load(*arguments))
    in_one_job(inputs, tmp_path, DENSE, "plain", inputs / "positives.csv")
    assert len(loaded) == 1


@pytest.mark.parametrize("sampling", ["independent", "hadamard"])
def test_answers_that_lime_kept_serve_banzhaf_values_without_the_network(
    inputs, tmp_path, monkeypatch, sampling
):
    lime, banzhaf = LIME | {"sampling": sampling, "keep_passes": True}, BANZHAF | {"sampling": sampling}
    for name, explainer in {"lime": lime, "asked": banzhaf}.items():
        in_one_job(inputs, tmp_path / name, explainer, "plain", inputs / "positives.csv")
    monkeypatch.setattr(batched, "load_model", lambda *_: pytest.fail("loaded"))
    kept = [tmp_path / f"lime/stacks/{name}.h5" for name in EXPRESSIONS]
    options = {"kept": kept, "kept_settings": json.dumps(lime)}
    settings = banzhaf | {"passes_of": "lime"}
    in_one_job(inputs, tmp_path / "kept", settings, "plain", inputs / "positives.csv", **options)
    for name in ("happiness", "anger"):
        pairs = zip(
            *(read_stack(tmp_path / f"{of}/stacks/{name}.h5") for of in ("kept", "asked")), strict=True
        )
        for (image_id, found), (expected_id, expected) in pairs:
            assert image_id == expected_id
            np.testing.assert_array_equal(found.regions, expected.regions)
            assert found.samples == expected.samples == 40
            # answers of at most 1 are kept to 2 ** -12 of it, and means of them are as near
            np.testing.assert_allclose(found.weights, expected.weights, atol=2**-11)
            assert np.abs(expected.weights).max() > 2**-6
            np.testing.assert_allclose(found.standard_errors, expected.standard_errors, rtol=0.05, atol=1e-5)


def test_kept_answers_of_other_images_or_none_are_refused(inputs, tmp_path):
    in_one_job(inputs, tmp_path / "lime", LIME, "plain", inputs / "positives.csv")
    options = {"kept": [tmp_path / f"lime/stacks/{name}.h5" for name in EXPRESSIONS]}
    options["kept_settings"] = json.dumps(LIME)
    with pytest.raises(StudyError, match="has no passes; set keep_passes"):
        in_one_job(inputs, tmp_path / "kept", BANZHAF, "plain", inputs / "positives.csv", **options)
    options["kept"] = options["kept"][::-1]
    with pytest.raises(StudyError, match="other images"):
        in_one_job(inputs, tmp_path / "kept", BANZHAF, "plain", inputs / "positives.csv", **options)
