"""Whether a network learned to recognise expressions: whether it is significantly better than chance.

The claim is about the trained networks, so the unit is the subject: images of one subject are not
independent, and each subject is tested in exactly one fold of each repeat of the cross-validation. (If
subjects are unknown, the unit is the image; if people then occur repeatedly, the standard error is too
small.) The estimand is the balanced accuracy, the mean over the folds of all repeats of each fold's mean
recall. The null hypothesis is that it equals the chance level, one over the number of expressions in the
fold, as for random or constant answers. Under the null, the contributions of subjects are independent with
mean zero, so the test compares their sum, divided by its standard error under the null (as in a score test),
with Student's t. Very few subjects cannot reach significance: it takes nine or ten, all recognised.

Repeats add trainings but no subjects: what a subject contributes in all of them is summed first and counts
once. Thus repeats with the same answers have the p value of one repeat, and those with other answers average
what chance does to a single training.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.tables import read_table

LEVEL = 0.01  # one-sided: of networks that guess, at most one in a hundred passes
# Standard errors below are nothing but rounding: where everyone shows everything once and always gets the
# same answer, all contributions are zero. That of a single image in a million is larger.
ROUNDING = 1e-12
COLUMNS = (
    "network", "folds", "n", "groups", "subjects",
    "balanced_accuracy", "standard_error", "chance", "p", "learned",
)  # fmt: skip


def judged(
    network: str, folds: Sequence[Sequence[tuple[str, str, str]]], subjects_known: bool = True
) -> dict[str, str | int | float | None]:
    """The row of one network in learned.csv, with the keys COLUMNS.

    folds: for each fold, the (group, true, predicted) of its test images; a group (a subject or, if subjects
    are unknown, an image) is in one fold of each repeat. n counts an image once in each repeat.
    """
    from scipy.special import stdtr  # many small jobs use the rest, and SciPy doubles their start

    accuracies, chances = [], []
    under_null, around_recall = defaultdict(float), defaultdict(float)  # what each group contributes
    for rows in folds:
        hits = defaultdict(list)
        for _, true, predicted in rows:
            hits[true].append(true == predicted)
        recall = {expression: float(np.mean(values)) for expression, values in hits.items()}
        chance = 1 / len(hits)
        accuracies.append(np.mean(list(recall.values())))
        chances.append(chance)
        for group, true, predicted in rows:
            weight = chance / len(hits[true]) / len(folds)
            under_null[group] += weight * ((true == predicted) - chance)
            around_recall[group] += weight * ((true == predicted) - recall[true])
    accuracy, chance, groups = float(np.mean(accuracies)), float(np.mean(chances)), len(under_null)
    error, null_error = (
        float(np.sqrt(sum(value**2 for value in contributions.values())))
        for contributions in (around_recall, under_null)
    )
    varies = null_error > ROUNDING and groups > 1
    p = float(stdtr(groups - 1, (chance - accuracy) / null_error)) if varies else 1.0
    return {
        "network": network,
        "folds": len(folds),
        "n": sum(map(len, folds)),
        "groups": groups,
        "subjects": groups if subjects_known else None,
        "balanced_accuracy": accuracy,
        "standard_error": float(error * np.sqrt(groups / (groups - 1))) if groups > 1 else None,
        "chance": chance,
        "p": p,
        "learned": "yes" if p < LEVEL else "no",
    }


def read_learned(path: Path) -> dict[str, bool]:
    """Whether each network learned, as learned.csv says."""
    return {row["network"]: row["learned"] == "yes" for row in read_table(path, ["network", "learned"])}


def marked(network: str, learned: Mapping[str, bool]) -> str:
    """A network's name, with a dagger if it did not learn.

    >>> marked("WeiNet", {"WeiNet": True}), marked("SilNet", {"SilNet": False})
    ('WeiNet', 'SilNet †')
    """
    return network if learned.get(network, True) else f"{network} †"


MARK_NOTE = "† did not learn: its balanced accuracy is not shown to be above chance"
