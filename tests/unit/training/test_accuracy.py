import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from workflow_scripts.training.accuracy import recognition_scores


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
