import json
from pathlib import Path

import pytest

from workflow_scripts.common.tables import read_table
from workflow_scripts.report.page.agreement import further_answers, panels, short_answer, verdict
from workflow_scripts.report.page.entries import COLUMNS, DIFFERENCES, Differences, Entries
from workflow_scripts.tools.score_heatmaps import score_heatmaps

SHARED = Path(__file__).parents[3].parent / "shared"
DEEP = ["EfficientNetV2B0", "InceptionV3", "MobileNetV3Large", "ResNet101V2", "ResNet50", "VGG16"]
GROUPS = {"deep": [*DEEP, "VGG19", "Xception"], "shallow": ["AlexNet", "SilNet", "SongNet", "WeiNet"]}


def network(name, learned="yes", average=None, few=(), **ious):
    """Rows of a network, or of the average, as they are read; chance is half of each IoU."""
    rows = []
    for expression, iou in (ious | {"average": average}).items():
        entry = dict.fromkeys(COLUMNS, "") | {"kind": "network", "name": name, "metric": "iou"}
        entry |= {"expression": expression, "learned": learned}
        if iou is not None:
            entry |= {"estimate": str(iou), "n": "10", "folds": "2"}
        if expression in few:
            entry["not_ranked"] = "few images: 1 in fold 2"
        chance = {"kind": "reference", "name": "chance_face", "of": name}
        rows += [entry, entry | chance | {"estimate": "" if iou is None else str(iou / 2)}]
    return rows


def entries(*rows):
    """The entries of a table, in which the whole face has an IoU of 0.3."""
    rows = [row for of_network in rows for row in of_network]
    face = {"kind": "reference", "name": "face", "metric": "iou", "estimate": "0.3"}
    faces = [dict.fromkeys(COLUMNS, "") | face | {"expression": row["expression"]} for row in rows]
    return Entries.of(rows + faces)


AVERAGE = network("average", learned="2", fear=0.225, joy=0.2, average=0.2125)


def test_panels_are_the_entries_of_networks_that_learned():
    table = entries(network("A", fear=0.4, joy=None), network("B", learned="no", fear=0.9, joy=0.9), AVERAGE)
    (panel,) = panels(table)
    assert (panel.network, panel.expression, panel.iou, panel.face, panel.chance) == (
        "A",
        "fear",
        0.4,
        0.3,
        0.2,
    )
    assert (panel.images, panel.folds) == (10, 2)


def test_sentences_are_of_the_summary():
    few = network("C", fear=0.8, joy=0.2, few=["fear"])
    table = entries(network("A", fear=0.4, joy=0.2), network("B", fear=0.05, joy=0.2), few, AVERAGE)
    (average,) = short_answer(table, Differences({}))
    beaten, best = further_answers(table, Differences({}))
    assert best.startswith("Largest overlap: A, fear, IoU 0.400 (mean of 2 folds, 10 explained images;")
    assert "the whole face reaches 0.300 there, a random region of the face 0.200" in best
    assert beaten.startswith("1 of 5 ranked panels (network × expression) overlap the mask more than the")
    assert "5 of 5 overlap it more than a random region" in beaten
    assert average.startswith(
        "Average IoU of 2 networks over the 2 expressions with masks: 0.212 (10 explained images); whole face"
    )
    assert average.endswith("more than a random region does, but no more than the whole face.")


def test_a_table_without_networks_that_learned_has_no_headline():
    rows = network("A", learned="no", fear=0.9, joy=0.9)
    (said,) = short_answer(entries(rows, AVERAGE), Differences({}))
    assert said == "No heatmap of a network that learned could be compared with these masks."


def test_what_cannot_be_ranked_or_averaged_is_said():
    bare = network("average", learned="0", fear=None, joy=None)
    rows = network("A", fear=0.4, joy=None, few=["fear"])
    unranked, average = short_answer(entries(rows, bare), Differences({}))
    assert further_answers(entries(rows, bare), Differences({})) == []
    assert unranked == "No panel is based on enough images in every fold to be ranked."
    assert average.startswith(
        "There is no average: no network that learned has a heatmap for every expression"
    )


@pytest.mark.parametrize(
    ("iou", "face", "chance", "said"),
    [
        (0.3, 0.2, 0.1, "more than both baselines"),
        (0.2, 0.3, 0.1, "more than a random region does, but no more than the whole face"),
        (0.2, 0.1, 0.3, "more than the whole face does, but no more than a random region"),
        (0.1, 0.2, 0.3, "no more than either baseline"),
        (0.2004, 0.2, 0.1, "more than a random region does, but no more"),  # equal as printed
        (0.1, 0.1, 0.1, "no more than either baseline"),
    ],
)
def test_no_verdict_says_more_than_the_numbers_beside_it(iou, face, chance, said):
    assert said in verdict(iou, face, chance, "")
    assert "laid elsewhere" not in verdict(iou, face, chance, "")


@pytest.mark.parametrize(("p", "said"), [("0.0496", "is beyond"), ("0.0504", "is not shown to be beyond")])
def test_the_average_is_held_against_masks_elsewhere(p, said):
    end = f" That {said} what they score on masks laid elsewhere (p\xa0=\xa0{float(p):.3f})."
    assert verdict(0.3, 0.2, 0.1, p).endswith(end)


@pytest.mark.skipif(not (SHARED / "published").is_dir(), reason="needs the published data, ../shared")
def test_the_short_answer_on_the_published_heatmaps(tmp_path):
    score_heatmaps(
        SHARED / "published/heatmaps",
        masks=SHARED / "published/masks",
        pattern="{network}_CV{fold}_{expression}_heatmap.png",
        output=tmp_path / "scores.csv",
        tables=tmp_path,
        metrics='["iou", "f1", "precision", "recall"]',
        groups=json.dumps(GROUPS),
        surrogates=500,
    )
    entries = Entries.of(read_table(tmp_path / "summary.csv", COLUMNS))
    differences = Differences.of(read_table(tmp_path / "differences.csv", DIFFERENCES))
    average, specificity = short_answer(entries, differences)
    places, centre, pairs, groups, beaten, best = further_answers(entries, differences)
    assert "own expression: IoU 0.248; those of the other expressions on the same mask: 0.242" in specificity
    assert "0.006 [−0.022, 0.033]; p\xa0=\xa00.38 over all ways" in specificity
    assert "of 72 panels (network × expression) score higher than 95 % of masks" in places
    assert "(p\xa0<\xa00.05): disgust " in places
    assert "After correction for 72 tests (q\xa0<\xa00.05): none." in places
    assert centre.startswith(
        "A blurred spot at the centre of the face has an IoU of 0.438, the networks 0.248"
    )
    assert pairs.startswith("3 of 66 pairs of networks differ in average IoU")
    assert groups.startswith("Average IoU of the networks deep minus that of the networks shallow: 0.033 [")
    assert beaten.startswith("10 of 72 ranked panels")
    assert "49 of 72 overlap it more than a random region" in beaten
    assert average.startswith(
        "Average IoU of 12 networks over the 6 expressions with masks: 0.248 [0.222, 0.274]; whole face "
        "0.351;"
    )
    assert "explained images" not in best  # their number is not known
