"""Recognition scores of the networks."""

from collections.abc import Mapping, Sequence

import numpy as np

from workflow_scripts.common.averages import mean, over_folds

SCORES = ("n", "accuracy", "balanced_accuracy", "macro_f1", "chance", "majority_rate")
SUMMARY = ("network", "metric", "estimate", "sd", "n", "folds")
AVERAGE = "average"


def recognition_scores(true: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """Number of faces, accuracy, balanced accuracy (mean recall), macro F1, and baselines for them.

    Balanced accuracy is over the expressions that occur in `true`, macro F1 over those that occur in either
    argument, as in scikit-learn. Guessing has a balanced accuracy of `chance`; always predicting the most
    frequent expression has an accuracy of `majority_rate`.

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


def accuracy_summary(rows: Sequence[Mapping]) -> list[dict]:
    """Means over folds and their standard deviations (n - 1): a row per network and score, keys SUMMARY.

    rows: per network and fold, with network, fold and SCORES. n: images of all folds, each once in every
    repeat. The network ``average`` is the mean over all networks, whether they learned or not: the chance
    level is the same for all.
    """
    found = []
    networks = dict.fromkeys(row["network"] for row in rows)
    for metric in SCORES[1:]:
        for network in networks:
            of_network = [row for row in rows if row["network"] == network]
            average = over_folds([(network, row["fold"], row[metric]) for row in of_network], [network])
            n = sum(row["n"] for row in of_network)
            numbers = (average.estimate, average.sd, n, average.folds)
            found.append(dict(zip(SUMMARY, (network, metric, *numbers), strict=True)))
        of_all = mean(row["estimate"] for row in found if row["metric"] == metric)
        found.append(dict.fromkeys(SUMMARY) | {"network": AVERAGE, "metric": metric, "estimate": of_all})
    return found
