"""A made study is what a real one would be: its files, its gaps, heatmaps that follow from explanations."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import yaml

from benchmarks.made_study import PUBLISHED, Design, make_study, settings
from benchmarks.made_study_maps import write_at_once
from benchmarks.made_study_networks import Gaps
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_stack import read_stack, write_stack
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.standardization.standardize_explanations import standardize_explanations

STANDARD_FACE = PUBLISHED.parent / "resources/standard_face.csv"
SMALL = Design(
    networks=4,
    folds=2,
    expressions=("fear", "happiness"),
    explainers=("lime", "pixels"),
    dense=("pixels",),
    mask_sets=("figure4", "facs"),
    images=12,
    datasets={"shown": True, "hidden": False},
    metrics=PAPER,
    id_text="<script>",
)
FILES = [
    *(f"datasets/{name}/index.csv" for name in SMALL.datasets),
    *(f"faces/{name}/faces.h5" for name in SMALL.datasets),
    *("standardization/mean_face.png", "explanation/counts.csv", "training/WeiNet/fold2/history.csv"),
    *(f"training/{name}.csv" for name in ("accuracy", "summary", "confusion", "learned")),
    *(f"comparison/masks/{name}/fear.png" for name in SMALL.mask_sets),
    *(
        f"comparison/{explainer}/{mask_set}/{name}.csv"
        for explainer in SMALL.explainers
        for mask_set in SMALL.mask_sets
        for name in ("scores", "summary", "nulls", "references", "means")
    ),
    *(f"similarity/pixels/{name}.csv" for name in ("fear", "support", "trees", "reliability")),
    *(f"similarity/{name}.csv" for name in ("explainers", "excess", "findings")),
    *("standardization/lime/fear.npy", "standardization/lime/WeiNet/fear.npy"),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "study"
    make_study(folder, SMALL)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_all_files_are_there_and_the_same_design_gives_the_same_bytes(study, tmp_path):
    found = contents(study)
    assert {f"results/{name}" for name in FILES} <= found.keys()
    make_study(tmp_path / "again", SMALL)
    assert contents(tmp_path / "again") == found


def test_its_settings_say_who_may_see_the_images(study):
    config = read_config([PUBLISHED, study / "study.yaml"])
    assert {name: config["datasets"][name]["shareable"] for name in config["run"]["datasets"]} == {
        "shown": True,
        "hidden": False,
    }
    (shown,) = read_table(study / "results/standardization/mean_face.csv")
    assert shown["dataset"] == "shown"
    assert yaml.safe_load((study / "study.yaml").read_text())["run"]["networks"] == config["run"]["networks"]
    (first, *_) = read_table(study / "results/datasets/shown/index.csv")
    assert first["image_id"] == "shown/S0001<script>_fear.png"


@pytest.mark.parametrize("explainer", SMALL.explainers)
def test_heatmaps_are_the_means_of_their_explanations(study, explainer, tmp_path):
    """The rule's own warp interpolates; the made one takes the nearest pixel."""
    name, faces = (
        "SongNet/fold1/fear.h5",
        [study / f"results/faces/{name}/faces.h5" for name in SMALL.datasets],
    )
    stack = study / f"results/explanation/{explainer}/{name}"
    written = {"heatmaps": [tmp_path / "heatmap.h5"], "hashes": tmp_path / "heatmaps.sha256"}
    standardize_explanations([stack], faces=faces, standard_face=STANDARD_FACE, **written)
    made = study / f"results/standardization/{explainer}/{name}"
    inside = face_area(read_standard_face(STANDARD_FACE))
    assert np.corrcoef(read_heatmap(made)[inside], read_heatmap(tmp_path / "heatmap.h5")[inside])[0, 1] > 0.98
    with open_hdf5(made, ["heatmap"]) as file, open_hdf5(tmp_path / "heatmap.h5", ["heatmap"]) as theirs:
        assert file.attrs.keys() == theirs.attrs.keys()
        assert file["image_id"].asstr()[:].tolist() == theirs["image_id"].asstr()[:].tolist()
        assert file.attrs["averaged"] == theirs.attrs["averaged"]


def test_explained_images_are_those_that_were_taken_for_the_expression(study):
    predictions = read_table(study / "results/training/AlexNet/fold2/predictions.csv")
    taken = {row["image_id"]: row for row in predictions}
    for expression in SMALL.expressions:
        explained = list(read_stack(study / f"results/explanation/lime/AlexNet/fold2/{expression}.h5"))
        assert len(explained) == SMALL.images
        for image_id, explanation in explained:
            row = taken[image_id]
            assert row["predicted"] == expression
            assert explanation.probability == pytest.approx([float(row[name]) for name in SMALL.expressions])
            assert explanation.probability.argmax() == SMALL.expressions.index(expression)


def test_copies_of_a_face_are_shifted_with_their_landmarks(study):
    with FaceReader([study / "results/faces/shown/faces.h5"]) as reader:
        # 20 embedded subjects are copied in turn
        first, same = (f"shown/S{number:04}<script>_fear.png" for number in (1, 21))
        moved = reader.landmarks(same) - reader.landmarks(first)
        assert np.ptp(moved, axis=0).max() < 1e-4
        x, y = np.rint(moved[0]).astype(int)
        assert (x, y) != (0, 0)
        face, other = (reader.image(one)[30:90, 30:90].astype(float) for one in (first, same))
        back = reader.image(same)[30 + y : 90 + y, 30 + x : 90 + x].astype(float)
        assert np.corrcoef(face.ravel(), back.ravel())[0, 1] > 0.99
        assert np.corrcoef(face.ravel(), other.ravel())[0, 1] < 0.99


def test_gaps_are_those_that_are_told(study):
    gaps = Gaps.of(read_config([PUBLISHED, study / "study.yaml"]))
    rows = read_table(study / "results/comparison/lime/figure4/scores.csv")
    scores = {(row["network"], int(row["fold"]), row["expression"]): row for row in rows}
    assert {key for key, row in scores.items() if row["missing"]} == {
        gaps.flat,
        *((gaps.never[0], fold, gaps.never[1]) for fold in (1, 2)),
    }
    assert scores[gaps.flat]["missing"] == "the same everywhere"
    assert scores[gaps.few]["n"] == "3"
    assert [key for key, row in scores.items() if float(row["noise"] or 0) > 0.1] == [gaps.noisy]
    learned = {row["network"]: row["learned"] for row in read_table(study / "results/training/learned.csv")}
    assert (learned["AlexNet"], learned[gaps.guessing]) == ("yes", "no")
    means = read_table(study / "results/comparison/lime/figure4/means.csv")
    assert [(row["network"], row["expression"]) for row in means if row["missing"]] == [gaps.never]


def test_a_stack_that_is_written_at_once_is_the_same(tmp_path):
    draw = np.random.default_rng(1)
    explained = [
        (
            f"{n}.png",
            Explanation(
                probability=draw.random(2),
                samples=9,
                regions=draw.integers(0, n + 2, (8, 8)),
                weights=draw.random((n + 2, 2)),
                r2=draw.random(2),
            ),
        )
        for n in range(5)
    ]
    with write_stack(tmp_path / "one.h5", 8, "a", ["a", "b"]) as writer:
        for image_id, explanation in explained:
            writer.append(image_id, explanation)
    write_at_once(tmp_path / "all.h5", 8, "a", ["a", "b"], explained)
    pairs = zip(read_stack(tmp_path / "one.h5"), read_stack(tmp_path / "all.h5"), strict=True)
    for (image_id, one), (other_id, other) in pairs:
        assert image_id == other_id
        assert one.given == other.given
        for name in one.given:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    write_at_once(tmp_path / "none.h5", 8, "a", ["a", "b"], [])
    assert list(read_stack(tmp_path / "none.h5")) == []


def test_any_number_of_networks_has_names_and_sizes():
    config = read_config([PUBLISHED], settings(Design(networks=40)))
    assert len(set(config["run"]["networks"])) == 40
    entries = config["training"]["networks"]
    assert {entries[name]["input_size"] for name in config["run"]["networks"]} == {64, 150, 224}
