"""FER2013: images unpacked from the table of their pixels."""

import cv2
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import fer2013

EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
PIXELS = np.random.default_rng(0).integers(0, 256, (7, 48, 48), dtype=np.uint8)


def row(label, pixels, usage="Training"):
    return f"{label},{' '.join(map(str, np.ravel(pixels)))},{usage}"


@pytest.fixture
def table(tmp_path):
    """Writes rows as fer2013.csv; returns its folder."""

    def write(rows, header="emotion,pixels,Usage"):
        (tmp_path / "fer2013.csv").write_text("\n".join([header, *rows, ""]))
        return tmp_path

    return write


@pytest.fixture
def root(table):
    usages = ["Training"] * 5 + ["PublicTest", "PrivateTest"]
    return table([row(label, PIXELS[label], usages[label]) for label in range(7)])


def test_every_row_becomes_an_image_with_its_pixels(root, indexed):
    found = indexed("fer2013", root)
    assert [item["expression"] for item in found.index] == list(EXPRESSIONS)
    assert [item["usage"] for item in found.index] == ["Training"] * 5 + ["PublicTest", "PrivateTest"]
    for item, pixels in zip(found.index, PIXELS, strict=True):
        np.testing.assert_array_equal(cv2.imread(item["path"], cv2.IMREAD_UNCHANGED), pixels)
    assert {item["subject"] for item in found.index} == {""}  # unknown, not seven people
    assert found.published == {"images of all usages": (7, 35887)}


def test_an_image_keeps_its_number_whatever_is_asked_for(root):
    listing = fer2013.read(root, usages=["PublicTest"])
    assert listing.rows == [
        {"path": "fer2013_images/00006.png", "expression": "surprise", "usage": "PublicTest"}
    ]
    assert listing.left_out["usage Training, which the setting usages does not ask for"] == 5
    with pytest.raises(StudyError, match=r"usages: expected a list of Training, PublicTest, PrivateTest"):
        fer2013.read(root, usages=["Test"])


def test_images_are_written_once_and_again_where_the_table_changed(root, table):
    fer2013.read(root)
    image = root / "fer2013_images/00001.png"
    before = image.stat().st_mtime_ns
    fer2013.read(root)
    assert image.stat().st_mtime_ns == before
    fer2013.read(table([row(0, 255 - PIXELS[0])]))
    np.testing.assert_array_equal(cv2.imread(str(image), cv2.IMREAD_UNCHANGED), 255 - PIXELS[0])


def test_an_image_of_the_same_pixels_stays_however_it_was_packed(root):
    fer2013.read(root)
    image = root / "fer2013_images/00001.png"
    ours = image.read_bytes()
    cv2.imwrite(str(image), PIXELS[0], [cv2.IMWRITE_PNG_COMPRESSION, 0])
    theirs = image.read_bytes()
    assert theirs != ours
    fer2013.read(root)
    assert image.read_bytes() == theirs


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(7, PIXELS[0])], r"line 2, emotion: unknown expression '7'"),
        ([row(0, PIXELS[0], "training")], r"line 2, Usage: unknown 'training'; expected one of: Training"),
        ([row(0, PIXELS[0][:47])], r"line 2: expected 2304 pixels from 0 to 255"),
        ([row(0, np.full((48, 48), 256))], r"line 2: expected 2304 pixels from 0 to 255"),
        ([row(0, PIXELS[0]), "0,1 2 3"], r"line 3: expected 3 cells, found 2"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line(table, rows, message):
    with pytest.raises(StudyError, match=message):
        fer2013.read(table(rows))


def test_a_wrong_table_or_root_names_the_remedy(table, tmp_path):
    with pytest.raises(StudyError, match=r"there is no fer2013\.csv in it; set root .* reader `folders`"):
        fer2013.read(tmp_path)
    with pytest.raises(
        StudyError, match=r"expected the columns emotion, pixels, Usage, found emotion, Usage"
    ):
        fer2013.read(table([], header="emotion,Usage"))


def test_a_folder_that_cannot_be_written_to_names_the_remedy(root):
    (root / "fer2013_images").write_text("in the way")
    with pytest.raises(StudyError, match=r"fer2013_images: File exists.* set root to it"):
        fer2013.read(root)
