"""The people's task for a network: against a loop over single images, and networks of known behaviour."""

import keras
import numpy as np
import pytest

from workflow_scripts.common.seeds import generator
from workflow_scripts.explanation.explainers import uncovering
from workflow_scripts.explanation.explanation_stack import read_stack, write_stack
from workflow_scripts.explanation.hiding import covered_image
from workflow_scripts.explanation.uncovering_grid import GRID, TILES, read_grid, tile_of_pixel
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face

SIZE = 48
LANDMARKS = SIZE * (
    0.5 + 0.7 * (read_standard_face("resources/standard_face.csv")[:68] / (WIDTH, HEIGHT) - 0.5)
)
TILE_OF = tile_of_pixel(LANDMARKS, SIZE, read_grid(GRID))
SETTINGS = {"orders": 3, "cover": "blur", "ends": "settled", "horizon": 0.75, "batch_size": 64, "xla": False}
SEEDS = {2: 8, 7: 7}  # of networks by their classes
ORDERS = 60  # where weights are compared: enough to tell them from noise


@pytest.fixture(scope="module", params=[2, 7])
def network(request):
    """It looks everywhere, at details that covers hide, and is of many minds."""
    keras.utils.set_random_seed(SEEDS[request.param])
    layers = [
        keras.layers.Rescaling(1 / 90, offset=-127 / 90),
        keras.layers.Conv2D(6, 7, strides=3, activation="tanh"),
        keras.layers.Flatten(),
        keras.layers.Dense(request.param, kernel_initializer=keras.initializers.RandomNormal(stddev=0.5)),
        keras.layers.Softmax(),
    ]
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *layers])


@pytest.fixture(scope="module")
def image():
    y, x = np.mgrid[:SIZE, :SIZE]
    gray = 127 + 90 * np.sin(x / 5) * np.cos(y / 7)
    return np.repeat(gray[:, :, None].astype(np.float32), 3, axis=2)


def explained(network, image, image_id="toy/a", seed=1, **settings):
    return uncovering.build(network, SETTINGS | settings, seed).explain(image, image_id, LANDMARKS)


def one_by_one(network, image, orders, cover, ends, horizon):
    """Predictions (K, T + 1, E) of single images, and the weights by the formula, in loops."""
    covered = covered_image(image, cover)
    predictions, trials = [], []
    for order in orders:
        shown = [np.isin(TILE_OF, order[:step])[:, :, None] for step in range(TILES + 1)]
        answers = [network.predict_on_batch(np.where(each, image, covered)[None])[0] for each in shown]
        predictions.append(answers)
        best = [int(answer.argmax()) for answer in answers]
        if ends == "settled":
            step = next(t for t in range(TILES + 1) if len(set(best[t:])) == 1)
        else:
            step = next((t for t in range(TILES + 1) if answers[t].max() >= ends), None)
        if step:
            trials.append((best[step], order[:step]))
    weights = np.zeros((TILES, network.output_shape[-1]))
    for column in range(weights.shape[1]):
        of_answer = [set(tiles.tolist()) for answer, tiles in trials if answer == column]
        most = np.quantile([len(tiles) for tiles in of_answer], horizon) if of_answer else 0
        raw = np.zeros(TILES)
        for tiles in of_answer:
            if len(tiles) <= most:
                raw += [(1 - len(tiles) / most) * (tile in tiles) for tile in range(TILES)]
        if raw.any():
            weights[:, column] = 100 * raw / raw.mean() - 100
    return np.array(predictions), weights / 100


@pytest.mark.parametrize(
    ("cover", "ends"),
    [("blur", "settled"), ("black", "settled"), ("mean", 0.9)],
    ids=lambda value: str(value),
)
def test_equal_to_one_image_after_the_other(network, image, cover, ends):
    ours = explained(network, image, cover=cover, ends=ends)
    orders = ours.trials.orders
    draw = generator(1, "uncovering", "toy/a")
    np.testing.assert_array_equal(orders, [draw.permutation(TILES) for _ in range(3)])
    predictions, weights = one_by_one(network, image, orders, cover, ends, SETTINGS["horizon"])
    assert len(np.unique(predictions.argmax(axis=-1))) > 1  # the comparison is not one of constants
    assert np.abs(weights).max() > 0.1
    np.testing.assert_array_equal(ours.regions, TILE_OF)
    np.testing.assert_allclose(ours.weights, weights, atol=1e-6)
    np.testing.assert_array_equal(ours.trials.answers, predictions.argmax(axis=-1))
    np.testing.assert_allclose(ours.trials.confidence, predictions.max(axis=-1), atol=1e-3)
    np.testing.assert_allclose(ours.probability, network.predict_on_batch(image[None])[0], atol=1e-5)
    assert ours.samples == 3 * 47 + 2 == uncovering.passes(SETTINGS, weights.shape[1])


def test_the_same_bytes_whatever_the_batch_size(network, image):
    first, *others = (explained(network, image, batch_size=size) for size in (143, 64, 7))
    for other in others:
        for name in ("weights", "regions"):
            assert getattr(first, name).tobytes() == getattr(other, name).tobytes()
        for ours, theirs in zip(first.trials, other.trials, strict=True):
            assert ours.tobytes() == theirs.tobytes()
        np.testing.assert_allclose(other.probability, first.probability, atol=1e-5)


def test_the_orders_are_those_of_the_image_for_all_networks(network, image):
    explainer = uncovering.build(network, SETTINGS, seed=1)
    first, other, again = (explainer.explain(image, name, LANDMARKS) for name in ("toy/a", "toy/b", "toy/a"))
    np.testing.assert_array_equal(first.trials.orders, again.trials.orders)
    np.testing.assert_array_equal(first.weights, again.weights)
    assert (first.trials.orders != other.trials.orders).any()
    constant = keras.Sequential([keras.Input((SIZE, SIZE, 3)), keras.layers.Lambda(lambda x: x[:, 0, 0] * 0)])
    np.testing.assert_array_equal(explained(constant, image).trials.orders, first.trials.orders)
    assert (explained(constant, image, seed=2).trials.orders != first.trials.orders).any()
    more = explained(constant, image, orders=5).trials.orders
    np.testing.assert_array_equal(more[:3], first.trials.orders)


def test_a_network_that_never_changes_its_mind_gives_no_weights(image):
    constant = keras.Sequential([keras.Input((SIZE, SIZE, 3)), keras.layers.Lambda(lambda x: x[:, 0, 0] * 0)])
    ours = explained(constant, image)
    np.testing.assert_array_equal(ours.weights, np.zeros((TILES, 3)))


@pytest.mark.parametrize("cover", ["black", "blur"])
def test_the_mouth_that_a_network_needs_gets_the_weight(cover):
    """It says "open" once it has seen the whole bright mouth, and looks at nothing else."""
    mouth = np.isin(TILE_OF, np.unique(TILE_OF[rows_and_columns(LANDMARKS[[62, 66]].mean(axis=0))]))
    mouth |= np.isin(TILE_OF, np.unique(TILE_OF[rows_and_columns(LANDMARKS[54])]))
    inputs = keras.Input((SIZE, SIZE, 3))
    open_ = keras.layers.Dense(2, activation="softmax")
    model = keras.Model(inputs, open_(keras.layers.Flatten()(inputs)))
    seen = np.repeat(mouth.ravel() / mouth.sum() / 3, 3)
    open_.set_weights([np.stack([0 * seen, seen], axis=1), np.array([0, -199.0])])
    image = np.where(mouth[:, :, None], 200, 20) * np.ones((1, 1, 3), np.float32)
    ours = explained(model, image.astype(np.float32), cover=cover, orders=ORDERS)
    assert (ours.trials.answers[:, -1] == 1).all()
    of_mouth = np.unique(TILE_OF[mouth])
    weights = ours.weights[:, 1]
    others = np.delete(weights, of_mouth)
    assert 2 <= len(of_mouth) <= 3
    assert np.ptp(weights[of_mouth]) < 1e-9  # each was there in every trial
    assert weights[of_mouth].min() > others.max()
    assert np.abs(others - others.mean()).max() < 4 * others.std()
    np.testing.assert_array_equal(ours.weights[:, 0], 0)


def rows_and_columns(point: np.ndarray) -> tuple[int, int]:
    x, y = np.rint(point).astype(int)
    return y, x


def test_covers(image):
    np.testing.assert_array_equal(covered_image(image, "black"), np.zeros((SIZE, SIZE, 3)))
    np.testing.assert_allclose(
        covered_image(image, "mean"), image.mean(axis=(0, 1)) * np.ones_like(image), rtol=1e-5
    )
    blurred = covered_image(image, "blur")
    assert blurred.dtype == np.float32
    y, x = np.mgrid[:SIZE, :SIZE] - 24
    kernel = np.exp(-(x**2 + y**2) / 2 / (SIZE / 8) ** 2)
    assert blurred[24, 24, 0] == pytest.approx((kernel * image[..., 0]).sum() / kernel.sum(), rel=0.01)
    np.testing.assert_allclose(covered_image(np.full_like(image, 7), "blur"), 7, rtol=1e-6)


def test_xla_changes_nothing_but_the_last_digits(network, image):
    plain, compiled = (explained(network, image, xla=xla) for xla in (False, True))
    np.testing.assert_allclose(compiled.weights, plain.weights, atol=1e-6)
    np.testing.assert_array_equal(compiled.trials.answers, plain.trials.answers)


def test_a_stack_keeps_the_trials(network, image, tmp_path):
    names = [f"e{n}" for n in range(network.output_shape[-1])]
    ours = explained(network, image)
    with write_stack(tmp_path / "e1.h5", SIZE, "e1", names) as stack:
        stack.append("toy/a", ours)
    ((_, read),) = read_stack(tmp_path / "e1.h5")
    np.testing.assert_array_equal(read.weights, ours.weights)
    for name, stored in read.trials._asdict().items():
        np.testing.assert_array_equal(stored, getattr(ours.trials, name))
        assert stored.dtype == getattr(ours.trials, name).dtype
