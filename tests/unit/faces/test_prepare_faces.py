"""The whole rule on a small data set with everything that goes wrong in real ones."""

import csv
import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.faces.prepare_faces import prepare_faces
from workflow_scripts.faces.usable_faces import parse_settings

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data_set(tmp_path_factory, embedded, photo) -> Path:
    """Index of six good images with odd names and five bad ones; not in the order of their ids."""
    root = tmp_path_factory.mktemp("a data set")
    names = ["-dash.jpg", "sp ace.jpg", "quo'te\".jpg", "ünï日.jpg", "com,ma.jpg", "plain.jpg"]
    rows = []
    for name, row in zip(names, embedded[:6], strict=True):
        shutil.copy(row["path"], root / name)
        rows.append({"path": root / name, "expression": row["expression"], "region_map": row["region_map"]})
    rows[1]["region_map"] = ""
    (root / "broken.jpg").write_bytes((root / names[0]).read_bytes()[:3000])
    (root / "text.jpg").write_text("no image")
    cv2.imwrite(str(root / "empty.png"), np.full((90, 90), 50, np.uint8))
    cv2.imwrite(str(root / "pixel.png"), np.zeros((1, 1), np.uint8))
    cv2.imwrite(str(root / "two.png"), np.hstack([photo, photo]))
    for name in ("broken.jpg", "text.jpg", "empty.png", "pixel.png", "two.png"):
        rows.insert(2, {"path": root / name, "expression": "fear", "region_map": ""})
    for row in rows:
        row["image_id"] = f"odd/{row['path'].name}"
    write_table(root / "index.csv", ("image_id", "path", "expression", "region_map"), rows)
    return root / "index.csv"


def prepare(index: Path, folder: Path, settings, **options) -> tuple[Path, list[dict]]:
    faces, rejected = folder / "faces.h5", folder / "rejected.csv"
    text = json.dumps(dataclasses.asdict(settings))
    faces_hash = folder / "faces.sha256"
    prepare_faces(index, settings=text, faces=faces, faces_hash=faces_hash, rejected=rejected, **options)
    assert faces_hash.read_text() == f"{hashlib.sha256(faces.read_bytes()).hexdigest()}  faces.h5\n"
    return faces, list(csv.DictReader(rejected.open(newline="", encoding="utf-8")))


@pytest.fixture(scope="module")
def lenient(settings):
    return dataclasses.replace(settings, max_rejected=0.5)


@pytest.fixture(scope="module")
def prepared(data_set, lenient, tmp_path_factory):
    return prepare(data_set, tmp_path_factory.mktemp("one"), lenient)


def test_good_images_become_faces_in_the_order_of_the_index(prepared, data_set, extractor):
    with FaceReader([prepared[0]]) as faces:
        names = ["-dash.jpg", "sp ace.jpg", "quo'te\".jpg", "ünï日.jpg", "com,ma.jpg", "plain.jpg"]
        assert faces.image_ids == [f"odd/{name}" for name in names]
        alone = extractor.extract({"image_id": "a", "path": str(data_set.parent / "plain.jpg")})
        assert np.array_equal(faces.image("odd/plain.jpg"), alone.image)
        assert faces.region_map("odd/sp ace.jpg") is None
        assert faces.region_map("odd/plain.jpg").max() > 30


def test_every_other_image_is_a_row_with_its_reason(prepared, data_set):
    reasons = {row["image_id"]: row["reason"] for row in prepared[1]}
    assert list(reasons) == [
        "odd/two.png",
        "odd/pixel.png",
        "odd/empty.png",
        "odd/text.jpg",
        "odd/broken.jpg",
    ]
    assert reasons["odd/two.png"].startswith("several faces: 2")
    assert reasons["odd/pixel.png"] == reasons["odd/empty.png"] == "no face"
    assert reasons["odd/text.jpg"] == "unreadable: not an image of a known kind"
    assert "truncated" in reasons["odd/broken.jpg"]
    assert list(prepared[1][0]) == ["image_id", "path", "expression", "reason"]
    assert prepared[1][0]["path"] == str(data_set.parent / "two.png")


def test_the_number_of_processes_does_not_change_a_byte(prepared, data_set, lenient, tmp_path):
    several = prepare(data_set, tmp_path, lenient, threads=2)
    assert several[0].read_bytes() == prepared[0].read_bytes()
    assert several[1] == prepared[1]


def test_too_many_rejected_stop_the_study_and_leave_nothing(data_set, settings, tmp_path, capsys):
    with pytest.raises(StudyError) as error:
        prepare(data_set, tmp_path, settings, dataset="odd")
    assert "data set odd: 5 of 11 images cannot be used (2 no face, 1 several faces, 2 unreadable" in str(
        error.value
    )
    assert "faces.max_rejected = 0.2" in str(error.value)
    assert "rejected odd/text.jpg: unreadable: not an image" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_data_set_without_any_face_is_never_accepted(data_set, settings, tmp_path):
    index = tmp_path / "index.csv"
    write_table(index, ("image_id", "path", "expression"), [
        {"image_id": "a/empty.png", "path": data_set.parent / "empty.png", "expression": "fear"}
    ])  # fmt: skip
    with pytest.raises(StudyError, match="1 of 1 images cannot be used"):
        prepare(index, tmp_path, dataclasses.replace(settings, max_rejected=1.0))


def test_without_region_maps_the_file_has_none(data_set, settings, tmp_path):
    index = tmp_path / "index.csv"
    plain = {"image_id": "a/plain.jpg", "path": data_set.parent / "plain.jpg", "expression": "fear"}
    write_table(index, list(plain), [plain])
    faces, _ = prepare(index, tmp_path, settings)
    with h5py.File(faces) as file:
        assert set(file) == {"faces", "landmarks", "image_id"}


def test_by_hand(data_set, lenient, prepared, tmp_path):
    command = [
        *(sys.executable, "-m", "workflow_scripts.faces.prepare_faces", data_set, "--dataset", "odd"),
        *("--faces", tmp_path / "-f.h5", "--faces-hash", tmp_path / "-f.sha256"),
        *("--rejected", tmp_path / "r.csv", "--threads", "2"),
    ]
    settings = dataclasses.asdict(lenient)
    done = subprocess.run(
        [*command, "--settings", json.dumps(settings)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "-f.h5").read_bytes() == prepared[0].read_bytes()
    assert "odd: 6 faces; rejected: 2 no face, 1 several faces, 2 unreadable" in done.stdout


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"crop_eye_distances": 0}, "faces.crop_eye_distances is 0; it must be more than 0"),
        ({"size": 8}, "faces.size is 8"),
        ({"detection_side": 10}, "faces.detection_side is 10"),
        ({"largest_face_ratio": -1}, "faces.largest_face_ratio is -1"),
        ({"max_rejected": 1.5}, "faces.max_rejected is 1.5; it must be from 0 to 1"),
        ({"size": "256"}, "faces.size is '256'; it must be of type int"),
        ({"colour": True}, "expected an object with the keys detector, detection_side"),
    ],
)
def test_wrong_settings_are_refused_by_name(settings, change, named):
    with pytest.raises(StudyError) as error:
        parse_settings(json.dumps(dataclasses.asdict(settings) | change))
    assert named in str(error.value)


def test_wrong_input_is_refused_before_any_work(data_set, settings, tmp_path):
    with pytest.raises(StudyError, match="not JSON"):
        parse_settings("{")
    with pytest.raises(StudyError, match="has no entry 'mtcnn'; choose one of: dlib_frontal"):
        prepare(data_set, tmp_path, dataclasses.replace(settings, detector="mtcnn"))
    with pytest.raises(StudyError, match="--threads is 0"):
        prepare(data_set, tmp_path, settings, threads=0)
    (tmp_path / "index.csv").write_text("image_id,path,expression\n")
    with pytest.raises(StudyError, match="names no image"):
        prepare(tmp_path / "index.csv", tmp_path, settings)


def test_the_settings_are_those_of_config():
    import yaml

    section = yaml.safe_load((REPOSITORY / "config.yaml").read_text(encoding="utf-8"))["faces"]
    assert dataclasses.asdict(parse_settings(json.dumps(section))) == section
