import pytest

from tests.own_metrics import DICE, OUTSIDE
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names, refusal
from workflow_scripts.comparison.scores import METRICS, face_scores, heatmap_scores, load_metrics


def own(folder, name, text) -> str:
    """The entry of a metric in a user's file."""
    path = folder / f"my_{name}.py"
    path.write_text(text)
    return f"{path}:{name}"


@pytest.mark.parametrize("name", entry_names(METRICS))
def test_a_metric_of_the_registry_is_better_for_the_mask_itself_than_for_its_opposite(name, halves):
    (metric,) = load_metrics([name])
    _, mask, face = halves
    scored = [heatmap_scores([metric], each.astype(float), each, mask, face)[name] for each in (mask, ~mask)]
    assert scored == sorted(scored, reverse=metric.better == "higher")
    assert scored[0] != scored[1]


@pytest.mark.parametrize("name", PAPER)
def test_a_metric_of_the_paper_is_one_for_the_mask_itself_and_has_a_score_of_nothing(name):
    (metric,) = load_metrics([name])
    assert (metric.name, metric.better, metric.takes) == (name, "higher", "mask")
    assert metric.score(overlap=7, found=7, mask=7) == 1
    assert metric.score(overlap=0, found=5, mask=7) == metric.score(overlap=0, found=0, mask=0) == 0


def test_the_paper_s_metrics_have_known_values():
    scores = {metric.name: metric.score(2, 3, 4) for metric in load_metrics(PAPER)}
    assert scores == pytest.approx({"iou": 2 / 5, "f1": 4 / 7, "precision": 2 / 3, "recall": 2 / 4})


def test_a_metric_of_one_s_own_takes_a_mask_or_a_map(tmp_path, halves):
    heatmap, mask, face = halves
    metrics = load_metrics(["f1", own(tmp_path, "dice", DICE), own(tmp_path, "outside", OUTSIDE)])
    assert [metric.better for metric in metrics] == ["higher", "higher", "lower"]
    scores = heatmap_scores(metrics, heatmap, heatmap > 0.5, mask, face)
    assert scores["dice"] == scores["f1"] == pytest.approx(0.5)
    assert scores["outside"] == pytest.approx(0.5)
    of_face = face_scores(metrics, mask, face)
    assert of_face["outside"] == pytest.approx((~mask & face).sum() / face.sum())  # the face as a map


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("BETTER", "WORSE"),
            r"my_dice\.py:dice' needs BETTER, one of higher, lower, in its file; found None",
        ),
        (("higher", "up"), r"needs BETTER, one of higher, lower, in its file; found 'up'"),
        (('"mask"', '"points"'), r"needs TAKES, one of mask, map, in its file; found 'points'"),
        (("LABEL", "NAME"), r"needs LABEL, a text, in its file; found None"),
        (("def dice", "def other"), r"my_dice\.py has no function dice"),
        (('"Dice"', '"IoU"'), r"several have the LABEL IoU; give each its own file"),
    ],
)
def test_an_incomplete_metric_is_refused_with_what_it_lacks(tmp_path, change, message):
    with pytest.raises(StudyError, match=message):
        load_metrics(["iou", own(tmp_path, "dice", DICE.replace(*change))])


def test_a_score_that_is_no_number_is_refused(tmp_path, halves):
    heatmap, mask, face = halves
    metrics = load_metrics([own(tmp_path, "dice", DICE.replace("2 * overlap", 'float("nan")'))])
    with pytest.raises(StudyError, match=r"metric dice returned nan; scores must be finite"):
        heatmap_scores(metrics, heatmap, heatmap > 0.5, mask, face)


def test_further_metrics_add_columns_behind_those_of_the_paper():
    entries = ["mine.py:dice", "recall", "precision", "f1", "iou", "other.py:outside"]
    names = metric_names(entries)
    assert names == [*PAPER, "dice", "outside"]
    further = [prefix + name for name in ("dice", "outside") for prefix in ("", "face_", "chance_face_")]
    assert cell_columns(names) == [*cell_columns(), *further]
    assert refusal(entries) == ""


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (["iou", "f1"], "lacks precision, recall, which the paper's Tables 3 to 5 need"),
        ([*PAPER, "a.py:dice", "b.py:dice"], "names dice, but the tables already have a column of that name"),
        ([*PAPER, "a.py:iou"], "names iou, but"),
        ([*PAPER, "a.py:n"], "names n, but"),
        ([*PAPER, "a.py:face_iou"], "names face_iou, but"),
        ([*PAPER, "a.py:learned"], "names learned, but"),
    ],
)
def test_metrics_that_cannot_run_together_are_refused(entries, reason):
    assert refusal(entries).startswith(reason)
