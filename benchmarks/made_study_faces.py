"""The faces of a made study: varied copies of embedded ones, in the files of its data sets."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.side_by_side import REPOSITORY
from workflow_scripts.common.files import atomic_write, file_sha256
from workflow_scripts.common.seeds import generator
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.datasets.index_dataset import COUNT_COLUMNS, PUBLISHED_COLUMNS
from workflow_scripts.explanation.quick_slic import slic
from workflow_scripts.faces.face_store import Face, FaceReader, write_faces
from workflow_scripts.faces.prepare_faces import prepare_faces
from workflow_scripts.faces.usable_faces import REJECTED_COLUMNS
from workflow_scripts.standardization.average_faces import average_faces
from workflow_scripts.training.assign_folds import assign_folds

EMBEDDED = REPOSITORY / "resources/embedded_faces"
STANDARD_FACE = REPOSITORY / "resources/standard_face.csv"
MEAN_FACE = REPOSITORY / "resources/mean_face.png"
INDEX = ("image_id", "path", "subject", "expression", "sha256")
POOL = 20  # subjects whose faces are copied
SPARE = 1.3  # images of an expression in a fold, for each that is to be explained
SHIFT = 6  # pixels, at most
GAMMA = 1.3  # at most


@dataclass(frozen=True)
class Variant:
    """A copy of a face. pool: its number in the pool. shift: x and y in pixels. gamma: of its grey levels."""

    pool: int
    shift: tuple[int, int]
    gamma: float

    def image(self, image: np.ndarray) -> np.ndarray:
        """The face itself, uint8 (s, s)."""
        levels = np.rint(255 * (np.arange(256) / 255) ** self.gamma).astype(np.uint8)
        return shifted(cv2.LUT(image, levels), *self.shift)


@dataclass(frozen=True)
class Faces:
    """pool: the faces that are copied. variants: by image_id, the copies."""

    pool: list[Face]
    variants: Mapping[str, Variant]

    def regions(self, size: int, wanted: int, compactness: float) -> list[np.ndarray]:
        """SLIC's superpixels of each face of the pool, shrunk or enlarged: uint8 (size, size), 0 to R - 1."""
        found = []
        for face in self.pool:
            image = cv2.resize(face.image, (size, size), interpolation=cv2.INTER_AREA)[..., None] / 255
            labels = slic(image.repeat(3, axis=2), n_segments=wanted, compactness=compactness, start_label=0)
            found.append(np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.uint8))
        return found


def shifted(image: np.ndarray, x: int, y: int) -> np.ndarray:
    """An image (h, w), moved by whole pixels; its border is repeated."""
    moved = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = image.shape[::-1]
    return cv2.warpAffine(image, moved, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)


def make_faces(results: Path, config: Mapping, id_text: str = "") -> Faces:
    """Write datasets/, faces/, training/folds.csv and the mean face of the images that may be shown."""
    run, per_fold = config["run"], int(np.ceil(SPARE * config["explanation"]["positives"])) + 1
    pool, variants = face_pool(config), {}
    subjects = range(config["training"]["folds"] * per_fold)
    for place, dataset in enumerate(run["datasets"]):
        of_set = {}
        for subject in subjects[place :: len(run["datasets"])]:
            draw = generator(config["seed"], "made variant", subject)
            shift = tuple(map(int, draw.integers(-SHIFT, SHIFT, 2, endpoint=True)))
            for number, expression in enumerate(run["expressions"]):
                image_id = f"{dataset}/S{subject + 1:04}{id_text}_{expression}.png"
                of_pool = (subject % POOL) * len(run["expressions"]) + number
                of_set[image_id] = Variant(of_pool, shift, GAMMA ** draw.uniform(-1, 1))
        _write_dataset(results, dataset, pool, of_set, run["expressions"])
        variants |= of_set
    files = _files(results, run["datasets"])
    assign_folds(
        run["datasets"],
        **files,
        expressions=json.dumps(run["expressions"]),
        folds=config["training"]["folds"],
        seed=config["seed"],
        output=_made(results / "training/folds.csv"),
    )
    if shown := [name for name in run["datasets"] if config["datasets"][name]["shareable"]]:
        average_faces(
            shown,
            **_files(results, shown),
            standard_face=STANDARD_FACE,
            otherwise=MEAN_FACE,
            output=_made(results / "standardization/mean_face.png"),
            table=results / "standardization/mean_face.csv",
        )
    return Faces(pool, variants)


def face_pool(config: Mapping) -> list[Face]:
    """The aligned faces of some embedded subjects, subject by subject, in it expression by expression."""
    rows = {(row["subject"], row["expression"]): row for row in read_table(EMBEDDED / "faces.csv")}
    subjects = list(dict.fromkeys(subject for subject, _ in rows))[:POOL]
    chosen = [rows[subject, name] for subject in subjects for name in config["run"]["expressions"]]
    with tempfile.TemporaryDirectory() as folder:
        names = ("index.csv", "faces.h5", "faces.sha256", "rejected.csv")
        index, faces, faces_hash, rejected = (Path(folder, name) for name in names)
        named = [row | {"image_id": row["path"], "path": str(EMBEDDED / row["path"])} for row in chosen]
        write_table(index, ("image_id", "path", "expression"), named)
        strict = config["faces"] | {"max_rejected": 0.0}
        prepare_faces(
            index, settings=json.dumps(strict), faces=faces, faces_hash=faces_hash, rejected=rejected
        )
        with FaceReader([faces]) as reader:
            return [Face(one, reader.image(one), reader.landmarks(one)) for one in reader.image_ids]


def _write_dataset(
    results: Path, dataset: str, pool: list[Face], variants: Mapping[str, Variant], expressions: list[str]
) -> None:
    """Write the index and the faces of one data set, as the jobs that read images would."""
    copies = [
        Face(image_id, one.image(pool[one.pool].image), pool[one.pool].landmarks + np.float32(one.shift))
        for image_id, one in sorted(variants.items())
    ]
    rows = []
    for face in copies:
        subject, expression = face.image_id.removesuffix(".png").rsplit("_", 1)
        hashed = hashlib.sha256(face.image.tobytes()).hexdigest()
        known = (face.image_id, face.image_id, subject.removeprefix(f"{dataset}/")[:5], expression, hashed)
        rows.append(dict(zip(INDEX, known, strict=True)))
    folder, of_faces = results / f"datasets/{dataset}", results / f"faces/{dataset}"
    write_table(_made(folder / "index.csv"), INDEX, rows)
    n = len(rows) // len(expressions)
    counts = [(name, n, n, "yes", "") for name in expressions]
    write_table(
        folder / "counts.csv", COUNT_COLUMNS, [dict(zip(COUNT_COLUMNS, row, strict=True)) for row in counts]
    )
    write_table(folder / "published.csv", PUBLISHED_COLUMNS, [])
    write_table(_made(of_faces / "rejected.csv"), REJECTED_COLUMNS, [])
    write_faces(of_faces / "faces.h5", copies, len(pool[0].image), region_maps=False)
    with atomic_write(of_faces / "faces.sha256") as unfinished:
        unfinished.write_text(f"{file_sha256(of_faces / 'faces.h5')}  faces.h5\n", encoding="utf-8")


def _files(results: Path, datasets: list[str]) -> dict[str, list[Path]]:
    return {
        "index": [results / f"datasets/{name}/index.csv" for name in datasets],
        "faces": [results / f"faces/{name}/faces.h5" for name in datasets],
    }


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
