"""The first picture: its numbers are those of summary.csv, and it says what is missing."""

import json
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tests.unit.report.test_figures import SHAPE, drawn, heatmap
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.answer_numbers import scored, shown_metric
from workflow_scripts.report.draw_answer import answer, draw_answer
from workflow_scripts.report.figures.answer_picture import Outlined
from workflow_scripts.report.figures.face_grid import GridCell
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.picture_sections import answer_pictures

EMPTY = dict.fromkeys(COLUMNS, "")
AVERAGE = EMPTY | {"expression": "average", "metric": "auc"}
AUC, IOU = load_metrics(["auc", "iou"])
OTHERS, SPOT, FACE = "other expressions' heatmaps", "a blurred spot at the centre", "the whole face"


def networks(estimate="0.6", low="0.55", high="0.65", folds="5", learned="3") -> dict:
    numbers = {"estimate": estimate, "low": low, "high": high, "folds": folds, "learned": learned}
    return AVERAGE | {"kind": "network", "name": "average"} | numbers


def reference(name: str, estimate: str, of: str = "") -> dict:
    return AVERAGE | {"kind": "reference", "name": name, "of": of, "estimate": estimate}


def rows(*more: dict, **numbers: str) -> list[dict]:
    return [
        networks(**numbers),
        reference("other_expressions", "0.6004", "average"),
        reference("other_expressions", "0.9", "WeiNet"),
        reference("centre", "0.7"),
        reference("face", "0.5"),
        reference("chance_face", "", "average"),
        *more,
    ]


def of(*rows: dict, metric=AUC):
    return scored("drawn", Entries.of(rows), metric)


def said(*strips, metric=AUC, masks=True):
    faces = {"fear": Outlined(GridCell(np.zeros((*SHAPE, 3))), np.eye(*SHAPE, dtype=bool) if masks else None)}
    return answer(faces, strips, metric)


def test_the_strip_has_the_averages_of_the_table_and_no_other_rows():
    found = of(*rows())
    assert (found.average.value, found.average.low, found.average.high) == (0.6, 0.55, 0.65)
    assert (found.networks, found.trainings) == (3, 5)
    assert {one.label: one.value for one in found.references} == {OTHERS: 0.6004, SPOT: 0.7, FACE: 0.5}


def test_two_trainings_have_no_interval_and_the_picture_says_why():
    found = of(*rows(folds="2"))
    assert found.average.low is None
    assert "2 trainings of each network cannot tell, it takes 3" in said(found).note
    assert "interval" not in said(found).note
    assert "95 % interval over trainings" in said(of(*rows())).note


def test_marks_are_filled_where_a_reference_is_as_good_as_printed():
    assert said(of(*rows(estimate="0.60045"))).filled == [[OTHERS, SPOT]]
    assert said(of(*rows(estimate="0.599"))).filled == [[OTHERS, SPOT]]
    assert said(of(*rows(estimate="0.601"))).filled == [[SPOT]]
    assert said(of(*rows(estimate="0.8"))).filled == [[]]


def test_where_lower_is_better_the_marks_and_the_axis_are_the_other_way_round():
    lower = SimpleNamespace(name="auc", label="distance", better="lower")
    found = said(of(*rows(), metric=lower), metric=lower)
    assert found.filled == [[OTHERS, FACE]]
    assert found.axis.endswith("further left is better")
    assert said(of(*rows())).axis == "AUC, average over expressions: further right is better"


def test_without_an_average_nothing_is_filled_and_the_picture_says_so():
    found = said(of(*rows(estimate="", low="", high="")))
    assert found.filled == [[]]
    assert found.networks_label == "the networks"
    assert "There is no average" in found.note


def test_the_metric_is_auc_or_else_the_first():
    assert shown_metric([IOU, AUC]) == AUC
    assert shown_metric(load_metrics(["f1", "iou"])).name == "f1"


def test_the_random_region_is_a_reference_where_the_metric_has_one():
    found = of(
        *(row | {"metric": "iou"} for row in rows(reference("chance_face", "0.2", "average"))), metric=IOU
    )
    assert found.references[-1].label == "places drawn at random"


@pytest.mark.parametrize("n_expressions", [1, 7])
@pytest.mark.parametrize("n_sets", [0, 1, 3, 5])
@pytest.mark.parametrize("missing", [False, True])
def test_the_picture_of_any_study(tmp_path, background, n_expressions, n_sets, missing):
    """By IoU, which has the most references."""
    expressions = [f"expression {place}" for place in range(n_expressions)]
    numbers = {"estimate": "", "low": "", "high": ""} if missing else {}
    table = rows(reference("chance_face", "0.2", "average"), **numbers)
    write_table(tmp_path / "summary.csv", COLUMNS, [row | {"metric": "iou"} for row in table])
    write_mask(tmp_path / "mask.png", np.eye(*SHAPE, dtype=bool))
    path = heatmap(tmp_path, "a", np.full(SHAPE, np.nan) if missing else np.eye(*SHAPE))
    sets = [f"a_set_with_a_rather_long_name_{place}" for place in range(n_sets)]
    _, image = drawn(
        draw_answer,
        [tmp_path / "summary.csv"] * n_sets,
        mask_sets=json.dumps(sets),
        heatmaps=[path] * n_expressions,
        expressions=json.dumps(expressions),
        masks=[tmp_path / "mask.png"] * bool(n_sets),
        masked=json.dumps([[name, expressions[0]] for name in sets[:1]]),
        metrics='["iou"]',
        background=background,
        folder=tmp_path,
    )
    assert image.shape[1] == 1500
    assert image.shape[0] < 1700
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    assert (grey[:, :12] > 250).all()  # nothing runs out of the picture
    assert (grey[:, -12:] > 250).all()


def test_the_outline_shows_on_dark_and_on_bright_places(tmp_path, background):
    """A box over a map that is bright on one side and not on the other."""
    write_table(tmp_path / "summary.csv", COLUMNS, rows())
    box, values = np.zeros(SHAPE, bool), np.zeros(SHAPE)
    box[100:200, 50:170], values[:, 112:] = True, 1
    write_mask(tmp_path / "mask.png", box)
    options = {"mask_sets": '["drawn"]', "expressions": '["fear"]', "metrics": '["auc"]'}
    options |= {"heatmaps": [heatmap(tmp_path, "a", values)], "background": background, "folder": tmp_path}
    table = [tmp_path / "summary.csv"]
    _, plain = drawn(draw_answer, table, **options)
    masked = {"masks": [tmp_path / "mask.png"], "masked": '[["drawn", "fear"]]'}
    _, outlined = drawn(draw_answer, table, **options, **masked)
    height = round(150 * 2.2)  # of title and faces
    changed = np.abs(plain[:height].astype(int) - outlined[:height]).max(axis=2) > 60
    drawn_columns = np.flatnonzero(changed.sum(axis=0) > 60)  # the sides of the box
    assert drawn_columns.min() + 60 < drawn_columns.max()
    for column in (drawn_columns.min(), drawn_columns.max()):
        around = outlined[:height, max(column - 4, 0) : column + 5][changed.any(axis=1)]
        assert around.max() > 240
        assert around.min() < 30


def test_the_page_has_the_picture_of_each_explainer_with_how_to_read_it():
    figure = SimpleNamespace(png_data="data:,", svg="a.svg", png="a.png", width=960, height=500)
    study = SimpleNamespace(
        explainers=["lime", "other"],
        figures={"answer/lime": figure},
        mask_sets={"drawn": "outlines", "mine": "my.py:kind"},
        expressions=["fear"],
        datasets={},
        own_face=True,
    )
    first, second = answer_pictures(study)
    assert first.count("How to read: ") == 1
    assert "Masks: drawn, outlines of the regions" in first
    assert second == ""
