"""The explanations of the atlas: numbers are those of the stacks, and no image is seen that may not be."""

import json
import zlib
from base64 import b64decode
from collections import Counter

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import Face, FaceReader, write_faces
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.evidence import pack_evidence
from workflow_scripts.report.atlas.pictures import (
    DENSE_SIDE,
    SIDE,
    chosen_images,
    largest,
    quantized,
    small_importance,
    small_regions,
)

EXPRESSIONS = ["anger", "fear"]
NETWORKS = ["First", "Second"]
IMAGES = ["open/a", "open/b", "closed/c"]


def content(blocks: Blocks) -> dict[int, bytes]:
    """Of each block of the page, unpacked unless it is a picture."""
    found = {number: b64decode(text) for number, text in blocks.in_page()}
    return {n: one if one.startswith(b"RIFF") else zlib.decompress(one) for n, one in found.items()}


def cell_of(found, blocks: Blocks, network: int = 0) -> dict:
    """The explanations of a network for fear."""
    return json.loads(content(blocks)[found["evidence"][0][network][0][1]])


def images_of(found, blocks: Blocks) -> dict:
    return json.loads(content(blocks)[found["images"]])


def explanation(image_id: str, side: int = 150, network: int = 0, r2: bool = True) -> Explanation:
    """Of regions that depend on the image and the side alone, and weights that depend on the network, too."""
    number = IMAGES.index(image_id)
    regions = np.random.default_rng(number).integers(0, 9, (side, side))
    rng = np.random.default_rng([number, network])
    fits = {"r2": rng.random(2)} if r2 else {}
    return Explanation(rng.random(2), 100 + number, regions=regions, weights=rng.normal(size=(9, 2)), **fits)


def dense(image_id: str, side: int = 150) -> Explanation:
    rng = np.random.default_rng(IMAGES.index(image_id))
    return Explanation(rng.random(2), 12, importance=rng.normal(size=(2, side, side)).astype(np.float32))


def stack(path, explanations, side: int = 150, expression: str = "fear"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_stack(path, side, expression, EXPRESSIONS) as writer:
        for image_id, one in explanations.items():
            writer.append(image_id, one)
    return path


def rows(*image_ids: str, expression: str = "fear", true: str = "anger"):
    return [{"image_id": image_id, "expression": expression, "true": true} for image_id in image_ids]


@pytest.fixture
def faces(tmp_path):
    """Of the data set open: those that may be shown. More than are explained."""
    rng = np.random.default_rng(0)
    points = np.tile(np.float32([[127.5, 0.0]]), (68, 1))
    given = [
        Face(name, rng.integers(0, 256, (256, 256), np.uint8), points)
        for name in (*IMAGES[:2], "open/not explained")
    ]
    write_faces(tmp_path / "faces.h5", given, 256, region_maps=False)
    with FaceReader([tmp_path / "faces.h5"]) as reader:
        yield reader


def packed(stacks, faces, positives=None, **more):
    """One explainer, one fold. stacks: paths by (network, expression)."""
    blocks = Blocks()
    found = pack_evidence(
        blocks,
        explainers=["lime"],
        networks=NETWORKS,
        folds=[1],
        expressions=EXPRESSIONS,
        datasets=["closed", "open"],
        positives=positives or {(network, 1): rows(*IMAGES) for network in NETWORKS},
        stacks=lambda explainer, network, fold, expression: stacks.get((network, expression)),
        faces=faces,
        most=9,
        seed=1,
        **more,
    )
    return found, blocks


def two_networks(folder, **sides):
    """The same images explained by both, with the same side unless told otherwise."""
    return {
        (network, "fear"): stack(
            folder / f"{network}.h5",
            {image: explanation(image, sides.get(network, 150), place) for image in IMAGES},
            sides.get(network, 150),
        )
        for place, network in enumerate(NETWORKS)
    }


def test_every_explanation_has_the_numbers_of_its_stack_for_the_predicted_expression(tmp_path, faces):
    found, blocks = packed(two_networks(tmp_path), faces)
    images = images_of(found, blocks)
    assert images == {"id": sorted(IMAGES), "true": [0, 0, 0], "dataset": [0, 1, 1], "shown": [0, 1, 1]}
    for place in range(2):
        cell = cell_of(found, blocks, place)
        assert [images["id"][image] for image in cell["image"]] == IMAGES
        assert cell["samples"] == [100, 101, 102]
        assert cell["importance"] is None
        for row, image in enumerate(IMAGES):
            true = explanation(image, network=place)
            assert cell["probability"][row] == pytest.approx(true.probability[1], rel=5.1e-4)
            assert cell["r2"][row] == pytest.approx(true.r2[1], rel=5.1e-4)
            scale = cell["scale"][row]
            assert scale == pytest.approx(np.abs(true.weights[:, 1]).max(), rel=1e-3)
            weights = np.array(cell["weights"][row]) / 127 * scale
            np.testing.assert_allclose(weights, true.weights[:, 1], atol=scale / 254 * 1.02)


def test_cells_without_a_stack_are_absent_and_cells_without_images_are_empty(tmp_path, faces):
    path = stack(tmp_path / "empty.h5", {})
    found, blocks = packed({("Second", "fear"): path}, faces)
    assert found["evidence"] == [[[[None, None]], [[None, found["evidence"][0][1][0][1]]]]]
    cell = cell_of(found, blocks, 1)
    assert cell["image"] == cell["probability"] == cell["samples"] == cell["scale"] == []
    assert cell["r2"] is cell["weights"] is cell["regions"] is cell["importance"] is None


def test_what_an_explainer_does_not_give_is_absent_and_what_is_no_number_is_null(tmp_path, faces):
    without = stack(tmp_path / "without.h5", {"open/a": explanation("open/a", r2=False)})
    undefined = explanation("open/a")
    undefined.r2[1] = np.nan
    found, blocks = packed(
        {("First", "fear"): without, ("Second", "fear"): stack(tmp_path / "nan.h5", {"open/a": undefined})},
        faces,
    )
    first, second = (cell_of(found, blocks, place) for place in range(2))
    assert first["r2"] is None
    assert second["r2"] == [None]


def test_regions_of_pictured_images_are_shared_by_networks_of_equal_input_size(tmp_path, faces):
    found, blocks = packed(two_networks(tmp_path), faces)
    first, second = (cell_of(found, blocks, place) for place in range(2))
    assert first["regions"] == second["regions"]
    other, blocks = packed(two_networks(tmp_path / "other", Second=64), faces)
    cell = cell_of(other, blocks, 1)
    regions = np.frombuffer(content(blocks)[cell["regions"][0]], np.uint8).reshape(64, 64)
    np.testing.assert_array_equal(regions, explanation("open/a", 64).regions)
    assert cell["regions"] != cell_of(other, blocks)["regions"]


def test_nothing_but_numbers_is_of_images_that_may_not_be_shown(tmp_path, faces):
    found, blocks = packed(two_networks(tmp_path), faces)
    ids = images_of(found, blocks)["id"]
    assert [ids[int(image)] for image in found["pictures"]] == ["open/a", "open/b"]
    closed = small_regions(explanation("closed/c").regions).tobytes()
    assert closed not in content(blocks).values()
    cell = cell_of(found, blocks)
    assert cell["regions"][IMAGES.index("closed/c")] is None

    found, blocks = packed(two_networks(tmp_path), None)
    assert found["pictures"] == {}
    assert len(content(blocks)) == 3  # the images, and a cell of each network
    assert cell_of(found, blocks)["regions"] == [None, None, None]


def test_a_picture_is_the_face_made_small(tmp_path, faces):
    found, blocks = packed(two_networks(tmp_path), faces)
    webp = np.frombuffer(content(blocks)[found["pictures"]["1"]], np.uint8)
    face = cv2.imdecode(webp, cv2.IMREAD_GRAYSCALE)
    small = cv2.resize(faces.image("open/a"), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    assert face.shape == (SIDE, SIDE)
    assert np.corrcoef(face.ravel(), small.ravel())[0, 1] > 0.9


def test_importance_of_pixels_is_packed_small_for_pictured_images_alone(tmp_path, faces):
    path = stack(tmp_path / "dense.h5", {image: dense(image, 96) for image in IMAGES}, 96)
    found, blocks = packed({("First", "fear"): path}, faces)
    cell = cell_of(found, blocks)
    assert cell["weights"] is cell["regions"] is cell["r2"] is None
    assert cell["importance"][2] is None
    importance = dense("open/a", 96).importance[1]
    values = np.frombuffer(content(blocks)[cell["importance"][0]], np.int8).reshape(DENSE_SIDE, DENSE_SIDE)
    means = importance.reshape(DENSE_SIDE, 2, DENSE_SIDE, 2).mean(axis=(1, 3))
    assert cell["scale"][0] == pytest.approx(np.abs(importance).max(), rel=1e-3)
    step = cell["scale"][0] / 127
    np.testing.assert_allclose(values * step, means, atol=step * 0.51)


def test_explanations_may_lie_beside_the_page_but_what_networks_share_does_not(tmp_path, faces):
    dense_one = stack(tmp_path / "dense.h5", {"open/a": dense("open/a")}, expression="anger")
    stacks = two_networks(tmp_path) | {("First", "anger"): dense_one}
    found, blocks = packed(stacks, faces, place=lambda explainer, network: f"{explainer}/{network}.js")
    of_first = [number for number in found["evidence"][0][0][0] if number is not None]
    assert blocks.files["lime/Second.js"] == [found["evidence"][0][1][0][1]]
    assert {*of_first} < {*blocks.files["lime/First.js"]}  # the rest is importance of pixels
    assert len(blocks.files["lime/First.js"]) == 3
    shared = {found["images"], *found["pictures"].values()}
    assert shared < {*content(blocks)}
    assert len(content(blocks)) == len(shared) + 2  # and the regions of two images


def test_the_same_study_gives_the_same_bytes(tmp_path, faces):
    stacks = two_networks(tmp_path)
    assert list(packed(stacks, faces)[1].in_page()) == list(packed(stacks, faces)[1].in_page())


def test_images_that_no_table_knows_are_refused(tmp_path, faces):
    with pytest.raises(StudyError, match=r"First\.h5: image 'open/b' is not in positives\.csv"):
        packed(two_networks(tmp_path), faces, {("First", 1): rows("open/a")})
    with pytest.raises(StudyError, match="no data set elsewhere among closed, open"):
        packed({}, faces, {("First", 1): rows("elsewhere/a")})


def test_a_true_label_that_is_no_expression_of_the_study_is_told(faces):
    found, blocks = packed({}, faces, {("First", 1): rows("open/a", true="contempt")})
    assert images_of(found, blocks)["true"] == [-1]


groups = st.dictionaries(
    st.tuples(st.integers(1, 2), st.sampled_from(EXPRESSIONS)),
    st.lists(st.sampled_from("abcdefgh"), max_size=20),
)


@given(groups, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 9), st.integers(0, 99))
def test_the_choice_is_of_images_that_may_be_shown_at_most_as_many_as_asked(explained, shown, most, seed):
    chosen = chosen_images(explained, shown, most, seed)
    explained_at_all = {image for images in explained.values() for image in images} & shown
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= explained_at_all
    assert len(chosen) == min(most, len(explained_at_all))
    assert chosen == chosen_images(dict(explained), frozenset(shown), most, seed)


@given(groups, st.integers(0, 9), st.integers(0, 99))
def test_no_group_has_two_pictures_less_than_another_while_it_has_images_left(explained, most, seed):
    """Images of other groups come on top: what is compared is what was taken for a group's own sake."""
    own = {group: [f"{group} {image}" for image in images] for group, images in explained.items()}
    chosen = set(chosen_images(own, {image for images in own.values() for image in images}, most, seed))
    pictured = {group: len(chosen & set(images)) for group, images in own.items()}
    for group, images in own.items():
        if pictured[group] < len(set(images)):
            assert pictured[group] >= max(pictured.values()) - 1


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30), st.integers(1, 8), st.integers(0, 99))
def test_images_that_more_networks_explain_come_first(images, most, seed):
    networks = Counter(images)
    chosen = chosen_images({"group": images}, set(images), most, seed)
    rest = set(images) - set(chosen)
    assert min(networks[image] for image in chosen) >= max((networks[image] for image in rest), default=0)


def test_ties_are_drawn_anew_with_another_seed_and_never_by_the_order_of_images():
    images = [f"image {number}" for number in range(40)]
    choices = [chosen_images({"group": images}, set(images), 10, seed) for seed in range(5)]
    assert len({tuple(choice) for choice in choices}) == 5
    assert chosen_images({"group": images[::-1]}, set(images), 10, 0) == choices[0]


def test_small_regions_keep_the_region_at_the_centre_of_each_pixel():
    columns = np.tile(np.arange(224, dtype=np.uint8), (224, 1))
    small = small_regions(columns)
    assert small.shape == (112, 112)
    np.testing.assert_array_equal(small[5], np.arange(1, 224, 2))
    np.testing.assert_array_equal(small_regions(columns.T), small.T)
    np.testing.assert_array_equal(small_regions(columns[:48, :48]), columns[:48, :48])


def test_weights_are_integers_with_a_scale():
    assert quantized(np.array([1.0, -2.0, 0.0]), 2.0).tolist() == [64, -127, 0]
    assert largest(np.array([0.123456, -0.2])) == 0.2
    assert largest(np.zeros((0,))) == 0
    assert small_importance(np.full((20, 20), -3.0), 3.0).tolist() == np.full((20, 20), -127).tolist()
