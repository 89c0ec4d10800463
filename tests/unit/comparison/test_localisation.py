"""Metrics of maps against those of the package quantus, and where they differ by definition.

Hedström et al. 2023, Journal of Machine Learning Research 24 (34), 1-11. Quantus knows no face, so it is
given the places of the face alone.
"""

import warnings
from itertools import permutations

import numpy as np
import pytest

from workflow_scripts.common.places import ROOT
from workflow_scripts.comparison.mask_kinds import halves
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

SEEDS = range(12)
MASS, RANK, GAME = "RelevanceMassAccuracy", "RelevanceRankAccuracy", "PointingGame"
SHARE, AUC = "AttributionLocalisation", "AUC"


@pytest.fixture(scope="module")
def quantus():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations in what it imports
        return pytest.importorskip("quantus", reason="quantus is not installed: see tests/oracles.txt")


def theirs(quantus, name, values, marked, **options):
    """Scores by a metric of quantus, float64 (n,), of values and masks (n, places)."""
    options = {"abs": False, "disable_warnings": True} | options
    values, marked = (np.asarray(each)[:, None, None] for each in (values, marked))
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")
        found = getattr(quantus, name)(**options)(
            model=None,
            x_batch=np.zeros(values.shape),
            y_batch=np.zeros(len(values), int),
            a_batch=values.astype(float),
            s_batch=marked.astype(int),
            channel_first=True,
        )
    return np.asarray(found, float)


def ours(name, heatmap, mask, face) -> float:
    (metric,) = load_metrics([name])
    return metric.score(heatmap.astype(float), mask, face)


def picture(seed, ties=False):
    """A heatmap with negative values, a mask partly outside the face, and the face."""
    draw = np.random.default_rng(seed)
    heatmap = draw.integers(-3, 4, (16, 13)) if ties else draw.normal(0.3, 1, (16, 13))
    y, x = np.mgrid[:16, :13]
    face = ((y - 8) / 7) ** 2 + ((x - 6) / 6) ** 2 < 1
    return heatmap.astype(float), draw.random((16, 13)) < draw.uniform(0.05, 0.9), face


def inside(heatmap, mask, face):
    return heatmap[face][None], mask[face][None]


@pytest.mark.parametrize("seed", SEEDS)
def test_without_ties_and_negative_values_all_are_equal_to_quantus(quantus, seed):
    heatmap, mask, face = picture(seed)
    values, marked = inside(np.exp(heatmap), mask, face)
    for name, of_quantus in {
        "relevance_mass": MASS,
        "rank_accuracy": RANK,
        "pointing_game": GAME,
        "auc": AUC,
    }.items():
        found = ours(name, np.exp(heatmap), mask, face)
        assert found == pytest.approx(theirs(quantus, of_quantus, values, marked)[0], abs=1e-6), name


@pytest.mark.parametrize("seed", SEEDS)
def test_auc_shares_ties_as_quantus_does(quantus, seed):
    heatmap, mask, face = picture(seed, ties=True)
    wanted = theirs(quantus, AUC, *inside(heatmap, mask, face))[0]
    assert ours("auc", heatmap, mask, face) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_relevance_mass_leaves_negative_values_out_where_quantus_adds_them_up(quantus, seed):
    heatmap, mask, face = picture(seed)
    values, marked = inside(heatmap, mask, face)
    found = ours("relevance_mass", heatmap, mask, face)
    positive = theirs(quantus, MASS, np.maximum(values, 0), marked)[0]
    assert found == pytest.approx(positive, abs=1e-6)
    share = theirs(quantus, SHARE, values, marked, positive_attributions=True)[0]
    assert found == pytest.approx(share, abs=1e-6)
    all_of_them = theirs(quantus, MASS, values, marked)[0]
    assert all_of_them == pytest.approx(values[marked].sum() / values.sum(), abs=1e-6)
    assert abs(found - all_of_them) > 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_share_of_quantus_takes_absolute_values_unless_told_not_to(quantus, seed):
    heatmap, mask, face = picture(seed)
    values, marked = inside(heatmap, mask, face)
    share = theirs(quantus, SHARE, values, marked, abs=True)[0]
    assert ours("relevance_mass", np.abs(heatmap), mask, face) == pytest.approx(share, abs=1e-6)


def test_rank_accuracy_is_the_mean_over_the_orders_of_ties_where_quantus_takes_one(quantus):
    values = np.array([2.0, 1, 1, 1, 0, -1])
    marked = np.array([False, True, False, True, True, False])
    face = np.ones((1, 6), bool)
    found = ours("rank_accuracy", values[None], marked[None], face)
    orders = np.array(list(permutations(range(6))))
    of_orders = theirs(quantus, RANK, values[orders], marked[orders])
    assert set(of_orders.round(6)) == {0.333333, 0.666667}  # what a score depends on there
    assert found == pytest.approx(of_orders.mean(), abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_highest_places_the_pointing_game_takes_the_share_where_quantus_takes_any(quantus, seed):
    heatmap, mask, face = picture(seed, ties=True)
    values, marked = inside(heatmap, mask, face)
    found, hit = ours("pointing_game", heatmap, mask, face), theirs(quantus, GAME, values, marked)[0]
    assert hit == (found > 0)
    assert found == pytest.approx(marked[values == values.max()].mean())


def test_a_map_without_positive_values_scores_zero_where_quantus_refuses_it(quantus):
    heatmap, mask, face = picture(0)
    values, marked = inside(-np.abs(heatmap), mask, face)
    with pytest.raises(AssertionError, match="should not all be less than zero"):
        theirs(quantus, MASS, values, marked)
    assert ours("relevance_mass", -np.abs(heatmap), mask, face) == 0


def test_an_empty_mask_scores_zero_where_quantus_has_no_number_or_a_hit(quantus):
    heatmap, mask, face = picture(0)
    values, marked = inside(heatmap, mask & False, face)
    for name, of_quantus in {"relevance_mass": MASS, "rank_accuracy": RANK, "auc": AUC}.items():
        assert np.isnan(theirs(quantus, of_quantus, values, marked)[0])
        assert ours(name, heatmap, ~face, face) == 0
    assert theirs(quantus, GAME, values, marked)[0] == 1  # its NaN becomes a True
    assert ours("pointing_game", heatmap, ~face, face) == 0


@pytest.mark.parametrize("shows", ["mouth", "brows"])
@pytest.mark.parametrize("seed", range(3))
def test_the_relevance_in_the_half_of_a_half_face_is_quantus_localisation(quantus, shows, seed):
    landmarks = read_standard_face(ROOT / "resources/standard_face.csv")
    face = face_area(landmarks)
    mask = halves.draw({"shows": shows}, "happiness", landmarks, None, [], [])
    heatmap = np.random.default_rng(seed).normal(0.1, 1, face.shape)
    values, marked = inside(heatmap, mask, face)
    found = ours("relevance_mass", heatmap, mask, face)
    of_half = theirs(quantus, SHARE, values, marked, positive_attributions=True)[0]
    assert found == pytest.approx(of_half, abs=1e-6)
    assert found == pytest.approx(theirs(quantus, MASS, np.maximum(values, 0), marked)[0], abs=1e-6)
