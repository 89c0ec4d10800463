"""Files of a data set by their names."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from workflow_scripts.datasets.listing import Listing


def walk_files(root: Path) -> Iterator[str]:
    """Paths of all files below `root`, relative to it, sorted by folder; linked folders are followed once."""
    seen = set()
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link to a folder above would never end
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(files):
            yield (Path(folder) / name).relative_to(root).as_posix()


def is_hidden(path: str) -> bool:
    """Whether a relative path has a part that begins with a dot, as in .DS_Store or __MACOSX's ._a.jpg."""
    return any(part.startswith(".") for part in Path(path).parts)


def matching_files(root: Path, pattern: re.Pattern, listing: Listing) -> Iterator[tuple[str, re.Match]]:
    """Path relative to `root` and match of every file below it whose whole name matches `pattern`.

    Hidden files and files with other names are counted in ``listing.left_out``. Sorted by
    relative path.
    """
    for path in sorted(walk_files(root)):
        if is_hidden(path):
            listing.left_out["hidden file"] += 1
        elif match := pattern.fullmatch(Path(path).name):
            yield path, match
        else:
            listing.left_out["no file name of an image of the data set"] += 1
