"""Rule prepare_faces: turn a data set's images into aligned grey faces with 68 landmarks."""

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import cv2

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write, file_sha256
from workflow_scripts.common.registry import entry_function
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_extraction import DETECTORS, FaceExtractor, FaceSettings
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.faces.landmarks import verify_landmark_model
from workflow_scripts.faces.ordered_map import ordered_map
from workflow_scripts.faces.unusable import Unusable

INDEX_COLUMNS = ("image_id", "path", "expression")
REJECTED_COLUMNS = ("image_id", "path", "expression", "reason")
PROGRESS_SECONDS = 10


def prepare_faces(
    index: Path,
    *,
    settings: str,
    faces: Path,
    faces_hash: Path,
    rejected: Path,
    dataset: str = "",
    threads: int = 1,
) -> None:
    """Detect, align and crop the face of every image of INDEX.

    Parameters
    ----------
    index
        Table of images: image_id, path, expression, and region_map if the data set has it.
    settings
        The section `faces` of config, as JSON.
    faces
        HDF5 file to write: aligned faces, landmarks, image_id, region maps; in the order of the index.
    faces_hash
        Text file to write: the SHA-256 of `faces`, as sha256sum writes it. Jobs that read the faces depend
        on this file, which Snakemake can compare by content; `faces` is too large for that.
    rejected
        Table to write: image_id, path, expression and reason of every image that cannot be used.
    dataset
        Name of the data set, for messages; the index file's folder by default.
    threads
        Number of processes to run at the same time.
    """
    dataset = dataset or index.absolute().parent.name
    options = parse_settings(settings)
    if threads < 1:
        raise StudyError(f"--threads is {threads}; give 1 or more")
    entry_function(DETECTORS, options.detector, "build_detector")
    verify_landmark_model()
    rows = read_table(index, INDEX_COLUMNS, ["region_map"])
    if not rows:
        raise StudyError(f"{index} names no image; rerun index_dataset for data set {dataset}")

    results = ordered_map(partial(_build_worker, options), rows, threads)
    rejects: list[dict[str, str]] = []
    usable = _usable_faces(dataset, rows, results, rejects, options.max_rejected)
    n = write_faces(faces, usable, options.size, any(row.get("region_map") for row in rows))
    with atomic_write(faces_hash) as unfinished:
        unfinished.write_text(f"{file_sha256(faces)}  {faces.name}\n", encoding="utf-8")
    write_table(rejected, REJECTED_COLUMNS, rejects)
    print(f"{dataset}: {n} faces; rejected: {_summary(rejects)}")


def parse_settings(settings: str) -> FaceSettings:
    """The section `faces` of config, from JSON. Raises StudyError for invalid keys or values."""
    try:
        values = json.loads(settings)
    except json.JSONDecodeError as error:
        raise StudyError(f"--settings is not JSON ({error}): {settings}") from error
    types = {field.name: field.type for field in dataclasses.fields(FaceSettings)}
    if not isinstance(values, dict) or set(values) != set(types):
        raise StudyError(f"--settings: expected an object with the keys {', '.join(types)}; got {settings}")
    for name, kind in types.items():
        if not isinstance(values[name], (int, float) if kind is float else kind):
            raise StudyError(f"faces.{name} is {values[name]!r}; it must be of type {kind.__name__}")
    options = FaceSettings(**values)
    allowed = {
        "detection_side": (options.detection_side >= 80, "at least 80 px"),
        "largest_face_ratio": (options.largest_face_ratio >= 0, "0 or more"),
        "crop_eye_distances": (options.crop_eye_distances > 0, "more than 0"),
        "size": (options.size >= 32, "at least 32 px"),
        "max_rejected": (0 <= options.max_rejected <= 1, "from 0 to 1"),
    }
    for name, (good, what) in allowed.items():
        if not good:
            raise StudyError(f"faces.{name} is {getattr(options, name)}; it must be {what}")
    return options


def _build_worker(options: FaceSettings) -> Callable[[Mapping[str, str]], Face | str]:
    cv2.setNumThreads(1)  # one of the rule's threads per process
    return partial(_face_or_reason, FaceExtractor(options))


def _face_or_reason(extractor: FaceExtractor, row: Mapping[str, str]) -> Face | str:
    try:
        return extractor.extract(row)
    except Unusable as unusable:
        return str(unusable)


def _usable_faces(
    dataset: str,
    rows: Sequence[dict[str, str]],
    results: Iterator[Face | str],
    rejects: list[dict[str, str]],
    max_rejected: float,
) -> Iterator[Face]:
    """Yield the faces and add the other images to `rejects`; at the end, fail if there are too many."""
    start = shown = time.monotonic()
    for done, (row, result) in enumerate(zip(rows, results, strict=True), start=1):
        if isinstance(result, Face):
            yield result
        else:
            rejects.append(row | {"reason": result})
            print(f"rejected {row['image_id']}: {result}", flush=True)
        now = time.monotonic()
        if now - shown > PROGRESS_SECONDS or done == len(rows):
            rate = done / (now - start)
            print(f"{dataset}: {done} of {len(rows)} images, {rate:.0f} per second", flush=True)
            shown = now
    if len(rejects) > max_rejected * len(rows) or len(rejects) == len(rows):
        raise StudyError(
            f"data set {dataset}: {len(rejects)} of {len(rows)} images cannot be used "
            f"({_summary(rejects)}; each is listed above), more than faces.max_rejected = {max_rejected} "
            "allows; correct the data set's root or files, or raise faces.max_rejected"
        )


def _summary(rejects: Sequence[dict[str, str]]) -> str:
    kinds = Counter(row["reason"].partition(":")[0] for row in rejects)
    return ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "none"


if __name__ == "__main__":
    run(prepare_faces)
