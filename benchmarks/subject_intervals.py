"""How often intervals over faces cover the truth, by the number of subjects and folds, and by their kind.

    python -m benchmarks.subject_intervals [--quick]

Simulated studies of which everything is known. A network has a pattern of its own in every fold, a smooth
random field; the explanation of an image is the positive part of this pattern, plus a field of its subject,
plus one of the image, times an amplitude of the subject whose logarithm has a standard deviation of 0.5.
Subjects have one to three images each. A second network has the same pattern, and its subjects' fields share
half of their variance with the first's, so that the expected difference of the two is 0; a third has other
patterns. Faces, and nothing else, are drawn anew in every study, so the truth of each number is its mean over
the studies: the expected score of these networks, with as many other subjects.

For each design: how often 95 % intervals cover that truth, by their kind, for every metric, for the
difference of two networks that are equal, and of two that are not. The first kind is that of the study:

- jackknife: of `comparison.over_faces`, from the scores without each subject;
- t: the estimate plus and minus a quantile of Student's t, with the same degrees of freedom, times the
  standard deviation of the scores of redrawn subjects, by Poisson(1) weights, like all that follow;
- percentile: of the redrawn scores;
- expanded: percentiles as far apart as that t asks for (Hesterberg 2015, The American Statistician 69,
  371-386);
- basic: twice the estimate, minus the percentiles;
- centred: the estimate plus the deviations of the redrawn scores from their mean;
- bc, bca: bias-corrected percentiles, without and with acceleration by a jackknife (Efron 1987, Journal of
  the American Statistical Association 82, 171-185).

Folds of a mean over expressions, or networks, of the same subjects are simulated as more folds: 12 folds have
as many maps as two folds of six expressions. Results go to benchmarks/results/subject_intervals.json; the
coverage of the study's kind, that of the worst metric and number, is in `comparison.over_faces`.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import cyclopts
import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from benchmarks.side_by_side import machine
from workflow_scripts.common.intervals import LEVEL
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.over_faces import over_faces

RESULTS = Path(__file__).parent / "results/subject_intervals.json"
SUBJECTS, FOLDS, PATTERNS = (3, 5, 10, 20, 40, 80), (1, 2, 5, 12), (0.5, 1.0)
MOST_IMAGES, SHAPE, AREA, BUMPS, WIDTH = 3, (20, 17), 0.3, 30, 3.0
SHARED = 0.5  # of the variance of subjects' fields, by two networks
MOST = 400  # subjects of a design
REDRAWN = ((1, 5), (1, 20), (5, 5), (5, 20), (12, 5))  # designs, by folds and subjects, of the other kinds
METRICS = ("auc", "rank_accuracy", "relevance_mass", "amplitude")
NUMBERS = ("score", "equal", "unequal")  # of a network, and its differences from two others
KINDS = ("jackknife", "t", "percentile", "expanded", "basic", "centred", "bc", "bca")
DRAWS = 200


class Faces:
    """The world: bumps that fields are made of, a mask, and each pattern in each fold.

    of: the pattern that each network has.
    """

    def __init__(self, pattern: float, folds: int, draw: np.random.Generator, of: Sequence[int] = (0, 0, 1)):
        rows, columns = np.indices(SHAPE)
        centres = draw.uniform((0, 0), SHAPE, (BUMPS, 2))
        distance = (rows - centres[:, :1, None]) ** 2 + (columns - centres[:, 1:, None]) ** 2
        bumps = np.exp(-distance / (2 * WIDTH**2)).reshape(BUMPS, -1)
        self.bumps = bumps / np.sqrt((bumps**2).sum(axis=0).mean())
        self.of, self.patterns = of, pattern * draw.standard_normal((len(set(of)), folds, BUMPS))
        field = draw.standard_normal(BUMPS) @ self.bumps
        self.mask = field >= np.quantile(field, 1 - AREA)

    def subjects(self, fold: int, n: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Sums of the explanations of n subjects by each network, (3, n, places), and their images (n,)."""
        images = draw.integers(1, MOST_IMAGES + 1, n)
        common = np.sqrt(SHARED) * draw.standard_normal((n, BUMPS))
        amplitude = np.exp(0.5 * draw.standard_normal((n, 1)))
        sums = []
        for pattern in self.of:
            own = common + np.sqrt(1 - SHARED) * draw.standard_normal((n, BUMPS))
            total = 0
            for image in range(MOST_IMAGES):
                field = self.patterns[pattern, fold] + own + draw.standard_normal((n, BUMPS))
                shown = (image < images)[:, None]
                total = total + shown * amplitude * np.maximum(field @ self.bumps, 0)
            sums.append(total)
        return np.array(sums, np.float32), images.astype(np.float32)

    def scores(self, maps: np.ndarray) -> np.ndarray:
        """Scores of heatmaps (n, places): (n, metrics)."""
        area, others = int(self.mask.sum()), int((~self.mask).sum())
        order = maps.argsort(axis=1)
        in_order = self.mask[order]
        ranks = (in_order * np.arange(1, maps.shape[1] + 1)).sum(axis=1)
        total = np.where((sums := maps.sum(axis=1)) > 0, sums, 1)
        return np.stack(
            [
                (ranks - area * (area + 1) / 2) / (area * others),
                in_order[:, -area:].mean(axis=1),
                maps[:, self.mask].sum(axis=1) / total,
                np.ptp(maps, axis=1),
            ],
            axis=1,
        )


def redrawn(faces: Faces, sums: np.ndarray, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Scores with each row of weights (draws, n), of three networks: (draws, 3, metrics); NaN without any."""
    by = weights @ images
    by[by == 0] = np.nan
    return np.stack([faces.scores((weights @ each) / by[:, None]) for each in sums], axis=1)


def study(faces: Faces, folds: int, n: int, draws: int, draw: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Estimates (columns,), draws (draws, columns) and jackknife values (subjects, columns) of one study.

    Columns: the metrics of the first network, then of its differences from the second and the third.
    """
    parts = []
    for fold in range(folds):
        sums, images = faces.subjects(fold, n, draw)
        weights = draw.poisson(1, (draws, n)).astype(np.float32)
        without = 1 - np.eye(n, dtype=np.float32)
        parts.append(
            [redrawn(faces, sums, images, each) for each in (np.ones((1, n), np.float32), weights, without)]
        )
    own = np.mean([part[0] for part in parts], axis=0)
    drawn = np.mean([part[1] for part in parts], axis=0)
    without = np.concatenate([own + (part[2] - part[0]) / folds for part in parts])
    return columns(own)[0], columns(drawn), columns(without)


def columns(scores: np.ndarray) -> np.ndarray:
    """Scores (n, 3, metrics) as those of the first network, and its differences from the others."""
    return np.concatenate([scores[:, 0], scores[:, 0] - scores[:, 1], scores[:, 0] - scores[:, 2]], axis=1)


def intervals(own: np.ndarray, drawn: np.ndarray, without: np.ndarray, n: int, folds: int) -> np.ndarray:
    """Lower and upper ends by kind, only the first without draws: (kinds, 2, columns)."""
    changes = [dict(enumerate(of.tolist())) for of in (without - own).T]
    jackknife = [over_faces(one, of, n, folds) for one, of in zip(own.tolist(), changes, strict=True)]
    ends = np.array([[one.low, one.high] for one in jackknife], float).T
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    if not len(drawn):
        return ends[None]
    tails = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    quantiles = np.quantile(drawn, tails, axis=0)
    t = stdtrit(folds * (n - 1), tails)
    deviations = drawn - drawn.mean(axis=0)
    below = (drawn < own).mean(axis=0) + (drawn == own).mean(axis=0) / 2
    bias = ndtri(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
    influence = without.mean(axis=0) - without
    spread = (influence**2).sum(axis=0)
    acceleration = (influence**3).sum(axis=0) / (6 * np.where(spread > 0, spread, 1) ** 1.5)

    def corrected(a: np.ndarray) -> np.ndarray:
        levels = np.clip([ndtr(bias + (bias + z) / (1 - a * (bias + z))) for z in ndtri(tails)], 0, 1)
        return np.array([[np.quantile(*of) for of in zip(drawn.T, level, strict=True)] for level in levels])

    return np.stack(
        [
            ends,
            own + t[:, None] * drawn.std(axis=0, ddof=1),
            quantiles,
            np.quantile(drawn, ndtr(t), axis=0),
            2 * own - quantiles[::-1],
            own + np.quantile(deviations, tails, axis=0),
            corrected(np.zeros_like(acceleration)),
            corrected(acceleration),
        ]
    )


def design(n: int, folds: int, pattern: float, studies: int, draws: int) -> Iterator[dict[str, object]]:
    """The rows of one design, one per metric and number."""
    faces = Faces(pattern, folds, generator(1, "subject_intervals", folds, str(pattern)))
    draw = generator(1, "subject_intervals studies", n, folds, str(pattern))
    found = [study(faces, folds, n, draws, draw) for _ in range(studies)]
    own = np.array([one[0] for one in found])
    ends = np.array([intervals(*one, n, folds) for one in found])
    truth = own.mean(axis=0)
    truth[len(METRICS) : 2 * len(METRICS)] = 0
    covers = ((ends[:, :, 0] <= truth) & (truth <= ends[:, :, 1])).mean(axis=0)
    widths = (ends[:, :, 1] - ends[:, :, 0]).mean(axis=0)
    numbers = [(what, metric) for what in NUMBERS for metric in METRICS]
    for column, (what, metric) in enumerate(numbers):
        row = {"subjects": n, "folds": folds, "pattern": pattern, "number": what, "metric": metric}
        row |= {"truth": float(truth[column]), "sd": float(own[:, column].std())}
        for kind, covered, width in zip(KINDS, covers[:, column], widths[:, column], strict=False):
            row |= {kind: float(covered), f"width {kind}": float(width)}
        yield row


def worst(rows: Sequence[dict[str, object]], kind: str) -> float:
    """The lowest coverage of a metric and number, each the mean over both patterns."""
    return min(
        np.mean([row[kind] for row in rows if (row["metric"], row["number"]) == of])
        for of in product(METRICS, NUMBERS)
    )


def subject_intervals(*, quick: bool = False) -> None:
    """Simulate, print and keep the tables.

    Parameters
    ----------
    quick
        A tenth of the simulated studies.
    """
    studies = 50 if quick else 500
    rows, tables = [], {"all": {}, "kinds": {}}
    print(
        f"{studies} studies per row and pattern; coverage of 95 % intervals, of the worst metric and number"
    )
    for folds, n in product(FOLDS, SUBJECTS):
        if folds * n <= MOST:
            of_design = [row for one in PATTERNS for row in design(n, folds, one, studies, draws=0)]
            rows += of_design
            tables["all"][f"{folds} folds, {n} subjects"] = worst(of_design, KINDS[0])
            print(f"{folds:>4} folds{n:>4} subjects  {worst(of_design, KINDS[0]):.3f}", flush=True)
    print(" " * 20 + "".join(f"{kind:>11}" for kind in KINDS))
    for folds, n in REDRAWN:
        of_design = [row for one in PATTERNS for row in design(n, folds, one, studies, DRAWS)]
        rows += of_design
        by_kind = {kind: worst(of_design, kind) for kind in KINDS}
        tables["kinds"][f"{folds} folds, {n} subjects"] = by_kind
        print(
            f"{folds:>4} folds{n:>4} subjects" + "".join(f"{one:>11.3f}" for one in by_kind.values()),
            flush=True,
        )
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1) | {"studies": studies, "draws": DRAWS}
    RESULTS.write_text(json.dumps({"machine": about} | tables | {"rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    cyclopts.run(subject_intervals)
