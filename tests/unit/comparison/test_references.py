"""What else scores like a heatmap: small cases with known answers, and tables of the published heatmaps."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.comparison.mask_image import read_gray, read_mask
from workflow_scripts.comparison.reference_tables import (
    GROWN,
    MATRIX,
    NULLS,
    REFERENCES,
    Heatmaps,
    grown_table,
    matrix_table,
    nulls_table,
    references_table,
)
from workflow_scripts.comparison.references import (
    best_cut,
    centre_map,
    majority,
    mask_references,
    network_references,
    own_scores,
    score_matrix,
)
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.specificity import own_minus_others, specificity_p
from workflow_scripts.comparison.thresholds import important_region, stretch_to_8bit
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.tools.heatmap_folder import mask_of, matching_files

REPOSITORY = Path(__file__).parents[3]
PUBLISHED = REPOSITORY.parent / "shared/published"
METRICS = load_metrics(["iou", "f1", "auc"])
SHAPE = (24, 20)
FACE = np.pad(np.ones((20, 16), bool), 2)
NAMES = ("anger", "fear", "happiness")


def band(first: int, last: int) -> np.ndarray:
    """A mask: rows of the canvas."""
    mask = np.zeros(SHAPE, bool)
    mask[first:last, 3:17] = True
    return mask


MASKS = dict(zip(NAMES, (band(3, 9), band(7, 13), band(14, 20)), strict=True))


def noisy(seed, mask=None) -> np.ndarray:
    """A heatmap: noise, brighter in a mask."""
    noise = np.random.default_rng(seed).random(SHAPE)
    return noise if mask is None else noise + mask


def given(cells) -> Heatmaps:
    """Heatmaps of cells (network, fold, expression), each bright in its own mask."""
    maps = {cell: noisy(number, MASKS[cell[2]]) for number, cell in enumerate(cells)}
    return Heatmaps(maps, MASKS, FACE, METRICS)


STUDY = [(network, fold, name) for network in ("B", "A") for fold in (1, 2) for name in NAMES]


@pytest.mark.parametrize("seed", range(4))
def test_the_best_cut_is_the_best_of_all_thresholds(seed):
    heatmap, mask = noisy(seed, 0.3 * MASKS["fear"]), MASKS["fear"]
    stretched, wanted = stretch_to_8bit(heatmap), {"iou": 0.0, "f1": 0.0}
    for threshold in range(-1, 255):
        region = stretched > threshold
        overlap = (region & mask).sum()
        wanted["iou"] = max(wanted["iou"], overlap / (region | mask).sum())
        wanted["f1"] = max(wanted["f1"], 2 * overlap / (region.sum() + mask.sum()))
    found = best_cut(METRICS[:2], heatmap, mask)
    assert found == pytest.approx(wanted)
    otsu = own_scores(METRICS[:2], heatmap, mask, FACE)
    assert all(found[name] >= otsu[name] for name in found)


def test_the_best_cut_of_a_mask_is_perfect_and_of_its_opposite_the_whole_canvas():
    mask = MASKS["anger"]
    assert best_cut(METRICS[:1], mask.astype(float), mask) == {"iou": 1}
    assert best_cut(METRICS[:1], -mask.astype(float), mask) == {"iou": pytest.approx(mask.mean())}


def test_the_centre_is_a_gaussian_with_the_face_s_own_spread():
    centre = centre_map(FACE)
    assert not centre[~FACE].any()
    assert np.argwhere(centre == centre.max()).mean(axis=0).tolist() == [11.5, 9.5]
    down, across = (np.std(np.arange(side)) for side in (20, 16))
    for y, x in [(5, 9), (21, 17), (2, 2)]:
        wanted = np.exp(-(((y - 11.5) / down) ** 2 + ((x - 9.5) / across) ** 2) / 2)
        assert centre[y, x] == pytest.approx(wanted)


def test_a_majority_is_more_than_half():
    masks = np.array([[1, 1, 0, 0], [1, 0, 0, 1], [1, 1, 0, 0]], bool)
    assert majority(masks).tolist() == [True, True, False, False]
    assert majority(masks[:2]).tolist() == [True, False, False, False]


def test_a_mask_has_two_references_whatever_the_network():
    found = {(name, reference): scores for name, reference, scores in mask_references(METRICS, MASKS, FACE)}
    assert list(found) == [(name, reference) for name in NAMES for reference in ("centre", "other_masks")]
    centre = centre_map(FACE)
    assert found["fear", "centre"] == own_scores(METRICS, centre, MASKS["fear"], FACE)
    shared = MASKS["anger"] & MASKS["fear"]  # of two, more than half is both
    overlap = (shared & MASKS["happiness"]).sum()
    assert overlap == found["happiness", "other_masks"]["iou"] == 0
    # anger's only others do not overlap, so that no place is shared by most of them
    assert set(found["anger", "other_masks"].values()) == {None}
    assert [row[1] for row in mask_references(METRICS, {"fear": MASKS["fear"]}, FACE)] == ["centre"]


def test_a_network_s_references_come_from_its_other_heatmaps():
    heatmaps = {name: noisy(number, MASKS[name]) for number, name in enumerate(NAMES)}
    matrix = score_matrix(METRICS, heatmaps, MASKS, FACE)
    found = {
        (name, reference): scores
        for name, reference, scores in network_references(METRICS, heatmaps, MASKS, FACE, matrix)
    }
    for name in NAMES:
        mask, others = MASKS[name], [heatmaps[other] for other in NAMES if other != name]
        scores = [own_scores(METRICS, other, mask, FACE) for other in others]
        for metric in ("iou", "f1", "auc"):
            assert found[name, "other_expressions"][metric] == np.mean([one[metric] for one in scores])
        mixed = own_scores(METRICS, np.mean(others, axis=0).astype(np.float32), mask, FACE)
        assert found[name, "mean_of_others"] == pytest.approx(mixed)
        assert found[name, "best_cut"] == best_cut(METRICS[:2], heatmaps[name], mask)
        assert matrix[name, name] == own_scores(METRICS, heatmaps[name], mask, FACE)


def test_a_network_with_one_heatmap_has_no_others():
    heatmaps = {"fear": noisy(1)}
    matrix = score_matrix(METRICS, heatmaps, MASKS, FACE)
    rows = network_references(METRICS, heatmaps, MASKS, FACE, matrix)
    assert [(name, reference) for name, reference, _ in rows] == [("fear", "best_cut")]


@pytest.mark.parametrize("value", [np.nan, 0.5])
def test_a_heatmap_that_is_missing_or_flat_has_no_scores(value):
    scores = own_scores(METRICS, np.full(SHAPE, value), MASKS["fear"], FACE)
    assert scores == dict.fromkeys(("iou", "f1", "auc"))


def test_the_table_of_references_has_those_of_masks_and_of_trainings():
    rows = references_table(given(STUDY))
    assert {tuple(row) for row in rows} == {REFERENCES}
    counts = defaultdict(int)
    for row in rows:
        counts[row["network"], row["fold"], row["reference"]] += 1
    assert counts["", "", "centre"] == 3 * 3
    for network in "AB":
        assert {counts[network, 1, name] for name in ("other_expressions", "mean_of_others")} == {3 * 3}
        assert counts[network, 2, "best_cut"] == 3 * 2  # for metrics of masks


def test_the_matrix_is_the_mean_over_folds_with_all_heatmaps():
    cells = [*STUDY, ("A", 3, "fear"), ("C", 1, "fear"), ("C", 1, "anger")]
    study = given(cells)
    rows = matrix_table(study, ["A", "C"])
    assert {frozenset(row) for row in rows} == {frozenset(MATRIX)}
    assert {(row["network"], row["folds"]) for row in rows} == {("B", 2), ("A", 2), ("average", 2)}
    scores = {name: [row["score"] for row in rows if row["network"] == name] for name in ("A", "average")}
    assert scores["average"] == scores["A"]  # B did not learn, and C lacks heatmaps
    scores = np.zeros((3, 3))
    for row in rows:
        if (row["network"], row["metric"]) == ("A", "iou"):
            i, j = NAMES.index(row["expression"]), NAMES.index(row["mask_expression"])
            scores[i, j] = row["score"]
            maps = [study.maps["A", fold, row["expression"]] for fold in (1, 2)]
            mask = MASKS[row["mask_expression"]]
            wanted = np.mean([own_scores(METRICS, one, mask, FACE)["iou"] for one in maps])
            assert row["score"] == pytest.approx(wanted)
    centred = [row["double_centred"] for row in rows if (row["network"], row["metric"]) == ("A", "iou")]
    assert np.trace(np.reshape(centred, (3, 3))) / 3 == pytest.approx(own_minus_others(scores) * 2 / 3)
    assert specificity_p(scores, np.random.default_rng(0)) == 1 / 6


def test_all_networks_are_tested_against_the_same_surrogates():
    study = given(STUDY)
    rows = nulls_table(study, "mine", seed=1, surrogates=30, step=2, learned=[])
    assert {tuple(row) for row in rows} == {NULLS}
    rows = [row for row in rows if row["expression"] != "average"]
    assert [row["network"] for row in rows[18:]] == ["centre"] * 9  # once per mask and metric
    centre, rows = rows[18:], rows[:18]
    assert {row["folds"] for row in centre} == {1}
    panels = [(row["network"], row["expression"], row["metric"]) for row in rows]
    assert panels == [(n, e, m) for n in ("B", "A") for e in NAMES for m in ("iou", "f1", "auc")]
    assert max(row["p"] for row in rows) <= 3 / 31
    assert {row["folds"] for row in rows} == {2}
    alone = Heatmaps({cell: study.maps[cell] for cell in STUDY[6:]}, MASKS, FACE, METRICS)
    again = nulls_table(alone, "mine", seed=1, surrogates=30, step=2, learned=[])
    assert again[:18] == [*rows[9:], *centre]
    assert nulls_table(alone, "other", seed=1, surrogates=30, step=2, learned=[])[:9] != rows[9:]


def test_averages_of_networks_that_learned_and_lack_nothing_are_tested():
    study = given([*STUDY, ("A", 3, "fear"), ("C", 1, "fear")])
    options = {"seed": 1, "surrogates": 30, "step": 2}
    rows = nulls_table(study, "mine", **options, learned=["A", "C"])
    found = {(row["network"], row["expression"], row["metric"]): row for row in rows}
    assert len(found) == len(rows)
    averages = {key[:2] for key in found if "average" in key}
    assert averages == {
        *((name, "average") for name in ("B", "A", "centre", "average")),
        *(("average", name) for name in NAMES),
    }
    for metric in ("iou", "f1", "auc"):
        of_a = [found["A", name, metric] for name in NAMES]
        average = found["A", "average", metric]
        assert average["score"] == pytest.approx(np.mean([row["score"] for row in of_a]), abs=1e-5)
        assert average["null_mean"] == pytest.approx(np.mean([row["null_mean"] for row in of_a]), abs=1e-5)
        assert average["p"] <= min(row["p"] for row in of_a)
        assert [row["folds"] for row in of_a] == [2, 3, 2]
        assert average["folds"] == 2
        assert found["average", "average", metric] == average | {"network": "average"}  # A alone learned
        assert found["average", "fear", metric] == found["A", "fear", metric] | {"network": "average"}
    assert "average" not in {row["network"] for row in nulls_table(study, "mine", **options, learned=["C"])}


def test_the_null_of_equal_panels_is_not_narrower_than_that_of_one():
    """What averages nothing away: networks and expressions that are all the same."""
    masks = dict.fromkeys(NAMES, MASKS["fear"])
    heatmap = noisy(1)
    maps = {(network, 1, name): heatmap for network in "AB" for name in NAMES}
    rows = nulls_table(Heatmaps(maps, masks, FACE, METRICS), "mine", 1, 200, 2, ["A", "B"])
    numbers = ("score", "null_mean", "null_low", "null_high", "p")
    for metric in ("iou", "f1", "auc"):
        of_metric = [row for row in rows if row["metric"] == metric and row["network"] != "centre"]
        assert len(of_metric) == 6 + 2 + 4
        for row in of_metric:
            assert [row[key] for key in numbers] == pytest.approx(
                [of_metric[0][key] for key in numbers], abs=1e-5
            )


def test_grown_masks_are_scored_by_network():
    study = given([*STUDY, ("C", 1, "fear")])
    rows = grown_table(study)
    assert {tuple(row) for row in rows} == {GROWN}
    found = {(row["network"], row["grown"], row["metric"]): (row["score"], row["folds"]) for row in rows}
    assert len(found) == len(rows) == 3 * 4 * 3
    assert found["C", 4, "iou"] == (None, None)  # it lacks expressions
    region = [important_region(study.maps["A", fold, name])[0] for fold in (1, 2) for name in NAMES]
    assert found["A", 8, "f1"][1] == 2
    # grown by 8 pixels, the masks nearly fill the canvas; shrunk by 4, nothing is left of them
    assert found["A", 8, "iou"][0] == pytest.approx(np.mean(region), abs=0.1)
    assert found["A", -4, "iou"] == (None, None)


@pytest.fixture(scope="module")
def published() -> Heatmaps:
    if not PUBLISHED.is_dir():
        pytest.skip("needs the published data, ../shared")
    files = matching_files(PUBLISHED / "heatmaps", "{network}_CV{fold}_{expression}_heatmap.png")
    maps = {
        (of["network"], of["fold"], of["expression"]): read_gray(path).astype(float) for path, of in files
    }
    names = sorted({expression for _, _, expression in maps})
    masks = {name: read_mask(mask_of(name, PUBLISHED / "masks", "{expression}*")) for name in names}
    face = face_area(read_standard_face(REPOSITORY / "resources/standard_face.csv"))
    return Heatmaps(maps, masks, face, load_metrics(["iou", "auc"]))


def test_the_published_heatmaps_are_not_specific_to_their_expressions(published):
    rows = [row for row in matrix_table(published, published.networks) if row["network"] != "average"]
    assert len(rows) == 12 * 6 * 6 * 2
    names, found = list(published.masks), {}
    for metric in ("iou", "auc"):
        scores = np.zeros((6, 6))
        for row in rows:
            if row["metric"] == metric:
                place = names.index(row["expression"]), names.index(row["mask_expression"])
                scores[place] += row["score"] / 12
        own = np.trace(scores) / 6
        p = specificity_p(scores, np.random.default_rng(0))
        found[metric] = own, own - own_minus_others(scores), p
    assert found["iou"] == pytest.approx((0.2476, 0.2420, 0.379), abs=5e-4)
    assert found["auc"] == pytest.approx((0.581, 0.566, 0.253), abs=5e-4)


def test_the_published_heatmaps_score_below_the_mean_of_their_others(published):
    scores = defaultdict(list)
    for row in references_table(published):
        scores[row["reference"], row["metric"]].append(row["score"])
    found = {name: np.mean(values) for name, values in scores.items()}
    assert len(scores["mean_of_others", "iou"]) == 360
    assert found["other_expressions", "iou"] == pytest.approx(0.2420, abs=5e-5)
    assert found["mean_of_others", "iou"] == pytest.approx(0.315, abs=5e-4)
    assert found["mean_of_others", "auc"] == pytest.approx(0.610, abs=5e-4)
    assert found["best_cut", "iou"] == pytest.approx(0.369, abs=5e-4)


def test_few_published_panels_agree_more_than_masks_elsewhere(published):
    rows = nulls_table(published, "figure4", seed=1, surrogates=200, step=8, learned=published.networks)
    averages = {(row["network"], row["metric"]): row for row in rows if row["expression"] == "average"}
    for metric, score in (("iou", 0.2476), ("auc", 0.581)):
        assert averages["average", metric]["score"] == pytest.approx(score, abs=0.005)  # on the coarse grid
        assert 0.1 < averages["average", metric]["p"] < 0.4
        assert averages["centre", metric]["p"] < averages["average", metric]["p"]
    rows = [row for row in rows if "average" not in (row["network"], row["expression"])]
    panels = [row for row in rows if row["network"] != "centre"]
    assert len(panels) == 72 * 2
    of_centre = {(row["expression"], row["metric"]): row["p"] for row in rows if row["network"] == "centre"}
    assert max(of_centre["disgust", metric] for metric in ("iou", "auc")) < 0.05
    rows = panels
    for metric in ("iou", "auc"):
        p_values = np.array([row["p"] for row in rows if row["metric"] == metric])
        assert 4 <= (p_values < 0.05).sum() <= 12  # 3.6 by chance alone
        assert (p_values > 0.5).sum() > 15
