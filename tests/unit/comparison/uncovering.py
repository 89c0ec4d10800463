"""Made uncovering trials of which everything is known, and people's where they are at hand."""

from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.comparison.uncovering_trials import Trials, TrialTable, as_trials, read_trials

PEOPLE = Path(__file__).parents[4] / "shared/human/trials.csv"


def people() -> TrialTable:
    """All trials of people; skips where they are not at hand."""
    if not PEOPLE.exists():
        pytest.skip(f"people's trials are not at {PEOPLE}")
    return read_trials(PEOPLE)


def made_trials(
    right: np.ndarray,
    wrong: np.ndarray,
    clusters: int,
    each: int,
    draw: np.random.Generator,
    levels: tuple[float, float] = (-3.0, -4.0),
    most: int | None = None,
) -> Trials:
    """Trials of observers that all have these effects and constant baselines, step by step.

    most: tiles that they are shown; who has not answered by then is censored.
    """
    orders, events, names = [], [], []
    for one in range(clusters * each):
        order = draw.permutation(len(right))[:most]
        event, log_odds = 0, np.array(levels)
        seen = []
        for tile in order.tolist():
            seen.append(tile)
            log_odds = log_odds + np.array([right[tile], wrong[tile]])
            odds = np.exp(log_odds)
            chance = draw.random() * (1 + odds.sum())
            if chance < odds.sum():
                event = 1 if chance < odds[0] else 2
                break
        orders.append(seen)
        events.append(event)
        names.append(f"p{one % clusters:03d}")
    return as_trials(orders, events, names, len(right))


def effects(tiles: int, sd: float, draw: np.random.Generator) -> np.ndarray:
    found = draw.normal(0, sd, tiles)
    return found - found.mean()
