"""Official splits of data sets: a column of the index assigns images to training and test parts, or folds.

They are used unchanged: nothing is moved, and whatever occurs on both sides is counted. Each fold is the test
set of a network that was trained on all others; fold 0 is used for training only. Or each data set is a fold:
every network is then tested on a data set that it has never seen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.listing import normalized_label

SUBJECTS, OFFICIAL, DATASETS = "subjects", "official", "datasets"  # values of training.split
COLUMNS = {"rafdb": "part", "fer2013": "usage"}  # by reader, for data sets with an official split
USUAL = ("split", "fold")  # for other readers, unless datasets.<name>.split names a column
ONLY_TRAINED = 0
PARTS = {
    "train": ONLY_TRAINED,
    "training": ONLY_TRAINED,
    "test": 1,
    "testing": 1,
    "privatetest": 1,  # FER2013's
    **dict.fromkeys(("validation", "valid", "val", "dev", "publictest")),  # unused: nothing is tuned on them
}

Image = Mapping[str, object]


def split_column(dataset: str, asked: str, header: Iterable[str]) -> str:
    """The column that splits a data set: the one `asked` for, or one with a usual name; else StudyError."""
    columns = list(header)
    found = [name for name in ([asked] if asked else USUAL) if name in columns]
    if len(found) == 1:
        return found[0]
    lack = "both columns split and fold" if found else f"no column {asked or ' or '.join(USUAL)}"
    raise StudyError(
        f"training.split is {OFFICIAL}, but data set {dataset} has {lack}; name the column with "
        f"datasets.{dataset}.split (it has: {', '.join(columns)}), or set training.split to {SUBJECTS}"
    )


def given_fold(value: str, folds: int) -> int | None:
    """The fold that a cell means: 1 to `folds`, 0 for training only, None for a part that is not used.

    Raises ValueError for any other value.

    >>> [given_fold(value, 1) for value in ("train", "Test", "PublicTest")], given_fold("3", 5)
    ([0, 1, None], 3)
    """
    word = normalized_label(value)
    if folds == 1 and word in PARTS:
        return PARTS[word]
    if folds > 1 and word.isdecimal() and 1 <= int(word) <= folds:
        return int(word)
    raise ValueError(value)


def with_given_folds(images: Sequence[Image], columns: Mapping[str, str | int], folds: int) -> list[dict]:
    """The images with the folds that their data sets assign; images of unused parts are left out and counted.

    images: rows of index tables, with their dataset. columns: `asked` of `split_column`, by data set, or the
    fold that the whole data set is.
    """
    found, left_out = [], Counter()
    for dataset, asked in columns.items():
        rows = [image for image in images if image["dataset"] == dataset]
        if not rows:
            continue
        if isinstance(asked, int):
            found += [row | {"fold": asked} for row in rows]
            continue
        column = split_column(dataset, asked, rows[0])
        try:
            numbers = [given_fold(row[column], folds) for row in rows]
        except ValueError as error:
            raise StudyError(_not_understood(dataset, column, rows, str(error), folds)) from None
        for row, fold in zip(rows, numbers, strict=True):
            if fold is None:
                left_out[dataset, row[column]] += 1
            else:
                found.append(row | {"fold": fold})
    for (dataset, part), n in left_out.items():
        print(f"{dataset}: {n} images of the part {part} are neither trained nor tested on")
    return found


def _not_understood(dataset: str, column: str, rows: Sequence[Image], value: str, folds: int) -> str:
    values = sorted({str(row[column]) for row in rows})
    shown = ", ".join(values[:10]) + (" ..." if len(values) > 10 else "")
    expected = f"the folds 1 to {folds}" if folds > 1 else f"the parts {', '.join(PARTS)}"
    return (
        f"data set {dataset}, column {column} of its index: '{value}' is none of {expected}, which "
        f"training.folds ({folds}) asks for; the column has {shown}. For parts, set training.folds to 1; for "
        "folds, number them from 1 and set training.folds to how many there are"
    )


def split_problems(images: Sequence[Image], expressions: Sequence[str], folds: int) -> list[str]:
    """What is wrong with an official split, one line each: nothing to test on, or not seen in training.

    >>> split_problems([{"expression": "fear", "fold": 1}], ["fear"], 1)[0][:46]
    'fear: all its usable images (1) lie in fold 1,'
    """
    there = {image["fold"] for image in images}
    problems = [
        f"no usable image of any data set lies in fold {fold} of the official split: nothing to test on"
        for fold in range(1, folds + 1)
        if fold not in there
    ]
    for name in expressions:
        shown = [image["fold"] for image in images if image["expression"] == name]
        if not shown:
            problems.append(f"{name}: no part of the official split has an image of it")
        elif set(shown) == {shown[0]} and shown[0] != ONLY_TRAINED:
            problems.append(
                f"{name}: all its usable images ({len(shown)}) lie in fold {shown[0]}, so the network tested "
                "there would never see it in training. Take it out of run.expressions, or set training.split "
                f"to {SUBJECTS}"
            )
    return problems


def whole_data_sets(images: Sequence[Image]) -> bool:
    """Whether each data set is a fold.

    >>> whole_data_sets([{"dataset": "a", "fold": "1"}, {"dataset": "b", "fold": "2"}])
    True
    """
    pairs = {(image["dataset"], str(image["fold"])) for image in images}
    datasets, folds = ({pair[i] for pair in pairs} for i in (0, 1))
    return len(pairs) == len(datasets) == len(folds) > 1 and str(ONLY_TRAINED) not in folds


def across(images: Sequence[Image], key: str) -> dict[str, list[Image]]:
    """The images of each value of `key` that occurs in several folds; empty values are unknown.

    key: identical or subject; subjects are returned as dataset/subject.

    >>> rows = [{"dataset": "a", "subject": "S1", "fold": fold} for fold in (0, 1)]
    >>> list(across(rows, "subject"))
    ['a/S1']
    """
    groups = defaultdict(list)
    for image in images:
        if image[key]:
            groups[f"{image['dataset']}/{image[key]}" if key == "subject" else image[key]].append(image)
    return {name: rows for name, rows in groups.items() if len({str(row["fold"]) for row in rows}) > 1}
