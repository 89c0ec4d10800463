"""Finds the files of a data set by their names."""

import os
import re
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.listing import Listing


def walk_files(root: Path) -> Iterator[str]:
    """Paths of all files below `root`, relative to it, sorted by folder; linked folders are visited once."""
    seen = set()
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link to a parent folder would never end
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(files):
            yield (Path(folder) / name).relative_to(root).as_posix()


def is_hidden(path: str) -> bool:
    """Whether any part of a relative path begins with a dot, like .DS_Store or __MACOSX's ._a.jpg."""
    return any(part.startswith(".") for part in Path(path).parts)


def matching_files(root: Path, pattern: re.Pattern, listing: Listing) -> Iterator[tuple[str, re.Match]]:
    """Relative path and match of every file below `root` whose whole name matches `pattern`.

    Sorted by path. Hidden files and files with other names are counted in ``listing.left_out``.
    """
    for path in sorted(walk_files(root)):
        if is_hidden(path):
            listing.left_out["hidden file"] += 1
        elif match := pattern.fullmatch(Path(path).name):
            yield path, match
        else:
            listing.left_out["no file name of an image of the data set"] += 1


def unique_images(
    root: Path, pattern: re.Pattern, listing: Listing, *, example: str
) -> list[tuple[str, re.Match]]:
    """`matching_files` of a data set whose file names identify the images.

    Raises StudyError if there are none (`example` shows what was expected), or if two
    file names differ only in case or suffix.
    """
    files = list(matching_files(root, pattern, listing))
    if not files:
        raise nothing_found(root, example)
    reject_duplicates((Path(path).stem.casefold(), path) for path, _ in files)
    return files


def nothing_found(root: Path, example: str) -> StudyError:
    """The error for a root without any image of the data set; `example` is a path as it should be."""
    return StudyError(
        f"{root}: there is no image named like {example} in it or below; set root to the data set's "
        "folder, and keep the file names that its authors gave"
    )


def reject_duplicates(images: Iterable[tuple[Hashable, str]]) -> None:
    """Raise StudyError if two paths have the same key, which identifies an image of the data set."""
    paths = {}
    for key, path in images:
        if key in paths:
            raise StudyError(
                f"'{paths[key]}' and '{path}' are the same image of the data set; keep one of them, or "
                "set root to a folder that holds only one"
            )
        paths[key] = path
