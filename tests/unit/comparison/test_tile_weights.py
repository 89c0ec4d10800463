"""Weights of tiles from trials: known answers, a second implementation, and the published tables."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.tile_weights import HORIZON, shown_tiles, tile_weights
from workflow_scripts.comparison.wegrzyn_files import TILES, TRIALS, published_weights

SHARED = Path(__file__).parents[4] / "shared/human"


def test_a_tile_that_ends_a_trial_sooner_counts_more():
    # one trial of 2 tiles (1 - 2/4), one of 1 tile (1 - 1/4): sums .5 + .75, .5, 0, 0; mean over tiles .4375
    shown = shown_tiles(["0-1", "0"], 4)
    expected = [100 * 1.25 / 0.4375 - 100, 100 * 0.5 / 0.4375 - 100, -100, -100]
    np.testing.assert_allclose(tile_weights(shown, np.array([2, 1]), horizon=4), expected)


def test_trials_longer_than_the_horizon_do_not_count():
    shown = shown_tiles(["0-1", "0-1-2-3-4"], 5)
    alone = tile_weights(shown[:1], np.array([2]), horizon=4)
    np.testing.assert_array_equal(tile_weights(shown, np.array([2, 5]), horizon=4), alone)


@pytest.mark.parametrize("trials", [[], ["0-1-2-3-4"], ["0-1-2-3"]], ids=["none", "late", "at the horizon"])
def test_without_a_trial_in_time_there_are_no_weights(trials):
    counts = np.array([len(trial.split("-")) for trial in trials])
    assert np.isnan(tile_weights(shown_tiles(trials, 5), counts, horizon=4)).all()


def by_hand(trials: list[list[int]], tiles: int, horizon: int) -> list[float]:
    """The formula, a number at a time."""
    early = [trial for trial in trials if len(trial) <= horizon]
    means = []
    for tile in range(tiles):
        values = [1 - len(trial) / horizon if tile in trial else 0 for trial in early]
        means.append(sum(values) / len(values))
    return [100 * mean / (sum(means) / tiles) - 100 for mean in means]


@settings(deadline=None, max_examples=50)
@given(
    trials=st.lists(
        st.permutations(range(6)).flatmap(lambda p: st.integers(1, 6).map(lambda n: p[:n])), min_size=1
    ),
    horizon=st.integers(2, 7),
)
def test_it_is_the_formula_and_its_mean_is_zero(trials, horizon):
    shown = shown_tiles(["-".join(map(str, trial)) for trial in trials], 6)
    found = tile_weights(shown, np.array([len(trial) for trial in trials]), horizon)
    if any(len(trial) < horizon for trial in trials):
        np.testing.assert_allclose(found, by_hand(trials, 6, horizon))
        assert found.mean() == pytest.approx(0, abs=1e-9)
    else:
        assert np.isnan(found).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the people's trials, ../shared")
def test_the_published_weights_follow_from_the_published_trials():
    right = defaultdict(list)
    for row in read_table(SHARED / "trials.csv", TRIALS):
        if row["correct"] == "1":
            right[row["participant"], row["poser"], row["expression"]].append(row["tiles"])
    same, empty = 0, 0
    for row in published_weights(SHARED / "tile_weights.csv"):
        trials = right[row["participant"], row["poser"], row["expression"]]
        counts = np.array([len(trial.split("-")) for trial in trials])
        found = tile_weights(shown_tiles(trials, TILES), counts, HORIZON)
        texts = [row[str(tile)] for tile in range(TILES)]
        if not any(texts):
            assert np.isnan(found).all()
            empty += 1
        else:
            np.testing.assert_allclose(found, np.array(texts, float), rtol=1e-9, atol=1e-9)
            same += 1
    assert (same, empty) == (1275, 41)
