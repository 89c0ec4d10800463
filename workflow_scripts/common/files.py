"""Files are written atomically: to a temporary file beside the final one, which is then renamed."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.common.errors import StudyError

DISK_ERRNOS = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EEXIST,
    errno.EFBIG,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}
UNFINISHED = r"\.unfinished-\d+-"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `path` only if the block succeeds.

    The temporary file is in the folder of `path` (a rename is atomic only within one file
    system) and keeps its suffixes, since some writers choose the format by them. Missing parent
    folders are created. Temporary files left by killed jobs are removed first, and this one if
    the block raises. Raises StudyError if the disk is full or read-only.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "made" / "scores.csv"
    >>> with atomic_write(target) as unfinished:
    ...     _ = unfinished.write_text("iou\\n0.5\\n")
    >>> target.read_text()
    'iou\\n0.5\\n'
    """
    path = Path(path)
    with named_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(path)
        unfinished = path.with_name(f".unfinished-{os.getpid()}-{path.name}")
        try:
            yield unfinished
            _put_in_place(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)


@contextmanager
def named_disk_errors(path: Path) -> Iterator[None]:
    """Turn disk errors (no space, no access) while writing `path` into StudyError."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_ERRNOS:
            raise
        place = re.sub(UNFINISHED, "", str(error.filename2 or error.filename or path))
        raise StudyError(
            f"{place}: {os.strerror(error.errno)}; make room or give access there, and run again"
        ) from error


def is_there(path: str | Path, kind: Callable[[Path], bool] = Path.is_file) -> bool:
    """Whether `path` is a file, or whatever `kind` tests; False if the system cannot tell.

    It cannot without access, or if a name is too long.
    """
    try:
        return kind(Path(path))
    except OSError:
        return False


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file of any size."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_hashes(files: Iterable[Path], output: Path) -> None:
    """Write the SHA-256 of files that are beside `output`, as sha256sum does.

    Jobs that read the files depend on this one: Snakemake compares it by content, for which they may be too
    large, and plans with it in a moment, for which they may be too many. A file that anything but its rule
    changes counts once sha256sum has written this one anew; `sha256sum -c` tells whether it has to.
    """
    lines = [f"{file_sha256(path)}  {path.name}\n" for path in files]
    with atomic_write(output) as unfinished:
        unfinished.write_text("".join(lines), encoding="utf-8")


def made_again(path: Path) -> str:
    """How to have the workflow make a file again that is damaged or gone: what to delete first.

    Where a file of hashes beside it stands for it, jobs do not ask for the file itself: that has to go too.
    """
    path = Path(path)
    listed = f"  {path.name}\n"
    hashes = [file for file in sorted(path.parent.glob("*.sha256")) if listed in file.read_text()]
    gone = ["it"] * is_there(path) + [f"{file.name} beside it" for file in hashes]
    return f"delete {' and '.join(gone)} and rerun" if gone else "rerun the rule that writes it"


def _remove_unfinished(path: Path) -> None:
    """Remove the temporary files that killed jobs left for `path`."""
    leftover = re.compile(UNFINISHED + re.escape(path.name))
    for file in path.parent.iterdir():
        if leftover.fullmatch(file.name):
            file.unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> None:
    try:
        unfinished.replace(path)
    except FileNotFoundError:
        # another job for the same file has started since and removed this one as a leftover
        raise StudyError(
            f"{path}: another job is writing this file; stop it, or wait for it, and run again"
        ) from None
