"""Scores of mean heatmaps: made maps with known answers, and those that are missing."""

import json
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.beside_files import write_mean
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.compare_means import compare_means, mean_columns
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.reference_tables import Heatmaps, references_table
from workflow_scripts.comparison.score_columns import ALL, PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.average_heatmaps import average_heatmaps
from workflow_scripts.standardization.heatmaps import mean_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

STANDARD_FACE = Path(__file__).parents[3] / "resources/standard_face.csv"
MISSING = np.full((HEIGHT, WIDTH), np.nan, np.float32)
SCORES = (*PAPER, "chance_face_iou")


def band(first: int, last: int) -> np.ndarray:
    """A map that is 1 in some rows of the canvas, 0 elsewhere."""
    heatmap = np.zeros((HEIGHT, WIDTH), np.float32)
    heatmap[first:last] = 1
    return heatmap


def scored(folder: Path, maps: dict[str, dict[str, np.ndarray]], masks: dict, metrics=PAPER) -> list[dict]:
    """The table of mean maps, by network and expression, against masks, by expression."""
    paths = [folder / f"{network}.{expression}.npy" for network in maps for expression in masks]
    for path, heatmap in zip(paths, [maps[name][one] for name in maps for one in masks], strict=True):
        write_mean(path, heatmap)
    for expression, mask in masks.items():
        write_mask(folder / f"{expression}.png", mask)
    compare_means(
        paths,
        networks=json.dumps(list(maps)),
        masks=[folder / f"{expression}.png" for expression in masks],
        expressions=json.dumps(list(masks)),
        standard_face=STANDARD_FACE,
        output=folder / "means.csv",
        metrics=json.dumps(metrics),
    )
    return read_table(folder / "means.csv", mean_columns(metrics))


def test_scores_of_bands_are_shares_of_rows(tmp_path):
    maps = {"A": {"fear": band(0, 100), "joy": band(0, 50)}, "B": {"fear": band(50, 150), "joy": band(9, 10)}}
    rows = scored(tmp_path, maps, {"fear": band(0, 100) > 0, "joy": band(25, 50) > 0})
    found = {(row["network"], row["expression"]): row for row in rows}
    assert list(found) == [("A", "fear"), ("A", "joy"), ("B", "fear"), ("B", "joy")]
    wanted = {
        ("A", "fear"): (1, 1, 1, 1),
        ("A", "joy"): (0.5, 2 / 3, 0.5, 1),
        ("B", "fear"): (1 / 3, 0.5, 0.5, 0.5),
        ("B", "joy"): (0, 0, 0, 0),
    }
    for panel, scores in wanted.items():
        assert [float(found[panel][name]) for name in PAPER] == pytest.approx(scores, abs=1e-8)
        assert found[panel]["missing"] == ""
    assert float(found["B", "joy"]["heatmap_area"]) == pytest.approx(1 / HEIGHT)
    assert float(found["A", "joy"]["mask_area"]) == pytest.approx(25 / HEIGHT)


def test_a_row_is_what_the_scores_of_one_heatmap_are(tmp_path):
    draw = np.random.default_rng(1)
    heatmap, mask = draw.random((HEIGHT, WIDTH), np.float32), band(80, 120) > 0
    (row,) = scored(tmp_path, {"A": {"fear": heatmap}}, {"fear": mask}, ALL)
    face = face_area(read_standard_face(STANDARD_FACE))
    for name, score in score_heatmap(load_metrics(ALL), heatmap, mask, face).items():
        assert row[name] == ("" if score is None else f"{score:.9g}"), name


def test_scores_are_those_of_the_reference_mean_of_folds(tmp_path):
    """Which is made from the folds' heatmaps, without their mean on disk."""
    draw, mask = np.random.default_rng(2), band(80, 120) > 0
    folds = {("A", fold, "fear"): draw.random((HEIGHT, WIDTH), np.float32) for fold in (1, 2, 3)}
    (row,) = scored(tmp_path, {"A": {"fear": mean_heatmap(list(folds.values()))}}, {"fear": mask}, ALL)
    face = face_area(read_standard_face(STANDARD_FACE))
    rows = references_table(Heatmaps(folds, {"fear": mask}, face, load_metrics(ALL)))
    found = {one["metric"]: one["score"] for one in rows if one["reference"] == "mean_of_folds"}
    assert {name: row[name] for name in ALL} == {name: f"{found[name]:.9g}" for name in ALL}


def test_the_mean_map_does_not_score_as_the_folds_do_on_average(tmp_path):
    """Two folds that agree in a third of their places: there their mean is highest."""
    folds, mask = [band(0, 100), band(50, 150)], band(50, 100) > 0
    mean = np.mean(folds, axis=0) + 0.01 * band(50, 100) + band(50, 100)
    of_mean, *of_folds = (
        float(row["iou"])
        for row in scored(
            tmp_path,
            {name: {"fear": one} for name, one in zip("mab", [mean, *folds], strict=True)},
            {"fear": mask},
        )
    )
    assert (of_mean, of_folds) == (1, pytest.approx([0.5, 0.5]))


def test_the_unnamed_network_is_the_average_of_those_that_learned(tmp_path):
    maps = {"A": band(0, 100), "B": band(200, 220)}
    for name, heatmap in maps.items():
        write_mean(tmp_path / f"{name}.npy", heatmap)
    for learned in ({"A": "yes", "B": "no"}, {"A": "no", "B": "no"}):
        (tmp_path / "learned.csv").write_text(
            "network,learned\n" + "".join(f"{name},{did}\n" for name, did in learned.items())
        )
        average_heatmaps(
            [tmp_path / f"{name}.npy" for name in maps],
            networks=json.dumps(list(maps)),
            learned=tmp_path / "learned.csv",
            outputs=[tmp_path / "average.npy"],
        )
        of_all = maps | {"": np.load(tmp_path / "average.npy")}
        rows = scored(tmp_path, {name: {"fear": of_all[name]} for name in of_all}, {"fear": band(0, 50) > 0})
        average = rows[-1]
        assert average["network"] == "average"
        if learned["A"] == "yes":
            assert [average[name] for name in SCORES] == [rows[0][name] for name in SCORES]
        else:
            assert average["missing"] == "no network that learned has a heatmap"
            assert {average[name] for name in SCORES} == {""}


def test_missing_maps_have_a_reason_and_no_scores_of_their_own(tmp_path, capsys):
    flat = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    maps = {"A": {"fear": MISSING}, "B": {"fear": flat}, "C": {"fear": band(0, 9)}}
    rows = scored(tmp_path, maps, {"fear": band(0, 100) > 0})
    assert [row["missing"] for row in rows] == ["no fold has a heatmap", "the same everywhere", ""]
    for row in rows[:2]:
        assert {row[name] for name in ("threshold", "heatmap_area", *SCORES)} == {""}
        assert row["face_iou"] == rows[2]["face_iou"] != ""
    assert "1 of 3 mean heatmaps scored" in capsys.readouterr().out


def test_a_set_without_masks_gives_an_empty_table(tmp_path):
    assert scored(tmp_path, {"A": {}, "": {}}, {}) == []


def test_a_map_of_another_size_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"A\.fear\.npy: expected a heatmap of 224 x 275 pixels"):
        scored(tmp_path, {"A": {"fear": np.zeros((4, 4), np.float32)}}, {"fear": band(0, 9) > 0})
