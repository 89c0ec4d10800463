"""Reader of any data set with one folder per expression."""

import re
from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.file_names import is_hidden, walk_files
from workflow_scripts.datasets.listing import (
    Listing,
    expression_names,
    named_expression,
    normalized_label,
    tell_unused_labels,
)

IMAGE_SUFFIXES = {
    ".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif",
    ".tiff", ".webp",
}  # fmt: skip
# picture formats of cameras and phones that are not read
OTHER_PICTURES = {
    ".arw",
    ".cr2",
    ".cr3",
    ".dng",
    ".heic",
    ".heif",
    ".jxl",
    ".nef",
    ".orf",
    ".psd",
    ".raf",
    ".svg",
}
SUFFIX = re.compile(r"\.[a-z]\w{0,7}")


def read(root: Path, *, subject_pattern: str = "", labels: Mapping[str, str] | None = None) -> Listing:
    """Images at root/expression/file, or at any depth below the expression's folder.

    `subject_pattern`: regular expression to search for in the path relative to the root
    (forward slashes); its group ``subject`` identifies the subject, as in
    ``"/(?P<subject>S[0-9]+)_"``, and any further named group becomes a column. Without it,
    subjects are unknown. `labels`: folder names -> expressions. Files that are hidden, not
    images, or not in a folder are left out and counted, by suffix.
    """
    pattern = _compiled(subject_pattern)
    names = expression_names(labels or {})
    listing, seen = Listing(), set()
    for path in walk_files(root):
        parts = Path(path).parts
        if is_hidden(path):
            listing.left_out["hidden file"] += 1
        elif (suffix := Path(path).suffix.lower()) not in IMAGE_SUFFIXES:
            listing.left_out[_why_not(suffix)] += 1
        elif len(parts) == 1:
            listing.left_out["not in a folder of an expression"] += 1
        else:
            seen.add(normalized_label(parts[0]))
            row = {"path": path, "expression": named_expression(parts[0], names)}
            listing.rows.append(row | _named_groups(pattern, path))
    tell_unused_labels(names, seen)
    return listing


def _why_not(suffix: str) -> str:
    """Why a file with this suffix is not an image of a data set.

    >>> _why_not(".heic")
    'not an image by its name: .heic; save these pictures as .jpg or .png'
    """
    remedy = "; save these pictures as .jpg or .png" if suffix in OTHER_PICTURES else ""
    named = suffix if SUFFIX.fullmatch(suffix) else "no or another suffix"
    return f"not an image by its name: {named}{remedy}"


def _compiled(subject_pattern: str) -> re.Pattern | None:
    if not subject_pattern:
        return None
    try:
        pattern = re.compile(subject_pattern)
    except (re.error, TypeError) as error:
        raise StudyError(
            f"subject_pattern {subject_pattern!r} is not a regular expression: {error}"
        ) from error
    if "subject" not in pattern.groupindex:
        raise StudyError(
            f"subject_pattern {subject_pattern!r} has no group named subject; put (?P<subject>...) "
            "around the part that identifies the subject"
        )
    if reserved := {"path", "expression", "region_map"} & set(pattern.groupindex):
        raise StudyError(f"subject_pattern {subject_pattern!r}: a group may not be named {min(reserved)}")
    return pattern


def _named_groups(pattern: re.Pattern | None, path: str) -> dict[str, str]:
    if pattern is None:
        return {}
    match = pattern.search(path)
    if match is None or not match["subject"]:
        raise StudyError(
            f"subject_pattern {pattern.pattern!r} finds no subject in '{path}'; widen the pattern, or move "
            "files that do not belong to the data set out of its root"
        )
    return {name: found or "" for name, found in match.groupdict().items()}
