"""What the hazard of uncovering trials recovers, how often its intervals cover, and what agreement shows.

    python -m benchmarks.hazard_recovery [--quick]

Simulated observers of which everything is known. Effects of 48 tiles, 8 x 6, on right and on wrong answers
are smooth random fields with a standard deviation of 0.3, as people's are. Each observer has 32 trials of
random orders; a baseline and effects of its own vary around these with standard deviations of 0.5 and 0.3.
Baselines rise over the first tiles and then stay.

The truth of an interval is what the same fit finds for 2,000 other observers: the effects of a population,
which are smaller than those of its members where these differ. For 10, 30 and 94 observers:

- coverage of 95 % intervals of effects, over all tiles and studies, beside that of errors that take trials
  for independent;
- coverage of the agreement of two groups of observers, of equal effects and of effects that correlate by 0.5,
  against two truths: its expected value with as many observers, and the correlation of the true effects,
  which errors hide. The ratio to the ceiling aims at the second;
- how often p < .05 for effects that do not correlate over the tiles, and for those of fields that have
  nothing to do with each other: these correlate by chance, so an interval over clusters is right to see it.

Then observers that stop late: the correlation of true effects with those of the hazard, and with the
published formula's weights, whose horizon is 16 tiles or 1.6 times the observers' median. Results go to
benchmarks/results/hazard_recovery.json.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices

import cyclopts
import numpy as np

from benchmarks.side_by_side import machine
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.hazard import Hazard, fit_hazard
from workflow_scripts.comparison.hazard_agreement import agreement, correlation, reliability
from workflow_scripts.comparison.uncovering_trials import Trials

RESULTS = Path(__file__).parent / "results/hazard_recovery.json"
SHAPE = (8, 6)
TILES = SHAPE[0] * SHAPE[1]
EACH, MANY = 32, 2000
STUDIES = {10: 70, 30: 32, 94: 10}  # by observers
EFFECT_SD, BASELINE_SD, OWN_SD, WIDTH = 0.3, 0.5, 0.3, 1.2
# baselines of right and wrong: at first, how much they rise over the first tiles, and per tile
SPEEDS = {"quick": ((-5.6, -6.7), 3.0, 0.0), "slow": ((-9.0, -10.0), 0.0, 0.13)}
SPLITS = 2
LATE = (16, 1.6)  # the published horizon; one relative to the observers' median
FACE = np.ones(TILES)


def field(draw: np.random.Generator) -> np.ndarray:
    """A smooth random field over the tiles: float64 (TILES,), mean 0."""
    place = np.indices(SHAPE).reshape(2, -1)
    near = np.exp(-((place[:, :, None] - place[:, None]) ** 2).sum(axis=0) / (2 * WIDTH**2))
    return standard(near @ draw.standard_normal(TILES))


def standard(of: np.ndarray) -> np.ndarray:
    return EFFECT_SD * (of - of.mean()) / of.std()


def correlated(one: np.ndarray, by: float, draw: np.random.Generator) -> np.ndarray:
    """A field that correlates with another by this much over the tiles, exactly."""
    other = field(draw)
    other = standard(other - one * (other @ one) / (one @ one))
    return by * one + np.sqrt(1 - by**2) * other


def observe(
    effects: np.ndarray, observers: int, draw: np.random.Generator, speed: str = "quick", own: float = 1.0
) -> Trials:
    """Trials of observers with these effects, (2, TILES), and what is their own, times `own`."""
    n = observers * EACH
    cluster = np.repeat(np.arange(observers), EACH)
    of_each = effects + own * OWN_SD * draw.standard_normal((observers, 2, TILES))
    of_each -= of_each.mean(axis=2, keepdims=True)
    first, rise, slope = SPEEDS[speed]
    level = np.array(first) + own * BASELINE_SD * draw.standard_normal((observers, 2))
    order = draw.random((n, TILES)).argsort(axis=1)
    baseline = rise * (1 - np.exp(-np.arange(TILES) / 3)) + slope * np.arange(TILES)
    number = np.arange(n)[:, None]
    seen = np.cumsum([of_each[cluster[:, None], event, order] for event in range(2)], axis=2)
    odds = np.exp(seen + baseline + level[cluster].T[:, :, None])
    chance = draw.random((n, TILES)) * (1 + odds.sum(axis=0))
    event = np.where(chance < odds[0], 1, np.where(chance < odds.sum(axis=0), 2, 0))
    last = np.where((event > 0).any(axis=1), (event > 0).argmax(axis=1), TILES - 1)
    names = np.char.add("p", cluster.astype(str))
    return Trials(order, last + 1, event[number[:, 0], last], names, np.ones(n))


def covered(fit: Hazard, truth: np.ndarray) -> tuple[float, float]:
    """The share of tiles whose interval has the truth: over clusters, and with independent trials."""
    over = np.mean([of.low <= value <= of.high for of, value in zip(fit.intervals(), truth, strict=True)])
    plain = np.abs(fit.right - truth) <= 1.96 * np.sqrt(np.diag(fit.covariance))
    return float(over), float(plain.mean())


def studies_of(observers: int, studies: int, effects: np.ndarray, population: Hazard) -> dict[str, object]:
    """One group against four others: effects that are equal, half, orthogonal, or fields by chance."""
    half, orthogonal = (correlated(effects[0], by, generator(1, "other", str(by))) for by in (0.5, 0.0))
    found, truths, coverage = {}, {}, []
    for study in range(studies):
        draw = generator(1, "hazard_recovery", observers, study)
        own = observe(effects, observers, draw)
        fit = fit_hazard(own)
        of_own = reliability(own, FACE, draw, SPLITS, fit)
        error = np.sqrt(((fit.right - population.right) ** 2).mean())
        root = np.sqrt(max(of_own.full or 0, 0))
        coverage.append(
            (*covered(fit, population.right), error, correlation(fit.right, effects[0], FACE), root)
        )
        others = {"equal": effects[0], "half": half, "orthogonal": orthogonal, "by chance": field(draw)}
        for name, right in others.items():
            trials = observe(np.array([right, field(draw)]), observers, draw)
            other = fit_hazard(trials)
            of_other = reliability(trials, FACE, draw, SPLITS, other)
            found.setdefault(name, []).append(agreement(fit, other, FACE, of_own, of_other))
            truths.setdefault(name, []).append(float(correlation(effects[0], right, FACE)))
    names = ("covered", "independent trials", "error", "correlation with true effects", "root of reliability")
    of_effects = dict(zip(names, np.mean(coverage, axis=0).tolist(), strict=True))
    show({"observers": observers, "studies": studies} | of_effects)
    rows = [show(summary(name, observers, found[name], np.array(truths[name]))) for name in found]
    return {"observers": observers, "effects": of_effects, "agreement": rows}


def summary(name: str, observers: int, found: list, truths: np.ndarray) -> dict[str, object]:
    own = np.array([one.correlation for one in found])
    low, high = (np.array([getattr(one.interval, end) for one in found]) for end in ("low", "high"))
    with_ratio = [
        (one, of) for one, of in zip(found, truths, strict=True) if one.ratio_interval.low is not None
    ]
    ratios = np.array([one.ratio for one, _ in with_ratio])
    inside = [one.ratio_interval.low <= of <= one.ratio_interval.high for one, of in with_ratio]
    return {
        "effects": name,
        "observers": observers,
        "studies": len(found),
        "agreement": float(own.mean()),
        "sd": float(own.std()),
        "covered, expected": float(((low <= own.mean()) & (own.mean() <= high)).mean()),
        "covered, true": float(((low <= truths) & (truths <= high)).mean()),
        "ratios": len(ratios),
        "ratio": float(ratios.mean()),
        "ratio covered, true": float(np.mean(inside)),
        "p < .05": float(np.mean([one.interval.p < 0.05 for one in found])),
    }


def published_weights(trials: Trials, horizon: float) -> np.ndarray:
    """The mean of 1 - seen / horizon where a tile was shown, over right trials of at most `horizon` tiles."""
    counts = (trials.event == 1) & (trials.seen <= horizon)
    shown = np.zeros((len(trials.seen), TILES))
    trial, step = np.nonzero(np.arange(TILES) < trials.seen[:, None])
    shown[trial, trials.order[trial, step]] = 1
    return (shown * (1 - trials.seen / horizon)[:, None])[counts].mean(axis=0)


def late_rows(studies: int, observers: int = 94) -> Iterator[dict[str, object]]:
    """What each way finds of the true effects, for observers that stop early, and late."""
    for speed in SPEEDS:
        found = []
        for study in range(studies):
            draw = generator(1, "hazard_recovery late", speed, study)
            effects = np.array([field(draw), field(draw)])
            trials = observe(effects, observers, draw, speed)
            median = float(np.median(trials.seen[trials.event == 1]))
            horizon = min(LATE[1] * median, TILES)
            ways = [fit_hazard(trials, clusters=False).right]
            used = []
            for one in (LATE[0], horizon):
                used.append(int(((trials.event == 1) & (trials.seen <= one)).sum()))
                ways.append(published_weights(trials, one))
            found.append((median, *used, *(float(correlation(way, effects[0], FACE)) for way in ways)))
        names = ("median", "trials within 16", "trials within own", "hazard", "horizon 16", "own horizon")
        row = dict(zip(names, np.nanmean(found, axis=0).tolist(), strict=True))
        yield {"observers": speed, "studies": studies} | row


def show(row: dict[str, object]) -> dict[str, object]:
    cells = (
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in row.items()
    )
    print("; ".join(cells), flush=True)
    return row


def hazard_recovery(*, quick: bool = False) -> None:
    """Simulate, print and keep the tables.

    Parameters
    ----------
    quick
        A seventh of the simulated studies.
    """
    draw = generator(1, "hazard_recovery population")
    effects = np.array([field(draw), field(draw)])
    population = fit_hazard(observe(effects, MANY // (7 if quick else 1), draw), clusters=False)
    slope = float(population.right @ effects[0] / (effects[0] @ effects[0]))
    same = float(correlation(population.right, effects[0], FACE))
    about = {"slope": slope, "correlation": same}
    print(f"population's effects: {slope:.3f} times its members', correlation {same:.3f}")
    studies = {n: max(2, of // (7 if quick else 1)) for n, of in STUDIES.items()}
    tables = {
        "studies": [studies_of(n, of, effects, population) for n, of in studies.items()],
        "late": [show(row) for row in late_rows(2 if quick else 10)],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine(1), "population": about} | tables, indent=1) + "\n")


if __name__ == "__main__":
    cyclopts.run(hazard_recovery)
