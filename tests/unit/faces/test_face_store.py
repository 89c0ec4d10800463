"""What is written is what is read, in any number of files."""

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.face_store import WRITTEN_TOGETHER, Face, FaceReader, write_faces


def some_faces(n: int, name: str = "a", maps: bool = False) -> list[Face]:
    generator = np.random.default_rng(n)
    return [
        Face(
            f"{name}/é {k}.jpg",
            generator.integers(0, 256, (8, 8), dtype=np.uint8),
            generator.normal(size=(68, 2)).astype(np.float32),
            generator.integers(0, 256, (8, 8), dtype=np.uint8) if maps and k % 2 else None,
        )
        for k in range(n)
    ]


@pytest.mark.parametrize("n", [0, 1, WRITTEN_TOGETHER, 2 * WRITTEN_TOGETHER + 3])
def test_round_trip(tmp_path, n):
    faces = some_faces(n, maps=True)
    assert write_faces(tmp_path / "a.h5", iter(faces), 8, region_maps=True) == n
    with FaceReader([tmp_path / "a.h5"]) as reader:
        assert reader.size == 8
        assert reader.image_ids == [face.image_id for face in faces]
        for face in faces:
            assert np.array_equal(reader.image(face.image_id), face.image)
            assert np.array_equal(reader.landmarks(face.image_id), face.landmarks)
            region_map = reader.region_map(face.image_id)
            assert (region_map is None) == (face.region_map is None)
            assert region_map is None or np.array_equal(region_map, face.region_map)


def test_several_files_are_read_as_one(tmp_path):
    one, two = some_faces(3, "one"), some_faces(4, "two", maps=True)
    write_faces(tmp_path / "1.h5", one, 8, region_maps=False)
    write_faces(tmp_path / "2.h5", two, 8, region_maps=True)
    with FaceReader([tmp_path / "1.h5", tmp_path / "2.h5"]) as reader:
        assert reader.image_ids == [face.image_id for face in one + two]
        assert np.array_equal(reader.image(two[3].image_id), two[3].image)
        assert reader.region_map(one[1].image_id) is None


def test_what_is_not_there_is_an_error_with_the_remedy(tmp_path):
    write_faces(tmp_path / "a.h5", some_faces(1), 8, region_maps=False)
    with FaceReader([tmp_path / "a.h5"]) as reader:
        for read in (reader.image, reader.landmarks, reader.region_map):
            with pytest.raises(StudyError, match=r"no aligned face for image 'x'.*rerun"):
                read("x")
    (tmp_path / "b.h5").write_bytes(b"broken")
    with pytest.raises(StudyError, match=r"b\.h5: not a readable HDF5 file"):
        FaceReader([tmp_path / "b.h5"])


def test_an_interrupted_file_never_appears(tmp_path):
    def failing():
        yield from some_faces(100)
        raise StudyError("no more")

    with pytest.raises(StudyError):
        write_faces(tmp_path / "a.h5", failing(), 8, region_maps=False)
    assert list(tmp_path.iterdir()) == []
