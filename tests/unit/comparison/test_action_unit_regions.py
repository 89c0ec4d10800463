import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.action_unit_regions import UNITS, unit_regions, unit_scores, units_table
from workflow_scripts.comparison.compare_action_units import compare_action_units
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

RESOURCES = Path(__file__).parents[3] / "resources"
LANDMARKS = read_standard_face(RESOURCES / "standard_face.csv")
FACE = face_area(LANDMARKS)
REGIONS = unit_regions(RESOURCES / "action_unit_regions.csv", LANDMARKS, FACE)


def bright(unit: int, inside: float = 1.0, outside: float = 0.0) -> np.ndarray:
    return np.where(REGIONS[unit], inside, outside)


def test_every_unit_has_a_region_in_the_face():
    assert list(REGIONS) == [1, 2, 4, 5, 6, 7, 9, 12, 15, 20, 23, 26]
    for region in REGIONS.values():
        assert region.any()
        assert not (region & ~FACE).any()


def test_density_is_importance_relative_to_an_even_spread():
    region = REGIONS[12]
    everywhere = np.ones((HEIGHT, WIDTH)) + np.where(FACE, 0, 1)  # what lies beside the face does not count
    assert unit_scores([], everywhere, region, FACE) == {"density": pytest.approx(1)}
    only = unit_scores([], bright(12), region, FACE)
    assert only["density"] == pytest.approx(FACE.sum() / region.sum())
    assert unit_scores([], -bright(12), region, FACE)["density"] == 0


def test_metrics_of_maps_are_scored_and_those_of_masks_are_not():
    found = unit_scores(load_metrics(["iou", "auc"]), bright(4), REGIONS[4], FACE)
    assert found == {"density": pytest.approx(FACE.sum() / REGIONS[4].sum()), "auc": 1.0}


def test_means_are_of_panels_networks_and_of_those_that_learned():
    levels = {("A", 1): 2.0, ("A", 2): 4.0, ("B", 1): 1.0, ("B", 2): 1.0}
    maps = {
        (network, fold, expression): bright(12, level, 1.0)
        for (network, fold), level in levels.items()
        for expression in ("fear", "joy")
    }
    del maps["B", 2, "joy"]
    rows = units_table([], maps, REGIONS, FACE, folds_each=2, learned=["A"], one_model=["B"])
    assert all(tuple(row) == UNITS for row in rows)
    of = {(row["network"], row["expression"]): row for row in rows if row["action_unit"] == 12}
    share = REGIONS[12].sum() / FACE.sum()
    densities = [level / (level * share + 1 - share) for level in (2.0, 4.0)]
    assert of["A", "fear"]["estimate"] == pytest.approx(np.mean(densities))
    assert of["A", "fear"]["low"] < of["A", "fear"]["estimate"] < of["A", "fear"]["high"]
    assert of["average", "average"]["estimate"] == pytest.approx(np.mean(densities))
    assert of["B", "average"]["estimate"] == pytest.approx(1)
    assert of["B", "average"]["low"] is None  # one model for all folds
    assert of["centre", "average"]["folds"] is None


def test_the_rule_reads_the_heatmaps_of_all_cells(tmp_path):
    cells = [("A", 1, "fear"), ("A", 2, "fear"), ("B", 1, "fear")]
    maps = [bright(1), bright(1), np.full((HEIGHT, WIDTH), np.nan)]
    for i, heatmap in enumerate(maps):
        with h5py.File(tmp_path / f"{i}.h5", "w") as file:
            file["heatmap"] = heatmap.astype(np.float32)
    write_table(tmp_path / "learned.csv", ["network", "learned"], [{"network": "A", "learned": "yes"}])
    compare_action_units(
        [tmp_path / f"{i}.h5" for i in range(3)],
        cells=json.dumps(cells),
        regions=RESOURCES / "action_unit_regions.csv",
        standard_face=RESOURCES / "standard_face.csv",
        learned=tmp_path / "learned.csv",
        folds=2,
        output=tmp_path / "units.csv",
    )
    rows = read_table(tmp_path / "units.csv", UNITS)
    assert {row["network"] for row in rows} == {"A", "average", "centre"}  # B has no heatmap
    (row,) = (
        row for row in rows if (row["network"], row["expression"], row["action_unit"]) == ("A", "fear", "1")
    )
    assert float(row["estimate"]) == pytest.approx(FACE.sum() / REGIONS[1].sum(), rel=1e-6)
