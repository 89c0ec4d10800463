"""The answer in one sentence."""

from types import SimpleNamespace

import pytest

from workflow_scripts.report.page.entries import COLUMNS, Differences, Entries
from workflow_scripts.report.page.headline import headline

IOU = SimpleNamespace(name="iou", label="IoU", better="higher")
AUC = SimpleNamespace(name="auc", label="AUC", better="higher")


def compared(mask_set, networks, centre, others=None, p="", expressions=6, metric="auc"):
    """The average of the networks beside a spot at the centre and other expressions' heatmaps."""
    blank = dict.fromkeys(COLUMNS, "") | {"expression": "average", "metric": metric, "folds": "2"}
    row = blank | {"kind": "network", "name": "average", "estimate": networks, "learned": "3"}
    rows = [row, blank | {"kind": "reference", "name": "centre", "estimate": centre}]
    reference = {"kind": "reference", "name": "other_expressions", "of": "average", "estimate": others}
    rows += [blank | reference] if others else []
    rows += [row | {"expression": f"e{n}"} for n in range(expressions)]
    key = ("reference", "average", "other_expressions", "average", metric, "expressions")
    found = {key: {"estimate": "0.1", "p": p}} if p else {}
    return SimpleNamespace(mask_set=mask_set, entries=Entries.of(rows), differences=Differences(found))


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (
            [("a", "0.7", "0.6")],
            "By AUC, on masks a, the networks' heatmaps score better than all that knows nothing of the "
            "expression.",
        ),
        (
            [("a", "0.7", "0.6"), ("b", "0.7", "0.6")],
            "By AUC, on all 2 mask sets, the networks' heatmaps score better than all that knows nothing of "
            "the expression.",
        ),
        (
            [("a", "0.7", "0.6"), ("b", "0.6", "0.7"), ("c", "0.6", "0.5", "0.6004")],
            "By AUC, on 1 of 3 mask sets (a), the networks' heatmaps score better than all that knows "
            "nothing of the expression; on the others they are matched or beaten by other expressions' "
            "heatmaps or a blurred spot at the centre.",
        ),
        (
            [("a", "0.6", "0.6")],  # equal is not higher
            "By AUC, on masks a, the networks' heatmaps are matched or beaten without knowing the "
            "expression, by a blurred spot at the centre.",
        ),
        ([], "This run does not compare the heatmaps with masks."),
        (
            [("a", "", "0.6")],
            "There is no average to judge: no network that learned has a heatmap of every expression.",
        ),
    ],
)
def test_the_sentence_is_what_the_numbers_say(sets, said):
    assert headline([compared(*numbers) for numbers in sets], [IOU, AUC]) == said


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ([("a", "0.04"), ("b", "0.06")], "is shown on a."),
        ([("a", "0.05"), ("b", "0.06")], "is not shown on any."),
        ([("a", "0.7")], "is not shown."),
    ],
)
def test_that_heatmaps_are_specific_is_said_by_the_test_of_masks_and_expressions(sets, said):
    found = headline([compared(name, "0.7", "0.6", p=p) for name, p in sets], [AUC])
    assert found.endswith(f" That the heatmaps are specific to their expression {said}")


def test_expressions_too_few_for_a_test_have_no_sentence_on_it():
    assert "specific" not in headline([compared("a", "0.7", "0.6", p="0.5", expressions=3)], [AUC])
    assert "specific" in headline([compared("a", "0.7", "0.6", p="0.5", expressions=4)], [AUC])


@pytest.mark.parametrize(
    ("name", "score", "p", "said"),
    [
        ("other_masks", "0.7", "0.01", "by where most other masks overlap."),
        ("mean_of_others", "0.71", "0.01", "by other expressions' mean heatmap."),
        ("mean_of_others", "0.69", "0.051", "by what they score on masks laid elsewhere."),
        (
            "other_masks",
            "0.8",
            "0.3",
            "by what they score on masks laid elsewhere or where most other masks ",
        ),
    ],
)
def test_masks_and_heatmaps_of_other_expressions_and_places_elsewhere_count(name, score, p, said):
    one = compared("a", "0.7", "0.6")
    blank = dict.fromkeys(COLUMNS, "") | {"kind": "reference", "expression": "average", "metric": "auc"}
    of = "" if name == "other_masks" else "average"
    other = blank | {"name": name, "of": of, "estimate": score}
    ends = {"estimate": "0.5", "low": "0.4", "high": "0.6"}
    elsewhere = blank | {"name": "surrogates", "of": "average", "claim": "places"} | ends
    network = blank | {"kind": "network", "name": "average", "estimate": "0.7", "learned": "3", "folds": "2"}
    one.entries = Entries.of([network | {"p": p}, other, elsewhere])
    found = headline([one], [AUC])
    assert "matched or beaten without knowing the expression" in found
    assert said in found


def test_where_all_masks_are_the_same_nothing_is_said_of_other_expressions():
    """As for half faces: the mask of another expression is the mask itself, and no p says anything."""
    one = compared("halves", "0.7", "0.6", others="0.75", p="0.9")
    assert "other expressions' heatmaps" in headline([one], [AUC])
    blank = dict.fromkeys(COLUMNS, "") | {"kind": "reference", "expression": "average"}
    masks = [blank | {"name": "other_masks", "metric": name, "estimate": "1"} for name in ("iou", "auc")]
    one.entries = Entries.of([*one.entries.rows.values(), *masks])
    said = "By AUC, on masks halves, the networks' heatmaps score better than all that knows nothing of the "
    assert headline([one], [AUC]) == f"{said}expression."


def test_of_a_metric_where_less_is_better_the_lower_score_wins():
    mine = SimpleNamespace(name="mine", label="mine", better="lower")
    worse = headline([compared("a", "0.7", "0.6", metric="mine")], [mine])
    better = headline([compared("a", "0.5", "0.6", metric="mine")], [mine])
    assert "beaten without knowing the expression, by a blurred spot" in worse
    assert "beaten" not in better
    assert "score better than" in better
