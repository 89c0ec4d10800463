"""The scores of a network: a row for each cell, from its own heatmap, mask and images."""

import json
from itertools import product
from pathlib import Path

import h5py
import numpy as np
import pytest

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.compare_network import compare_network
from workflow_scripts.comparison.mask_image import read_mask, write_mask
from workflow_scripts.comparison.score_columns import ALL, cell_columns
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

STANDARD_FACE = Path("resources/standard_face.csv")
FOLDS, EXPRESSIONS, MASKED = [1, 2], ["fear", "anger", "happiness"], ["happiness", "fear"]
CELLS = [(fold, name) for fold, name in product(FOLDS, EXPRESSIONS) if name in MASKED]
CORRECT = {(1, "fear"): "1"}  # the share of its images, of a cell that has any


@pytest.fixture
def files(tmp_path) -> Path:
    """Heatmaps of noise, one of them missing, their masks, and what they rest on."""
    random = np.random.default_rng(0)
    for fold, name in CELLS:
        missing = "no explanations" if (fold, name) == (2, "fear") else ""
        n = 0 if missing else 3
        heatmap = random.random((HEIGHT, WIDTH), dtype=np.float32)
        with h5py.File(tmp_path / f"{fold}_{name}.h5", "w") as file:
            file["heatmap"] = np.full_like(heatmap, np.nan) if missing else heatmap
            file["explanations"] = np.repeat(heatmap[None], n, axis=0)
            file.create_dataset("image_id", data=["a"] * n, shape=(n,), dtype=h5py.string_dtype())
            numbers = {"averaged": n, "amplitude": 0.3, "samples": 500.0, "noise": 0.04}
            file.attrs.update(numbers | {"bias_bound": np.nan, "median_r2": 0.6, "missing": missing})
    for name in MASKED:
        write_mask(tmp_path / f"{name}.png", random.random((HEIGHT, WIDTH)) > 0.7)
    for fold in FOLDS:
        rows = [{"expression": one, "true": EXPRESSIONS[n % fold]} for n, one in enumerate(EXPRESSIONS * 3)]
        write_table(tmp_path / f"positives{fold}.csv", ["expression", "true"], rows)
    write_table(tmp_path / "folds.csv", ["image_id", "group"], [{"image_id": "a", "group": "toy/a"}])
    return tmp_path


def scored(files: Path, cells=CELLS, masked=MASKED) -> list[dict[str, str]]:
    """The rows of the table of some cells of a network."""
    compare_network(
        [files / f"{fold}_{name}.h5" for fold, name in cells],
        cells=json.dumps([["Toy", *cell] for cell in cells]),
        masks=[files / f"{name}.png" for name in masked],
        expressions=json.dumps(masked),
        positives=[files / f"positives{fold}.csv" for fold in FOLDS],
        folds=json.dumps(FOLDS),
        subjects=files / "folds.csv",
        standard_face=STANDARD_FACE,
        metrics=json.dumps(ALL),
        scores=files / "scores.csv",
        changes=files / "subjects.h5",
    )
    return read_table(files / "scores.csv", cell_columns(ALL))


def test_each_cell_has_a_row_that_does_not_depend_on_the_others(files):
    rows = scored(files)
    assert [(row["network"], int(row["fold"]), row["expression"]) for row in rows] == [
        ("Toy", *cell) for cell in CELLS
    ]
    assert [row for cell in CELLS for row in scored(files, [cell])] == rows
    assert len({row["iou"] for row in rows}) == len(CELLS)


def test_a_row_has_the_scores_of_its_heatmap_and_mask_and_what_it_rests_on(files):
    metrics, face = load_metrics(ALL), face_area(read_standard_face(STANDARD_FACE))
    for (fold, name), row in zip(CELLS, scored(files), strict=True):
        mask = read_mask(files / f"{name}.png")
        expected = score_heatmap(metrics, read_heatmap(files / f"{fold}_{name}.h5"), mask, face)
        write_table(files / "expected.csv", list(expected), [expected])
        assert [{key: row[key] for key in expected}] == read_table(files / "expected.csv")
        based = ("0", "") if row["missing"] else ("3", CORRECT.get((fold, name), "0"))
        assert (row["n"], row["share_correct"]) == based


def test_a_set_without_masks_for_the_study_has_a_table_without_rows(files):
    assert scored(files, [], []) == []
