"""Scores of recognition."""

from collections.abc import Sequence

import numpy as np

SCORES = ("n", "accuracy", "balanced_accuracy", "macro_f1", "chance", "majority_rate")


def recognition_scores(true: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """Number of faces, accuracy, balanced accuracy (mean recall) and macro F1, and what to hold them against.

    Balanced accuracy is over the expressions that occur in `true`, macro F1 over those that occur in
    either, as in scikit-learn. Guessing has a balanced accuracy of `chance`; always giving the most frequent
    expression has an accuracy of `majority_rate`.

    >>> recognition_scores(["fear", "fear", "anger"], ["fear", "anger", "anger"])["balanced_accuracy"]
    0.75
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    names = np.union1d(true, predicted)
    hits = np.array([np.sum((true == name) & (predicted == name)) for name in names])
    n_true = np.array([np.sum(true == name) for name in names])
    n_predicted = np.array([np.sum(predicted == name) for name in names])
    occurs = n_true > 0
    return {
        "n": len(true),
        "accuracy": float(np.mean(true == predicted)),
        "balanced_accuracy": float(np.mean(hits[occurs] / n_true[occurs])),
        "macro_f1": float(np.mean(2 * hits / (n_true + n_predicted))),
        "chance": float(1 / np.count_nonzero(occurs)),
        "majority_rate": float(n_true.max() / len(true)),
    }
