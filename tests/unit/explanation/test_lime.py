"""Our LIME against the lime package called as people call it: same seed, same coefficients."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from lime.lime_image import LimeImageExplainer
from scipy.stats import spearmanr

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation import lime_explainer, region_answers
from workflow_scripts.explanation.explainers import banzhaf, lime
from workflow_scripts.explanation.explanation_stack import read_stack, write_stack
from workflow_scripts.explanation.local_fit import design, local_fit
from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.explanation.precision import precision
from workflow_scripts.explanation.region_values import banzhaf_values, coin_flips
from workflow_scripts.explanation.sampling import drawn_masks
from workflow_scripts.training.networks import build_network

SETTINGS = {
    "samples": 150,
    "stability": 1,
    "sampling": "independent",
    "regions": 12,
    "compactness": 20,
    "kernel_width": 0.25,
    "batch_size": 64,
    "xla": False,
}
SIZE = 48
LANDMARKS = np.zeros((68, 2))  # which superpixels do not follow


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(1)
    built, _ = build_network({"architecture": "weinet", "input_size": SIZE}, classes=3)
    built.layers[-1].layers[-1].kernel.assign(built.layers[-1].layers[-1].kernel * 10)  # not all near 1/3
    return built


@pytest.fixture(scope="module")
def quick_network():
    """Answers to the mean of each of 36 squares, not quite linearly."""
    keras.utils.set_random_seed(2)
    inputs = keras.Input((SIZE, SIZE, 3))
    squares = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(inputs))
    hidden = keras.layers.Dense(16, activation="tanh", kernel_initializer="glorot_normal")(squares / 127 - 1)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(hidden * 3))


@pytest.fixture(scope="module")
def image():
    y, x = np.mgrid[:SIZE, :SIZE]
    gray = 127 + 90 * np.sin(x / 5) * np.cos(y / 7)
    return np.repeat(gray[:, :, None].astype(np.float32), 3, axis=2)


def stock_lime(network, image, image_id, seed):
    explainer = LimeImageExplainer(
        kernel_width=SETTINGS["kernel_width"],
        random_state=np.random.RandomState(derived_seed(seed, "lime", image_id, bits=32)),
    )
    return explainer.explain_instance(
        image,
        network.predict_on_batch,
        labels=range(3),
        top_labels=None,
        hide_color=0,
        num_samples=SETTINGS["samples"],
        segmentation_fn=lambda pixels: superpixels(pixels, SETTINGS["regions"], SETTINGS["compactness"]),
    )


def test_coefficients_equal_stock_lime(network, image):
    ours = lime.build(network, SETTINGS, seed=1).explain(image, "toy/a", LANDMARKS)
    stock = stock_lime(network, image, "toy/a", seed=1)
    np.testing.assert_array_equal(ours.regions, stock.segments)
    for label in range(3):
        weights = dict(stock.local_exp[label])
        expected = [weights[region] for region in range(len(weights))]
        np.testing.assert_allclose(ours.weights[:, label], expected, atol=1e-6)
        assert np.abs(expected).max() > 1e-3  # the comparison is not one of zeros
        assert ours.intercept[label] == pytest.approx(stock.intercept[label], abs=1e-6)
    assert ours.r2[-1] == pytest.approx(stock.score, abs=1e-6)  # stock lime keeps the last label's only


def test_probability_is_the_prediction_of_the_whole_image(network, image):
    ours = lime.build(network, SETTINGS, seed=1).explain(image, "toy/a", LANDMARKS)
    np.testing.assert_allclose(ours.probability, network.predict_on_batch(image[None])[0], atol=1e-5)


def test_sampling_stops_when_the_ranks_are_stable(network, image):
    """With weights far apart a few looks do; the answer is that of the samples taken, and of no others."""
    settings = SETTINGS | {"samples": 1000, "sampling": "hadamard"}
    early = lime.build(network, settings | {"stability": 0.8}, seed=1).explain(image, "toy/a", LANDMARKS)
    assert early.samples < 1000
    assert early.samples % lime_explainer.CHECK_EVERY == 0
    same = lime.build(network, settings | {"samples": early.samples}, seed=1).explain(
        image, "toy/a", LANDMARKS
    )
    np.testing.assert_allclose(early.weights, same.weights, atol=1e-6)
    assert same.samples == early.samples


def test_noise_is_never_stable(image):
    """A network that answers what looks like chance takes all the samples it may."""
    inputs = keras.Input((SIZE, SIZE, 3))
    brightness = keras.layers.GlobalAveragePooling2D()(inputs)
    hashed = keras.ops.sin(brightness[:, :1] * 1e4)
    model = keras.Model(inputs, keras.ops.softmax(keras.ops.concatenate([hashed, -hashed], axis=1)))
    settings = SETTINGS | {"samples": 600, "stability": 0.9}
    assert lime.build(model, settings, seed=1).explain(image, "toy/a", LANDMARKS).samples == 600


def test_the_expected_stability_is_that_of_repeated_runs():
    """Known answer: linear predictions with noise; the mean of the estimates beside real repetitions."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=20)

    def run():
        masks = np.concatenate([np.ones((1, 20), int), rng.integers(0, 2, (511, 20))])
        return masks, (masks @ truth + rng.normal(0, 3, 512))[:, None]

    runs = [run() for _ in range(40)]
    estimated = np.mean([lime_explainer.rank_stability(*each, 0.25) for each in runs])
    weights = [local_fit(design(masks, 0.25), answers).weights[:, 0] for masks, answers in runs]
    repeated = np.mean([spearmanr(*pair).statistic for pair in pairwise(weights)])
    assert 0.5 < repeated < 0.95
    assert estimated == pytest.approx(repeated, abs=0.04)


def test_draws_depend_on_the_seed_and_the_image_not_on_order(network, image):
    explainer = lime.build(network, SETTINGS, seed=1)
    first, _, again = (explainer.explain(image, name, LANDMARKS) for name in ("toy/a", "toy/b", "toy/a"))
    np.testing.assert_array_equal(first.weights, again.weights)
    other = lime.build(network, SETTINGS, seed=2).explain(image, "toy/a", LANDMARKS)
    assert (first.weights != other.weights).any()


def test_hidden_regions_are_black_to_the_bit_and_images_that_share_a_batch_stay_apart(image):
    """The images that a network gets, taken from a network that returns them."""
    inputs = keras.Input((SIZE, SIZE, 3))
    echo = keras.Model(inputs, keras.layers.Flatten()(inputs))
    explainer = lime.build(echo, SETTINGS, seed=1)
    sampled = [
        explainer._prepared((picture, name, LANDMARKS), samples=20)
        for picture, name in ((image, "toy/a"), (image[::-1] / 3, "toy/b"))
    ]
    for one, images in zip(sampled, explainer._answered(sampled), strict=True):
        shown = one.masks[:, one.regions][..., None] == 1
        np.testing.assert_array_equal(images.reshape(-1, SIZE, SIZE, 3), np.where(shown, one.image, 0))


def test_xla_changes_nothing_but_the_last_digits(network, image):
    plain = lime.build(network, SETTINGS, seed=1).explain(image, "toy/a", LANDMARKS)
    compiled = lime.build(network, SETTINGS | {"xla": True}, seed=1).explain(image, "toy/a", LANDMARKS)
    np.testing.assert_array_equal(plain.regions, compiled.regions)
    np.testing.assert_allclose(plain.weights, compiled.weights, atol=1e-6)


def test_xla_sees_the_same_shapes_whatever_the_number_of_regions(network, image, monkeypatch):
    shapes = set()

    def recording(model, xla):
        assert xla
        predict = perturbed_predictions(model, xla)

        def recorded(parts, masks):
            shapes.add((parts.shape[0], *masks.shape))
            return predict(parts, masks)

        return recorded

    perturbed_predictions = region_answers.perturbed_predictions
    monkeypatch.setattr(region_answers, "perturbed_predictions", recording)
    for regions in (4, 12, 20):
        lime.build(network, SETTINGS | {"xla": True, "regions": regions}, seed=1).explain(
            image, "toy/a", LANDMARKS
        )
    assert shapes == {(32, 64, 32)}


def test_batches_shrink_once_where_memory_does_not_suffice(network, image, monkeypatch, capsys):
    sizes = []

    def with_little_memory(model, xla):
        predict = perturbed_predictions(model, xla)

        def limited(parts, masks):
            sizes.append(len(masks))
            if len(masks) > 16:
                raise tf.errors.ResourceExhaustedError(None, None, "no memory")
            return predict(parts, masks)

        return limited

    expected = lime.build(network, SETTINGS | {"batch_size": 16}, seed=1).explain(image, "toy/a", LANDMARKS)
    perturbed_predictions = region_answers.perturbed_predictions
    monkeypatch.setattr(region_answers, "perturbed_predictions", with_little_memory)
    explainer = lime.build(network, SETTINGS | {"batch_size": 64}, seed=1)
    first, _ = explainer.explain(image, "toy/a", LANDMARKS), explainer.explain(image, "toy/b", LANDMARKS)
    np.testing.assert_array_equal(first.weights, expected.weights)
    assert [size for size in sizes if size > 16] == [64, 32]  # for the first image alone
    assert capsys.readouterr().out.count("out of memory with") == 2


def test_the_region_a_network_looks_at_gets_the_weight():
    """A made network that sees only the upper left corner is explained by the region there."""
    inputs = keras.Input((SIZE, SIZE, 3))
    corner = keras.layers.Cropping2D(((0, SIZE // 2), (0, SIZE // 2)))(inputs)
    seen = keras.layers.Flatten()(keras.layers.GlobalAveragePooling2D(keepdims=True)(corner))
    brightness = keras.layers.Dense(2, activation="softmax")
    model = keras.Model(inputs, brightness(seen))
    brightness.set_weights([np.array([[0.01, 0]] * 3, np.float32), np.zeros(2, np.float32)])
    y, x = np.mgrid[:SIZE, :SIZE]
    quarters = np.where(x < SIZE // 2, 200, 160) - np.where(y < SIZE // 2, 0, 60)
    image = np.repeat(quarters[:, :, None].astype(np.float32), 3, axis=2)
    settings = SETTINGS | {"regions": 4, "compactness": 1}
    explained = lime.build(model, settings, seed=1).explain(image, "toy/corner", LANDMARKS)
    regions_seen = np.unique(explained.regions[: SIZE // 2, : SIZE // 2])
    assert set(np.flatnonzero(explained.weights[:, 0] > 0.05)) == set(regions_seen)
    np.testing.assert_allclose(explained.weights[:, 0], -explained.weights[:, 1], atol=1e-6)


def test_auto_takes_as_many_samples_as_the_cell_needs(quick_network, image):
    """Known answer: the noise that is asked for, or what max_samples allows; and no number for one image."""
    settings = SETTINGS | {"samples": "auto", "noise": 0.05, "max_samples": 4096, "sampling": "hadamard"}
    rng = np.random.default_rng(1)
    faces = [
        (np.clip(image + rng.normal(0, 40, (SIZE, SIZE, 1)), 0, 255), f"toy/{n}", LANDMARKS) for n in range(6)
    ]
    found = list(lime.build(quick_network, settings, seed=1).explain_all(faces, column=1))
    (samples,) = {each.samples for each in found}
    assert 128 <= samples < 4096
    assert precision(found, 1).noise < 0.08
    (limited,) = {
        each.samples
        for each in lime.build(
            quick_network, settings | {"noise": 1e-6, "max_samples": 256}, seed=1
        ).explain_all(faces, column=1)
    }
    assert limited == 256
    assert lime.build(quick_network, settings, seed=1).explain(*faces[0]).samples == 4096


def test_what_the_pilot_asked_is_not_asked_again(quick_network, image, monkeypatch):
    asked = []

    def counting(model, xla):
        predict = perturbed_predictions(model, xla)
        return lambda parts, masks: asked.append(len(masks)) or predict(parts, masks)

    perturbed_predictions = region_answers.perturbed_predictions
    monkeypatch.setattr(region_answers, "perturbed_predictions", counting)
    settings = SETTINGS | {"samples": "auto", "noise": 1e-9, "max_samples": 300, "sampling": "hadamard"}
    faces = [(image, "toy/a", LANDMARKS), (image[::-1], "toy/b", LANDMARKS)]
    found = list(lime.build(quick_network, settings, seed=1).explain_all(faces))
    assert [each.samples for each in found] == [300, 300]
    assert sum(asked) == 600


def test_the_whole_image_does_not_outweigh_the_rest():
    """Known answer: a network that answers to the whole image alone, so that no region counts by itself."""
    inputs = keras.Input((SIZE, SIZE, 3))
    darkest = keras.ops.min(keras.ops.reshape(inputs, (-1, SIZE * SIZE * 3)), axis=1, keepdims=True)
    whole = keras.ops.cast(darkest > 1, "float32")
    model = keras.Model(inputs, keras.ops.concatenate([whole, 1 - whole], axis=1))
    image = np.full((SIZE, SIZE, 3), 100, np.float32)
    settings = SETTINGS | {"regions": 30, "compactness": 1000, "noise": 0.05, "max_samples": 500}
    settings |= {"sampling": "hadamard"}
    fixed, auto = (
        lime.build(model, settings | {"samples": samples}, seed=1).explain(image, "toy/a", LANDMARKS)
        for samples in (500, "auto")
    )
    assert fixed.weights[:, 0].min() > 0.001
    assert np.abs(auto.weights).max() < 1e-9
    assert auto.probability.tolist() == [1, 0]


@pytest.mark.parametrize("batch_size", [1024, 100])
def test_a_cell_is_explained_as_its_images_one_by_one(quick_network, image, batch_size):
    """Also where images share batches, in which a network's answers may differ in their last digits."""
    faces = [(image[:: 1 - 2 * (n % 2)], f"toy/{n}", LANDMARKS) for n in range(9)]
    explainer = lime.build(quick_network, SETTINGS | {"batch_size": batch_size}, seed=1)
    together = list(explainer.explain_all(faces, threads=3))
    for face, one in zip(faces, together, strict=True):
        alone = explainer.explain(*face)
        np.testing.assert_array_equal(one.regions, alone.regions)
        np.testing.assert_allclose(one.weights, alone.weights, atol=1e-6)
    again = list(explainer.explain_all(faces, threads=1))
    assert all((one.weights == other.weights).all() for one, other in zip(together, again, strict=True))


def test_auto_looks_at_the_cell_and_not_at_the_ranks_of_one_image(quick_network, image):
    settings = SETTINGS | {"samples": "auto", "noise": 1e-9, "max_samples": 384, "sampling": "hadamard"}
    faces = [(image, "toy/a", LANDMARKS), (image[::-1], "toy/b", LANDMARKS)]
    plain, early = (
        list(lime.build(quick_network, settings | {"stability": goal}, seed=1).explain_all(faces))
        for goal in (1, 0.1)
    )
    assert [one.samples for one in early] == [384, 384]
    assert all((one.weights == other.weights).all() for one, other in zip(plain, early, strict=True))


@pytest.mark.parametrize(
    ("changed", "left_out"),
    [
        ({}, 0),
        ({"sampling": "hadamard", "stability": 0.8, "samples": 1000}, 0),
        ({"samples": "auto", "noise": 0.05, "max_samples": 640}, 1),
    ],
    ids=["all", "stopped early", "auto"],
)
def test_the_passes_that_are_kept_give_the_fit_again(quick_network, image, tmp_path, changed, left_out):
    """The masks follow from the seed; all that differs is what float16 rounds, up to 0.00025."""
    settings = SETTINGS | {"keep_passes": True} | changed
    faces = [(image, "toy/a", LANDMARKS), (image[::-1], "toy/b", LANDMARKS)]
    with write_stack(tmp_path / "b.h5", SIZE, "b", ["a", "b", "c"]) as stack:
        for face, found in zip(
            faces, lime.build(quick_network, settings, seed=5).explain_all(faces, 1), strict=True
        ):
            stack.append(face[1], found)
    for image_id, kept in read_stack(tmp_path / "b.h5"):
        assert kept.passes.shape == (kept.samples, 3)
        assert kept.passes.dtype == np.float16
        masks = drawn_masks(settings["sampling"], kept.samples, len(kept.weights), 5, image_id)
        again = local_fit(design(masks[left_out:], 0.25), kept.passes[left_out:])
        np.testing.assert_allclose(again.weights, kept.weights, atol=5e-4)
        assert np.abs(kept.weights).max() > 0.02  # the comparison is not one of zeros
    plain = lime.build(quick_network, settings | {"keep_passes": False}, seed=5).explain(*faces[0])
    assert plain.passes is None


def test_banzhaf_values_follow_from_the_passes_that_lime_keeps(quick_network, image):
    kept = lime.build(quick_network, SETTINGS | {"keep_passes": True}, 5).explain(image, "toy/a", LANDMARKS)
    masks = drawn_masks(SETTINGS["sampling"], kept.samples, len(kept.weights), 5, "toy/a")
    settings = {key: SETTINGS[key] for key in ("sampling", "regions", "compactness", "batch_size", "xla")}
    asked = banzhaf.build(quick_network, settings | {"samples": 150, "hide": "black"}, 5)
    ours = asked.explain(image, "toy/a", LANDMARKS)
    free = banzhaf_values(coin_flips(masks, paired=False), kept.passes.astype(np.float64))
    np.testing.assert_allclose(free.values, ours.weights, atol=5e-4)
    np.testing.assert_array_equal(kept.regions, ours.regions)
    assert np.abs(ours.weights).max() > 0.02
