"""What several tests of training share."""

import numpy as np
import pytest

from workflow_scripts.faces.face_store import Face, FaceReader, write_faces


@pytest.fixture
def reader(tmp_path, standard_landmarks):
    rng = np.random.default_rng(0)
    faces = [
        Face(f"f{i}", rng.integers(0, 256, (64, 64), dtype=np.uint8), standard_landmarks) for i in range(7)
    ]
    write_faces(tmp_path / "faces.h5", faces, 64, region_maps=False)
    with FaceReader([tmp_path / "faces.h5"]) as opened:
        yield opened
