"""Weights of tiles: a known answer, the formula written out, and people's published ones."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.explanation.tile_weights import tile_weights

SHARED = Path(__file__).parents[4] / "shared/human"


def seen(orders: list[list[int]], tiles: int) -> np.ndarray:
    """Bool (n, tiles): the tiles of each trial."""
    return np.array([[tile in order for tile in range(tiles)] for order in orders])


def test_a_known_answer():
    """Of the trials of 1, 2 and 4 tiles, with h = 4: tile 0 gets 3/4 + 2/4, tile 1 gets 2/4, the others 0."""
    shown = seen([[0], [0, 1], [0, 1, 2, 3]], 5)
    np.testing.assert_allclose(tile_weights(shown, [1, 2, 4], horizon=1), np.array([25, 10, 0, 0, 0]) / 7 - 1)


def test_trials_beyond_the_horizon_add_nothing():
    shown = seen([[0], [1], [0, 1], [2, 3, 4, 1]], 5)
    near = tile_weights(shown[:3], [1, 1, 2], horizon=1)
    np.testing.assert_allclose(tile_weights(shown, [1, 1, 2, 4], horizon=2 / 3), near)


@pytest.mark.parametrize("counts", [[], [0, 0], [3], [3, 3, 3], [0, 3]])
def test_trials_that_say_nothing_of_tiles_give_zeros(counts):
    shown = seen([list(range(count)) for count in counts], 5).reshape(-1, 5)
    np.testing.assert_array_equal(tile_weights(shown, counts, 0.75), np.zeros(5))


@given(
    st.lists(st.permutations(range(6)).flatmap(lambda o: st.integers(0, 6).map(lambda n: o[:n])), max_size=9),
    st.floats(0.05, 1),
)
def test_equal_to_the_formula_written_out(trials, horizon):
    counts = [len(trial) for trial in trials]
    found = tile_weights(seen(trials, 6).reshape(-1, 6), counts, horizon)
    most = np.quantile([n for n in counts if n] or [0], horizon)
    used = [trial for trial in trials if 0 < len(trial) <= most]
    raw = [np.mean([(1 - len(t) / most) * (tile in t) for t in used] or [0]) for tile in range(6)]
    expected = [value / np.mean(raw) - 1 for value in raw] if any(raw) else np.zeros(6)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_the_published_weights_of_people_come_out():
    """Where a trial took 16 tiles, 16 is the largest of those that count, and so the horizon is theirs."""
    if not SHARED.exists():
        pytest.skip("people's trials are not beside the repository")
    trials = defaultdict(list)
    with (SHARED / "trials.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            tiles = [int(tile) for tile in row["tiles"].split("-") if tile]
            if row["correct"] == "1" and len(tiles) <= 16:
                trials[row["participant"], row["poser"], row["expression"]].append(tiles)
    compared = 0
    with (SHARED / "tile_weights.csv").open(newline="") as file:
        for key, published in ((tuple(row[:3]), row[3:]) for row in list(csv.reader(file))[1:]):
            counts = [len(tiles) for tiles in trials[key]]
            if 16 in counts and min(counts) < 16:
                found = 100 * tile_weights(seen(trials[key], 48), counts, horizon=1)
                np.testing.assert_allclose(found, np.array(published, float), atol=1e-6)
                compared += 1
    assert compared > 100
