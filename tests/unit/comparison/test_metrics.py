import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from tests.own_metrics import DICE, MEAN_OUTSIDE, OUTSIDE
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names
from workflow_scripts.comparison.ranks import midranks, top_places
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


MAPS = ("auc", "nss", "cc", "relevance_mass", "rank_accuracy", "iou_mask_area", "pointing_game")
FLAT = {"auc": 0.5, "nss": 0, "cc": 0}  # a flat heatmap; the others give the mask's share of the face
FULL = {"auc": 0.5, "nss": 0, "cc": 0}  # a mask that fills the face; by the others it is found


def score(name, heatmap, mask, face) -> float:
    """A metric of maps alone."""
    (metric,) = load_metrics([name])
    return metric.score(heatmap.astype(float), mask, face)


def picture(seed, ties=False):
    """A heatmap, a mask partly outside the face, and the face."""
    generator = np.random.default_rng(seed)
    heatmap = generator.integers(-2, 5, (15, 12)) if ties else generator.normal(0.2, 1, (15, 12))
    face = np.pad(np.ones((12, 8), bool), ((1, 2), (2, 2)))
    return heatmap.astype(float), generator.random((15, 12)) < 0.3, face


PICTURES = [(seed, ties) for seed in range(4) for ties in (False, True)]


def naive_rank_accuracy(values, marked) -> float:
    """Averaged over the orders in which ties may come: the chance of each tied place is the same."""
    last = sorted(values, reverse=True)[marked.sum() - 1]
    tied = values == last
    chance = (marked.sum() - (values > last).sum()) / tied.sum()
    return ((values > last) & marked).sum() / marked.sum() + chance * (tied & marked).sum() / marked.sum()


@pytest.mark.parametrize(("seed", "ties"), PICTURES)
def test_metrics_of_maps_agree_with_independent_implementations(seed, ties):
    heatmap, mask, face = picture(seed, ties)
    values, marked = heatmap[face], mask[face]
    positive = [max(value, 0) for value in values]
    wanted = {
        "auc": roc_auc_score(marked, values),
        "nss": np.mean(stats.zscore(values)[marked]),
        "cc": stats.pearsonr(values, marked).statistic,
        "relevance_mass": sum(p for p, m in zip(positive, marked, strict=True) if m) / sum(positive),
        "rank_accuracy": naive_rank_accuracy(values, marked),
        "pointing_game": np.mean(marked[values == values.max()]),
    }
    found = {name: score(name, heatmap, mask, face) for name in wanted}
    assert found == pytest.approx(wanted)
    pairs = [(inside, outside) for inside in values[marked] for outside in values[~marked]]
    wins = [(inside > outside) + (inside == outside) / 2 for inside, outside in pairs]
    assert found["auc"] == pytest.approx(np.mean(wins))
    assert found["cc"] == pytest.approx(stats.pointbiserialr(marked, values).statistic)
    rank = found["rank_accuracy"]
    assert score("iou_mask_area", heatmap, mask, face) == pytest.approx(rank / (2 - rank))


def test_the_iou_at_the_mask_s_area_is_that_of_the_highest_places():
    heatmap, mask, face = picture(5)
    area = (mask & face).sum()
    highest = (heatmap >= np.sort(heatmap[face])[-area]) & face
    assert highest.sum() == area
    wanted = (highest & mask).sum() / (highest | (mask & face)).sum()
    assert score("iou_mask_area", heatmap, mask, face) == pytest.approx(wanted)


@pytest.mark.parametrize("name", MAPS[:5])
@pytest.mark.parametrize(("seed", "ties"), PICTURES)
def test_the_weights_of_the_mask_s_places_add_up_to_its_score(name, seed, ties):
    heatmap, mask, face = picture(seed, ties)
    (metric,) = load_metrics([name])
    inside = mask & face
    weights = metric.weights(heatmap, face, int(inside.sum()))
    assert weights.dtype == np.float64
    assert weights[inside].sum() == pytest.approx(metric.score(heatmap, mask, face))
    assert not weights[~face].any()


@pytest.mark.parametrize("name", MAPS)
def test_what_lies_outside_the_face_does_not_count(name):
    heatmap, mask, face = picture(6)
    elsewhere = heatmap + np.where(face, 0, 100 * np.random.default_rng(1).normal(size=face.shape))
    assert score(name, elsewhere, mask, face) == score(name, heatmap, mask, face)
    assert score(name, heatmap, mask & face, face) == score(name, heatmap, mask | ~face, face)


@pytest.mark.parametrize("name", ["auc", "rank_accuracy", "iou_mask_area", "pointing_game"])
def test_metrics_of_ranks_do_not_change_if_the_heatmap_is_stretched(name):
    heatmap, mask, face = picture(7)
    for stretched in (np.exp(3 * heatmap), heatmap**3 - 5, stats.rankdata(heatmap).reshape(heatmap.shape)):
        assert score(name, stretched, mask, face) == pytest.approx(score(name, heatmap, mask, face))


@pytest.mark.parametrize("name", ["nss", "cc"])
def test_standardized_metrics_do_not_change_with_unit_and_origin(name):
    heatmap, mask, face = picture(8)
    assert score(name, 7 * heatmap + 3, mask, face) == pytest.approx(score(name, heatmap, mask, face))


@pytest.mark.parametrize("name", MAPS)
def test_a_map_upside_down_agrees_as_badly_as_the_map_agrees_well(name):
    heatmap, mask, face = picture(9)
    heatmap = heatmap + 2 * mask
    up, down = score(name, heatmap, mask, face), score(name, -heatmap, mask, face)
    if name == "auc":
        assert up + down == pytest.approx(1)
    elif name in ("nss", "cc"):
        assert up + down == pytest.approx(0)
    assert up > down


@pytest.mark.parametrize("name", MAPS)
def test_a_flat_heatmap_an_empty_mask_and_a_full_one_have_scores(name):
    heatmap, mask, face = picture(10)
    flat, share = np.where(face, 0.7, heatmap), (mask & face).sum() / face.sum()
    of_flat = share / (2 - share) if name == "iou_mask_area" else FLAT.get(name, share)
    assert score(name, flat, mask, face) == pytest.approx(of_flat)
    (metric,) = load_metrics([name])
    assert face_scores([metric], mask, face)[name] == pytest.approx(of_flat)  # the face as a map is flat
    assert score(name, heatmap, np.ones_like(face), face) == pytest.approx(FULL.get(name, 1), abs=1e-12)
    assert score(name, heatmap, ~face, face) == 0


def test_relevance_mass_of_nothing_positive_is_none():
    heatmap, mask, face = picture(11)
    assert score("relevance_mass", -np.abs(heatmap), mask, face) == 0


@pytest.mark.parametrize("seed", range(5))
def test_equal_values_share_their_ranks(seed):
    values = np.random.default_rng(seed).integers(0, 4, 30).astype(float)
    assert midranks(values).tolist() == stats.rankdata(values).tolist()


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("area", [0, 1, 17, 95, 96, 200])
def test_the_highest_places_have_the_area_asked_for(area, ties):
    heatmap, _, face = picture(12, ties)
    top = top_places(heatmap, face, area)
    assert top.sum() == pytest.approx(min(area, face.sum()))
    assert top.min() >= 0
    assert top.max() <= 1
    assert not top[~face].any()
    order = np.argsort(heatmap[face])
    assert (np.diff(top[face][order]) >= -1e-12).all()  # never less at a higher value


def test_a_metric_of_one_s_own_may_bring_weights(tmp_path):
    heatmap, mask, face = picture(13)
    (metric,) = load_metrics([own(tmp_path, "mean_outside", MEAN_OUTSIDE)])
    inside = mask & face
    of_places = metric.weights(heatmap, face, int(inside.sum()))[inside].sum()
    found = heatmap_scores([metric], heatmap, mask, mask, face)["mean_outside"]
    assert found == pytest.approx(of_places) == pytest.approx(heatmap[face & ~mask].mean())
