"""What tests of figures share."""

import cv2
import numpy as np
import pytest

from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


@pytest.fixture(scope="session")
def background(tmp_path_factory):
    """A face-sized gray picture."""
    path = tmp_path_factory.mktemp("face") / "face.png"
    cv2.imwrite(str(path), np.tile(np.arange(WIDTH, dtype=np.uint8), (HEIGHT, 1)))
    return path
