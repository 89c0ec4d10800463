"""Outputs appear whole: written beside their final place and renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `path` only if the block succeeds.

    The temporary file lies in the folder of `path` (a rename is atomic only within
    one file system) and keeps its suffixes, since some writers choose the format by them.
    Missing parent folders are made. On an exception the temporary file is removed.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "made" / "scores.csv"
    >>> with whole_file(target) as unfinished:
    ...     _ = unfinished.write_text("iou\\n0.5\\n")
    >>> target.read_text()
    'iou\\n0.5\\n'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{os.getpid()}-{path.name}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
