"""The whole rule on a few subjects, with everything that can be missing."""

import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.faces.blend_faces import blend_faces
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.faces.half_faces import half_face

COLUMNS = ("image_id", "path", "subject", "expression", "sha256", "region_map")
STUDIED = ["happiness", "fear"]


@pytest.fixture(scope="module")
def index(tmp_path_factory, embedded) -> Path:
    """Happy, fearful and neutral faces: whole subjects S001 and S002, and others that lack something."""
    folder = tmp_path_factory.mktemp("set")
    (folder / "broken.jpg").write_text("no image")
    rows = []
    for row in embedded:
        if row["subject"] in ("S001", "S002", "S003", "S004", "S005") and row["expression"] in (
            *STUDIED,
            "neutral",
        ):
            name = Path(row["path"]).name
            rows.append(
                {key: row.get(key, "") for key in COLUMNS} | {"image_id": f"toy/{name}", "sha256": name}
            )
    of = {(row["subject"], row["expression"]): row for row in rows}
    rows.remove(of["S003", "neutral"])
    of["S004", "neutral"]["path"] = str(folder / "broken.jpg")
    of["S005", "fear"]["subject"] = ""
    write_table(folder / "index.csv", COLUMNS, sorted(rows, key=lambda row: row["image_id"]))
    return folder / "index.csv"


def blend(index: Path, folder: Path, settings, **options) -> tuple[Path, list[dict]]:
    files = {"faces": "faces.h5", "faces_hash": "faces.sha256", "rejected": "rejected.csv"}
    files |= {"subjects": "subjects.csv"}
    paths = {name: folder / file for name, file in files.items()}
    options = {"expressions": json.dumps(STUDIED), "shows": "mouth", "neutral": "neutral"} | options
    text = json.dumps(dataclasses.asdict(dataclasses.replace(settings, max_rejected=0.6)))
    blend_faces(index, settings=text, **paths, **options)
    return paths["faces"], list(csv.DictReader(paths["rejected"].open(newline="", encoding="utf-8")))


@pytest.fixture(scope="module")
def blended(index, settings, tmp_path_factory):
    return blend(index, tmp_path_factory.mktemp("one"), settings)


def test_faces_are_halves_of_both_images_in_the_order_of_the_index(blended, extractor, embedded):
    with FaceReader([blended[0]]) as faces:
        names = ["S001_fear", "S001_happiness", "S002_fear", "S002_happiness", "S005_happiness"]
        assert faces.image_ids == [f"toy/{name}.jpg" for name in names]
        neutral, happy = (
            extractor.extract(next(row for row in embedded if row["path"].endswith(name)) | {"image_id": "a"})
            for name in ("S002_neutral.jpg", "S002_happiness.jpg")
        )
        expected = half_face(happy, neutral, "mouth")
        assert np.array_equal(faces.image("toy/S002_happiness.jpg"), expected.image)
        assert np.array_equal(faces.landmarks("toy/S002_happiness.jpg"), expected.landmarks)
        assert np.array_equal(faces.region_map("toy/S002_happiness.jpg"), expected.region_map)


def test_every_other_face_is_a_row_with_its_reason(blended):
    reasons = {row["image_id"]: row["reason"] for row in blended[1]}
    alone = "no neutral face: the subject has no other neutral image"
    broken = "no neutral face: toy/S004_neutral.jpg: unreadable: not an image of a known kind"
    assert reasons == {
        "toy/S003_fear.jpg": alone,
        "toy/S003_happiness.jpg": alone,
        "toy/S004_fear.jpg": broken,
        "toy/S004_happiness.jpg": broken,
        "toy/S005_fear.jpg": "no neutral face: the subject is unknown",
    }


def test_subjects_who_lack_an_expression_are_told_with_it(blended):
    table = (blended[0].parent / "subjects.csv").open(newline="", encoding="utf-8")
    found = {row["subject"]: tuple(row.values())[1:] for row in csv.DictReader(table)}
    assert found == {
        "S001": ("2", "2", ""),
        "S002": ("2", "2", ""),
        "S003": ("0", "0", "happiness fear"),
        "S004": ("0", "0", "happiness fear"),
        "S005": ("1", "1", "fear"),
    }


def test_the_number_of_processes_does_not_change_a_byte(blended, index, settings, tmp_path):
    again = blend(index, tmp_path, settings, threads=2)
    assert again[0].read_bytes() == blended[0].read_bytes()
    assert again[1] == blended[1]


def test_a_neutral_face_gets_its_half_from_another_neutral_face_or_is_rejected(
    index, embedded, settings, tmp_path
):
    rows = list(csv.DictReader(index.open(newline="", encoding="utf-8")))
    (of_one,) = (row for row in rows if row["image_id"] == "toy/S001_neutral.jpg")
    # a second neutral image, and a copy of the first under another name
    second = of_one | {"image_id": "toy/S001_second.jpg", "path": embedded[1]["path"], "sha256": "second"}
    copy = of_one | {"image_id": "toy/S001_copy.jpg"}
    more = tmp_path / "index.csv"
    write_table(more, COLUMNS, sorted([*rows, second, copy], key=lambda row: row["image_id"]))
    faces, rejected = blend(more, tmp_path, settings, expressions='["neutral", "happiness", "fear"]')
    with FaceReader([faces]) as reader:
        assert {"toy/S001_neutral.jpg", "toy/S001_second.jpg", "toy/S001_copy.jpg"} <= set(reader.image_ids)
    assert "toy/S002_neutral.jpg" in {row["image_id"] for row in rejected}


def test_what_cannot_be_blended_is_refused(index, settings, tmp_path):
    with pytest.raises(StudyError, match="--shows is nose; give one of: mouth, brows"):
        blend(index, tmp_path, settings, shows="nose")
    with pytest.raises(StudyError, match=r"names no image of calm.*datasets\.\w+\.neutral"):
        blend(index, tmp_path, settings, neutral="calm")
    with pytest.raises(StudyError, match="names no image of anger"):
        blend(index, tmp_path, settings, expressions='["anger"]')
    assert list(tmp_path.iterdir()) == []
