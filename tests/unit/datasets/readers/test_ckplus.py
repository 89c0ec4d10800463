"""CK+: which frames of which sequences, with the labels that lie in another folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import ckplus

REPOSITORY = Path(__file__).parents[4]


def add(
    root: Path,
    sequence: str,
    frames: int,
    label: str = "",
    *,
    images: str = "cohn-kanade-images",
    labels: str = "Emotion",
) -> None:
    """One sequence like S005/001, and its label where it has one, in the form of the data set."""
    for number in range(1, frames + 1):
        place = root / images / sequence / f"{sequence.replace('/', '_')}_{number:08}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(place))
    folder = root / labels / sequence  # unlabelled sequences have an empty one
    folder.mkdir(parents=True, exist_ok=True)
    if label:
        (folder / f"{sequence.replace('/', '_')}_{frames:08}_emotion.txt").write_text(f"   {label}\n")


def chosen(listing) -> list[tuple[str, str]]:
    return [(Path(row["path"]).name, row["expression"]) for row in listing.rows]


def test_the_last_frames_of_labelled_sequences(tmp_path):
    add(tmp_path, "S005/001", 11, "3.0000000e+00")
    add(tmp_path, "S010/002", 14)
    listing = ckplus.read(tmp_path)
    assert listing.rows == [
        {
            "path": f"cohn-kanade-images/S005/001/S005_001_{number}.png",
            "expression": "disgust",
            "subject": "S005",
            "sequence": "001",
            "frame": number,
        }
        for number in ("00000009", "00000010", "00000011")
    ]
    assert listing.left_out == {
        "frame of a labelled sequence that the settings do not ask for": 8,
        "frame of a sequence without a label": 14,
    }


@pytest.mark.parametrize(
    ("label", "expression"),
    [
        ("1.0000000e+00", "anger"),
        ("2.0000000e+00", "contempt"),
        ("3.0000000e+00", "disgust"),
        ("4.0000000e+00", "fear"),
        ("5.0000000e+00", "happiness"),
        ("6.0000000e+00", "sadness"),
        ("7", "surprise"),
    ],
)
def test_every_label(tmp_path, label, expression):
    add(tmp_path, "S005/001", 4, label)
    assert {row["expression"] for row in ckplus.read(tmp_path).rows} == {expression}


@pytest.mark.parametrize("label", ["0.0000000e+00", "8", "1.5", "happy", " "])
def test_unknown_labels_are_refused_with_their_file(tmp_path, label):
    add(tmp_path, "S005/001", 4, label)
    with pytest.raises(StudyError) as error:
        ckplus.read(tmp_path)
    assert "S005_001_00000004_emotion.txt: unknown expression" in str(error.value)
    assert "expected one of: 1, 2, 3, 4, 5, 6, 7" in str(error.value)


def test_frames_are_chosen_by_the_settings(tmp_path):
    add(tmp_path, "S005/001", 5, "5.0")
    name = "S005_001_{:08}.png".format
    assert chosen(ckplus.read(tmp_path, last_frames=1)) == [(name(5), "happiness")]
    assert chosen(ckplus.read(tmp_path, last_frames=2, neutral_frames=1)) == [
        (name(1), "neutral"),
        (name(4), "happiness"),
        (name(5), "happiness"),
    ]
    # a frame is never both, and a short sequence gives what it has
    assert chosen(ckplus.read(tmp_path, last_frames=4, neutral_frames=3)) == [
        (name(1), "neutral"),
        *((name(n), "happiness") for n in (2, 3, 4, 5)),
    ]
    everything = ckplus.read(tmp_path, last_frames=9, neutral_frames=9)
    assert [expression for _, expression in chosen(everything)] == ["happiness"] * 5
    assert not everything.left_out


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"last_frames": 0}, "last_frames: expected a whole number of at least 1, got 0"),
        ({"last_frames": 1.5}, "last_frames"),
        ({"neutral_frames": -1}, "neutral_frames: expected a whole number of at least 0, got -1"),
        ({"neutral_frames": "1"}, "neutral_frames"),
    ],
)
def test_wrong_settings_are_refused(tmp_path, settings, named):
    add(tmp_path, "S005/001", 5, "5.0")
    with pytest.raises(StudyError, match=named):
        ckplus.read(tmp_path, **settings)


@pytest.mark.parametrize(
    ("images", "labels", "root"),
    [
        ("cohn-kanade-images", "Emotion", "."),
        ("extended-cohn-kanade-images", "Emotion_labels", "."),
        ("extended-cohn-kanade-images/cohn-kanade-images", "Emotion_labels/Emotion", "."),
        ("Cohn-Kanade-Images", "emotion", "."),
        ("CK+/cohn-kanade-images", "CK+/Emotion", "."),
        ("cohn-kanade-images", "Emotion", "cohn-kanade-images"),
        ("cohn-kanade-images", "cohn-kanade-images/Emotion", "cohn-kanade-images"),
        ("pictures", "Emotion_labels", "pictures"),
    ],
)
def test_folders_are_found_as_people_have_them(tmp_path, monkeypatch, images, labels, root):
    add(tmp_path, "S005/001", 4, "1.0", images=images, labels=labels)
    listing = ckplus.read(tmp_path / root)
    assert all((tmp_path / root / row["path"]).is_file() for row in listing.rows)
    assert len(listing.rows) == 3
    monkeypatch.chdir(tmp_path / root)
    assert ckplus.read(Path()).rows == listing.rows


def test_wrong_roots_are_refused_with_what_was_looked_for(tmp_path):
    def error(root: Path) -> str:
        with pytest.raises(StudyError) as raised:
            ckplus.read(root)
        return str(raised.value)

    assert "no folder cohn-kanade-images or extended-cohn-kanade-images in it; set root to" in error(tmp_path)
    (tmp_path / "cohn-kanade-images").mkdir()
    assert "there is no folder Emotion or Emotion_labels" in error(tmp_path)
    assert "there is no folder Emotion or Emotion_labels" in error(tmp_path / "cohn-kanade-images")
    (tmp_path / "Emotion").mkdir()
    assert "Emotion: there is no label named like S005/001/S005_001_00000011_emotion.txt" in error(tmp_path)
    add(tmp_path, "S005/001", 0, "1.0")
    assert "there is no image named like S005/001/S005_001_00000011.png" in error(tmp_path)
    (tmp_path / "Emotion_labels").mkdir()
    assert "could be CK+'s Emotion or Emotion_labels" in error(tmp_path)


def test_labels_and_images_that_do_not_meet_are_counted(tmp_path):
    add(tmp_path, "S005/001", 4, "1.0")
    add(tmp_path, "S010/001", 0, "1.0")
    add(tmp_path, "S011/001", 6, "1.0")
    (tmp_path / "cohn-kanade-images/S011/001/S011_001_00000006.png").unlink()
    (tmp_path / "cohn-kanade-images/S005/001/.DS_Store").touch()
    (tmp_path / "cohn-kanade-images/S005/001/notes.txt").touch()
    listing = ckplus.read(tmp_path, last_frames=4)
    assert {row["subject"] for row in listing.rows} == {"S005"}
    assert listing.left_out == {
        "label of a sequence without images": 1,
        "frame of a sequence whose labelled frame is absent": 5,
        "hidden file": 1,
        "no file name of an image of the data set": 1,
    }
    assert listing.published["labelled sequences"] == (1, 327)


def test_frames_after_the_labelled_one_are_not_taken(tmp_path):
    add(tmp_path, "S005/001", 4, "1.0")
    (tmp_path / "cohn-kanade-images/S005/001/S005_001_00000005.png").touch()
    assert chosen(ckplus.read(tmp_path, last_frames=1)) == [("S005_001_00000004.png", "anger")]


def test_the_same_frame_or_label_twice_is_refused(tmp_path):
    add(tmp_path, "S005/001", 4, "1.0")
    add(tmp_path, "S005/001", 1, images="cohn-kanade-images/copy")
    with pytest.raises(StudyError, match="are the same image of the data set"):
        ckplus.read(tmp_path)
    (tmp_path / "cohn-kanade-images/copy/S005/001/S005_001_00000001.png").unlink()
    (tmp_path / "Emotion/S005/001/S005_001_00000003_emotion.txt").write_text("2")
    with pytest.raises(StudyError, match="both label sequence S005/001; keep one"):
        ckplus.read(tmp_path)


@pytest.fixture
def whole_set(tmp_path) -> Path:
    """593 sequences of 123 subjects, 327 of them labelled, of 118 subjects; 18 show contempt."""
    sequences = [f"S{subject:03}/{number:03}" for number in range(1, 6) for subject in range(1, 124)]
    unlabelled = {f"S{subject:03}" for subject in range(119, 124)}
    labelled = [name for name in sequences[:593] if name[:4] not in unlabelled][:327]
    for n, name in enumerate(labelled):
        add(tmp_path, name, 1, "2" if n < 18 else str((1, 3, 4, 5, 6, 7)[n % 6]))
    for name in set(sequences[:593]) - set(labelled):
        add(tmp_path, name, 1)
    return tmp_path


def test_the_whole_set_is_as_published(whole_set, indexed):
    six = '["anger", "disgust", "fear", "happiness", "sadness", "surprise"]'
    found = indexed("ckplus", whole_set, expressions=six)
    assert found.published == {
        "labelled sequences": (327, 327),
        "labelled subjects": (118, 118),
        "sequences": (593, 593),
        "subjects": (123, 123),
    }
    assert len(found.index) == 309
    assert found.counts["contempt"] == 18
    assert found.counts["frame of a sequence without a label"] == 593 - 327


def test_by_hand(tmp_path):
    add(tmp_path, "S005/001", 11, "3.0000000e+00")
    settings = json.dumps({"reader": "ckplus", "root": str(tmp_path)})
    command = [sys.executable, "-m", "workflow_scripts.datasets.index_dataset", "--settings", settings]
    done = subprocess.run(
        [*command, "--output", tmp_path / "index.csv"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "ckplus: labelled sequences: 1 found, published: 327" in done.stdout
    assert "ckplus/cohn-kanade-images/S005/001/S005_001_00000011.png" in (tmp_path / "index.csv").read_text()
