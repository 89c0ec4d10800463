import re
import zlib
from base64 import b64decode

import cv2
import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.filters import threshold_otsu

from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.maps import (
    SMALL,
    contour,
    pack_background,
    pack_map,
    pack_mask,
    pack_thumbnails,
    palette,
)
from workflow_scripts.report.figures.heatmap_colors import face_picture, painted, stretched
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


def unpacked(blocks: Blocks, number: int) -> np.ndarray:
    return np.frombuffer(zlib.decompress(b64decode(dict(blocks.in_page())[number])), np.uint8)


def summed(rows: np.ndarray) -> np.ndarray:
    """What the page makes of differences between rows."""
    return np.cumsum(rows, axis=0, dtype=np.uint8)


def smooth(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(HEIGHT, WIDTH))
    return cv2.GaussianBlur(noise, None, 12).astype(np.float32)


@given(seed=st.integers(0, 99), offset=st.floats(-1, 1), scale=st.floats(1e-3, 10))
@settings(max_examples=10, deadline=None)
def test_a_packed_map_is_thresholded_into_the_region_that_was_scored(seed, offset, scale):
    heatmap = (scale * smooth(seed) + offset).astype(np.float32)
    blocks = Blocks()
    packed = pack_map(blocks, heatmap)
    levels = summed(unpacked(blocks, packed["block"]).reshape(HEIGHT, WIDTH))
    region, threshold = important_region(heatmap)
    assert packed["otsu"] == threshold == threshold_otsu(levels)
    assert np.array_equal(levels > packed["otsu"], region)
    values = packed["low"] + levels / 255 * (packed["high"] - packed["low"])
    assert np.abs(values - heatmap).max() <= 0.51 * (packed["high"] - packed["low"]) / 255


@pytest.mark.parametrize("heatmap", [np.full((HEIGHT, WIDTH), np.nan), np.ones((HEIGHT, WIDTH))])
def test_a_map_that_shows_nothing_is_none(heatmap):
    assert pack_map(Blocks(), heatmap.astype(np.float32)) is None


def test_thumbnails_are_the_painted_values_one_after_the_other():
    blocks, maps = Blocks(), [smooth(1), np.full((HEIGHT, WIDTH), np.nan), smooth(2)]
    width, height = SMALL
    found = unpacked(blocks, pack_thumbnails(blocks, maps)).reshape(3, height, width)
    expected = cv2.resize(stretched(maps[2]), SMALL, interpolation=cv2.INTER_AREA)
    assert np.abs(summed(found[2]) / 255 - expected).max() < 0.01
    assert not found[1].any()


@given(seed=st.integers(0, 20))
@settings(max_examples=5, deadline=None)
def test_masks_and_their_outlines_are_the_mask(seed):
    mask, blocks = smooth(seed) > 0.02, Blocks()
    bits = np.unpackbits(unpacked(blocks, pack_mask(blocks, mask)), count=WIDTH * HEIGHT)
    assert np.array_equal(bits.reshape(HEIGHT, WIDTH).astype(bool), mask)
    drawn = np.zeros(mask.shape, np.uint8)
    paths = [
        np.array([point.split() for point in path.split("L")], float)
        for path in re.findall("M([^Z]*)Z", contour(mask))
    ]
    cv2.drawContours(drawn, [np.int32(path - 0.5)[:, None] for path in paths], -1, 1, cv2.FILLED)
    edges = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(edges, [np.int32(path - 0.5)[:, None] for path in paths], -1, 1, 1)
    assert np.array_equal(drawn[edges == 0].astype(bool), mask[edges == 0])


def test_the_colours_are_those_of_the_figures():
    colors = np.frombuffer(bytes.fromhex(palette()), np.uint8).reshape(256, 3) / 255
    one = painted(np.zeros((1, 1, 3)), np.ones((1, 1)))[0, 0]
    assert np.abs(0.85 * colors[255] - one).max() < 0.003
    assert np.abs(colors[0] - matplotlib.colormaps["inferno"](0.55)[:3]).max() < 0.003


def test_the_background_is_as_dark_as_in_the_figures():
    face = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH)).astype(np.uint8)
    blocks = Blocks()
    gray = summed(unpacked(blocks, pack_background(blocks, face)).reshape(HEIGHT, WIDTH))
    assert np.abs(gray / 255 - face_picture(face)[..., 1]).max() <= 0.51 / 255
