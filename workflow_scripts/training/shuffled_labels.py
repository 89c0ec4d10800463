"""Labels shuffled within subjects, for control networks that can learn little about expressions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from workflow_scripts.common.seeds import generator

OF_SUBJECT = ("dataset", "subject")


def shuffled_labels(rows: Sequence[Mapping[str, str]], seed: int) -> list[dict[str, str]]:
    """Rows of images in which the expressions of each subject are permuted at random.

    rows: image_id, expression, dataset, subject. Images of unknown subjects count as one subject per data
    set. The order of the rows does not matter.

    >>> rows = [
    ...     {"image_id": str(i), "expression": name, "dataset": "mine", "subject": subject}
    ...     for i, (subject, name) in enumerate([("a", "anger"), ("a", "fear"), ("b", "anger")])
    ... ]
    >>> [row["expression"] for row in shuffled_labels(rows, seed=2)]
    ['fear', 'anger', 'anger']
    """
    of_subject = defaultdict(list)
    for row in rows:
        of_subject[tuple(row[key] for key in OF_SUBJECT)].append(row)
    shuffled = {}
    for subject, images in of_subject.items():
        images = sorted(images, key=lambda row: row["image_id"])
        order = generator(seed, *subject).permutation(len(images))
        for row, source in zip(images, order, strict=True):
            shuffled[row["image_id"]] = images[source]["expression"]
    return [{**row, "expression": shuffled[row["image_id"]]} for row in rows]


def kept_labels(rows: Sequence[Mapping[str, str]]) -> tuple[float, float]:
    """The expected share of images that keep their label, and what it would be among all images.

    The first is higher where subjects show some expressions more often than others, or only a few: then even
    shuffled labels say something about expressions.

    >>> rows = [
    ...     {"expression": name, "dataset": "mine", "subject": subject}
    ...     for subject, name in [("a", "anger"), ("a", "anger"), ("b", "fear"), ("b", "fear")]
    ... ]
    >>> kept_labels(rows)
    (1.0, 0.5)
    """
    subjects = Counter(tuple(row[key] for key in OF_SUBJECT) for row in rows)
    own = Counter((*(row[key] for key in OF_SUBJECT), row["expression"]) for row in rows)
    kept = sum(n * n / subjects[key[:-1]] for key, n in own.items())
    of_all = Counter(row["expression"] for row in rows).values()
    return kept / len(rows), sum(n * n for n in of_all) / len(rows) ** 2
