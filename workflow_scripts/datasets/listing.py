"""What a reader returns: the images of a data set, and what it left out."""

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from workflow_scripts.common.errors import StudyError


@dataclass
class Listing:
    """The images that a reader found.

    `rows`: one mapping of strings per image: ``path`` (relative to the root, forward
    slashes), ``expression``, optionally ``subject`` (missing or empty for all images if
    subjects are unknown) and ``region_map`` (relative to the root, or empty), then any
    further columns (sex, age, ...), among them ``sequence``, the video of the subject that
    an image is a frame of. `left_out`: for each reason (no label, known error in a
    sheet, ...), the number of images that the reader left out. `published`: for each
    quantity ("labelled sequences"), the number found and the number that the data set's
    authors publish.
    """

    rows: list[dict[str, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    published: dict[str, tuple[int, int]] = field(default_factory=dict)


def normalized_label(label: object) -> str:
    """A label in lower case, with single spaces: other differences of case and space mean nothing.

    >>> normalized_label("  Very  HAPPY ")
    'very happy'
    """
    return " ".join(str(label).split()).casefold()


def expression_names(labels: Mapping[str, str]) -> dict[str, str]:
    """The setting `labels` with labels and expressions normalized; look up with `named_expression`."""
    if not isinstance(labels, Mapping):
        raise StudyError(
            "labels: expected a mapping of the data set's labels to expressions, like {happy: happiness}, "
            f"got {labels!r}"
        )
    return {normalized_label(theirs): normalized_label(ours) for theirs, ours in labels.items()}


def named_expression(label: str, names: Mapping[str, str]) -> str:
    """The expression that a data set's label means: the one in `names`, else the normalized label."""
    label = normalized_label(label)
    return names.get(label, label)


def tell_unused_labels(names: Mapping[str, str], seen: Collection[str]) -> None:
    """Warn of labels in `names` that no image has; `seen` holds those that occur, all normalized."""
    found = sorted(filter(None, seen))
    for label in names:
        if label not in seen:
            near = get_close_matches(label, found, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(found) or 'none'}"
            print(f"warning: labels names '{label}', but no image has this label{hint}")


def known_expression(label: str, expressions: Mapping[str, str], place: object) -> str:
    """The expression that a label means in a data set whose only labels are the keys of `expressions`.

    The keys are normalized. Raises StudyError for any other label, found at `place` (a file, a row of a
    sheet).
    """
    expression = expressions.get(normalized_label(label))
    if expression is None:
        raise StudyError(
            f"{place}: unknown expression '{label}'; expected one of: {', '.join(expressions)}. "
            "Correct it, or take the image out of the data set"
        )
    return expression


def path_in_root(path: str, root: Path, place: str) -> str:
    """`path` relative to `root`, in one normal form with forward slashes.

    `path` is relative to `root`, or absolute and inside it; `place` says where it was
    named. Raises StudyError if it leads out of `root`.
    """
    if "\\" in path and not (root / path).exists():  # a table written on Windows
        path = path.replace("\\", "/")
    plain, whole_root = PurePosixPath(path), os.path.normpath(root.absolute())
    if plain.is_relative_to(whole_root):
        plain = plain.relative_to(whole_root)
    if plain.is_absolute() or ".." in plain.parts:
        raise StudyError(
            f"{place}: '{path}' leads out of the data set's root {root}; name files relative to the root, "
            "without '..', or set a root that holds them all"
        )
    return str(plain)


def whole_number(setting: str, value: object, *, least: int) -> int:
    """`value` of the setting named `setting`; StudyError unless it is a whole number of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise StudyError(f"{setting}: expected a whole number of at least {least}, got {value!r}")
    return value


def chosen_words(setting: str, value: object, words: Collection[str]) -> Sequence[str]:
    """`value` of the setting named `setting`; StudyError unless it is a list of some of `words`."""
    if not isinstance(value, list | tuple) or not value or not set(map(str, value)) <= set(words):
        raise StudyError(f"{setting}: expected a list of {', '.join(words)}, got {value!r}")
    return [str(word) for word in value]
