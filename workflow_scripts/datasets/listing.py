"""What a reader hands over: the images of a data set, and what it had to leave out."""

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
    slashes), ``expression``, optionally ``subject`` (absent or empty, for all images or
    none: unknown) and ``region_map`` (relative to the root, or empty), then any further
    columns (sex, age, ...); among them ``sequence``, the video of the subject that an
    image is a frame of. `left_out`: number of images per reason
    that the reader could not or should not take (no label, known error of a sheet, ...).
    `published`: what can be counted ("labelled sequences") to how many were found and
    how many the authors of the data set publish.
    """

    rows: list[dict[str, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    published: dict[str, tuple[int, int]] = field(default_factory=dict)


def normalized_label(label: object) -> str:
    """A label without the differences that mean nothing: case, spaces around and within.

    >>> normalized_label("  Very  HAPPY ")
    'very happy'
    """
    return " ".join(str(label).split()).casefold()


def expression_names(labels: Mapping[str, str]) -> dict[str, str]:
    """The setting `labels` (theirs to ours) with both sides normalized; look up with `named_expression`."""
    if not isinstance(labels, Mapping):
        raise StudyError(
            "labels: expected a mapping of the data set's labels to ours, like {happy: happiness}, "
            f"got {labels!r}"
        )
    return {normalized_label(theirs): normalized_label(ours) for theirs, ours in labels.items()}


def named_expression(label: str, names: Mapping[str, str]) -> str:
    """Our name of a data set's label: what `names` says, else the normalized label itself."""
    label = normalized_label(label)
    return names.get(label, label)


def tell_unused_labels(names: Mapping[str, str], seen: Collection[str]) -> None:
    """Print which labels of `names` (normalized, theirs to ours) no image has; `seen`: those there are."""
    found = sorted(filter(None, seen))
    for label in names:
        if label not in seen:
            near = get_close_matches(label, found, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(found) or 'none'}"
            print(f"warning: labels names '{label}', which no image is labelled with{hint}")


def known_expression(label: str, expressions: Mapping[str, str], place: object) -> str:
    """Our name of a label of a data set that has no others than the keys of `expressions`, all normalized.

    Raises StudyError for any other, at `place` (a file, a row of a sheet).
    """
    expression = expressions.get(normalized_label(label))
    if expression is None:
        raise StudyError(
            f"{place}: unknown expression '{label}'; expected one of: {', '.join(expressions)}. "
            "Correct it, or take the image out of the data set"
        )
    return expression


def path_in_root(path: str, root: Path, place: str) -> str:
    """`path` relative to `root` in its one plain form, with forward slashes.

    `path` is relative to `root`, or absolute and inside it; `place` says where it was
    named. Raises StudyError when it leads out of `root`.
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
    """`value` of the setting named `setting`; StudyError when it is not a whole number from `least` on."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise StudyError(f"{setting}: expected a whole number of at least {least}, got {value!r}")
    return value


def chosen_words(setting: str, value: object, words: Collection[str]) -> Sequence[str]:
    """`value` of the setting named `setting`; StudyError when it is not a list of some of `words`."""
    if not isinstance(value, list | tuple) or not value or not set(map(str, value)) <= set(words):
        raise StudyError(f"{setting}: expected a list of {', '.join(words)}, got {value!r}")
    return [str(word) for word in value]
