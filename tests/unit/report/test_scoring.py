"""What is scored: the cell in the middle, its own numbers, and an overlap that agrees with them."""

import json
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from tests.unit.report.test_figures import SHAPE, drawn, heatmap, learned_table
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.draw_scoring import COLUMNS, draw_scoring, worked_example
from workflow_scripts.report.figures.overlap_colors import BOTH, FACE, FOUND, IN_MASK, overlap
from workflow_scripts.report.page.picture_sections import scoring_pictures
from workflow_scripts.report.scored_cell import ScoredCell, median_cell

NAMES = ["anger", "disgust", "fear", "happiness"]
LEARNED = {"First": False, "Second": True, "Third": True}
SCORE_COLUMNS = [*COLUMNS, "f1", "precision", "recall"]


def rows(network: str, fold: int, *iou: float | None, names=NAMES) -> list[dict]:
    return [
        {"network": network, "fold": str(fold), "expression": name, "threshold": "90.0"}
        | {"iou": "" if value is None else str(value), "f1": "0.5", "precision": "0.4", "recall": "0.3"}
        for name, value in zip(names, iou, strict=False)
    ]


def test_the_cell_in_the_middle_is_of_the_first_network_that_learned_and_its_first_fold():
    table = [
        *rows("First", 1, 0.1, 0.2, 0.3),
        *rows("Third", 1, 0.1, 0.2, 0.3),
        *rows("Second", 2, 0.5, 0.6, 0.7),
        *rows("Second", 1, 0.3, 0.9, 0.1),
    ]
    found = median_cell(table, list(LEARNED), NAMES, LEARNED)
    assert (found.cell, found.of, found.threshold) == (("Second", 1, "anger"), 3, 90)
    assert [found.numbers[name][0] for name in ("precision", "recall", "F1", "IoU")] == [0.4, 0.3, 0.5, 0.3]


def test_of_two_in_the_middle_it_is_the_lower_and_of_equal_ones_the_first_expression():
    assert median_cell(rows("Second", 1, 0.4, 0.1, 0.2, 0.3), ["Second"], NAMES, LEARNED).cell[2] == "fear"
    assert median_cell(rows("Second", 1, 0.2, 0.2, 0.2), ["Second"], NAMES, LEARNED).cell[2] == "disgust"


def test_cells_without_scores_are_not_chosen_and_the_first_fold_is_the_first_with_scores():
    table = [*rows("Second", 1, None, None), *rows("Second", 10, 0.3, None), *rows("Second", 2, 0.1, 0.7)]
    assert median_cell(table, ["Second"], NAMES, LEARNED).cell == ("Second", 2, "anger")
    assert median_cell(rows("First", 1, 0.2), ["First"], NAMES, LEARNED) is None
    assert median_cell([], [], NAMES, LEARNED) is None


def test_the_overlap_has_three_colours_whose_areas_give_the_scores():
    """Counted in the picture itself, against the scores of the very heatmap."""
    rng = np.random.default_rng(4)
    values, mask = np.zeros(SHAPE), np.zeros(SHAPE, bool)
    values[60:180, 40:150] = rng.uniform(0.7, 1, (120, 110))
    mask[100:220, 80:200] = True
    face = np.zeros((*SHAPE, 3))
    chosen = ScoredCell(("Second", 1, "fear"), 4, 90, {})
    example = worked_example(chosen, face, values, "drawn", mask)
    assert list(example.steps) == ["heatmap", "brightest part", "mask drawn", "both together"]
    picture = example.steps["both together"].picture
    hues = picture / np.maximum(picture.max(axis=2, keepdims=True), 1e-9)
    found, only_mask, both = (
        np.isclose(hues, color / color.max(), atol=1e-6).all(axis=2).sum() for color in (FOUND, IN_MASK, BOTH)
    )
    scores = score_heatmap(
        load_metrics(["iou", "f1", "precision", "recall"]), values, mask, np.ones(SHAPE, bool)
    )
    assert both / (found + only_mask + both) == pytest.approx(scores["iou"])
    assert both / (found + both) == pytest.approx(scores["precision"])
    assert both / (only_mask + both) == pytest.approx(scores["recall"])


def test_the_three_colours_and_the_face_differ_in_grey():
    face = np.full((1, 4, 3), 0.6)  # as bright as a face becomes in figures
    places = np.array([[False, True, False, True]]), np.array([[False, False, True, True]])
    grey = overlap(face, *places)[0] @ [0.299, 0.587, 0.114]
    assert np.diff(np.sort(grey)).min() > 0.15
    assert grey[0] == pytest.approx(FACE * 0.6)
    assert grey.argmax() == 3


def example_files(tmp_path, table, networks, missing=False, names=NAMES):
    write_table(tmp_path / "scores.csv", SCORE_COLUMNS, table)
    write_mask(tmp_path / "mask.png", np.eye(*SHAPE, dtype=bool))
    values = np.full(SHAPE, np.nan) if missing else np.tri(*SHAPE)
    cells = list(product(networks, [1], names))
    return {
        "heatmaps": [heatmap(tmp_path, "a", values)] * len(cells),
        "cells": json.dumps(cells),
        "masks": [tmp_path / "mask.png"] * len(names),
        "masked": json.dumps([["drawn", name] for name in names]),
        "learned": learned_table(
            tmp_path, **{name: "yes" if learned else "no" for name, learned in LEARNED.items()}
        ),
    }


@pytest.mark.parametrize("networks", [["First"], ["First", "Second"]])
def test_the_picture_with_and_without_a_network_that_learned(tmp_path, background, networks, capsys):
    table = [row for name in networks for row in rows(name, 1, 0.1, 0.2, 0.3)]
    files = example_files(tmp_path, table, networks)
    scores = tmp_path / "scores.csv"
    _, image = drawn(draw_scoring, scores, **files, background=background, folder=tmp_path)
    assert image.shape[1] == 1500
    assert (image[:, :12] > 250).all()
    assert (image[:, -12:] > 250).all()
    assert ("('Second', 1, 'disgust')" if len(networks) > 1 else "no cell") in capsys.readouterr().out


def test_the_page_says_how_to_read_it_where_there_is_one():
    figure = SimpleNamespace(svg_data="data:,", svg="a.svg", png="a.png", width=960, height=500)
    study = SimpleNamespace(explainers=["lime"], figures={"scoring/lime": figure}, datasets={}, own_face=True)
    assert scoring_pictures(study)[0].count("How to read: ") == 1
    study.figures = {}
    assert scoring_pictures(study) == [""]
