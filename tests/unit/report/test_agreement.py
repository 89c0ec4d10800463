import csv
from pathlib import Path

import cv2
import pytest

from workflow_scripts.report.agreement import mean_cells, missing_cells, short_answer, verdict

SHARED = Path(__file__).parents[3].parent / "shared"


def score(network, expression, fold, iou, all_face=0.3, chance=0.1):
    values = ["" if iou is None else str(value) for value in (iou, all_face, chance)]
    names = ["iou", "all_face_iou", "chance_iou"]
    row = {"network": network, "expression": expression, "fold": str(fold), "n": "0" if iou is None else "5"}
    return row | dict(zip(names, values, strict=True))


def test_cells_are_means_over_the_folds_that_have_scores():
    cells = mean_cells([score("A", "fear", 1, 0.2), score("A", "fear", 2, None), score("A", "fear", 3, 0.5)])
    assert [(cell.folds, cell.images, cell.iou) for cell in cells] == [(2, 10, 0.35)]


def test_a_cell_without_any_score_is_no_cell():
    rows = [score("A", "fear", 1, None), score("B", "fear", 1, 0.2)]
    assert [cell.network for cell in mean_cells(rows)] == ["B"]
    assert missing_cells(rows) == rows[:1]


def test_sentences():
    rows = [score("A", "fear", 1, 0.4), score("A", "joy", 1, 0.2), score("B", "fear", 1, 0.05)]
    best, beaten, means = short_answer(mean_cells(rows))
    assert best.startswith("Best agreement: A, fear, IoU 0.400 (one fold only, 5 explained images;")
    assert beaten == "1 of 3 cells (network × expression) beat the all-face mask; 2 of 3 beat chance."
    assert means.startswith("Mean IoU of all cells: 0.217; all-face mask 0.300; chance 0.100.")
    assert means.endswith("better than chance, but not better than marking everything.")


def test_nothing_to_compare():
    assert short_answer([]) == ["No heatmap could be compared with these masks."]


@pytest.mark.parametrize(
    ("iou", "all_face", "chance", "said"),
    [
        (0.3, 0.2, 0.1, "better than both baselines"),
        (0.2, 0.3, 0.1, "better than chance, but not"),
        (0.2, 0.1, 0.3, "better than marking everything, but not"),
        (0.1, 0.2, 0.3, "no better than either baseline"),
        (0.2004, 0.2, 0.1, "better than chance, but not"),  # equal as printed
        (0.1, 0.1, 0.1, "no better than either baseline"),
    ],
)
def test_no_verdict_says_more_than_the_numbers_beside_it(iou, all_face, chance, said):
    assert said in verdict(iou, all_face, chance)


@pytest.mark.skipif(not (SHARED / "published").is_dir(), reason="needs the published data, ../shared")
def test_31_of_the_72_published_cells_beat_the_all_face_mask():
    with (SHARED / "study/paper_tables_3_4.csv").open(newline="") as table:
        published = [row for row in csv.DictReader(table) if row["network"] != "average"]
    published = [row for row in published if row["expression"] != "average"]
    areas = {  # IoU of a mask with everything marked is the part of the canvas that it covers
        path.name.split("_")[0].lower(): (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 0).mean()
        for path in (SHARED / "published/masks").glob("*.png")
    }
    rows = [
        score(row["network"], row["expression"], 1, row["iou"], areas[row["expression"]]) for row in published
    ]
    _, beaten, means = short_answer(mean_cells(rows))
    assert beaten.startswith("31 of 72 cells")
    assert means.startswith("Mean IoU of all cells: 0.248; all-face mask 0.257;")
