"""HDF5 files: written atomically, even if the disk fills up, and opened with errors that say what to do."""

import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write, is_there, made_again


class NewHDF5(h5py.File):
    """An HDF5 file that is being written."""

    def __init__(self, path: Path):
        self._disk = _Disk(path, "w+b")
        super().__init__(self._disk, "w")

    def check_disk(self) -> None:
        """Raise OSError if a write has failed: everything after it would be lost too."""
        if self._disk.error:
            raise self._disk.error

    def close(self) -> None:
        super().close()
        self._disk.close()


class _Disk(io.FileIO):
    """A file whose writes never fail: it keeps the first error and drops all later data.

    The HDF5 library does not survive a failed write: when it closes a file that it cannot
    complete, it prints hundreds of lines and crashes with a segmentation fault.
    """

    error: OSError | None = None

    def write(self, data) -> int:
        rest = memoryview(data)
        try:
            while rest and not self.error:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.error = error
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        try:
            return super().truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size


@contextmanager
def new_hdf5(path: Path) -> Iterator[NewHDF5]:
    """Yield an HDF5 file to fill; it becomes `path` only if the block and all writes succeed.

    Raises StudyError if the disk is full or read-only.
    """
    with atomic_write(path) as unfinished:
        with NewHDF5(unfinished) as file:
            yield file
        file.check_disk()


def open_hdf5(path: Path, names: Collection[str]) -> h5py.File:
    """Open an HDF5 file that contains `names` (data sets or attributes). Raises StudyError otherwise."""
    if not is_there(path):
        raise StudyError(f"there is no {path}; {made_again(path)}")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise StudyError(f"{path}: not a readable HDF5 file ({error}); {made_again(path)}") from error
    if missing := [name for name in names if name not in file and name not in file.attrs]:
        found = ", ".join([*file, *file.attrs]) or "nothing"
        file.close()
        raise StudyError(f"{path}: {', '.join(missing)} is missing (found: {found}); {made_again(path)}")
    return file
