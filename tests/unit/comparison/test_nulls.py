"""Tests of scores against masks elsewhere in the face: one by one, without any effect, and with one."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy import stats

from tests.own_metrics import MEAN_OUTSIDE
from workflow_scripts.comparison import surrogates
from workflow_scripts.comparison.nulls import MaskOnGrid, averaged, null_of, panel_nulls
from workflow_scripts.comparison.scores import heatmap_scores, load_metrics
from workflow_scripts.comparison.surrogates import joint_surrogates, mostly, on_grid, surrogate_masks
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

AREAS = ("iou", "f1", "precision", "recall")
SUMS = ("auc", "nss", "cc", "relevance_mass", "rank_accuracy")
ELLIPSE = np.hypot(*((np.indices((40, 32)).T - (19.5, 15.5)) / (18, 14)).T) <= 1  # a small face
STANDARD_FACE = face_area(read_standard_face(Path(__file__).parents[3] / "resources/standard_face.csv"))


def smooth(seed, shape, width) -> np.ndarray:
    """A symmetric random field."""
    padded = [side + 8 * int(width) for side in shape]
    field = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=padded), (0, 0), width)
    field = field[: shape[0], : shape[1]]
    return field + field[:, ::-1]


def smooth_mask(seed, face=ELLIPSE, width=3.0, share=0.33) -> np.ndarray:
    """The highest places of the face, of a symmetric random field."""
    field = smooth(seed, face.shape, width)
    return face & (field > np.quantile(field[face], 1 - share))


def on_fine_grid(mask, face=ELLIPSE, n=40) -> tuple[MaskOnGrid, np.ndarray]:
    """A mask with its surrogates on a grid of pixels; the surrogates, bool (n, h, w)."""
    drawn = surrogate_masks(mask, face, n, np.random.default_rng(0))
    whole = np.zeros((n, *face.shape), bool)
    whole[:, face] = drawn
    return MaskOnGrid(mask, face, drawn, 1), whole


@pytest.fixture
def lower_is_better(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MEAN_OUTSIDE)
    return f"{path}:mean_outside"


def test_a_panel_scores_as_if_each_surrogate_were_scored_alone(lower_is_better):
    metrics = load_metrics([*AREAS, *SUMS, lower_is_better])
    mask = smooth_mask(1) | ((np.indices(ELLIPSE.shape)[0] < 12) & ~ELLIPSE)  # partly outside the face
    outside = mask & ~ELLIPSE
    assert outside.any()
    on, drawn = on_fine_grid(mask)
    heatmaps = [smooth(seed, ELLIPSE.shape, 2.0) for seed in (2, 3)]

    def alone(of_mask) -> dict[str, float]:
        scores = [
            heatmap_scores(metrics, heatmap, important_region(heatmap)[0], of_mask, ELLIPSE)
            for heatmap in heatmaps
        ]
        return {name: np.mean([of[name] for of in scores]) for name in scores[0]}

    own, null = alone(mask), [alone(one | outside) for one in drawn]
    found = panel_nulls(metrics, heatmaps, on)
    assert list(found) == [metric.name for metric in metrics]
    for metric in metrics:
        name, scores = metric.name, np.array([of[metric.name] for of in null])
        assert found[name].score == pytest.approx(own[name], abs=1e-5)
        assert found[name].mean == pytest.approx(scores.mean(), abs=1e-5)
        low, high = np.quantile(scores, (0.025, 0.975))
        assert (found[name].low, found[name].high) == pytest.approx((low, high), abs=1e-5)
        worse = -1 if metric.better == "lower" else 1
        as_good = sum(worse * one >= worse * own[name] - 1e-5 for one in scores)
        assert found[name].p == (1 + as_good) / (1 + len(scores))


def test_agreement_is_found_with_the_smallest_p_there_is(lower_is_better):
    metrics = load_metrics([*AREAS, *SUMS, lower_is_better])
    mask = smooth_mask(4)
    on, _ = on_fine_grid(mask, n=99)
    blurred = cv2.GaussianBlur(mask.astype(float), (0, 0), 2)
    found = panel_nulls(metrics, [blurred, blurred**2], on)
    for name in ("iou", "f1", "auc", "nss", "cc", "relevance_mass", "rank_accuracy", "mean_outside"):
        assert found[name].p == 0.01
    opposite = panel_nulls(metrics, [-blurred], on)
    for name in ("iou", "auc", "cc", "mean_outside"):
        assert opposite[name].p > 0.9


def test_p_is_uniform_if_heatmaps_know_nothing_of_masks(monkeypatch):
    monkeypatch.setattr(surrogates, "CALIBRATION", 50)
    metrics, face, found = load_metrics(["iou", "auc"]), np.pad(ELLIPSE[::2, ::2], 1), []
    for seed in range(60):
        mask = smooth_mask([seed, 0], face, 2.0, share=(0.25, 0.33, 0.4)[seed % 3])
        on, _ = on_fine_grid(mask, face, n=99)
        nulls = panel_nulls(metrics, [smooth([seed, 1], face.shape, 1.5)], on)
        found.append([nulls["iou"].p, nulls["auc"].p])
    for p_values in np.transpose(found):
        assert stats.kstest(p_values, "uniform").pvalue > 0.01
        assert stats.binomtest(int((p_values <= 0.1).sum()), 60, 0.1, "greater").pvalue > 0.01


def test_a_score_that_no_mask_can_change_has_p_1():
    on, _ = on_fine_grid(smooth_mask(5))
    flat_in_face = np.where(ELLIPSE, 0.3, smooth(6, ELLIPSE.shape, 2.0))
    assert {null.p for null in panel_nulls(load_metrics(SUMS), [flat_in_face], on).values()} == {1.0}
    for mask in (ELLIPSE, np.zeros_like(ELLIPSE)):  # its own surrogates
        on, _ = on_fine_grid(mask)
        found = panel_nulls(load_metrics([*AREAS, *SUMS]), [smooth(7, ELLIPSE.shape, 2.0)], on)
        assert {null.p for null in found.values()} == {1.0}
        for null in found.values():
            assert (null.mean, null.low, null.high) == pytest.approx([null.score] * 3, abs=1e-5)


def test_what_is_no_sum_over_places_is_not_tested():
    on, _ = on_fine_grid(smooth_mask(8))
    heatmap = smooth(9, ELLIPSE.shape, 2.0)
    assert list(panel_nulls(load_metrics(["iou_mask_area", "auc"]), [heatmap], on)) == ["auc"]
    assert panel_nulls(load_metrics(["auc"]), [], on) == {}


def test_scores_on_the_coarse_grid_are_close_to_those_of_the_canvas():
    metrics = load_metrics([*AREAS, "auc", "rank_accuracy", "relevance_mass"])
    mask = smooth_mask(10, STANDARD_FACE, 20)
    heatmap = np.maximum(smooth(11, STANDARD_FACE.shape, 20.0), 0)
    fine = heatmap_scores(metrics, heatmap, important_region(heatmap)[0], mask, STANDARD_FACE)
    for step in (4, 6, 8):
        places = mostly(STANDARD_FACE, step)
        on = MaskOnGrid(mask, STANDARD_FACE, np.zeros((1, places.sum()), bool), step)
        coarse = {name: null.score for name, null in panel_nulls(metrics, [heatmap], on).items()}
        assert coarse == pytest.approx(fine, abs=0.02)
        assert on_grid(heatmap, step).shape == places.shape


NAMES, NETWORKS = ("anger", "fear", "joy", "sadness"), ("A", "B")


def test_averages_are_taken_surrogate_by_surrogate_as_those_of_the_summary():
    draws = np.random.default_rng(1)
    panels = {(network, name): draws.random(5) for network in "ABC" for name in NAMES[:2]}
    del panels["C", "fear"]
    found = averaged(panels, NAMES[:2], ["B", "A", "C"])
    assert list(found) == [("A", "average"), ("B", "average"), *(("average", e) for e in ("anger", "fear")),
                           ("average", "average")]  # fmt: skip
    of_a, of_b = ([panels[network, name] for name in NAMES[:2]] for network in "AB")
    assert found["A", "average"][0] == pytest.approx(np.mean(of_a, axis=0))
    assert found["average", "fear"][0] == pytest.approx((of_a[1] + of_b[1]) / 2)  # C has no panel of all
    assert found["average", "average"][0] == pytest.approx(np.mean([*of_a, *of_b], axis=0))
    assert found["average", "fear"][1] == [("A", "fear"), ("B", "fear")]
    only = averaged(panels, NAMES[:2], ["A"])  # the others did not learn
    assert only["average", "average"][0] == pytest.approx(np.mean(of_a, axis=0))
    assert ("B", "average") in only
    assert ("average", "average") not in averaged(panels, NAMES[:2], ["C"])


def made_study(seed, face) -> tuple[dict, dict]:
    """Masks that overlap, and heatmaps of two networks that are alike and know nothing of the masks."""
    common, heatmap = smooth([seed, 9], face.shape, 2.0), smooth([seed, 8], face.shape, 1.5)
    masks, maps = {}, {}
    for number, name in enumerate(NAMES):
        field = common + 0.4 * smooth([seed, number], face.shape, 2.0)
        masks[name] = face & (field > np.quantile(field[face], 0.67))
        of_name = heatmap + 0.4 * smooth([seed, number, 1], face.shape, 1.5)
        for place, network in enumerate(NETWORKS):
            maps[network, name] = of_name + 0.2 * smooth([seed, number, 2, place], face.shape, 1.5)
    return masks, maps


def p_of_average(masks, maps, face, drawn) -> float:
    panels = {}
    for (network, name), heatmap in maps.items():
        on = MaskOnGrid(masks[name], face, drawn[name], 1)
        panels[network, name] = on.mean_scores(load_metrics(["auc"]), [heatmap])["auc"]
    return null_of(averaged(panels, NAMES, NETWORKS)["average", "average"][0], "higher").p


def test_tests_of_averages_hold_their_level_if_surrogates_are_drawn_together_and_not_if_apart(monkeypatch):
    monkeypatch.setattr(surrogates, "CALIBRATION", 50)
    face, together, apart = np.pad(ELLIPSE[::2, ::2], 1), [], []
    for seed in range(100):
        masks, maps = made_study(seed, face)
        drawn = joint_surrogates(masks, face, 99, np.random.default_rng(seed))
        together.append(p_of_average(masks, maps, face, drawn))
        one_by_one = {
            name: surrogate_masks(mask, face, 99, np.random.default_rng([seed, number]))
            for number, (name, mask) in enumerate(masks.items())
        }
        apart.append(p_of_average(masks, maps, face, one_by_one))
    wrong, wrong_apart = (sum(p <= 0.1 for p in found) for found in (together, apart))
    assert stats.binomtest(wrong, 100, 0.1, "greater").pvalue > 0.01
    assert stats.binomtest(wrong_apart, 100, 0.1, "greater").pvalue < 0.01


def test_an_average_that_agrees_is_found():
    face = np.pad(ELLIPSE[::2, ::2], 1)
    masks, maps = made_study(1, face)
    maps = {(network, name): one + 4 * masks[name] for (network, name), one in maps.items()}
    drawn = joint_surrogates(masks, face, 99, np.random.default_rng(1))
    assert p_of_average(masks, maps, face, drawn) == 0.01
