import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from workflow_scripts.common.tables import write_table
from workflow_scripts.training.learned import LEVEL, judged, read_learned

EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]


def faces(rng, subjects, knows, *, folds=5, answers=None, frames=1):
    """Test images, (subject, true, predicted), of subjects who show each expression in `frames` like frames.

    An expression is recognised with the probability `knows`; otherwise an answer is drawn with the
    probabilities `answers`, by default all alike.
    """
    tested = [[] for _ in range(folds)]
    for subject in range(subjects):
        for true in EXPRESSIONS:
            predicted = true if rng.random() < knows else rng.choice(EXPRESSIONS, p=answers)
            tested[subject % folds] += [(f"S{subject}", true, str(predicted))] * frames
    return tested


def share_learned(subjects, knows, studies=400, **options):
    rng = np.random.default_rng(7)
    found = [judged("A", faces(rng, subjects, knows, **options))["learned"] for _ in range(studies)]
    return found.count("yes") / studies


@pytest.mark.parametrize("subjects", [10, 30, 100])
@pytest.mark.parametrize("answers", [None, [0.5, 0.3, 0.2, 0, 0, 0]])
def test_of_networks_that_guess_one_in_a_hundred_passes_at_most(subjects, answers):
    """Up to three standard errors. Like frames of a sequence are not independent; subjects are."""
    allowed = LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 400)
    assert share_learned(subjects, 0, answers=answers, frames=3) <= allowed


def test_a_network_that_recognises_a_tenth_is_found_with_a_hundred_subjects():
    assert share_learned(100, 0.1) > 0.9


@pytest.mark.parametrize("shown", [{"happiness": 9}, {"happiness": 70, "fear": 30, "anger": 30}])
def test_always_the_same_answer_is_no_learning_however_frequent_it_is(shown):
    rows = [(f"S{i}", true, "happiness") for true, n in shown.items() for i in range(n)]
    row = judged("A", [rows])
    assert row["balanced_accuracy"] == pytest.approx(row["chance"]) == pytest.approx(1 / len(shown))
    assert row["learned"] == "no"


@given(st.lists(st.sampled_from(EXPRESSIONS), min_size=10, max_size=60), st.integers(1, 7), st.data())
def test_nor_is_an_answer_that_depends_on_the_subject_alone_where_all_show_everything(answers, folds, data):
    """All contributions are zero then; what rounding leaves of them is no evidence."""
    frames = data.draw(st.integers(1, 3))
    tested = [[] for _ in range(folds)]
    for number, answer in enumerate(answers):
        tested[number % folds] += [(f"S{number}", true, answer) for true in EXPRESSIONS] * frames
    row = judged("A", tested)
    assert row["balanced_accuracy"] == pytest.approx(row["chance"]) == pytest.approx(1 / len(EXPRESSIONS))
    assert (row["p"], row["learned"]) == (1, "no")


@pytest.mark.parametrize(("subjects", "learned"), [(2, "no"), (8, "no"), (9, "yes")])
def test_few_subjects_show_nothing(subjects, learned):
    assert judged("A", faces(np.random.default_rng(0), subjects, 1, folds=2))["learned"] == learned


labels = st.sampled_from(EXPRESSIONS[:3])


@given(st.lists(st.tuples(st.sampled_from("abcd"), labels, labels), min_size=1, max_size=30))
def test_the_balanced_accuracy_is_scikit_learn_s_and_p_a_probability(rows):
    row = judged("A", [rows])
    _, true, predicted = zip(*rows, strict=True)
    with warnings.catch_warnings(action="ignore"):  # of expressions that never occur in `true`
        expected = balanced_accuracy_score(true, predicted)
    assert row["balanced_accuracy"] == pytest.approx(expected)
    assert 0 <= row["p"] <= 1


def test_the_standard_error_is_the_spread_over_repeated_studies():
    rng = np.random.default_rng(3)
    rows = [judged("A", faces(rng, 60, 0.3, frames=2)) for _ in range(300)]
    spread = np.std([row["balanced_accuracy"] for row in rows])
    assert np.mean([row["standard_error"] for row in rows]) == pytest.approx(spread, rel=0.12)


def repeated(rng, subjects, knows, repeats, *, remembered, frames=1):
    """Repeats of five folds, each with a division of its own. A part `remembered` of the images gets the same
    answer from the networks of all repeats, others from each a new one."""
    first = [row for rows in faces(rng, subjects, knows, frames=frames) for row in rows]
    same = rng.random(len(first)) < remembered
    found = []
    for _ in range(repeats):
        anew = [row for rows in faces(rng, subjects, knows, frames=frames) for row in rows]
        fold_of = {f"S{subject}": i % 5 for i, subject in enumerate(rng.permutation(subjects))}
        answered = [old if keep else new for old, new, keep in zip(first, anew, same, strict=True)]
        found += [[row for row in answered if fold_of[row[0]] == fold] for fold in range(5)]
    return found


@pytest.mark.parametrize("remembered", [0, 0.5, 1])
def test_networks_that_guess_pass_no_more_often_for_being_repeated(remembered):
    """Up to three standard errors; whether the repeats guess alike, or each anew."""
    rng = np.random.default_rng(11)
    rows = [judged("A", repeated(rng, 15, 0, 5, remembered=remembered, frames=2)) for _ in range(400)]
    allowed = LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 400)
    assert sum(row["learned"] == "yes" for row in rows) / 400 <= allowed
    assert 0.4 < np.median([row["p"] for row in rows]) < 0.6


def nearest_mean(images, labels, tests):
    """Answers of a classifier that was trained on `images`: the expression with the nearest mean."""
    means = np.array([images[labels == label].mean(axis=0) for label in range(6)])
    return np.linalg.norm(tests[:, None] - means, axis=-1).argmin(axis=1)


def test_networks_trained_on_noise_pass_no_more_often_than_the_level():
    """Trainings that see each other's test subjects depend on each other, as real ones do: their images of
    noise have nothing to tell but the subject. Three repeats of five folds."""
    rng = np.random.default_rng(13)
    labels, subjects = np.tile(np.arange(6), 20), np.repeat(np.arange(20), 6)
    passed = 0
    for _ in range(400):
        images = rng.normal(size=(120, 4)) + np.repeat(rng.normal(size=(20, 4)), 6, axis=0)
        folds = []
        for _ in range(3):
            fold_of = rng.permutation(20)[subjects] % 5
            for fold in range(5):
                test = fold_of == fold
                answers = nearest_mean(images[~test], labels[~test], images[test])
                folds.append(list(zip(subjects[test].astype(str), labels[test], answers, strict=True)))
        passed += judged("A", folds)["learned"] == "yes"
    assert passed / 400 <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 400)


@given(st.integers(2, 6), st.integers(5, 30), st.integers(0, 99))
def test_equal_repeats_say_what_one_says(repeats, subjects, seed):
    once = faces(np.random.default_rng(seed), subjects, 0.2)
    one, more = judged("A", once), judged("A", once * repeats)
    same = ("groups", "subjects", "learned")
    assert {key: more[key] for key in same} == {key: one[key] for key in same}
    for key in ("p", "balanced_accuracy", "standard_error", "chance"):
        assert more[key] == pytest.approx(one[key], rel=1e-9)
    assert (more["folds"], more["n"]) == (5 * repeats, repeats * one["n"])


def test_repeats_with_answers_of_their_own_make_the_standard_error_smaller_by_as_much_as_the_spread():
    rng = np.random.default_rng(17)
    rows = [judged("A", repeated(rng, 40, 0.3, 4, remembered=0.5)) for _ in range(300)]
    spread = np.std([row["balanced_accuracy"] for row in rows])
    assert np.mean([row["standard_error"] for row in rows]) == pytest.approx(spread, rel=0.12)
    once = np.mean([judged("A", faces(rng, 40, 0.3))["standard_error"] for _ in range(50)])
    # half of the answers are averaged over four
    assert spread / once == pytest.approx(np.sqrt(0.5 + 0.5 / 4), rel=0.12)


def test_learned_is_read_by_network(tmp_path):
    rows = [{"network": "A", "learned": "yes"}, {"network": "B", "learned": "no"}]
    write_table(tmp_path / "learned.csv", ["network", "learned"], rows)
    assert read_learned(tmp_path / "learned.csv") == {"A": True, "B": False}
