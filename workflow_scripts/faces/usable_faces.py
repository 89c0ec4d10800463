"""Faces of many images on several processes: those that can be used, and the reasons of the others."""

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import cv2

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import write_hashes
from workflow_scripts.common.registry import entry_function
from workflow_scripts.common.tables import write_table
from workflow_scripts.faces.face_extraction import DETECTORS, FaceExtractor, FaceSettings
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.faces.landmarks import verify_landmark_model
from workflow_scripts.faces.ordered_map import ordered_map
from workflow_scripts.faces.unusable import Unusable

REJECTED_COLUMNS = ("image_id", "path", "expression", "reason")
PROGRESS_SECONDS = 10


def ready_settings(settings: str, threads: int) -> FaceSettings:
    """The section `faces` of config, from JSON, once everything that extracts faces is there.

    Raises StudyError for invalid settings, fewer than one process, and a landmark model that is damaged.
    """
    options = parse_settings(settings)
    if threads < 1:
        raise StudyError(f"--threads is {threads}; give 1 or more")
    entry_function(DETECTORS, options.detector, "build_detector")
    verify_landmark_model()
    return options


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


def extracted_faces(
    options: FaceSettings, rows: Sequence[Mapping[str, str]], threads: int
) -> Iterator[Face | str]:
    """The face of each row of an index, or the reason why it has none, in the order of the rows."""
    return ordered_map(partial(_build_worker, options), rows, threads)


def write_usable(
    dataset: str,
    rows: Sequence[Mapping[str, str]],
    results: Iterator[Face | str],
    options: FaceSettings,
    faces: Path,
    faces_hash: Path,
    rejected: Path,
) -> None:
    """Write the faces that can be used, their hash, and the table of the others.

    rows: of an index. results: for each of them a face, or the reason why it has none. Raises StudyError if
    too many have none.
    """
    rejects: list[dict[str, str]] = []
    usable = _usable_faces(dataset, rows, results, rejects, options.max_rejected)
    n = write_faces(faces, usable, options.size, any(row.get("region_map") for row in rows))
    write_hashes([faces], faces_hash)
    write_table(rejected, REJECTED_COLUMNS, rejects)
    print(f"{dataset}: {n} faces; rejected: {_summary(rejects)}")


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


def _summary(rejects: Sequence[Mapping[str, str]]) -> str:
    kinds = Counter(row["reason"].partition(":")[0] for row in rejects)
    return ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "none"
