"""Which expressions a network says more often of faces that show them than of the same people's others.

Recall alone says little: a network that says happiness to everybody has a recall of 1. So the faces that show
an expression are compared with other faces of the same subjects. If answers depend on the subject alone, as
those of a network that guesses or that knows people do, any of a subject's expressions is as likely as this
one to have got the answers that its faces got. So their expressions are exchanged, each subject's by itself,
and p, of an exact test, is how often as many answers are right: with one image of each expression, a sum of
coin flips that each have a probability of their own (Poisson's binomial distribution; Hong 2013,
Computational Statistics and Data Analysis 59, 41-51). The faces of one expression stay together, as frames of
a sequence are alike, and of each the same number is compared, in every training alike, as another network has
other answers. Nothing is assumed about how often a network gives an answer. A network may still take one
expression for another: the others are taken together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from workflow_scripts.training.learned import LEVEL

COLUMNS = (
    "network", "expression", "n", "recall", "subjects", "compared", "right", "by_chance", "p", "recognised",
)  # fmt: skip

Answer = tuple[str, str, str]  # the subject (or group), the true and the predicted expression of an image


def recognised_expressions(network: str, folds: Sequence[Sequence[Answer]]) -> list[dict[str, object]]:
    """The rows of one network in recognised.csv, one per expression that is shown, with the keys COLUMNS.

    folds: of all repeats. n: images that show the expression, once in every repeat; recall: the share of them
    that the network calls so. subjects: those who show it and others; compared: images of it that they are
    compared by; right, by_chance: the shares of these that are called so, and that would be.
    """
    answers = [answer for fold in folds for answer in fold]
    rows = []
    for expression in sorted({true for _, true, _ in answers}):
        own = [said == expression for _, true, said in answers if true == expression]
        hits = compared_hits(folds, expression)
        compared, right = sum(n for n, _ in hits), sum(of[0] for _, of in hits)
        p = chance_of_as_many(right, (of for _, of in hits))
        row = {"network": network, "expression": expression, "n": len(own), "recall": float(np.mean(own))}
        row |= {"subjects": len(hits), "compared": compared, "p": p}
        row |= {"right": right / compared if compared else None}
        row |= {"by_chance": sum(np.mean(of) for _, of in hits) / compared if compared else None}
        rows.append(row | {"recognised": "yes" if p < LEVEL else "no"})
    return rows


def compared_hits(folds: Iterable[Sequence[Answer]], expression: str) -> list[tuple[int, list[int]]]:
    """Of each subject who shows an expression and others, by how many images of each they are compared, and
    how many of these the network calls by the expression: of those that show it, then of each other.

    >>> compared_hits([[("ann", "fear", "fear"), ("ann", "joy", "fear"), ("ann", "joy", "joy")]], "fear")
    [(1, [1, 1])]
    """
    of_subjects = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for fold, answers in enumerate(folds):
        for subject, true, said in answers:
            of_subjects[subject][true][fold].append(said == expression)
    found = []
    for shown in of_subjects.values():
        if expression not in shown or len(shown) == 1:
            continue
        names = sorted(shown, key=lambda name: name != expression)
        trainings = {fold for of_fold in shown.values() for fold in of_fold}
        least = {fold: min(len(of_fold[fold]) for of_fold in shown.values()) for fold in trainings}
        if n := sum(least.values()):
            found.append((n, [sum(sum(shown[name][f][:k]) for f, k in least.items()) for name in names]))
    return found


def chance_of_as_many(right: int, hits: Iterable[Sequence[int]]) -> float:
    """The probability that one of the numbers of each subject, drawn by chance, add up to `right` or more.

    >>> chance_of_as_many(2, [[1, 0], [1, 0, 0, 0]])
    0.125
    """
    probabilities = np.ones(1)
    for numbers in hits:
        steps = np.bincount(numbers) / len(numbers)
        probabilities = np.convolve(probabilities, steps)
    return float(min(probabilities[right:].sum(), 1))
