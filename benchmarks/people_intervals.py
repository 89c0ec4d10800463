"""How often intervals over people, and over people and trainings, cover the truth.

    python -m benchmarks.people_intervals [--quick]

Simulated studies of which everything is known, on 8 x 6 tiles of the faces of two posers. The
mean map of each expression is a smooth random field, half of it common to all expressions; that of a poser
has a field of its own, with a tenth of the variance. A person's map of a face adds a field of the person,
the same for all faces, one of the person and expression, and noise of single tiles, with standard deviations
of 0.7, 0.5 and 2: two halves of 94 people correlate by about 0.9, as those of Wegrzyn et al. 2017 do by 0.82.
A network's heatmap is, in every fold and expression, the people's common field, plus a field of the network
for all its trainings, plus one of the training, and one of the training and expression. Folds of a network
share a fifth of the variance of their own fields, as the corrected interval of five folds assumes.

People: the heatmap of one training and a mask, a fixed region, are kept, and people are drawn anew in every
study; the truth of a number is its mean over the studies, the expected number with as many other people.
Numbers are the score of the heatmap, the ceiling `other_half`, the share of this ceiling, and the heatmap's
score minus the mask's. Beside the study's intervals, those of a jackknife that leaves out one person each
(`delete one`), with the same degrees of freedom.

People and trainings: both are drawn anew, the network is kept, and the claims are about a network of five
folds, the mean over expressions. Differences of own and other expressions are 0 (`equal`: the network's
heatmaps of all expressions have the same mean), or not (`specific`: they have a part of people's own field of
the expression). Results go to benchmarks/results/people_intervals.json.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cyclopts
import numpy as np

from benchmarks.side_by_side import machine
from workflow_scripts.common.intervals import Error, interval_of
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.agreement_rows import Numbers, agreement_rows
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.network_agreement import (
    agreements,
    difference,
    numbers_of,
    with_shares,
)
from workflow_scripts.comparison.people_intervals import BOTH
from workflow_scripts.comparison.people_scores import Measured, on_halves, other_half
from workflow_scripts.comparison.people_targets import mean_maps
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.target_scores import patternless, predictor, score_names, target_scores

RESULTS = Path(__file__).parent / "results/people_intervals.json"
PERSONS, SHARE = (10, 20, 47, 94), 0.25
TILES, SIDE, POSERS, EXPRESSIONS = (8, 6), 3, ("f", "m"), ("fear", "joy", "anger")
OF_POSER, OF_PERSON, OF_BOTH, NOISE = np.sqrt(0.1), 0.7, 0.5, 2.0
FOLDS, SHARED, OF_TRAINING, SPECIFIC = 5, 0.2, 0.7, 0.7
METRICS = load_metrics(["iou", "auc", "nss"])
NAMES = score_names(METRICS)
FACE = np.ones((TILES[0] * SIDE, TILES[1] * SIDE), bool)
WORLDS = 4  # sets of mean maps and networks, each with as many studies
NETWORK, SHARE_OF = "network", "score on halves"
CHEAP = 4  # times as many studies of numbers that take no time


def fields(draw: np.random.Generator, *shape: int) -> np.ndarray:
    """Smooth random fields in tiles with variance 1: float64 (*shape, 48)."""
    rows, columns = np.indices(TILES)
    distance = (rows.ravel()[:, None] - rows.ravel()) ** 2 + (columns.ravel()[:, None] - columns.ravel()) ** 2
    bumps = np.exp(-distance / 4.0)
    return draw.standard_normal((*shape, len(bumps))) @ (bumps / np.sqrt((bumps**2).sum(axis=0)))


def drawn(tiles: np.ndarray, shift: int = 0) -> np.ndarray:
    """Values of tiles (..., 48) on the canvas, moved by some places: float32 (..., places)."""
    shaped = tiles.reshape(*tiles.shape[:-1], *TILES).repeat(SIDE, axis=-2).repeat(SIDE, axis=-1)
    padded = np.pad(shaped, [(0, 0)] * (shaped.ndim - 2) + [(shift, 0)] * 2, mode="edge")
    moved = padded[..., : FACE.shape[0], : FACE.shape[1]]
    return moved.reshape(*tiles.shape[:-1], -1).astype(np.float32)


class World:
    """Mean maps of people, a network without and one with specificity, a heatmap and a mask."""

    def __init__(self, number: int):
        draw = generator(1, "people_intervals", number)
        self.common = fields(draw) / np.sqrt(2)
        self.own = fields(draw, len(EXPRESSIONS)) / np.sqrt(2)
        self.of_poser = OF_POSER * fields(draw, len(EXPRESSIONS), len(POSERS))
        self.network = self.common + fields(draw) / np.sqrt(2)
        self.heatmap = self.trained(draw, 0.0)[NETWORK, 1, EXPRESSIONS[0]]
        region = self.common + self.own[0] + fields(draw)
        self.mask = drawn(region >= np.quantile(region, 0.7)).reshape(FACE.shape)

    def people(
        self, n: int, draw: np.random.Generator, number: int, expressions: Sequence[str] = EXPRESSIONS
    ) -> Measured:
        """People drawn anew. number: of the study."""
        of_person = OF_PERSON * fields(draw, n)
        maps = {}
        for place, expression in enumerate(expressions):
            of_face = self.common + self.own[place] + of_person + OF_BOTH * fields(draw, n)
            maps[expression] = {
                poser: (
                    [f"p{one:02}" for one in range(n)],
                    drawn(
                        of_face + self.of_poser[place, key] + NOISE * draw.standard_normal(of_face.shape), key
                    ),
                )
                for key, poser in enumerate(POSERS)
            }
        names = maps[EXPRESSIONS[0]][POSERS[0]][0]
        return Measured("made", maps, FACE, SHARE, names, number)

    def trained(self, draw: np.random.Generator, specific: float) -> dict[tuple[str, int, str], np.ndarray]:
        """Heatmaps of a network's trainings, by cell. specific: how much they have of people's own fields."""
        of_training = alike(fields(draw, 1, 1), fields(draw, FOLDS, 1))
        of_cell = alike(fields(draw, 1, len(EXPRESSIONS)), fields(draw, FOLDS, len(EXPRESSIONS)))
        tiles = self.network + specific * self.own + OF_TRAINING * (of_training + of_cell)
        maps = drawn(tiles).reshape(FOLDS, len(EXPRESSIONS), *FACE.shape)
        return {
            (NETWORK, fold + 1, expression): maps[fold, place]
            for fold in range(FOLDS)
            for place, expression in enumerate(EXPRESSIONS)
        }


def alike(of_all: np.ndarray, of_each: np.ndarray) -> np.ndarray:
    """Fields of the folds, with a part that is the same in all."""
    return np.sqrt(SHARED) * of_all + np.sqrt(1 - SHARED) * of_each


Found = dict[tuple[str, str, str], tuple[float, float | None, float | None, float | None]]


def of_rows(name: str, numbers: Numbers, expression: str, shown: list[str], n: int) -> Found:
    """By number, score and claim: estimate, ends, and p, as the study's tables have them."""
    keys = {"minus": "something"}
    found = {}
    for row in agreement_rows(numbers, keys, shown, NAMES, [n] * len(shown)):
        if row["expression"] == expression:
            found[name, row["metric"], row["claim"]] = row["estimate"], row["low"], row["high"], row["p"]
            if numbers.shares:
                share = row["share"], row["share_low"], row["share_high"], None
                found[f"share of {name}", row["metric"], row["claim"]] = share
    return found


def people_study(world: World, n: int, measured: Measured, ceilings: bool) -> Found:
    """The numbers over people alone of one study, and those of leaving out one person each."""
    name = EXPRESSIONS[0]
    everybody = np.vstack([measured.all_and_halves, ~np.eye(n, dtype=bool)])
    on = measured.targets(mean_maps(measured.maps[name], measured.people, everybody))
    of = [predictor(METRICS, heatmap, FACE, measured.area) for heatmap in (world.heatmap, world.mask)]
    own, mask = (target_scores(METRICS, one, on) for one in of)
    found, halves = {}, len(measured.all_and_halves)
    for number, values in (("score", own), ("score - mask", own - mask)):
        found |= of_rows(number, Numbers(values[:, None, :halves]), name, [name], n)
        for metric, one in zip(NAMES, values, strict=True):
            size = float(np.sqrt((n - 1) * one[halves:].var()))
            interval = interval_of(one[0], Error(size, n - 1) if size > 0 else None)
            found[number, metric, "delete one"] = one[0], interval.low, interval.high, interval.p
    if ceilings:
        ceiling = other_half(METRICS, measured, name)[:, None]
        kept = Numbers(on_halves(METRICS, of[:1], measured, name)[0][:, None])
        floor = patternless(METRICS, measured.area, FACE)[:, None]
        found |= of_rows("ceiling", Numbers(ceiling), name, [name], n)
        shares = of_rows(SHARE_OF, with_shares(kept, kept, ceiling, floor), name, [name], n)
        found |= {key: one for key, one in shares.items() if key[0] != SHARE_OF}
    return found


def network_study(world: World, n: int, draw: np.random.Generator, number: int) -> Found:
    """The numbers over people and trainings of one study, means over expressions."""
    measured = world.people(n, draw, number)
    found = {}
    for name, specific in (("equal", 0.0), ("specific", SPECIFIC)):
        cells = agreements(METRICS, world.trained(draw, specific), measured, list(EXPRESSIONS))
        for what, values in (("", cells.own), (" - others", difference(cells.own, cells.others))):
            numbers = numbers_of(values, [NETWORK], len(EXPRESSIONS), FOLDS)
            found |= of_rows(name + what, numbers, AVERAGE, list(EXPRESSIONS), n)
    return found


def coverage(studies: list[Found]) -> dict[tuple[str, str, str], dict[str, float]]:
    """By number, score and claim: how often the mean estimate is covered, where it is known, and p < 0.05."""
    found = {}
    for key in dict.fromkeys(key for one in studies for key in one):
        estimates, low, high, p = np.array([one[key] for one in studies if key in one], float).T
        known = np.isfinite(low)
        truth = 0.0 if key[0] == "equal - others" else estimates[known].mean() if known.any() else np.nan
        covered = (low[known] <= truth) & (truth <= high[known])
        found[key] = {
            "truth": truth,
            "covered": covered.mean() if known.any() else np.nan,
            "width": (high - low)[known].mean() if known.any() else np.nan,
            "significant": (p < 0.05).mean(),
            "known": known.mean(),
        }
    return found


def rows_of(n: int, studies: int, of: str) -> Iterator[dict[str, object]]:
    """The rows of a design, each the mean over worlds; of ceilings there are a CHEAP-th of other studies."""
    found = defaultdict(list)
    for number in range(WORLDS):
        world, draw = World(number), generator(1, "people_intervals studies", of, n, number)
        made = []
        for study in range(studies // WORLDS * (CHEAP if of == "people" else 1)):
            if of == "people":
                measured = world.people(n, draw, study, EXPRESSIONS[:1])
                made.append(people_study(world, n, measured, ceilings=study % CHEAP == 0))
            else:
                made.append(network_study(world, n, draw, study))
        for key, values in coverage(made).items():
            found[key].append(values)
    for (number, metric, claim), of_worlds in found.items():
        columns = {key: np.array([one[key] for one in of_worlds]) for key in of_worlds[0]}
        weights = columns["known"]
        means = {
            key: float(np.average(of[weights > 0], weights=weights[weights > 0])) if weights.any() else None
            for key, of in columns.items()
        } | {"known": float(weights.mean())}
        yield {"design": of, "people": n, "number": number, "metric": metric, "claim": claim} | means


def tables(rows: Sequence[dict[str, object]]) -> Iterator[str]:
    """Lines to read: one per number and claim, with its values by people and score."""
    people = [row for row in rows if row["design"] == "people"]
    both = [row for row in rows if row["design"] != "people" and row["claim"] == BOTH]
    tests = [row for row in rows if row["number"].endswith("- others")]
    for value, kept in (
        ("covered", people + both),
        ("known", people),
        ("width", people),
        ("significant", tests),
    ):
        yield f"{value:<42}" + "".join(f"{n:>24}" for n in PERSONS)
        yield " " * 42 + "".join(f"{name:>6}" for name in NAMES) * len(PERSONS)
        for which in dict.fromkeys((row["number"], row["claim"]) for row in kept):
            of = {
                (row["people"], row["metric"]): row[value]
                for row in kept
                if (row["number"], row["claim"]) == which
            }
            cells = (of[n, name] for n in PERSONS for name in NAMES)
            yield f"{', '.join(which):<42}" + "".join(f"{np.nan if c is None else c:>6.2f}" for c in cells)


def people_intervals(*, quick: bool = False) -> None:
    """Simulate, print and keep the tables.

    Parameters
    ----------
    quick
        A fifteenth of the simulated studies.
    """
    studies = 8 if quick else 120
    rows = [row for of in ("people", "networks") for n in PERSONS for row in rows_of(n, studies, of)]
    print(f"{studies} studies of each kind and number of people, {CHEAP * studies} of scores on people alone")
    print("\n".join(tables(rows)))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps(
            {"machine": machine(1) | {"studies": studies, "scores": CHEAP * studies}, "rows": rows}, indent=1
        )
        + "\n"
    )


if __name__ == "__main__":
    cyclopts.run(people_intervals)
