"""Control networks: what is drawn anew, what stays, and labels that mean nothing."""

from collections import Counter

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.training.control_models import layer_groups, randomized, untrained, weighted_layers
from workflow_scripts.training.controls import control_networks
from workflow_scripts.training.model_file import ModelFacts, load_model, save_model, with_preprocessing
from workflow_scripts.training.shuffled_labels import kept_labels, shuffled_labels

IMAGES = np.random.default_rng(1).uniform(0, 255, (32, 16, 16, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A small network with an inner one and batch normalisation; none of its weights is an initial one."""
    inner = keras.Sequential(
        [keras.Input((16, 16, 4)), keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization()], name="inner"
    )
    core = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            keras.layers.Conv2D(4, 3, padding="same"),
            inner,
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ],
        name="core",
    )
    numbers = np.random.default_rng(0)
    core.set_weights([numbers.uniform(0.1, 1, weights.shape) for weights in core.get_weights()])
    path = tmp_path_factory.mktemp("model") / "model.keras"
    save_model(
        with_preprocessing(core, "unit"), ModelFacts("Mine", ["anger", "fear", "joy"], 16, "unit"), path
    )
    return load_model(path)


def weights_of(network):
    return [layer.get_weights() for layer in weighted_layers(network)]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_untrained_has_initial_weights_of_its_own(trained):
    drawn = weights_of(untrained(trained, seed=1, images=IMAGES))
    before = weights_of(trained)
    assert len(drawn) == 4 and not any(same(a, b) for a, b in zip(drawn, before, strict=True))
    assert (drawn[2][0] == 1).all() and (drawn[2][1] == 0).all()  # of batch normalisation, as Keras begins
    kernel, bias = drawn[3]
    limit = np.sqrt(6 / sum(kernel.shape))  # Glorot and Bengio's uniform distribution
    assert np.abs(kernel).max() <= limit and kernel.std() > limit / 3 and (bias == 0).all()
    assert all(
        same(a, b) for a, b in zip(drawn, weights_of(untrained(trained, seed=1, images=IMAGES)), strict=True)
    )
    assert not same(drawn[3], weights_of(untrained(trained, seed=2, images=IMAGES))[3])


def test_layers_are_drawn_from_the_top_on_and_each_the_same_whatever_the_number(trained):
    before, initial = weights_of(trained), weights_of(untrained(trained, seed=1, images=IMAGES))
    for groups in range(1, 5):
        found = weights_of(randomized(trained, groups, of=4, seed=1, images=IMAGES))
        kept = 4 - groups
        assert all(same(a, b) for a, b in zip(found[:kept], before[:kept], strict=True))
        # but for the statistics of batch normalisation, which are of what the layers below it make
        drawn = [(a[:2], b[:2]) for a, b in zip(found[kept:], initial[kept:], strict=True)]
        assert all(same(a, b) for a, b in drawn)
    assert [len(group) for group in layer_groups(trained.layers[-1], 3)] == [2, 1, 1]
    assert all(same(a, b) for a, b in zip(weights_of(trained), before, strict=True))  # not changed itself


def test_preprocessing_stays(trained):
    images = np.random.default_rng(0).uniform(0, 255, (2, 16, 16, 3)).astype(np.float32)
    control = untrained(trained, seed=1, images=IMAGES)
    alone = control.layers[-1](images / 255)
    np.testing.assert_allclose(control(images), alone, rtol=1e-5)
    assert not np.allclose(control(images), trained(images), atol=0.01)


def test_networks_of_an_entry_have_names_of_their_own():
    entries = {
        "a": {"kind": "untrained", "folds": [1, 2], "repeats": 2},
        "b": {"kind": "randomized_layers", "folds": [2], "repeats": 1, "groups": 3},
    }
    networks = control_networks(entries)
    assert Counter(network.control for network in networks) == {"a": 4, "b": 3}
    assert len({network.key for network in networks}) == 7
    assert [network.randomized for network in networks if network.control == "b"] == [1, 2, 3]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]), st.sampled_from("abc"), st.sampled_from(["joy", "fear", "rage"])
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=50)
@given(ROWS, st.randoms(use_true_random=False))
def test_shuffled_labels_stay_with_their_subject_whatever_the_order(found, random):
    rows = [
        {"image_id": f"{n}", "dataset": dataset, "subject": subject, "expression": expression}
        for n, (dataset, subject, expression) in enumerate(found)
    ]
    shuffled = shuffled_labels(rows, seed=5)
    assert [row["image_id"] for row in shuffled] == [row["image_id"] for row in rows]

    def labels(of):
        return Counter((row["dataset"], row["subject"], row["expression"]) for row in of)

    assert labels(shuffled) == labels(rows)
    mixed = random.sample(rows, len(rows))
    assert sorted(map(str, shuffled_labels(mixed, seed=5))) == sorted(map(str, shuffled))


def test_shuffled_labels_say_nothing_of_the_image():
    """Over many seeds, an image has each label of its subject equally often."""
    rows = [
        {"image_id": f"{n}", "dataset": "one", "subject": "a", "expression": expression}
        for n, expression in enumerate(["joy", "fear", "rage", "joy"])
    ]
    counts = Counter(shuffled_labels(rows, seed)[0]["expression"] for seed in range(400))
    assert 170 < counts["joy"] < 230 and 70 < counts["fear"] < 130 and 70 < counts["rage"] < 130


def test_drawn_batch_normalisation_has_the_statistics_of_the_images_and_kept_ones_stay(trained):
    network = untrained(trained, seed=1, images=IMAGES)
    first, inner = network.layers[-1].layers[:2]
    found = inner.layers[0](first(IMAGES / 255)).numpy()
    *_, mean, variance = inner.layers[1].get_weights()
    np.testing.assert_allclose(mean, found.mean(axis=(0, 1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(variance, found.var(axis=(0, 1, 2)), rtol=1e-3)
    top = randomized(trained, groups=1, of=4, seed=1, images=IMAGES)
    assert same(weights_of(top)[2], weights_of(trained)[2])
    norm = weighted_layers(top)[2]
    assert norm.momentum == 0.99 and norm.trainable


def test_labels_stay_where_subjects_show_few_expressions():
    """The share that keeps its label, beside that of many shuffles."""
    found = [("a", "joy"), ("a", "joy"), ("a", "fear"), ("b", "joy"), ("c", "fear"), ("c", "rage")]
    rows = [
        {"image_id": f"{n}", "dataset": "one", "subject": subject, "expression": expression}
        for n, (subject, expression) in enumerate(found)
    ]
    kept, chance = kept_labels(rows)
    before = [row["expression"] for row in rows]
    shuffles = [[row["expression"] for row in shuffled_labels(rows, seed)] for seed in range(600)]
    shares = [np.mean([a == b for a, b in zip(before, after, strict=True)]) for after in shuffles]
    assert kept == pytest.approx(np.mean(shares), abs=0.03)
    assert chance == pytest.approx((9 + 4 + 1) / 36)
