"""Reader of any data set that lies in one folder per expression."""

import re
from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.file_names import is_hidden, walk_files
from workflow_scripts.datasets.listing import Listing, expression_names, named_expression

IMAGE_SUFFIXES = {
    ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp",
}  # fmt: skip


def read(root: Path, *, subject_pattern: str = "", labels: Mapping[str, str] | None = None) -> Listing:
    """Images at root/expression/file, or any depth below the expression's folder.

    `subject_pattern`: regular expression searched in the path relative to the root
    (forward slashes); its group ``subject`` says who it is, as in ``"/(?P<subject>S[0-9]+)_"``,
    and any further named group becomes a column. Without it subjects are unknown.
    `labels`: their folder names to our expressions. Files that are hidden, not
    images, or not in a folder are left out and counted.
    """
    pattern = _compiled(subject_pattern)
    names = expression_names(labels or {})
    listing = Listing()
    for path in walk_files(root):
        parts = Path(path).parts
        if is_hidden(path):
            listing.left_out["hidden file"] += 1
        elif Path(path).suffix.lower() not in IMAGE_SUFFIXES:
            listing.left_out["not an image by its name"] += 1
        elif len(parts) == 1:
            listing.left_out["not in a folder of an expression"] += 1
        else:
            row = {"path": path, "expression": named_expression(parts[0], names)}
            listing.rows.append(row | _named_groups(pattern, path))
    return listing


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
            "around the part that says who it is"
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
            "files that are not of the data set out of its root"
        )
    return {name: found or "" for name, found in match.groupdict().items()}
