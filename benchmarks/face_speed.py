"""Detection, landmarks and alignment beside bare calls of dlib, on the embedded faces and the same cores."""

import csv
from collections.abc import Callable, Mapping
from functools import partial

import cv2
import dlib
import yaml

from benchmarks.side_by_side import REPOSITORY, Row, medians, speed_rows
from workflow_scripts.faces.face_extraction import FaceExtractor, FaceSettings
from workflow_scripts.faces.landmarks import landmark_model
from workflow_scripts.faces.ordered_map import ordered_map

FACES = REPOSITORY / "resources/embedded_faces"
BARE = "bare dlib: load, detector, predictor"


def face_rows(rounds: int, images: int, threads: int) -> list[Row]:
    """Seconds for all images, with the start of the processes."""
    with (FACES / "faces.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[:images]
    for row in rows:
        row |= {name: str(FACES / row[name]) for name in ("path", "region_map") if row.get(name)}
        row["image_id"] = row["path"]
    settings = FaceSettings(**yaml.safe_load((REPOSITORY / "config.yaml").read_text())["faces"])
    without_maps = [row | {"region_map": ""} for row in rows]

    def through(build: Callable, items: list[dict]) -> Callable[[], None]:
        return lambda: [None for _ in ordered_map(build, items, threads)]

    ours = partial(build_extractor, settings)
    seconds = medians(
        {
            BARE: through(build_bare, rows),
            "lookalike": through(ours, without_maps),
            "lookalike, with region maps": through(ours, rows),
        },
        rounds,
    )
    title = f"{len(rows)} faces, {threads} processes, with their start"
    return speed_rows(title, seconds, BARE, {"lookalike": ".9 or more"})


def build_extractor(settings: FaceSettings) -> Callable[[Mapping[str, str]], object]:
    """What prepare_faces builds in each process."""
    cv2.setNumThreads(1)
    return FaceExtractor(settings).extract


def build_bare() -> Callable[[Mapping[str, str]], object]:
    """dlib as its own examples use it."""
    detector, predictor = dlib.get_frontal_face_detector(), dlib.shape_predictor(str(landmark_model()))

    def detected(row: Mapping[str, str]) -> int:
        image = dlib.load_rgb_image(row["path"])
        return predictor(image, detector(image)[0]).num_parts

    return detected
