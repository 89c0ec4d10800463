"""How often the interval over trainings covers the truth, by the design of a cross-validation.

    python -m benchmarks.interval_coverage [--quick]

A training's score is the sum of four parts: the truth, which is the expected score of a training on another
sample of subjects; what its training subjects do to it, a sum over them; what its test subjects do, a mean
over them; and its seed. Subjects are drawn anew in each simulated study and divided into folds at random,
anew in each repeat. So two trainings of one cross-validation, which share (k - 2) / (k - 1) of their training
subjects, have scores that correlate by this times the training subjects' share of the variance (`alike`).
With one cross-validation, seeds and test subjects cannot be told apart; repeats average over seeds only.

The mean of several networks on the same folds has less noise of its own, so its folds correlate more. Rows
with `networks` are such means: half of the variance of a score is common to all networks, what makes folds
alike is in that half, and the other half is independent noise of each training (`alike_mean`).

For each design, with the corrected interval of `common.intervals` and the naive one (a t interval that takes
scores for independent): how often a 95 % interval covers the truth; how often the difference of two networks
that are equally good has p < .05, where they share their folds and half of the variance of their scores; and
the mean half width of the corrected interval, in standard deviations of one training's score. Results go to
benchmarks/results/interval_coverage.json.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import cyclopts
import numpy as np

from benchmarks.side_by_side import machine
from workflow_scripts.common.intervals import over_trainings
from workflow_scripts.common.seeds import generator

RESULTS = Path(__file__).parent / "results/interval_coverage.json"
FOLDS, REPEATS = (2, 3, 5, 10), (1, 3)
ALIKE = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8)  # correlations between the folds of one cross-validation
SUBJECTS = 60
SEED_SHARE = 0.5  # of the variance that is not the training subjects'
COMMON = 0.5  # share of the variance that networks have in common
NETWORKS, ALIKE_EACH = 12, (0.1, 0.2)  # of a mean of networks, and the correlations between the folds of each
CHUNK = 1000


def training_share(alike: float, folds: int) -> float | None:
    """Share of the variance that makes the folds correlate by `alike`; None if none does."""
    if folds == 2:  # its trainings share nobody
        return None if alike else 0.0
    share = alike * (folds - 1) / (folds - 2)
    return share if share <= 1 else None


def alike_mean(alike: float) -> float:
    """Correlation between two folds of a mean of NETWORKS: the same covariance, and less variance."""
    return alike / (COMMON + (1 - COMMON) / NETWORKS)


def fold_scores(folds: int, repeats: int, share: float, n: int, draw: np.random.Generator) -> np.ndarray:
    """Scores of two equally good networks in `n` studies: float (n, 2, repeats, folds); the truth is 0.

    share: of the training subjects in the variance of a score.
    """
    size = SUBJECTS // folds
    of_test = (1 - share) * (1 - SEED_SHARE)
    order = draw.random((n, repeats, SUBJECTS)).argsort(axis=2)

    def by_fold(effects: np.ndarray) -> np.ndarray:
        """Sums over the test subjects of each fold, (n, repeats, folds)."""
        placed = np.take_along_axis(effects[:, None], order, axis=2)
        return placed.reshape(n, repeats, folds, size).sum(axis=3)

    def drawn() -> np.ndarray:
        training, test = draw.standard_normal((2, n, SUBJECTS))
        trained = (training.sum(axis=1)[:, None, None] - by_fold(training)) / np.sqrt(SUBJECTS - size)
        tested = by_fold(test) / np.sqrt(size)
        seeds = np.sqrt((1 - share) * SEED_SHARE) * draw.standard_normal((n, repeats, folds))
        return np.sqrt(share) * trained + np.sqrt(of_test) * tested + seeds

    common = np.sqrt(COMMON) * drawn()
    return np.stack([common + np.sqrt(1 - COMMON) * drawn() for _ in range(2)], axis=1)


def corrected(scores: np.ndarray, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """p values of the truth, and half widths, for scores (n, trainings)."""
    found = [
        over_trainings(estimate, sd, scores.shape[1], folds)
        for estimate, sd in zip(
            scores.mean(axis=1).tolist(), scores.std(axis=1, ddof=1).tolist(), strict=True
        )
    ]
    return np.array([one.p for one in found]), np.array([(one.high - one.low) / 2 for one in found])


def naive(scores: np.ndarray) -> np.ndarray:
    """p values of the t test of one sample: the correction vanishes with ever more folds."""
    return corrected(scores, folds=10**12)[0]


def design(folds: int, repeats: int, alike: float, studies: int) -> dict[str, float] | None:
    """The row of one design; None if its folds cannot be so much alike."""
    share = training_share(alike, folds)
    if share is None:
        return None
    draw = generator(1, "interval_coverage", folds, repeats, str(alike))
    parts = [fold_scores(folds, repeats, share, CHUNK, draw) for _ in range(studies // CHUNK)]
    both = np.concatenate(parts)
    scores, differences = (
        each.reshape(len(both), repeats * folds) for each in (both[:, 0], both[:, 0] - both[:, 1])
    )
    p, half_widths = corrected(scores, folds)
    pair = np.corrcoef(both[:, 0, 0, 0], both[:, 0, 0, 1])[0, 1]
    return {
        "folds": folds,
        "repeats": repeats,
        "alike": alike,
        "alike_found": float(pair),
        "corrected": float(np.mean(p >= 0.05)),
        "naive": float(np.mean(naive(scores) >= 0.05)),
        "pair_corrected": float(np.mean(corrected(differences, folds)[0] < 0.05)),
        "pair_naive": float(np.mean(naive(differences) < 0.05)),
        "half_width": float(np.mean(half_widths)),
    }


def designs(studies: int) -> Iterator[dict[str, float]]:
    """The rows of all designs that there can be."""
    for repeats in REPEATS:
        for folds in FOLDS:
            for alike in ALIKE:
                if row := design(folds, repeats, alike, studies):
                    yield row
    for folds in FOLDS:
        for alike in ALIKE_EACH:
            if row := design(folds, 1, alike_mean(alike), studies):
                yield row | {"networks": NETWORKS, "alike_each": alike}


def interval_coverage(*, quick: bool = False) -> None:
    """Simulate, print and keep the table.

    Parameters
    ----------
    quick
        A tenth of the simulated studies.
    """
    studies = 2000 if quick else 20000
    print(f"{studies} studies per row; false positives of a difference at .05")
    print(f"{'repeats':>7}{'folds':>6}{'alike':>6}  covers (naive)   false positives (naive)  half width")
    rows = []
    for row in designs(studies):
        rows.append(row)
        print(
            "{repeats:>7}{folds:>6}{alike:>6.2f}  {corrected:.3f} ({naive:.3f})    "
            "{pair_corrected:.3f} ({pair_naive:.3f})            {half_width:.2f}".format(**row),
            flush=True,
        )
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1) | {"studies": studies}
    RESULTS.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    cyclopts.run(interval_coverage)
