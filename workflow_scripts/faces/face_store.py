"""The file of aligned faces, faces.h5: written once per data set, read row by row.

Layout: ``faces`` uint8 (n, size, size); ``landmarks`` float32 (n, 68, 2), x and y in
pixels of the aligned face, integer = pixel centre; ``image_id`` (n,) UTF-8; if the
data set has maps of the true expression regions, ``region_maps`` uint8 (n, size, size)
and ``has_region_map`` bool (n,).
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.hdf5 import NewHDF5, new_hdf5, open_hdf5

LANDMARKS = 68
WRITTEN_TOGETHER = 64  # faces per write; single writes take h5py 2 ms each


@dataclass(frozen=True)
class Face:
    """One aligned face: `image` and `region_map` uint8 (size, size), `landmarks` float32 (68, 2)."""

    image_id: str
    image: np.ndarray
    landmarks: np.ndarray
    region_map: np.ndarray | None = None


def write_faces(path: Path, faces: Iterable[Face], size: int, region_maps: bool) -> int:
    """Write faces as they arrive, so that memory use does not grow with the data set.

    `region_maps`: whether to write the two region-map arrays. Returns the number of faces
    written.
    """
    with new_hdf5(path) as file:
        _growing(file, "faces", (size, size), np.uint8)
        _growing(file, "landmarks", (LANDMARKS, 2), np.float32)
        _growing(file, "image_id", (), h5py.string_dtype())
        if region_maps:
            _growing(file, "region_maps", (size, size), np.uint8)
            _growing(file, "has_region_map", (), np.bool_)
        faces = iter(faces)
        while batch := list(islice(faces, WRITTEN_TOGETHER)):
            _append(file, batch)
        return len(file["image_id"])


def _append(file: NewHDF5, batch: Sequence[Face]) -> None:
    start, stop = len(file["image_id"]), len(file["image_id"]) + len(batch)
    for array in file.values():
        array.resize(stop, axis=0)
    file["faces"][start:stop] = np.stack([face.image for face in batch])
    file["landmarks"][start:stop] = np.stack([face.landmarks for face in batch])
    file["image_id"][start:stop] = [face.image_id for face in batch]
    if "region_maps" in file:
        maps = [face.region_map for face in batch]
        blank = np.zeros_like(batch[0].image)
        file["region_maps"][start:stop] = np.stack([blank if map_ is None else map_ for map_ in maps])
        file["has_region_map"][start:stop] = [map_ is not None for map_ in maps]
    file.check_disk()


def _growing(file: h5py.File, name: str, shape: tuple[int, ...], dtype) -> h5py.Dataset:
    # one image per chunk: training reads single faces in random order
    chunk = (1, *shape) if len(shape) == 2 and name != "landmarks" else (256, *shape)
    return file.create_dataset(name, (0, *shape), dtype, maxshape=(None, *shape), chunks=chunk)


class _Arrays(NamedTuple):
    """What one file holds, of which only landmarks (n, 68, 2) are in memory."""

    faces: h5py.Dataset
    landmarks: np.ndarray
    region_maps: h5py.Dataset | None
    has_region_map: h5py.Dataset | None


class FaceReader:
    """Reads faces by image_id from one or more faces.h5 files, one row at a time.

    Only ids and landmarks are kept in memory; images stay on disk.

    >>> with FaceReader([Path("results/faces/jaffe/faces.h5")]) as faces:  # doctest: +SKIP
    ...     faces.image("jaffe/KA.AN1.39.tiff").shape
    (256, 256)
    """

    def __init__(self, paths: Sequence[Path]):
        self._paths = tuple(paths)
        self._stack = ExitStack()
        self._place: dict[str, tuple[_Arrays, int]] = {}
        for path in paths:
            file = self._stack.enter_context(open_hdf5(path, ["faces", "landmarks", "image_id"]))
            # looking up a data set in its file takes longer than reading a face from it
            arrays = _Arrays(
                file["faces"], file["landmarks"][:], file.get("region_maps"), file.get("has_region_map")
            )
            self._size = arrays.faces.shape[1]
            image_ids = file["image_id"].asstr()[:]
            self._place |= {image_id: (arrays, row) for row, image_id in enumerate(image_ids)}

    def __enter__(self) -> "FaceReader":
        return self

    def __exit__(self, *exception) -> None:
        self._stack.close()

    def __reduce__(self) -> tuple:
        """A task that another process is handed has the same faces, read from the same files."""
        return _opened, (self._paths,)

    @property
    def image_ids(self) -> list[str]:
        """All ids, file by file, in the order in which they were written."""
        return list(self._place)

    @property
    def size(self) -> int:
        """Side of the aligned faces in pixels; the same in all files, since they share one setting."""
        return self._size

    def _row(self, image_id: str) -> tuple[_Arrays, int]:
        try:
            return self._place[image_id]
        except KeyError:
            raise StudyError(
                f"no aligned face for image '{image_id}': the faces files are older than the table "
                "that names it; rerun prepare_faces and assign_folds"
            ) from None

    def image(self, image_id: str) -> np.ndarray:
        """uint8 (size, size). Threads may call it at the same time."""
        arrays, row = self._row(image_id)
        return arrays.faces[row]

    def landmarks(self, image_id: str) -> np.ndarray:
        """float32 (68, 2)."""
        arrays, row = self._row(image_id)
        return arrays.landmarks[row]

    def region_map(self, image_id: str) -> np.ndarray | None:
        """uint8 (size, size): where the expression truly is; None if the data set does not say."""
        arrays, row = self._row(image_id)
        if arrays.region_maps is None or not arrays.has_region_map[row]:
            return None
        return arrays.region_maps[row]


@cache
def _opened(paths: tuple[Path, ...]) -> FaceReader:
    """The reader of a process that is handed tasks, for all of them."""
    return FaceReader(paths)
