"""The sign-flip test of all places: known answers, false positives, power."""

from itertools import product

import cv2
import numpy as np
import pytest
from scipy import stats

from workflow_scripts.comparison.max_t import FEWEST, LEVEL, max_t, paired, same_number

SHAPE = (12, 10)


def smooth_maps(draw, n: int, tails: str = "gaussian", images: bool = False) -> np.ndarray:
    """Differences of n subjects, (n, places): smooth fields, symmetric around 0."""
    fields = np.array([cv2.GaussianBlur(draw.standard_normal(SHAPE), (0, 0), 1.5).ravel() for _ in range(n)])
    if tails == "heavy":
        fields *= draw.standard_t(2, (n, 1))
    if images:  # subjects with more images have less noise
        fields /= np.sqrt(draw.integers(1, 10, (n, 1)))
    return fields


def test_p_values_are_those_of_all_sign_flips_and_t_that_of_student():
    differences = smooth_maps(np.random.default_rng(1), 8) + 0.2
    found = max_t(differences, 1000, np.random.default_rng(2))
    signs = np.array(list(product((-1, 1), repeat=8)))
    largest = [np.abs(stats.ttest_1samp(differences * one[:, None], 0).statistic).max() for one in signs]
    own = stats.ttest_1samp(differences, 0).statistic
    np.testing.assert_allclose(found.t, own, rtol=1e-5)
    np.testing.assert_allclose(found.mean, differences.mean(axis=0), rtol=1e-5)
    known = [np.mean(np.array(largest) >= abs(one) - 1e-6) for one in own]
    np.testing.assert_allclose(found.p, known)
    assert found.smallest == 1 / 2**7


def test_with_more_subjects_flips_are_drawn_by_the_generator():
    differences = smooth_maps(np.random.default_rng(3), 20)
    a, b, c = (max_t(differences, 500, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.p, b.p)
    assert not np.array_equal(a.p, c.p)
    assert a.smallest == 1 / 501
    np.testing.assert_allclose(a.p, c.p, atol=0.1)


def test_a_difference_in_one_direction_everywhere_has_the_smallest_p_there_is():
    found = max_t(np.ones((FEWEST, 3)), 1000, np.random.default_rng(0))
    assert found.p.tolist() == [found.smallest] * 3
    assert found.smallest < LEVEL < 2 * found.smallest
    assert max_t(np.zeros((FEWEST, 3)), 1000, np.random.default_rng(0)).p.tolist() == [1, 1, 1]


@pytest.mark.parametrize(("tails", "images"), [("gaussian", False), ("heavy", False), ("gaussian", True)])
def test_chance_finds_a_place_in_five_percent_of_tests(tails, images):
    draw = np.random.default_rng(5)
    found = [max_t(smooth_maps(draw, 12, tails, images), 300, draw) for _ in range(300)]
    wrong = np.mean([one.p.min() < LEVEL for one in found])
    assert 0.01 <= wrong <= 0.09
    uncorrected = np.mean([(np.abs(one.t) > stats.t.ppf(0.975, 11)).any() for one in found])
    assert uncorrected > 0.3


def test_the_mean_of_one_image_is_exchangeable_with_one_of_the_eight_of_the_other_side():
    draw = np.random.default_rng(8)
    wrong, all_images = [], []
    for _ in range(200):
        maps = np.exp(smooth_maps(draw, 20 * 9) * 8).reshape(20, 9, -1)  # skewed
        a = {str(i): {1: {"0": of[0]}} for i, of in enumerate(maps)}
        b = {str(i): {1: dict(zip("01234567", of[1:], strict=True))} for i, of in enumerate(maps)}
        mean = {str(i): {1: {"0": of[1:].mean(axis=0)}} for i, of in enumerate(maps)}
        for found, other in ((wrong, b), (all_images, mean)):
            found.append(max_t(np.array(list(paired(a, other).values())), 300, draw).p.min() < LEVEL)
    assert np.mean(wrong) <= 0.09
    assert np.mean(all_images) > 0.12


def test_an_effect_is_found_where_it_is():
    draw, effect = np.random.default_rng(6), np.zeros(SHAPE)
    effect[3:6, 2:5] = 0.35
    found = [max_t(smooth_maps(draw, 20) + effect.ravel(), 300, draw) for _ in range(40)]
    inside = np.mean([one.p[effect.ravel() > 0] < LEVEL for one in found])
    outside = np.mean([(one.p[effect.ravel() == 0] < LEVEL).any() for one in found])
    assert inside > 0.7
    assert outside <= 0.2


def one_each(**maps: np.ndarray) -> dict:
    """Subjects with one image each."""
    return {name: {1: {name: one}} for name, one in maps.items()}


def test_shares_compare_places_and_not_strength():
    weak, strong = np.array([1.0, 1.0, 2.0]), np.array([10.0, 10.0, 20.0])
    differences = paired(one_each(bob=weak, ann=weak), one_each(ann=strong, bob=strong, cy=strong))
    assert list(differences) == ["ann", "bob"]
    assert not np.any(list(differences.values()))


def test_a_subject_with_nothing_positive_on_a_side_is_left_out():
    one, nothing = np.array([1.0, 3.0]), np.zeros(2)
    a, b = one_each(ann=one, bob=nothing, cy=one), one_each(ann=one, bob=one, cy=nothing)
    assert list(paired(a, b)) == list(paired(b, a)) == ["ann"]
    b["ann"] = {1: {"a": nothing, "b": one}}  # the one that counts
    assert list(paired(a, b)) == []


def test_the_same_number_of_images_counts_on_both_sides_and_those_of_both_first():
    first, second, third = np.array([4.0, 0]), np.array([0, 2.0]), np.array([1.0, 1.0])
    few, many = {"ann": {1: {"b": first}}}, {"ann": {1: {"c": third, "a": third, "b": second}}}
    assert paired(few, many)["ann"].tolist() == [1, -1]
    assert paired(many, few)["ann"].tolist() == [-1, 1]
    few["ann"][1]["d"] = third  # then a, of those that only the other has
    assert paired(few, many)["ann"].tolist() == pytest.approx([5 / 6 - 1 / 4, 1 / 6 - 3 / 4])
    assert same_number({"b", "d"}, {"a", "c"}) == [("b", "a"), ("d", "c")]


def test_each_fold_has_the_same_number_of_images_on_both_sides():
    left, right = np.array([1.0, 0]), np.array([0, 1.0])
    a = {"ann": {1: {"x": left}, 2: {"x": right, "y": right}, 3: {"x": right}}}
    b = {"ann": {1: {"v": left, "w": right}, 2: {"w": right}}, "bob": {1: {"z": left}}}
    assert paired(a, b)["ann"].tolist() == [0, 0]  # v in fold 1, w in fold 2
    assert paired({"ann": {3: a["ann"][3]}}, b) == {}
