"""Is an expression recognised? Known answers, an independent distribution, and networks that guess."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.unit.training.test_learned import EXPRESSIONS, faces, repeated
from workflow_scripts.training.learned import LEVEL
from workflow_scripts.training.recognised import COLUMNS, chance_of_as_many, recognised_expressions


def by_expression(folds):
    rows = recognised_expressions("A", folds)
    assert all(set(row) == set(COLUMNS) for row in rows)
    return {row["expression"]: row for row in rows}


GUESSES = [None, [0.5, 0.3, 0.2, 0, 0, 0], [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]]


@pytest.mark.parametrize("answers", GUESSES)
@pytest.mark.parametrize("subjects", [3, 10, 40])
def test_of_networks_that_guess_one_in_a_hundred_recognises_an_expression_at_most(subjects, answers):
    """Up to three standard errors, whether the expression is said often, seldom or never."""
    rng = np.random.default_rng(5)
    found = [by_expression(faces(rng, subjects, 0, answers=answers, frames=2)) for _ in range(300)]
    allowed = LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 300)
    for expression in EXPRESSIONS:
        assert np.mean([each[expression]["recognised"] == "yes" for each in found]) <= allowed


def test_of_networks_that_know_people_and_no_expression_neither():
    """Each subject gets mostly one answer; one frame of the expression, and three of each other."""
    rng, passed = np.random.default_rng(6), []
    for _ in range(300):
        rows = []
        for subject in range(20):
            mine = rng.choice(EXPRESSIONS)
            for true in EXPRESSIONS:
                said = mine if rng.random() < 0.7 else rng.choice(EXPRESSIONS)
                rows += [(f"S{subject}", true, str(said))] * (1 if true == "fear" else 3)
        passed.append(by_expression([rows])["fear"]["recognised"] == "yes")
    assert np.mean(passed) <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 300)


@pytest.mark.parametrize(("subjects", "recognised"), [(2, "no"), (3, "yes")])
def test_of_six_expressions_three_people_who_are_all_recognised_suffice(subjects, recognised):
    fear = by_expression(faces(np.random.default_rng(0), subjects, 1, frames=3))["fear"]
    assert fear["p"] == pytest.approx(6.0**-subjects)
    assert fear["recognised"] == recognised
    assert (fear["right"], fear["by_chance"], fear["n"]) == (1, pytest.approx(1 / 6), 3 * subjects)


def test_a_network_that_recognises_a_fifth_is_found_with_a_hundred_subjects():
    rng = np.random.default_rng(7)
    assert (
        np.mean([by_expression(faces(rng, 100, 0.2))["fear"]["recognised"] == "yes" for _ in range(40)]) > 0.9
    )


@given(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=6), min_size=1, max_size=12))
def test_with_one_image_each_it_is_poisson_s_binomial_distribution(hits):
    right = sum(of[0] for of in hits)
    wanted = stats.poisson_binom([np.mean(of) for of in hits]).sf(right - 1)
    assert chance_of_as_many(right, hits) == pytest.approx(wanted, abs=1e-12)


def test_more_images_are_exchanged_together():
    hits = [[3, 1, 0], [2, 2], [0, 1, 1, 3]]
    every = [a + b + c for a in hits[0] for b in hits[1] for c in hits[2]]
    for right in range(9):
        assert chance_of_as_many(right, hits) == pytest.approx(np.mean(np.array(every) >= right))


def test_what_is_always_said_is_not_recognised_whatever_its_recall():
    rows = [(f"S{n}", true, "fear") for n in range(20) for true in EXPRESSIONS]
    found = by_expression([rows])
    assert (found["fear"]["recall"], found["fear"]["by_chance"], found["fear"]["p"]) == (1, 1, 1)
    assert (found["anger"]["recall"], found["anger"]["by_chance"], found["anger"]["p"]) == (0, 0, 1)


def test_an_expression_may_be_recognised_where_others_are_not():
    rng = np.random.default_rng(0)
    folds = [
        [(one, true, true if true == "happiness" else said) for one, true, said in fold]
        for fold in faces(rng, 20, 0, answers=[0.4, 0.3, 0.3, 0, 0, 0])
    ]
    found = by_expression(folds)
    assert [name for name, row in found.items() if row["recognised"] == "yes"] == ["happiness"]


def test_who_shows_one_expression_alone_is_not_compared():
    rows = [(f"S{n}", "fear", "fear") for n in range(50)]
    (fear,) = recognised_expressions("A", [rows])
    assert (fear["n"], fear["recall"], fear["subjects"], fear["right"], fear["p"]) == (50, 1, 0, None, 1)
    joy = [(f"T{n}", "joy", "joy") for n in range(50)]  # other people: they may be told apart by their looks
    assert by_expression([rows + joy])["fear"]["recognised"] == "no"
    some = [*rows, *joy, ("S0", "joy", "joy"), ("S1", "joy", "fear")]
    fear = by_expression([some])["fear"]
    assert (fear["subjects"], fear["compared"], fear["by_chance"]) == (2, 2, 0.75)


def test_repeats_are_counted_together_and_make_nobody_two():
    rng = np.random.default_rng(8)
    once = by_expression(faces(rng, 12, 0.5))["fear"]
    same = by_expression(repeated(rng, 12, 0.5, 3, remembered=1))["fear"]
    assert same["subjects"] == once["subjects"] == 12
    assert same["n"] == 3 * once["n"]
    folds = faces(rng, 12, 0.5)
    one, thrice = by_expression(folds)["fear"], by_expression(folds * 3)["fear"]
    assert thrice["p"] == pytest.approx(one["p"])


def test_constant_answers_of_repeats_are_no_recognition_whatever_the_numbers_of_images():
    """Each training says one thing to everybody; people have one image of fear and two of joy."""
    images = [(f"s{n}", true) for n in range(10) for true in ("fear", "joy", "joy")]
    folds = [[(subject, true, said) for subject, true in images] for said in ("joy", "joy", "fear")]
    for row in recognised_expressions("A", folds):
        assert row["p"] == 1
        assert row["compared"] == 30
