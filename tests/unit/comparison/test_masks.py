import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.draw_masks import draw_masks
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.mask_kinds.region_maps import face_area, normalized, thresholded
from workflow_scripts.comparison.named_points import fill_outlines, named_point
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face

REPOSITORY = Path(__file__).parents[3]
STANDARD_FACE = REPOSITORY / "resources/standard_face.csv"
LANDMARKS = read_standard_face(STANDARD_FACE)[:68]
MASK_SETS = yaml.safe_load((REPOSITORY / "config.yaml").read_text())["comparison"]["mask_sets"]
PUBLISHED = REPOSITORY.parent / "shared/published/masks"
EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]


def drawn(tmp_path, settings, expression, **options) -> np.ndarray:
    output = tmp_path / f"{expression}.png"
    draw_masks(
        settings=json.dumps(settings),
        expression=expression,
        standard_face=STANDARD_FACE,
        output=output,
        **options,
    )
    return read_mask(output)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return (a & b).sum() / (a | b).sum()


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published masks are not here")
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_outlines_agree_with_the_published_masks(tmp_path, expression):
    settings = MASK_SETS["figure4"]
    mask = drawn(tmp_path, settings, expression, source=REPOSITORY / settings["source"])
    assert overlap(mask, read_mask(PUBLISHED / f"{expression.capitalize()}_gt.png")) >= 0.99


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published masks are not here")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("anger", 0.76),
        ("disgust", 0.98),
        ("fear", 0.69),
        ("happiness", 0.87),
        ("sadness", 0.31),
        ("surprise", 0.99),
    ],
)
def test_action_units_agree_with_the_published_masks_as_measured(tmp_path, expression, expected):
    settings = MASK_SETS["facs"]
    mask = drawn(tmp_path, settings, expression, source=REPOSITORY / settings["source"])
    agreement = overlap(mask, read_mask(PUBLISHED / f"{expression.capitalize()}_gt.png"))
    assert agreement == pytest.approx(expected, abs=0.0051)


@pytest.mark.parametrize("mask_set", ["figure4", "facs"])
def test_every_expression_listed_has_a_mask(tmp_path, mask_set):
    settings = MASK_SETS[mask_set]
    for expression in settings["expressions"]:
        mask = drawn(tmp_path, settings, expression, source=REPOSITORY / settings["source"])
        assert 0.05 < mask.mean() < 0.5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (36, LANDMARKS[36]),
        ("36", LANDMARKS[36]),
        ("T18", (LANDMARKS[18][0], 0)),
        ("B36", (LANDMARKS[36][0], LANDMARKS[29][1])),
        ("M4-48", (LANDMARKS[4] + LANDMARKS[48]) / 2),
        ("X36-49", (LANDMARKS[36][0], LANDMARKS[49][1])),
        ([8, 45], (8, 45)),
    ],
)
def test_named_points(name, expected):
    np.testing.assert_array_equal(named_point(name, LANDMARKS), expected)


@pytest.mark.parametrize("name", ["Q4", "M4", "T18-2", "68", "-1", ""])
def test_names_of_no_point_are_refused(name):
    with pytest.raises(StudyError, match="names no point"):
        named_point(name, LANDMARKS)


def test_polygons_and_hulls_of_a_dented_outline():
    dented = [[10, 10], [50, 10], [30, 20], [50, 50], [10, 50]]
    polygon = fill_outlines([dented], LANDMARKS, convex=False)
    hull = fill_outlines([dented], LANDMARKS, convex=True)
    assert not polygon[20, 45]
    assert hull[20, 45]
    assert not (polygon & ~hull).any()


def test_an_expression_without_a_mask_names_the_key_to_edit(tmp_path):
    settings = MASK_SETS["figure4"]
    with pytest.raises(StudyError, match=r"no outline of neutral.*comparison\.mask_sets"):
        drawn(tmp_path, settings, "neutral", source=REPOSITORY / settings["source"])
    settings = MASK_SETS["facs"] | {"action_units": {"contempt": [14]}}
    with pytest.raises(StudyError, match="no region for action unit 14"):
        drawn(tmp_path, settings, "contempt", source=REPOSITORY / settings["source"])


def test_a_drawn_mask_may_be_colour_and_must_fit_the_canvas(tmp_path):
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[100:120, 50:90] = (0, 0, 200)
    cv2.imwrite(str(tmp_path / "mine.png"), image)
    mask = drawn(tmp_path, {"kind": "images"}, "happiness", source=tmp_path / "mine.png")
    assert mask.sum() == 20 * 40
    cv2.imwrite(str(tmp_path / "small.png"), image[:100])
    with pytest.raises(StudyError, match=r"small\.png: a mask is 224 x 275.*224 x 100"):
        drawn(tmp_path, {"kind": "images"}, "happiness", source=tmp_path / "small.png")
    with pytest.raises(StudyError, match=r"absent\.png: missing or not a complete image"):
        drawn(tmp_path, {"kind": "images"}, "happiness", source=tmp_path / "absent.png")


def test_an_empty_mask_is_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "black.png"), np.zeros((HEIGHT, WIDTH), np.uint8))
    with pytest.raises(StudyError, match="is empty"):
        drawn(tmp_path, {"kind": "images"}, "happiness", source=tmp_path / "black.png")


def test_a_mask_that_covers_all_is_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "white.png"), np.full((HEIGHT, WIDTH), 255, np.uint8))
    with pytest.raises(
        StudyError, match=r"happiness \(kind images\) covers the whole canvas; no heatmap could miss"
    ):
        drawn(tmp_path, {"kind": "images"}, "happiness", source=tmp_path / "white.png")


@pytest.mark.parametrize("quality", [60, 90])
def test_a_mask_with_the_noise_of_jpeg_is_refused_and_one_with_smooth_edges_is_not(tmp_path, quality):
    image = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(image, (112, 150), (50, 30), 20, 0, 360, 255, -1, cv2.LINE_AA)
    smooth = tmp_path / "smooth.png"
    cv2.imwrite(str(smooth), image)
    assert read_mask(smooth).sum() == (image > 0).sum()
    cv2.imwrite(str(tmp_path / "mine.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    resaved = tmp_path / "resaved.png"
    cv2.imwrite(str(resaved), cv2.imread(str(tmp_path / "mine.jpg")))
    for path in (tmp_path / "mine.jpg", resaved):
        with pytest.raises(StudyError, match=rf"{path.name}: .* are nearly black, as JPEG .*save it as PNG"):
            read_mask(path)


@pytest.mark.parametrize("value", [1, 2, 255])
def test_a_mask_may_have_any_one_value(tmp_path, value):
    image = np.zeros((HEIGHT, WIDTH), np.uint8)
    image[100:120, 50:90] = value
    cv2.imwrite(str(tmp_path / "mine.png"), image)
    assert read_mask(tmp_path / "mine.png").sum() == 20 * 40


def test_region_maps_are_carried_to_the_standard_face_and_averaged(tmp_path):
    """Faces whose lower half moves, in images of another size: the lower half of the standard face."""
    scale = np.array([256 / WIDTH, 256 / HEIGHT])
    landmarks = (LANDMARKS * scale).astype(np.float32)
    moved = np.zeros((256, 256), np.uint8)
    moved[round(180 * scale[1]) :] = 50
    still = np.zeros((256, 256), np.uint8)
    faces = [
        Face("toy/a", still, landmarks, moved),
        Face("toy/b", still, landmarks, moved),
        Face("toy/c", still, landmarks, None),
        Face("toy/d", still, landmarks, 255 - moved),
    ]
    write_faces(tmp_path / "faces.h5", faces, 256, region_maps=True)
    write_table(
        tmp_path / "index.csv",
        ["image_id", "expression"],
        [{"image_id": f"toy/{i}", "expression": "fear" if i == "d" else "happiness"} for i in "abcd"],
    )
    data = {"faces": [tmp_path / "faces.h5"], "index": [tmp_path / "index.csv"]}
    settings = {"kind": "region_maps", "datasets": ["toy"], "normalization": "ranks", "threshold": "otsu"}
    mask = drawn(tmp_path, settings, "happiness", **data)
    expected = face_area(LANDMARKS)
    expected[:180] = False
    assert overlap(mask, expected) > 0.95
    with pytest.raises(
        StudyError, match="no face with the expression surprise has a region map in data set toy"
    ):
        drawn(tmp_path, settings, "surprise", **data)


def test_a_threshold_is_the_part_of_the_canvas_that_the_mask_covers():
    inside = face_area(LANDMARKS)
    values = np.where(inside, np.random.default_rng(0).random(inside.shape), 0)
    assert thresholded(values, inside, 0.25).mean() == pytest.approx(0.25, abs=0.001)


def test_ranks_forget_how_large_a_motion_is():
    inside = face_area(LANDMARKS)
    motion = np.random.default_rng(0).random(inside.shape)
    np.testing.assert_array_equal(
        normalized(motion, inside, "ranks"), normalized(motion**3 * 40, inside, "ranks")
    )
    assert normalized(motion * 40, inside, "maximum").max() == 1


@pytest.mark.parametrize("shown", ["np.ones((10, 10), bool)", "np.full((275, 224), 255, np.uint8)"])
def test_a_kind_of_one_s_own_that_draws_no_mask_is_told_what_a_mask_is(tmp_path, shown):
    kind = tmp_path / "mine.py"
    kind.write_text(f"import numpy as np\ndef draw(*_): return {shown}\n")
    with pytest.raises(StudyError, match=r"mine\.py:draw\) is .*, expected bool \(275, 224\); the contract"):
        drawn(tmp_path, {"kind": f"{kind}:draw"}, "fear")
