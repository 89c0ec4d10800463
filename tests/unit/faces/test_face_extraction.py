"""From a photograph, however it lies and whatever surrounds it, to the same aligned face."""

from dataclasses import replace

import cv2
import dlib
import numpy as np
import pytest
from PIL import Image

from workflow_scripts.faces.face_extraction import FaceExtractor, single_face
from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.unusable import Unusable

GRAY = 128  # of the canvas around pasted faces


@pytest.fixture(scope="session")
def extract(extractor, tmp_path_factory):
    """A function of a BGR image (and region map) to its aligned face."""
    folder = tmp_path_factory.mktemp("photos")

    def extract_image(image: np.ndarray, region_map: np.ndarray | None = None, by=extractor) -> Face:
        row = {"image_id": "test/a", "path": str(folder / "a.png")}
        cv2.imwrite(row["path"], image)
        if region_map is not None:
            row["region_map"] = str(folder / "map.png")
            cv2.imwrite(row["region_map"], region_map)
        return by.extract(row)

    return extract_image


@pytest.fixture(scope="session")
def aligned(extract, photo) -> Face:
    return extract(photo)


def canvas(*placed: tuple[np.ndarray, int, int], height: int = 300, width: int = 600) -> np.ndarray:
    image = np.full((height, width, 3), GRAY, np.uint8)
    for face, x, y in placed:
        image[y : y + len(face), x : x + face.shape[1]] = face
    return image


def difference(one: Face, other: Face) -> tuple[float, float]:
    """Mean of gray levels over the face, and largest of landmarks in pixels."""
    hull = np.zeros(one.image.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.rint(one.landmarks).astype(np.int32)), 1)
    gray = np.abs(one.image.astype(float) - other.image)[hull > 0].mean()
    return gray, np.abs(one.landmarks - other.landmarks).max()


def test_the_aligned_face_is_upright_and_as_large_as_asked(aligned):
    assert aligned.image.shape == (256, 256)
    assert aligned.image.dtype == np.uint8
    assert aligned.landmarks.dtype == np.float32
    left, right = (aligned.landmarks[part].mean(axis=0) for part in (slice(36, 42), slice(42, 48)))
    assert left[1] == pytest.approx(right[1], abs=1e-3)
    assert (left + right) / 2 == pytest.approx((127.5, 256 / 3 - 0.5), abs=1e-3)
    assert right[0] - left[0] == pytest.approx(256 / 3.5, abs=1e-3)
    assert aligned.landmarks[8, 1] > aligned.landmarks[33, 1] > left[1]  # chin below nose below eyes


@pytest.mark.parametrize(
    ("angle", "scale", "shift"),
    [(0, 1, (140, 60)), (12, 1, (150, 90)), (-15, 1.7, (40, 20)), (5, 0.6, (300, 200)), (0, 3, (0, 0))],
)
def test_a_moved_turned_and_scaled_copy_aligns_to_nearly_the_same(
    extract, photo, aligned, angle, scale, shift
):
    matrix = cv2.getRotationMatrix2D((127.5, 127.5), angle, scale)
    low = np.array([[x, y, 1] for x in (0, 255) for y in (0, 255)]) @ matrix.T
    matrix[:, 2] += np.array(shift) - low.min(axis=0)
    moved = cv2.warpAffine(
        photo,
        matrix,
        (800, 800),
        flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    gray, points = difference(aligned, extract(moved))
    assert gray < 8
    assert points < 8


def test_a_face_that_is_not_aligned_would_differ(extract, photo, aligned):
    """The bounds above mean something: a turn of 12 degrees that stays is far beyond them."""
    turned = cv2.warpAffine(aligned.image, cv2.getRotationMatrix2D((127.5, 127.5), 12, 1), (256, 256))
    assert difference(aligned, Face("a", turned, aligned.landmarks))[0] > 12


def test_a_large_photograph_is_shrunk_for_detection_only(extract, photo, aligned):
    large = cv2.resize(photo, None, fx=9, fy=9, interpolation=cv2.INTER_CUBIC)
    gray, points = difference(aligned, extract(large))
    assert gray < 4
    assert points < 4


def test_a_small_face_is_found_on_the_second_try(extract, photo, aligned):
    small = cv2.resize(photo, None, fx=0.33, fy=0.33, interpolation=cv2.INTER_AREA)  # its box: about 50 px
    image = canvas((small, 90, 70), height=200, width=300)
    assert len(dlib.get_frontal_face_detector()(image, 0)) == 0
    assert difference(aligned, extract(image))[0] < 12


def test_exif_orientation_comes_first(extractor, photo, aligned, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera held upright stores the image lying on its side
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(photo[..., ::-1])))
    lying.save(tmp_path / "a.png", exif=exif)
    face = extractor.extract({"image_id": "a", "path": str(tmp_path / "a.png")})
    assert np.array_equal(face.image, aligned.image)


def test_the_region_map_goes_through_the_same_transform(extract, photo, aligned):
    """The image as its own map: equal wherever the crop lies within the image."""
    gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    face = extract(photo, gray)
    inside = extract(photo, np.full_like(gray, 255)).region_map == 255
    assert inside.mean() > 0.8
    assert np.array_equal(face.region_map[inside], aligned.image[inside])
    assert aligned.region_map is None


def test_beyond_the_image_there_is_no_region(extract, photo):
    face = extract(photo[70:], np.full(photo[70:].shape[:2], 255, np.uint8))
    assert (face.region_map[0] == 0).all()
    assert (face.image[0] == face.image[1]).mean() > 0.9  # the border goes on


def test_two_equal_faces_are_rejected_and_a_clearly_larger_one_is_taken(extract, photo):
    with pytest.raises(Unusable, match=r"several faces: 2, the largest 1\.\d times the next"):
        extract(canvas((photo, 10, 10), (photo, 310, 10)))
    small = cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    both = canvas((photo, 10, 10), (small, 400, 10))
    alone = canvas((photo, 10, 10))
    assert np.array_equal(extract(both).image, extract(alone).image)


def test_single_face():
    one, large, wrong = [0, 0, 9, 9], [20, 0, 39, 9], [0, 0, 2, 2]
    assert single_face(np.array([one]), 0).tolist() == one
    assert single_face(np.array([wrong, one, large]), 2.0).tolist() == large  # exactly twice the area
    for boxes, ratio in (([one, large], 2.1), ([one, large], 0), ([one, wrong], 0)):
        with pytest.raises(Unusable, match=r"several faces: 2"):
            single_face(np.array(boxes), ratio)
    with pytest.raises(Unusable, match=r"no face"):
        single_face(np.empty((0, 4)), 2)


@pytest.mark.parametrize("shape", [(1, 1, 3), (200, 300, 3), (1, 4000, 3), (4000, 2, 3)])
def test_images_without_a_face(extract, shape):
    with pytest.raises(Unusable, match=r"^no face$"):
        extract(np.full(shape, 200, np.uint8))


def test_landmarks_outside_the_crop(extract, photo, settings):
    with pytest.raises(Unusable, match=r"^landmarks outside the crop$"):
        extract(photo, by=FaceExtractor(replace(settings, crop_eye_distances=1.75)))


def test_region_maps_that_do_not_fit_their_image(extract, extractor, photo, tmp_path):
    with pytest.raises(Unusable, match=r"^region map: 256 x 255 pixels, its image 256 x 256$"):
        extract(photo, photo[:255, :, 0])
    cv2.imwrite(str(tmp_path / "a.png"), photo)
    (tmp_path / "map.png").write_bytes(b"broken")
    with pytest.raises(Unusable, match=r"^region map: unreadable: not an image"):
        extractor.extract(
            {"image_id": "a", "path": str(tmp_path / "a.png"), "region_map": str(tmp_path / "map.png")}
        )
