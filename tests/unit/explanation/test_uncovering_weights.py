"""Weights of tiles: known answers, the formula a number at a time, and people's published ones."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.uncovering_weights import relative_horizon, tile_weights

SHARED = Path(__file__).parents[4] / "shared/human"
TILES = 48


def seen(trials: list[list[int]], tiles: int) -> tuple[np.ndarray, np.ndarray]:
    """The tiles of each trial, bool (n, tiles), and their numbers."""
    shown = np.array([[tile in trial for tile in range(tiles)] for trial in trials]).reshape(-1, tiles)
    return shown, np.array([len(trial) for trial in trials])


def test_a_tile_that_ends_a_trial_sooner_counts_more():
    # one trial of 2 tiles (1 - 2/4), one of 1 tile (1 - 1/4): sums .5 + .75, .5, 0, 0; mean over tiles .4375
    found = tile_weights(*seen([[0, 1], [0]], 4), most=4)
    np.testing.assert_allclose(found, [1.25 / 0.4375 - 1, 0.5 / 0.4375 - 1, -1, -1])


def test_trials_longer_than_the_horizon_do_not_count():
    alone = tile_weights(*seen([[0, 1]], 5), most=4)
    np.testing.assert_array_equal(tile_weights(*seen([[0, 1], [0, 1, 2, 3, 4]], 5), most=4), alone)


@pytest.mark.parametrize("trials", [[], [[]], [[0, 1, 2, 3, 4]], [[0, 1, 2, 3]]], ids=str)
def test_without_a_trial_in_time_there_are_no_weights(trials):
    assert np.isnan(tile_weights(*seen(trials, 5), most=4)).all()


TRIALS = st.lists(st.permutations(range(6)).flatmap(lambda o: st.integers(0, 6).map(lambda n: o[:n])))


@given(trials=TRIALS, most=st.integers(2, 7))
def test_it_is_the_formula_and_its_mean_is_zero(trials, most):
    found = tile_weights(*seen(trials, 6), most)
    used = [trial for trial in trials if 0 < len(trial) <= most]
    raw = [np.mean([(1 - len(trial) / most) * (tile in trial) for trial in used] or [0]) for tile in range(6)]
    if any(raw):
        np.testing.assert_allclose(found, [value / np.mean(raw) - 1 for value in raw], atol=1e-9)
        assert found.mean() == pytest.approx(0, abs=1e-9)
    else:
        assert np.isnan(found).all()


@given(trials=TRIALS, quantile=st.floats(0, 1))
def test_a_relative_horizon_lies_among_the_numbers_needed(trials, quantile):
    counts = seen(trials, 6)[1]
    found = relative_horizon(counts, quantile)
    needed = [count for count in counts if count] or [0]
    assert min(needed) <= found <= max(needed)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the people's trials, ../shared")
def test_the_published_weights_follow_from_the_published_trials():
    right = defaultdict(list)
    for row in read_table(SHARED / "trials.csv", ["participant", "poser", "expression", "correct", "tiles"]):
        if row["correct"] == "1":
            tiles = [int(tile) for tile in row["tiles"].split("-")]
            right[row["participant"], row["poser"], row["expression"]].append(tiles)
    same, empty = 0, 0
    lines = (SHARED / "tile_weights.csv").read_text().splitlines()[1:]
    for participant, poser, expression, *texts in (line.split(",") for line in lines):
        trials = right[participant, poser, expression]
        found = 100 * tile_weights(*seen(trials, TILES), most=16)
        if not any(texts):
            assert np.isnan(found).all()
            empty += 1
        else:
            np.testing.assert_allclose(found, np.array(texts, float), rtol=1e-9, atol=1e-9)
            same += 1
    assert (same, empty) == (1275, 41)
