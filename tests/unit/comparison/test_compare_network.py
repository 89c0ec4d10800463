"""The scores of a network in one job, beside a job for each cell."""

import json
from itertools import product
from pathlib import Path

import h5py
import numpy as np
import pytest

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.compare_masks import compare_masks
from workflow_scripts.comparison.compare_network import compare_network
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.score_columns import ALL
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

STANDARD_FACE = Path("resources/standard_face.csv")
FOLDS, EXPRESSIONS, MASKED = [1, 2], ["fear", "anger", "happiness"], ["happiness", "fear"]
CELLS = [(fold, name) for fold, name in product(FOLDS, EXPRESSIONS) if name in MASKED]
METRICS = json.dumps(ALL)


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
            file.create_dataset("image_id", data=["a"] * n, shape=(n,), dtype=h5py.string_dtype())
            numbers = {"averaged": n, "amplitude": 0.3, "samples": 500.0, "noise": 0.04}
            file.attrs.update(numbers | {"bias_bound": np.nan, "median_r2": 0.6, "missing": missing})
    for name in MASKED:
        write_mask(tmp_path / f"{name}.png", random.random((HEIGHT, WIDTH)) > 0.7)
    for fold in FOLDS:
        rows = [{"expression": one, "true": EXPRESSIONS[n % fold]} for n, one in enumerate(EXPRESSIONS * 3)]
        write_table(tmp_path / f"positives{fold}.csv", ["expression", "true"], rows)
    return tmp_path


def in_one_job(files: Path) -> dict[tuple[int, str], Path]:
    outputs = {cell: files / f"batched/{cell[0]}_{cell[1]}.csv" for cell in product(FOLDS, EXPRESSIONS)}
    compare_network(
        [files / f"{fold}_{name}.h5" for fold, name in CELLS],
        network="Toy",
        folds=json.dumps(FOLDS),
        expressions=json.dumps(EXPRESSIONS),
        masks=[files / f"{name}.png" for name in MASKED],
        masked=json.dumps(MASKED),
        positives=[files / f"positives{fold}.csv" for fold in FOLDS],
        standard_face=STANDARD_FACE,
        metrics=METRICS,
        outputs=list(outputs.values()),
    )
    return outputs


def test_one_job_writes_the_tables_of_jobs_of_cells_byte_for_byte(files):
    tables = in_one_job(files)
    for fold, name in CELLS:
        compare_masks(
            files / f"{fold}_{name}.h5",
            files / f"{name}.png",
            positives=files / f"positives{fold}.csv",
            standard_face=STANDARD_FACE,
            network="Toy",
            fold=fold,
            expression=name,
            metrics=METRICS,
            output=files / "cell.csv",
        )
        assert tables[fold, name].read_bytes() == (files / "cell.csv").read_bytes(), (fold, name)
    assert len({tables[cell].read_bytes() for cell in CELLS}) == len(CELLS)


def test_an_expression_without_a_mask_has_a_table_without_rows(files):
    tables = in_one_job(files)
    for fold in FOLDS:
        assert read_table(tables[fold, "anger"], ["network", "iou", "missing"]) == []
