"""Measures of explanations: known answers, published numbers, and networks whose importance is known."""

import json
from itertools import permutations

import keras
import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from tests.toy_networks import default_settings, reader, toy_faces
from workflow_scripts.explanation.explaining import built_explainer
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.explanation.faithfulness import SMALL_FALL, measured, passes
from workflow_scripts.explanation.measure_quality import EVEN as EVERYWHERE
from workflow_scripts.explanation.measure_quality import (
    Examination,
    chosen_explanations,
    regions_of,
    stability,
)
from workflow_scripts.explanation.quality import (
    DELETION,
    FIT,
    INFIDELITY,
    INSERTION,
    OF_HIDING,
    OF_REGIONS,
    OF_SEEDS,
    curve_area,
    infidelity,
    intraclass_correlation,
    map_agreement,
    rank_agreement,
    removal_masks,
)
from workflow_scripts.explanation.quality_variants import Variant, further, variants

ASKED = {"images": 2, "seeds": 2, "masks": 60, "regions": [20, 30], "hide": ["black", "mean"]}
EVEN = np.ones(4, int)


def additive(weights):
    """A network that adds up the regions it is shown, and 0.1."""
    return lambda shown: 0.1 + shown @ np.asarray(weights, float)


def test_areas_of_an_additive_network_in_closed_form():
    ask, order = additive([0.4, 0.3, 0.2, 0.1]), np.arange(4)
    removed = removal_masks(order)
    # 1, .6, .3, .1, 0 are left after each quarter of the pixels
    assert curve_area(ask(removed), order, EVEN) == pytest.approx((0.5 + 0.6 + 0.3 + 0.1) / 4)
    assert curve_area(ask(1 - removed), order, EVEN) == pytest.approx((0.4 + 0.7 + 0.9 + 0.5) / 4)


def test_an_area_is_over_pixels_whatever_the_sizes_of_regions():
    order, sizes = np.array([1, 0]), np.array([3, 1])
    # the small region goes first, and with it half of the answer
    found = curve_area(additive([0.4, 0.4])(removal_masks(order)), order, sizes)
    assert found == pytest.approx(0.25 * 0.75 + 0.75 * 0.25)


def test_all_orders_of_an_additive_network_average_to_a_half():
    ask = additive([0.5, 0.2, -0.1, 0.2])
    found = [
        curve_area(ask(removal_masks(np.array(one))), np.array(one), EVEN) for one in permutations(range(4))
    ]
    assert np.mean(found) == pytest.approx(0.5)
    assert min(found) < 0.3
    assert max(found) > 0.7


def test_infidelity_is_none_for_the_weights_of_an_additive_network_in_any_unit():
    draw = np.random.default_rng(0)
    weights, hidden = draw.normal(size=12), draw.integers(0, 2, (200, 12))
    falls = hidden @ weights
    assert infidelity(weights, hidden, falls) == pytest.approx(0, abs=1e-12)
    assert infidelity(1000 * weights, hidden, falls) == pytest.approx(0, abs=1e-12)
    assert infidelity(-weights, hidden, falls) == 1
    assert infidelity(np.zeros(12), hidden, falls) == 1


def test_infidelity_is_what_the_best_scale_leaves_of_the_falls():
    draw = np.random.default_rng(1)
    weights, hidden = draw.uniform(0, 1, 8), draw.integers(0, 2, (100, 8))
    falls = hidden @ weights**2
    sums = hidden @ weights
    left = [np.mean((falls - scale * sums) ** 2) for scale in np.linspace(0, 2, 20_001)]
    found = infidelity(weights, hidden, falls)
    assert found == pytest.approx(min(left) / np.mean(falls**2), rel=1e-4)
    assert 0 < found < 0.2


def test_the_intraclass_correlation_is_that_of_shrout_and_fleiss():
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    # their table 4: ICC(1,1) is .17; by hand from their mean squares, 11.24 between and 6.26 within
    assert intraclass_correlation(ratings) == pytest.approx(0.1657, abs=5e-5)
    assert intraclass_correlation(ratings) == pytest.approx(
        (11.2417 - 6.2639) / (11.2417 + 3 * 6.2639), abs=1e-4
    )


def test_the_intraclass_correlation_of_the_same_thrice_is_one_and_of_noise_about_none():
    draw = np.random.default_rng(2)
    weights = draw.normal(size=30)
    assert intraclass_correlation(np.stack([weights] * 3, axis=1)) == pytest.approx(1)
    noise = [intraclass_correlation(draw.normal(size=(30, 3))) for _ in range(500)]
    assert np.mean(noise) == pytest.approx(0, abs=0.02)
    assert np.isnan(intraclass_correlation(np.zeros((30, 3))))


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_the_intraclass_correlation_estimates_the_share_of_variance_between_things(share):
    draw = np.random.default_rng(3)
    common = np.sqrt(share) * draw.normal(size=(20_000, 1))
    values = common + np.sqrt(1 - share) * draw.normal(size=(20_000, 3))
    assert intraclass_correlation(values) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("agreement", "of_two"), [(map_agreement, pearsonr), (rank_agreement, spearmanr)])
def test_agreement_is_the_mean_of_all_pairs(agreement, of_two):
    maps = np.random.default_rng(4).integers(0, 5, (3, 6, 6)).astype(np.float32)
    pairs = [of_two(maps[a].ravel(), maps[b].ravel()).statistic for a, b in ((0, 1), (0, 2), (1, 2))]
    assert agreement(maps) == pytest.approx(np.mean(pairs))
    assert np.isnan(agreement(np.stack([maps[0], np.zeros((6, 6))])))


def test_ranks_do_not_ask_how_much_higher_a_pixel_is():
    maps = np.random.default_rng(4).integers(0, 5, (3, 6, 6)).astype(float)
    assert rank_agreement(np.stack([maps[0], np.exp(maps[0])])) == pytest.approx(1)
    assert map_agreement(np.stack([maps[0], np.exp(maps[0])])) < 0.95


def of_measures(found):
    return {one.measure: one for one in found}


def test_the_exact_weights_are_better_than_chance_and_reversed_ones_worse():
    weights = np.array([0.3, 0.02, 0.1, 0.04, 0.2, 0.01, 0.05, 0.08])
    sizes = np.full(8, 4)
    exact = of_measures(measured(additive(weights), weights, sizes, 200, 1, "a"))
    wrong = of_measures(measured(additive(weights), -weights, sizes, 200, 1, "a"))
    assert exact[DELETION].value < exact[DELETION].baseline < wrong[DELETION].value
    assert exact[INSERTION].value > exact[INSERTION].baseline > wrong[INSERTION].value
    assert exact[DELETION].value == pytest.approx(1 - exact[INSERTION].value)
    assert exact[DELETION].baseline == wrong[DELETION].baseline  # draws do not depend on the explanation
    assert exact[INFIDELITY].value == pytest.approx(0, abs=1e-12)
    assert exact[INFIDELITY].baseline > 0.05
    assert wrong[INFIDELITY].value == 1


def test_an_answer_that_does_not_fall_is_left_out_with_the_reason():
    flat = of_measures(measured(additive(np.full(8, 0.001)), np.arange(8.0), np.full(8, 4), 50, 1, "a"))
    assert {one.left_out for one in flat.values()} == {SMALL_FALL}
    assert {one.value for one in flat.values()} == {None}
    # the answer to nothing is larger: areas would have the wrong sign, falls are there all the same
    rising = of_measures(measured(additive(np.full(8, -0.1)), -np.arange(8.0), np.full(8, 4), 50, 1, "a"))
    assert rising[DELETION].left_out == SMALL_FALL
    assert rising[INFIDELITY].value < 1


def test_the_network_is_asked_as_often_as_is_declared():
    counted = []

    def ask(shown):
        counted.append(len(shown))
        return additive(np.full(8, 0.1))(shown)

    list(measured(ask, np.arange(8.0), np.full(8, 4), 50, 1, "a"))
    assert sum(counted) == passes(8, {"masks": 50})


def test_only_what_an_explainer_has_is_varied_and_nothing_is_explained_twice():
    lime, own = default_settings("lime"), Variant(default_settings("lime"), 1)
    compared = variants(lime, ASKED, 1)
    assert {name: len(each) for name, each in compared.items()} == {OF_SEEDS: 2, OF_REGIONS: 2, OF_HIDING: 2}
    again = further(compared, own)
    assert [(one.settings["regions"], one.settings["hide"], one.seed == 1) for one in again] == [
        (30, "black", False),
        (20, "black", True),
        (30, "mean", True),
    ]
    assert set(variants(default_settings("grad_cam"), ASKED, 1)) == {OF_SEEDS, OF_REGIONS}
    assert set(variants(default_settings("grad_cam", resolution="pixels"), ASKED, 1)) == {OF_SEEDS}
    own_words = {"explainer": "mine.py:build", "regions": "fine", "baseline": 0.5}
    assert set(variants(own_words, ASKED, 1)) == {OF_SEEDS}
    assert set(variants(lime, ASKED | {"seeds": 1, "regions": [30]}, 1)) == {OF_HIDING}


def test_fewer_images_are_the_first_of_more_and_as_the_stack_has_them(tmp_path):
    names = [f"toy/{n}" for n in range(6)]
    with write_stack(tmp_path / "fear.h5", 4, "fear", ["anger", "fear"]) as stack:
        for n, name in enumerate(names):
            importance = np.full((2, 4, 4), n, np.float32)
            stack.append(
                name, Explanation(probability=np.array([0.2, 0.8]), samples=1, importance=importance)
            )
    two, four = (chosen_explanations(tmp_path / "fear.h5", "fear", n, seed=1) for n in (2, 4))
    assert (len(two), len(four)) == (2, 4)
    assert two.keys() < four.keys()
    assert all(one.importance[0, 0, 0] == names.index(name) for name, one in four.items())
    assert set(chosen_explanations(tmp_path / "fear.h5", "fear", 99, seed=1)) == set(names)


def test_maps_are_examined_in_superpixels_and_an_even_map_is_left_out(mouth):
    settings, faces = default_settings("grad_cam", resolution="pixels"), Faces(toy_faces(1))
    even = Explanation(probability=np.ones(2) / 2, samples=1, importance=np.zeros((2, 48, 48), np.float32))
    regions = regions_of(faces[0][0], even, settings)
    assert 20 < regions.max() < 40
    own, compared = Variant(settings, 1), variants(settings, ASKED, 1)
    maps = [(one, even.importance_map(1)) for one in (own, *further(compared, own))]
    (found,) = stability(compared, maps, regions)
    assert (found.measure, found.value, found.left_out) == (OF_SEEDS, None, EVERYWHERE)


class Faces(list):
    """Arguments of `explain`, as `FacesOfCell` has them."""


@pytest.fixture(scope="module")
def mouth() -> keras.Model:
    return reader("mouth")


@pytest.mark.parametrize("name", ["lime", "occlusion", "grad_cam"])
def test_explanations_of_a_network_that_reads_the_mouth_are_good(mouth, name):
    settings = default_settings(name)
    faces = Faces(toy_faces(2))
    explainer = built_explainer(mouth, settings, 1)
    explanations = [explainer.explain(*face) for face in faces]
    examination = Examination(mouth, settings, ASKED, seed=1, threads=1)
    for found in map(of_measures, examination.of_cell(faces, explanations, column=1)):
        assert found[DELETION].value < found[DELETION].baseline - 0.1
        assert found[INSERTION].value > found[INSERTION].baseline + 0.1
        assert found[INFIDELITY].value < 0.25
        assert found[INFIDELITY].value < found[INFIDELITY].baseline - 0.1
        assert found[OF_SEEDS].value > (0.95 if name == "lime" else 1 - 1e-9)
        assert found[OF_REGIONS].value > 0.5
        assert (FIT in found) == (name == "lime")
        assert (OF_HIDING in found) == (name != "grad_cam")
    json.dumps([one._asdict() for one in found.values()])  # plain numbers


def test_the_same_seed_gives_the_same_numbers_and_another_other_draws(mouth):
    settings, faces = default_settings("lime", samples=64), Faces(toy_faces(1))
    explanation = built_explainer(mouth, settings, 1).explain(*faces[0])

    def examined(seed):
        return next(Examination(mouth, settings, ASKED, seed, 1).of_cell(faces, [explanation], 1))

    assert examined(1) == examined(1)
    assert of_measures(examined(1))[DELETION].baseline != of_measures(examined(2))[DELETION].baseline


def test_explanations_by_kept_passes_are_compared_with_others_of_as_many_passes(mouth):
    """Kept passes may be more than the explainer's own: other draws must not differ for that."""
    settings, faces = default_settings("banzhaf", samples=64), Faces(toy_faces(1))
    few = built_explainer(mouth, settings, 1).explain(*faces[0])
    many = built_explainer(mouth, settings | {"samples": 2000}, 1).explain(*faces[0])

    def examined(settings, explanation):
        found = Examination(mouth, settings, ASKED, 1, 1).of_cell(faces, [explanation], 1)
        return of_measures(next(found))

    asked, kept = examined(settings, few), examined(settings | {"passes_of": "lime"}, many)
    for measure in (OF_SEEDS, OF_REGIONS, OF_HIDING):
        assert kept[measure].value == asked[measure].value
    assert kept[INFIDELITY].value < asked[INFIDELITY].value  # of the explanation itself, with less noise
