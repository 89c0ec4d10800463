"""Where people look as targets: means, places, halves; and the scores of heatmaps on them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.unit.comparison.made_people import FACE, made_people, smooth
from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.people_maps import highest_places
from workflow_scripts.comparison.people_targets import mean_maps, persons_of, random_halves, targets
from workflow_scripts.comparison.references import own_scores
from workflow_scripts.comparison.score_columns import ALL
from workflow_scripts.comparison.scores import face_scores, load_metrics
from workflow_scripts.comparison.target_scores import (
    Predictor,
    patternless,
    predictor,
    score_names,
    scored_metrics,
    target_scores,
)

METRICS = load_metrics(ALL)
PLACES = int(FACE.sum())
LEVELS = arrays(np.float64, (3, 24), elements=st.integers(-3, 3).map(float))


@given(LEVELS, st.floats(0.01, 0.99))
def test_places_have_the_same_area_and_never_a_lower_value_than_one_left_out(maps, share):
    on = targets(maps, share)
    np.testing.assert_allclose(on.places.sum(axis=1), max(1, round(share * 24)))
    for values, places in zip(maps, on.places, strict=True):
        assert ((places >= 0) & (places <= 1)).all()
        partly = values[(places > 0) & (places < 1)]
        assert len(set(partly)) <= 1
        assert places[values == values.max()].min() > 0
        if len(partly):
            assert (places[values > partly[0]] == 1).all() and (places[values < partly[0]] == 0).all()


@given(LEVELS, st.permutations(range(24)))
def test_places_do_not_depend_on_where_in_the_face_they_are(maps, order):
    there, elsewhere = targets(maps, 0.3), targets(maps[:, order], 0.3)
    np.testing.assert_array_equal(there.places[:, order], elsewhere.places)
    np.testing.assert_allclose(there.graded[:, order], elsewhere.graded, atol=1e-12)


@given(LEVELS)
def test_a_mask_of_people_is_the_places_that_count_at_all(maps):
    for values, places in zip(maps, targets(maps, 0.3).places, strict=True):
        mask = highest_places(values.reshape(4, 6), np.ones((4, 6), bool), 0.3)
        np.testing.assert_array_equal(mask.ravel(), places > 0)


def test_a_constant_map_is_graded_zero_and_a_missing_one_stays_missing():
    on = targets(np.array([[0.1] * 7, [np.nan] * 7, [0, 1, 2, 3, 4, 5, 6.0]]), 0.25)
    assert not on.graded[0].any() and on.places[0].tolist() == pytest.approx([2 / 7] * 7)
    assert np.isnan(on.graded[1]).all() and np.isnan(on.places[1]).all()
    assert on.places[2].tolist() == [0] * 5 + [1, 1]
    assert (on.graded[2].mean(), on.graded[2].std()) == pytest.approx((0, 1))


def test_posers_weigh_the_same_and_those_that_nobody_saw_nothing():
    maps = {
        "f": (["a", "b", "c"], np.array([[0.0], [3], [6]], np.float32)),
        "m": (["c"], np.array([[9]], np.float32)),
    }
    people = persons_of(maps)
    chosen = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 0, 0]], bool)
    found = mean_maps(maps, people, chosen)[:, 0]
    np.testing.assert_array_equal(found, [(3 + 9) / 2, 1.5, (6 + 9) / 2, np.nan])


@given(st.integers(2, 15), st.integers(1, 4))
def test_halves_divide_the_chosen_and_nobody_else(n, splits):
    chosen = np.arange(20) % 20 < n
    found = random_halves(chosen, splits, np.random.default_rng(1))
    assert found.shape == (splits, 2, 20)
    np.testing.assert_array_equal(found.sum(axis=1), np.tile(chosen, (splits, 1)))
    assert (found.sum(axis=2) == [n // 2, n - n // 2]).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_many_targets_are_those_of_each_as_a_mask(seed, dtype):
    draw = np.random.default_rng(seed)
    maps = draw.normal(size=(5, PLACES))  # without ties
    heatmap = np.round(smooth(draw), 1).astype(dtype)  # with
    on = targets(maps, 0.25)
    found = target_scores(METRICS, predictor(METRICS, heatmap, FACE, round(0.25 * PLACES)), on)
    assert found.shape == (len(score_names(METRICS)), 5)
    for number, places in enumerate(on.places):
        mask = np.zeros(FACE.shape, bool)
        mask[FACE] = places > 0
        expected = own_scores(METRICS, heatmap.astype(float), mask, FACE)
        assert found[0, number] == pytest.approx(np.corrcoef(heatmap[FACE].astype(float), maps[number])[0, 1])
        for name, score in zip(score_names(METRICS)[1:], found[1:, number], strict=True):
            assert score == pytest.approx(expected[name]), name


def test_places_that_tie_count_as_the_mean_of_all_ways_to_choose_among_them():
    values, heatmap = np.array([5.0, 2, 2, 2, 0, 0, 0, 0]), np.array([[8.0, 7, 1, 5, 3, 2, 6, 4]])
    face, metrics = np.ones((1, 8), bool), load_metrics(["auc", "nss", "rank_accuracy", "precision"])
    of = predictor(metrics, heatmap, face, 2)
    found = target_scores(metrics, of, targets(values[None], 0.25))[1:, 0]
    each = [own_scores(metrics, heatmap, np.isin(np.arange(8), [0, tied])[None], face) for tied in (1, 2, 3)]
    expected = [np.mean([one[metric.name] for one in each]) for metric in metrics]
    assert found.tolist() == pytest.approx(expected)


def test_metrics_without_weights_are_left_out():
    kept = [metric.name for metric in scored_metrics(METRICS)]
    assert {metric.name for metric in METRICS} - {*kept} == {"pointing_game", "iou_mask_area"}


def test_a_constant_heatmap_scores_like_a_map_without_a_pattern():
    measured = made_people(9)
    on = measured.targets_of("fear")
    without = patternless(METRICS, measured.area, FACE)
    constant = target_scores(METRICS, measured.predictor(METRICS, np.full(FACE.shape, 0.1)), on)
    np.testing.assert_allclose(constant, np.tile(without[:, None], constant.shape[1]), atol=1e-9)


def test_a_map_without_a_pattern_scores_what_the_face_does_and_zero_by_metrics_of_masks():
    mask = np.zeros(FACE.shape, bool)
    mask[3:5, 2:7] = True
    names, expected = score_names(METRICS), face_scores(METRICS, mask, FACE)
    found = dict(zip(names, patternless(METRICS, 10, FACE), strict=True))
    of_masks = {metric.name for metric in METRICS if metric.takes == "mask"}
    assert found["r"] == 0 and found["auc"] == 0.5
    for name in names[1:]:
        assert found[name] == pytest.approx(0 if name in of_masks else expected[name]), name


OWN = """
LABEL, BETTER, TAKES = "own", "lower", "mask"

def distance(overlap, found, mask):
    return mask - overlap

def broken(overlap, found, mask):
    return float("inf")
"""


def test_a_user_s_own_metric_counts_and_one_that_is_not_finite_is_refused(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    heatmap, on = smooth(np.random.default_rng(1)), made_people(9).targets_of("joy")
    for function in ("distance", "broken"):
        metrics = load_metrics([f"{tmp_path}/own.py:{function}"])
        of = predictor(metrics, heatmap, FACE, round(0.25 * PLACES))
        if function == "broken":
            with pytest.raises(StudyError, match="the metric broken returned inf"):
                target_scores(metrics, of, on)
        else:
            distances = target_scores(metrics, of, on)[1]
            np.testing.assert_allclose(distances, on.places.sum(axis=1) - of.rows[1] @ on.places.T)
            assert np.isnan(patternless(metrics, 16, FACE)[1])  # 0 would be the best


def test_what_is_missing_has_no_score():
    on = targets(np.array([[np.nan] * PLACES, list(range(PLACES))]), 0.25)
    heatmap = smooth(np.random.default_rng(1))
    scores = target_scores(METRICS, predictor(METRICS, heatmap, FACE, 16), on)
    assert np.isnan(scores[:, 0]).all() and np.isfinite(scores[:, 1]).all()
    missing = predictor(METRICS, np.full(FACE.shape, np.nan), FACE, 16)
    assert isinstance(missing, Predictor) and np.isnan(target_scores(METRICS, missing, on)).all()
