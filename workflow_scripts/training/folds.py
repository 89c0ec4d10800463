"""Cross-validation folds that never divide a subject (paper, section 3.4), balanced over expressions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import fsum

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.training.repeats import draw_of, folds_of

COLUMNS = ("image_id", "dataset", "subject", "sequence", "expression", "group", "identical", "fold")

Image = Mapping[str, str]


def balanced_folds(images: Sequence[Image], n_folds: int, seed: int, repeat: int = 1) -> dict[str, int]:
    """Assign the groups of all data sets to the `n_folds` folds of a repeat of the cross-validation.

    `images` have dataset, expression and group (`datasets.groups`). The largest groups come first, those of
    equal size in random order. Each goes to the fold where it disturbs the balance least, which minimises the
    sum over the data set and its expressions of (images already there x images of the group / all images).
    For counts, this is the smallest increase of the chi-square distance from equal folds; ties are broken at
    random. The folds of a data set do not depend on other data sets, unless they share images.

    Later repeats shuffle groups of similar size, from each power of 2 to the next: if subjects differ in
    their numbers of images, an order by size leaves little to chance, and all divisions would be alike.

    Raises StudyError if a data set has fewer groups than folds.

    >>> images = [{"dataset": "toy", "expression": "fear", "group": f"toy/{name}"} for name in "aabcd"]
    >>> folds = balanced_folds(images, 2, seed=1)
    >>> sorted(folds), set(folds.values())
    (['toy/a', 'toy/b', 'toy/c', 'toy/d'], {1, 2})
    """
    held = _held(images)
    refuse_few_groups(held, n_folds)
    total = sum(held.values(), Counter())
    rank = {group: derived_seed(seed, "folds", *draw_of(repeat), *group.split("/", 1)) for group in held}
    sizes = {
        group: _size(parts) if repeat == 1 else _size(parts).bit_length() for group, parts in held.items()
    }
    there = {fold: Counter() for fold in folds_of(repeat, n_folds)}
    folds = {}
    for group in sorted(held, key=lambda group: (-sizes[group], rank[group])):
        folds[group] = fold = min(
            there,
            key=lambda fold: (
                # fsum: the order of the terms, which follows the images, must not matter
                fsum(n * there[fold][part] / total[part] for part, n in held[group].items()),
                (fold + rank[group]) % n_folds,
            ),
        )
        there[fold] += held[group]
    return folds


def _held(images: Sequence[Image]) -> dict[str, Counter]:
    """For each group, counts of its images by data set, (dataset,), and (dataset, expression)."""
    held = defaultdict(Counter)
    for image in images:
        held[image["group"]].update([(image["dataset"],), (image["dataset"], image["expression"])])
    return held


def _size(held: Counter) -> int:
    return sum(n for part, n in held.items() if len(part) == 1)


def refuse_few_groups(held: Mapping[str, Counter], n_folds: int) -> None:
    """Raise StudyError for the first data set that has fewer groups than folds."""
    groups = Counter(part for parts in held.values() for part in parts if len(part) == 1)
    for (dataset,), n in groups.items():
        if n < n_folds:
            raise StudyError(
                f"data set '{dataset}' has {n} subjects (or images, where subjects are unknown) with usable "
                f"images, too few for {n_folds} folds; lower training.folds to {n} or less, or leave the "
                "data set out of run.datasets"
            )


def untrained_expressions(
    images: Sequence[Image], expressions: Sequence[str], folds: Sequence[int]
) -> list[str]:
    """What is wrong with expressions that a network would not see in training, one line each.

    `images` have expression, group and fold. A network trains on all folds but one, so it never sees an
    expression whose images are all in that one.

    >>> untrained_expressions([{"expression": "fear", "group": "a/S1", "fold": 1}], ["fear"], [1, 2])[0][:64]
    'fear: all its usable images (1) lie in fold 1, so the network te'
    """
    problems = []
    for name in expressions:
        shown = [image for image in images if image["expression"] == name]
        places = {image["fold"] for image in shown}
        groups = {image["group"] for image in shown}
        if not shown:
            problems.append(
                f"{name}: no image of it can be used (results/faces/*/rejected.csv); take it out of "
                "run.expressions, or add images"
            )
        elif len(places) == 1 and len(folds) > 1:
            fewer = "Lower training.folds, try another seed, add" if len(groups) > 1 else "Add"
            problems.append(
                f"{name}: all its usable images ({len(shown)}) lie in fold {min(places)}, so the network "
                f"tested there would never see it in training; they belong to {_some(sorted(groups))}. "
                f"{fewer} subjects that show it, or take it out of run.expressions"
            )
    return problems


def refuse_problems(problems: Sequence[str]) -> None:
    """Raise StudyError with what is wrong with some folds, if anything is."""
    if problems:
        raise StudyError("\n  - ".join(["these folds cannot train every network:", *problems]))


def print_folds(rows: Sequence[Mapping], expressions: Sequence[str], folds: Sequence[int]) -> None:
    """Print the images of each data set, fold and expression, and the expressions that a fold cannot test."""
    shown = Counter((row["dataset"], row["fold"], row["expression"]) for row in rows)
    datasets = list(dict.fromkeys(row["dataset"] for row in rows))
    there = sorted({*folds, *(row["fold"] for row in rows)})
    for dataset in datasets:
        if not any(row["subject"] for row in rows if row["dataset"] == dataset):
            print(f"{dataset}: subjects are unknown; the same person may be in several folds")
        for fold in there:
            counts = [f"{shown[dataset, fold, name]} {name}" for name in expressions]
            n = sum(shown[dataset, fold, name] for name in expressions)
            print(f"{dataset}, fold {fold}: {n} images ({', '.join(counts)})")
    for fold in folds:
        for name in expressions:
            if not any(shown[dataset, fold, name] for dataset in datasets):
                print(f"warning: fold {fold} has no image of {name} to test a network on")


def _some(names: Sequence[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
