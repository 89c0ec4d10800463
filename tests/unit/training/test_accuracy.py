import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from workflow_scripts.training.accuracy import SCORES, accuracy_summary, recognition_scores


def guessed(true, strategy, score) -> float:
    blank = np.zeros((len(true), 1))
    return score(true, DummyClassifier(strategy=strategy).fit(blank, true).predict(blank))


labels = st.sampled_from(["anger", "fear", "happiness"])


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_equal_to_scikit_learn(pairs):
    true, predicted = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of expressions that never occur in `true`
        expected = {
            "n": len(pairs),
            "accuracy": metrics.accuracy_score(true, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(true, predicted),
            "macro_f1": metrics.f1_score(true, predicted, average="macro"),
            # what scikit-learn's own guessers get on the same faces
            "chance": guessed(true, "most_frequent", metrics.balanced_accuracy_score),
            "majority_rate": guessed(true, "most_frequent", metrics.accuracy_score),
        }
    assert recognition_scores(true, predicted) == pytest.approx(expected)


def test_means_over_folds_have_their_deviation_and_what_they_rest_on():
    scores = {"balanced_accuracy": 0.5, "macro_f1": 0.5, "chance": 0.25, "majority_rate": 0.4}
    rows = [
        {"network": network, "fold": fold, "n": 10 * fold, "accuracy": accuracy} | scores
        for network, values in (("A", [0.2, 0.6]), ("B", [0.8]))
        for fold, accuracy in enumerate(values, start=1)
    ]
    found = {(row["network"], row["metric"]): row for row in accuracy_summary(rows)}
    assert set(found) == {(name, metric) for name in ("A", "B", "average") for metric in SCORES[1:]}
    a, b, every = (found[name, "accuracy"] for name in ("A", "B", "average"))
    assert (a["estimate"], a["n"], a["folds"]) == (pytest.approx(0.4), 30, 2)
    assert a["sd"] == pytest.approx(np.std([0.2, 0.6], ddof=1))
    assert (b["estimate"], b["sd"], b["folds"]) == (0.8, None, 1)
    assert (every["estimate"], every["sd"]) == (pytest.approx(0.6), None)
    assert found["average", "majority_rate"]["estimate"] == pytest.approx(0.4)
