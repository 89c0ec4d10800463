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
from workflow_scripts.report.page.null_sentence import null_sentence
from workflow_scripts.report.page.picture_sections import answer_pictures

EMPTY = dict.fromkeys(COLUMNS, "")
AVERAGE = EMPTY | {"expression": "average", "metric": "auc"}
AUC, IOU = load_metrics(["auc", "iou"])
OTHERS, SPOT, FACE = "other expressions' heatmaps", "a blurred spot at the centre", "the whole face"
ELSEWHERE = "masks laid elsewhere"


def networks(estimate="0.6", low="0.55", high="0.65", folds="5", learned="3") -> dict:
    numbers = {"estimate": estimate, "low": low, "high": high, "folds": folds, "learned": learned}
    return AVERAGE | {"kind": "network", "name": "average"} | numbers


def reference(name: str, estimate: str, of: str = "") -> dict:
    return AVERAGE | {"kind": "reference", "name": name, "of": of, "estimate": estimate}


def elsewhere(p: str, **numbers: str) -> list[dict]:
    """The networks' row with its p, and the scores of masks elsewhere."""
    band = {"low": "0.42", "high": "0.58", "claim": "places", "folds": "2"}
    null = reference("surrogates", "0.5", "average") | band
    return [networks(**numbers) | {"p": p}, null]


def over_faces(coverage: str = "0.943") -> dict:
    more = {"claim": "faces", "coverage": coverage, "subjects": "9"}
    return networks(low="0.58", high="0.62", folds="2") | more


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


def test_the_interval_is_over_trainings_and_with_fewer_than_three_over_faces():
    found = of(*rows(over_faces(), folds="2")).average
    assert (found.value, found.low, found.high, found.over, found.too_narrow) == (
        0.6,
        0.58,
        0.62,
        "faces",
        False,
    )
    note = said(of(*rows(over_faces(), folds="2"))).note
    assert "Bar: 95 % interval over other people's faces, shown to these trained networks." in note
    assert "No bar shows how much other trainings would differ: 2 trainings" in note
    assert "‡" not in note
    found = of(*rows(over_faces())).average
    assert (found.low, found.high, found.over) == (0.55, 0.65, "trainings")
    assert "faces, shown" not in said(of(*rows(over_faces()))).note
    one_model = rows(over_faces(), low="", high="")  # of all folds: there are no other trainings
    assert of(*one_model).average.over == "faces"


@pytest.mark.parametrize("coverage", ["0.921", ""])
def test_an_interval_over_too_few_faces_has_the_mark_of_the_page(coverage):
    found = of(*rows(over_faces(coverage), folds="2"))
    assert found.average.too_narrow
    assert "‡: with so few people" in said(found).note
    assert "‡" not in said(of(*rows(over_faces("0.93"), folds="2"))).note


def test_masks_elsewhere_are_the_first_row_below_the_networks_and_have_no_diamond():
    found = of(*rows()[1:], *elsewhere("0.25"))
    null = found.null
    assert (null.label, null.value, null.low, null.high, found.p) == (ELSEWHERE, 0.5, 0.42, 0.58, 0.25)
    assert [one.label for one in found.references] == [OTHERS, SPOT, FACE]
    assert said(found).labels == [ELSEWHERE, OTHERS, SPOT, FACE]
    assert "Grey: where 95 % of their scores lie" in said(found).note
    assert said(of(*rows())).labels == [OTHERS, SPOT, FACE]
    assert "Grey" not in said(of(*rows())).note
    without = of(*rows()[1:], *elsewhere("", estimate="", low="", high=""))
    assert (without.null, without.p) == (None, None)


def judged(**p: str) -> str:
    """The sentence of some mask sets, with p of each; empty for one that was not tested."""
    comparisons = [
        SimpleNamespace(mask_set=name, entries=Entries.of([*rows(), *(elsewhere(of_set) if of_set else [])]))
        for name, of_set in p.items()
    ]
    return null_sentence(comparisons, [IOU, AUC]).replace("\xa0", " ")


def test_the_sentence_says_whether_the_average_is_beyond_masks_elsewhere():
    than = "beyond what the same heatmaps score on masks laid elsewhere in the face"
    assert judged(facs="0.2325") == f"By AUC, the networks' average on masks facs is not {than} (p = 0.23)."
    assert judged(facs="0.0498") == f"By AUC, the networks' average on masks facs is {than} (p = 0.050)."
    assert judged(facs="0.05").endswith(f"is not {than} (p = 0.050).")
    assert judged(facs="0.2", drawn="0.0002", truth="0.0538") == (
        f"By AUC, the networks' average is {than} (p < 0.05) on 1 of 3 mask sets: facs p = 0.20, drawn "
        "p = 0.0002, truth p = 0.054; no p allows for the number of sets."
    )
    assert "on none of 2 mask sets:" in judged(facs="0.2", drawn="0.3")
    assert "on all 2 mask sets:" in judged(facs="0.01", drawn="0.02")


def test_without_a_test_there_is_no_sentence():
    assert null_sentence([], [AUC]) == ""
    assert judged(facs="") == ""
    assert judged(facs="", drawn="0.5").startswith("By AUC, the networks' average on masks drawn is not")
    untested = SimpleNamespace(mask_set="facs", entries=Entries.of([*rows(), *elsewhere("0.01")]))
    assert null_sentence([untested], load_metrics(["iou"])) == ""  # p is of another metric


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
    table += elsewhere("" if missing else "0.25", **numbers)[1:]
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
    figure = SimpleNamespace(svg_data="data:,", svg="a.svg", png="a.png", width=960, height=500)
    study = SimpleNamespace(
        explainers=["lime", "other"],
        figures={"answer/lime": figure, "answer/other": figure},
        mask_sets={"drawn": "outlines", "mine": "my.py:kind"},
        expressions=["fear"],
        datasets={},
        own_face=True,
    )
    first, second = answer_pictures(study)
    assert first.count("How to read: ") == 1
    assert "Masks: drawn, outlines of the regions" in first
    assert second.startswith("<details><summary>The same picture of other</summary>")
    assert second.count("How to read: ") == 1
