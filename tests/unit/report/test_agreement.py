from pathlib import Path

import pytest

from workflow_scripts.common.tables import read_table
from workflow_scripts.report.page.agreement import missing_cells, panels, short_answer, verdict
from workflow_scripts.tools.score_heatmaps import score_heatmaps

SHARED = Path(__file__).parents[3].parent / "shared"


def row(network, learned="yes", average=None, **ious):
    """A row of Table 3 as it is read; chance is half of each IoU."""
    entries = {"network": network, "learned": learned}
    for name, iou in (ious | {"average": average}).items():
        known = iou is not None
        entries |= {f"{name}_iou": str(iou) if known else "", f"{name}_n": "10.0" if known else ""}
        entries |= {f"{name}_iou_chance_face": str(iou / 2) if known else "", f"{name}_folds": "2.0"}
        entries[f"{name}_not_ranked"] = ""
    return entries


FACE = row("face", learned="", fear=0.3, joy=0.3, average=0.3)
AVERAGE = row("average", learned="2", fear=0.225, joy=0.2, average=0.2125)


def test_panels_are_the_entries_of_networks_that_learned():
    table = [row("A", fear=0.4, joy=None), row("B", learned="no", fear=0.9, joy=0.9), AVERAGE, FACE]
    (panel,) = panels(table, ["fear", "joy"])
    assert (panel.network, panel.expression, panel.iou, panel.face, panel.chance) == (
        "A",
        "fear",
        0.4,
        0.3,
        0.2,
    )
    assert (panel.images, panel.folds) == (10, 2)


def test_sentences_are_of_table_3():
    few = row("C", fear=0.8, joy=0.2) | {"fear_not_ranked": "few images: 1 in fold 2"}
    table = [row("A", fear=0.4, joy=0.2), row("B", fear=0.05, joy=0.2), few, AVERAGE, FACE]
    best, beaten, average = short_answer(table, ["fear", "joy"])
    assert best.startswith("Largest overlap: A, fear, IoU 0.400 (mean of 2 folds, 10 explained images;")
    assert "the whole face reaches 0.300 there, a random region of the face 0.200" in best
    assert beaten.startswith("1 of 5 ranked panels (network × expression) overlap the mask more than the")
    assert "5 of 5 more than a random region" in beaten
    assert average.startswith(
        "Average IoU of 2 networks over the 2 expressions with masks: 0.212 (10 explained images); whole face"
    )
    assert average.endswith("more than chance, but no more than the whole face does.")


def test_a_table_without_networks_that_learned_has_no_headline():
    table = [row("A", learned="no", fear=0.9, joy=0.9), AVERAGE, FACE]
    (said,) = short_answer(table, ["fear", "joy"])
    assert said == "No heatmap of a network that learned could be compared with these masks."


def test_what_cannot_be_ranked_or_averaged_is_said():
    bare = row("average", learned="0", fear=None, joy=None)
    few = row("A", fear=0.4, joy=None) | {"fear_not_ranked": "few images: 1 in fold 2"}
    best, average = short_answer([few, bare, FACE], ["fear", "joy"])
    assert best == "No panel rests on enough images in every fold to be ranked."
    assert average.startswith(
        "There is no average: no network that learned has a heatmap of every expression"
    )


def test_cells_without_scores_are_missing():
    rows = [{"network": "A", "iou": ""}, {"network": "B", "iou": "0.0"}]
    assert missing_cells(rows) == rows[:1]


@pytest.mark.parametrize(
    ("iou", "face", "chance", "said"),
    [
        (0.3, 0.2, 0.1, "more than both baselines"),
        (0.2, 0.3, 0.1, "more than chance, but no more than the whole face"),
        (0.2, 0.1, 0.3, "more than the whole face does, but no more than chance"),
        (0.1, 0.2, 0.3, "no more than either baseline"),
        (0.2004, 0.2, 0.1, "more than chance, but no more"),  # equal as printed
        (0.1, 0.1, 0.1, "no more than either baseline"),
    ],
)
def test_no_verdict_says_more_than_the_numbers_beside_it(iou, face, chance, said):
    assert said in verdict(iou, face, chance)


@pytest.mark.skipif(not (SHARED / "published").is_dir(), reason="needs the published data, ../shared")
def test_ten_of_the_72_published_panels_overlap_the_masks_more_than_the_face_does(tmp_path):
    score_heatmaps(
        SHARED / "published/heatmaps",
        masks=SHARED / "published/masks",
        pattern="{network}_CV{fold}_{expression}_heatmap.png",
        output=tmp_path / "scores.csv",
        tables=tmp_path,
    )
    expressions = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
    best, beaten, average = short_answer(read_table(tmp_path / "table3.csv"), expressions)
    assert beaten.startswith("10 of 72 ranked panels")
    assert "49 of 72 more than a random region" in beaten
    assert average.startswith(
        "Average IoU of 12 networks over the 6 expressions with masks: 0.248; whole face 0.351;"
    )
    assert "explained images" not in best  # their number is not known
