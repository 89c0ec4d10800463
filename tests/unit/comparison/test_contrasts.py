"""Contrasts of all pairs of networks and of expressions."""

import json

import cv2
import h5py
import numpy as np
import pytest

from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.contrast_heatmaps import contrast_heatmaps
from workflow_scripts.comparison.contrasts import CONTRASTS, contrasts, mean_difference, panels
from workflow_scripts.comparison.surrogates import mostly
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face
from workflow_scripts.training.learned import COLUMNS

STANDARD_FACE, STEP = "resources/standard_face.csv", 12
PLACES = mostly(face_area(read_standard_face(STANDARD_FACE)), STEP)
EXPRESSIONS = ["fear", "happiness"]


def explained(draw, names, where: float, noise: float = 0.2) -> list[tuple[str, str, np.ndarray]]:
    """Explanations on the grid, one per subject, stronger above (where > 0) or below the middle."""
    rows = np.linspace(1, -1, PLACES.shape[0])[:, None] * np.ones(PLACES.shape)
    return [
        (name, name, np.maximum(1 + where * rows + noise * draw.standard_normal(PLACES.shape), 0))
        for name in names
    ]


def study(subjects: int = 10) -> dict[str, list]:
    """Cells of three networks: A looks up in both expressions, B down, C like A for fear, B for happiness."""
    draw, cells = np.random.default_rng(1), {}
    for network, where in {"A": (0.5, 0.5), "B": (-0.5, -0.5), "C": (0.5, -0.5)}.items():
        cells[network] = [
            (fold, expression, explained(draw, [f"{fold}{i}" for i in range(subjects // 2)], of))
            for fold in (1, 2)
            for expression, of in zip(EXPRESSIONS, where, strict=True)
        ]
    return cells


def found(cells, learned=("A", "B", "C"), flips=200) -> dict[tuple, dict]:
    of_networks = {name: panels(of, PLACES, 1) for name, of in cells.items()}
    rows = [row for row, _ in contrasts(of_networks, EXPRESSIONS, learned, flips, seed=1)]
    keys = ("kind", "of", "name_a", "name_b", "expression")
    return {tuple(row[key] for key in keys): row for row in rows}


def test_networks_differ_where_they_look_elsewhere():
    rows = found(study())
    row = rows["network", "", "A", "B", "fear"]
    assert row["subjects"] == 10
    assert row["smallest_p"] == row["possible_p"] == pytest.approx(1 / 201)
    assert row["differs"] > 0.3
    assert row["differs"] == pytest.approx(row["more_a"] + row["more_b"])
    assert min(row["more_a"], row["more_b"]) > 0.1
    assert rows["network", "", "A", "C", "fear"]["differs"] < 0.05
    assert rows["network", "", "A", "C", "happiness"]["differs"] > 0.3
    assert len(rows) == 3 * 3 + 4


def test_the_pooled_contrast_is_each_subjects_mean_over_expressions():
    left, right = np.array([1.0, 0]), np.array([0, 1.0])
    a = [{"ann": {1: {"x": left}}, "bob": {1: {"x": left}}}, {"ann": {1: {"y": left + right}}}]
    b = [{"ann": {1: {"x": right}}, "cy": {1: {"x": left}}}, {"ann": {1: {"z": right}}}]
    pooled = mean_difference(list(zip(a, b, strict=True)))
    assert {name: one.tolist() for name, one in pooled.items()} == {"ann": [0.75, -0.75]}
    rows = found(study())
    assert rows["network", "", "A", "C", "average"]["differs"] > 0.1


def test_expressions_of_a_network_and_of_those_that_learned():
    rows = found(study(), learned=("C",))
    assert rows["expression", "A", "fear", "happiness", ""]["differs"] < 0.05
    own, average = (rows["expression", name, "fear", "happiness", ""] for name in ("C", "average"))
    assert own["differs"] > 0.3
    assert average["differs"] == pytest.approx(own["differs"], abs=0.1)


def test_too_few_subjects_are_refused_with_the_reason():
    row = found(study(subjects=4))["network", "", "A", "B", "fear"]
    assert row["reason"] == "4 subjects have explanations on both sides, 6 are needed"
    assert row["smallest_p"] is row["differs"] is None


def test_a_panel_has_the_explanations_of_every_image_of_its_folds():
    cell = explained(np.random.default_rng(1), ["ann", "bob"], 0)
    panel = panels([(1, "fear", cell), (6, "fear", cell)], PLACES, 1)["fear"]
    assert {name: list(folds) for name, folds in panel.items()} == {"ann": [1, 6], "bob": [1, 6]}
    assert panel["ann"][6]["ann"].dtype == np.float32
    np.testing.assert_array_equal(panel["bob"][1]["bob"], cell[1][2][PLACES].astype(np.float32))


def test_the_order_of_cells_and_images_changes_nothing():
    cells = study()
    for _, _, images in cells["A"]:
        images += [("10", "second", images[0][2] ** 2), ("10", "0", images[1][2])]
    turned = {
        name: [(fold, expression, images[::-1]) for fold, expression, images in of[::-1]]
        for name, of in cells.items()
    }
    assert found(turned) == found(cells)


def test_the_rule_writes_a_row_and_two_maps_per_pair(tmp_path):
    files, rows = {}, []
    for network, cells in study().items():
        for fold, expression, images in cells:
            path = files[network, fold, expression] = tmp_path / f"{network}{fold}{expression}.h5"
            with h5py.File(path, "w") as file:
                file["image_id"] = [name for _, name, _ in images]
                file["explanations"] = [
                    cv2.resize(one, (WIDTH, HEIGHT)).astype(np.float32) for _, _, one in images
                ]
            rows += [{"image_id": name, "group": f"toy/{name}"} for name, _, _ in images]
    write_table(tmp_path / "folds.csv", ["image_id", "group"], rows)
    learned = [dict.fromkeys(COLUMNS, 1) | {"network": name, "learned": "yes"} for name in "ABC"]
    write_table(tmp_path / "learned.csv", COLUMNS, learned)

    def run(folder):
        contrast_heatmaps(
            list(files.values()),
            cells=json.dumps(list(files)),
            folds=tmp_path / "folds.csv",
            expressions=json.dumps(EXPRESSIONS),
            learned=tmp_path / "learned.csv",
            standard_face=STANDARD_FACE,
            seed=1,
            flips=200,
            step=STEP,
            output=folder / "contrasts.csv",
            maps=folder / "contrasts.h5",
        )
        return read_table(folder / "contrasts.csv", CONTRASTS)

    rows = run(tmp_path)
    assert [row["q"] for row in rows if row["kind"] == "network" and row["expression"] == "fear"] != [""] * 3
    with open_hdf5(tmp_path / "contrasts.h5", ["mean", "p"]) as file:
        mean, p = file["mean"][:], file["p"][:]
    assert mean.shape == p.shape == (len(rows), round(HEIGHT / STEP), round(WIDTH / STEP))
    for row, of in zip(rows, p, strict=True):
        assert float(row["differs"]) == pytest.approx(np.mean(of[PLACES] < 0.05))
    assert np.isnan(p[:, ~PLACES]).all()
    assert mean[0][PLACES].sum() == pytest.approx(0, abs=1e-5)  # both are shares
    again = tmp_path / "again"
    assert run(again) == rows
    assert (again / "contrasts.h5").read_bytes() == (tmp_path / "contrasts.h5").read_bytes()
