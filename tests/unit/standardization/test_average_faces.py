"""The study's own mean face: what is averaged, how, and when it may be shown."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.spatial import ConvexHull, Delaunay

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import Face, FaceReader, write_faces
from workflow_scripts.standardization.average_faces import average_faces, mean_face
from workflow_scripts.standardization.averaged_faces import MIN_SUBJECTS, known_subjects, table_rows
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp

RESOURCES = Path(__file__).parents[3] / "resources"
STANDARD_FACE, SHIPPED = RESOURCES / "standard_face.csv", RESOURCES / "mean_face.png"
SIZE = 64
Rows = Sequence[Mapping[str, str]]


@pytest.fixture
def averaged(tmp_path) -> Callable[..., tuple[np.ndarray, list[dict]]]:
    """Averages data sets, each a list of (row of its index, image, landmarks); the face, and its table."""

    def run(expression: str = "", **datasets: Sequence[tuple]) -> tuple[np.ndarray, list[dict]]:
        files = {kind: [tmp_path / f"{name}.{kind}" for name in datasets] for kind in ("csv", "h5")}
        for name, table, stored in zip(datasets, files["csv"], files["h5"], strict=True):
            rows = [row for row, _, _ in datasets[name]]
            write_table(table, ["image_id", "subject", "expression", "sha256"], rows)
            faces = [Face(row["image_id"], image, points) for row, image, points in datasets[name]]
            write_faces(stored, faces, SIZE, region_maps=False)
        face, table = tmp_path / "mean_face.png", tmp_path / "mean_face.csv"
        average_faces(
            list(datasets),
            index=files["csv"],
            faces=files["h5"],
            standard_face=STANDARD_FACE,
            otherwise=SHIPPED,
            expression=expression,
            output=face,
            table=table,
        )
        return cv2.imread(str(face), cv2.IMREAD_UNCHANGED), read_table(table)

    return run


def image(name: str, subject: str, gray: int, points: np.ndarray, expression: str = "fear") -> tuple:
    """An image of one grey level, as `averaged` takes it; its bytes are told by its name in the data set."""
    row = {"image_id": name, "subject": subject, "expression": expression, "sha256": name.rpartition("/")[2]}
    return row, np.full((SIZE, SIZE), gray, np.uint8), points


def people(n: int, gray: int, points: np.ndarray, dataset: str = "toy") -> list[tuple]:
    return [image(f"{dataset}/{i:02}", f"S{i:02}", gray, points) for i in range(n)]


def test_the_same_features_in_different_places_come_together(averaged, standard_landmarks):
    """A face with a bright eye, and the same face 9 px further right: the mean has one eye, as bright."""
    moved = standard_landmarks + np.float32([9, 0])
    faces = []
    for i in range(2 * MIN_SUBJECTS):
        points = moved if i % 2 else standard_landmarks
        row, picture, _ = image(f"toy/{i:02}", f"S{i}", 50, points)
        x, y = np.rint(standard_landmarks[36:42].mean(axis=0)).astype(int).tolist()
        cv2.circle(picture, (x + 9 * (i % 2), y), 4, 200, cv2.FILLED)
        faces.append((row, picture, points))
    face, _ = averaged(toy=faces)
    points = read_standard_face(STANDARD_FACE)[:68]
    left, right = (np.rint(points[eye].mean(axis=0)).astype(int) for eye in (slice(36, 42), slice(42, 48)))
    assert (face[left[1] - 6 : left[1] + 7, left[0] - 6 : left[0] + 7] == 200).all()
    assert (face[right[1] - 6 : right[1] + 7, right[0] - 6 : right[0] + 7] == 50).all()
    alone, _ = averaged(toy=faces[::2])
    inside = Delaunay(points[ConvexHull(points).vertices]).find_simplex(np.argwhere(face >= 0)[:, ::-1]) >= 0
    difference = np.abs(face.astype(int) - alone).ravel()[inside]
    assert difference.max() <= 8  # the eye's edge: interpolation knows 32 places between pixels


def test_every_subject_counts_the_same_however_many_images_show_them(averaged, standard_landmarks):
    others = people(MIN_SUBJECTS - 1, 20, standard_landmarks)
    often = [
        image(f"toy/often{i}", "often", gray, standard_landmarks) for i, gray in enumerate([100, 200, 240])
    ]
    face, rows = averaged(toy=[*others, *often])
    assert (face == 36).all()  # (9 x 20 + 180) / 10; a mean over images would be 60
    assert rows == [{"dataset": "toy", "subjects": "10", "images": "12", "unknown": "0", "shown": "yes"}]


def test_a_mean_between_two_levels_is_the_even_one(averaged, standard_landmarks):
    faces = [image(f"toy/{i}", f"S{i}", 40 + 41 * (i % 2), standard_landmarks) for i in range(10)]
    face, _ = averaged(toy=faces)
    assert face.dtype == np.uint8
    np.testing.assert_array_equal(face, np.full((HEIGHT, WIDTH), 60))  # 60.5


def test_fewer_subjects_than_may_be_shown_give_way_to_the_shipped_face(averaged, standard_landmarks, capsys):
    assert MIN_SUBJECTS == 10
    face, rows = averaged(toy=people(9, 200, standard_landmarks))
    np.testing.assert_array_equal(face, cv2.imread(str(SHIPPED), cv2.IMREAD_UNCHANGED))
    assert rows == [{"dataset": "toy", "subjects": "9", "images": "9", "unknown": "0", "shown": "no"}]
    assert "fewer than 10 subjects are known" in capsys.readouterr().out
    face, rows = averaged(toy=people(10, 200, standard_landmarks))
    assert (face == 200).all()
    assert rows[0]["shown"] == "yes"
    assert capsys.readouterr().out == "toy: 10 images of 10 subjects; 0 of unknown subjects\n"


def test_subjects_of_several_data_sets_count_together(averaged, standard_landmarks):
    first, second = (people(5, gray, standard_landmarks, name) for name, gray in (("one", 10), ("two", 30)))
    for row, _, _ in second:
        row["sha256"] += " of two"
    face, rows = averaged(two=second, one=first)
    assert (face == 20).all()
    assert [(row["dataset"], row["subjects"], row["shown"]) for row in rows] == [
        ("two", "5", "yes"),
        ("one", "5", "yes"),
    ]


def test_images_of_nobody_known_are_left_out_and_make_no_mean_showable(averaged, standard_landmarks):
    unknown = [image(f"toy/x{i}", "", 255, standard_landmarks) for i in range(30)]
    face, rows = averaged(toy=[*people(10, 90, standard_landmarks), *unknown])
    assert (face == 90).all()
    assert (rows[0]["images"], rows[0]["unknown"]) == ("10", "30")
    _, rows = averaged(toy=[*people(9, 90, standard_landmarks), *unknown])
    assert (rows[0]["subjects"], rows[0]["unknown"], rows[0]["shown"]) == ("9", "30", "no")


def test_one_person_under_two_names_is_one_subject(averaged, standard_landmarks):
    """The same file in two data sets, as where one was made of the other."""
    again = [image("two/00", "other name", 90, standard_landmarks)]
    _, rows = averaged(one=people(9, 90, standard_landmarks, "one"), two=again)
    assert [(row["subjects"], row["images"], row["shown"]) for row in rows] == [
        ("9", "9", "no"),
        ("0", "1", "no"),
    ]


def test_one_expression_can_be_averaged(averaged, standard_landmarks):
    happy = [image(f"toy/h{i}", f"S{i:02}", 240, standard_landmarks, "happiness") for i in range(10)]
    faces = [*people(10, 90, standard_landmarks), *happy]
    assert (averaged("happiness", toy=faces)[0] == 240).all()
    assert (averaged("fear", toy=faces)[0] == 90).all()
    assert (averaged(toy=faces)[0] == 165).all()


def noisy(tmp_path: Path, points: np.ndarray) -> tuple[list[Path], dict[str, str], dict[str, np.ndarray]]:
    """Two files of faces that are noise, of 12 subjects with 1 to 4 images; subjects, and warped images."""
    random = np.random.default_rng(0)
    names = [f"toy/{s:02}{i}" for s in range(12) for i in range(1 + s % 4)]
    images = {name: random.integers(0, 256, (SIZE, SIZE), np.uint8) for name in names}
    shaken = {name: (points + random.normal(0, 1, points.shape)).astype(np.float32) for name in names}
    paths = []
    for place, part in enumerate((random.permutation(names[:15]), random.permutation(names[15:]))):
        paths.append(tmp_path / f"{place}.h5")
        write_faces(paths[-1], [Face(name, images[name], shaken[name]) for name in part], SIZE, False)
    warp = FaceWarp(read_standard_face(STANDARD_FACE))
    warped = {name: warp.warp(images[name], shaken[name]) for name in names}
    return paths, {name: name[:6] for name in names}, warped


def test_neither_order_nor_threads_change_a_bit_of_the_mean(tmp_path, standard_landmarks):
    paths, subject_of, _ = noisy(tmp_path, standard_landmarks)
    warp, means = FaceWarp(read_standard_face(STANDARD_FACE)), []
    threads = cv2.getNumThreads()
    try:
        for files, n in ((paths, 1), (paths[::-1], 4)):
            cv2.setNumThreads(n)
            with FaceReader(files) as reader:
                means.append(mean_face(reader, subject_of, warp))
                subject_of = dict(reversed(subject_of.items()))
    finally:
        cv2.setNumThreads(threads)
    np.testing.assert_array_equal(*means)


def test_the_mean_is_the_mean_of_means(tmp_path, standard_landmarks):
    paths, subject_of, warped = noisy(tmp_path, standard_landmarks)
    with FaceReader(paths) as reader:
        found = mean_face(reader, subject_of, FaceWarp(read_standard_face(STANDARD_FACE)))
    of_subjects = [
        np.mean(
            [warped[name] for name in subject_of if subject_of[name] == subject], axis=0, dtype=np.float64
        )
        for subject in set(subject_of.values())
    ]
    np.testing.assert_allclose(found, np.mean(of_subjects, axis=0), rtol=1e-12)


def test_the_subjects_of_all_data_sets_are_counted_once():
    rows: Rows = [
        {"image_id": f"{name}/{i}", "dataset": name, "subject": f"{i % 7}", "sha256": f"{name}{i}"}
        for name in ("a", "ab", "b")
        for i in range(20)
    ]
    found = table_rows(rows, known_subjects(rows))
    assert [(row["dataset"], row["subjects"], row["images"]) for row in found] == [
        ("a", 7, 20),
        ("ab", 7, 20),
        ("b", 7, 20),
    ]


def test_the_mean_face_of_the_repository_has_its_features_at_the_standard_points():
    shipped = cv2.imread(str(SHIPPED), cv2.IMREAD_UNCHANGED)
    assert shipped.shape == (HEIGHT, WIDTH)
    assert shipped.dtype == np.uint8
    points = read_standard_face(STANDARD_FACE)
    skin = np.median(shipped[60:250, 40:185])
    for eye in (slice(36, 42), slice(42, 48)):
        x, y = points[eye].mean(axis=0).astype(int)
        assert shipped[y - 3 : y + 4, x - 3 : x + 4].mean() < 0.6 * skin  # pupils are dark
