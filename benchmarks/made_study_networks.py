"""The networks of a made study: what they predict, how they were trained, which images are explained."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.explanation.count_positives import count_positives
from workflow_scripts.explanation.sample_positives import sample_positives
from workflow_scripts.training.measure_accuracy import measure_accuracy

BEST, WORST = 0.95, 0.5  # share that a network recognises, about
OF_IMAGE = 0.7  # share of an image's difficulty that is the same for all networks
FEW = 3  # images of a cell that has few

Cell = tuple[str, int, str]


@dataclass(frozen=True)
class Gaps:
    """What is wrong with some cells (network, fold, expression) and networks; None where nothing is.

    guessing: a network that did not learn. never: a network, and the expression that it never predicts. few:
    a cell of few images. flat: one whose heatmap is the same everywhere. noisy: one of few samples.
    """

    guessing: str | None = None
    never: tuple[str, str] | None = None
    few: Cell | None = None
    flat: Cell | None = None
    noisy: Cell | None = None

    @classmethod
    def of(cls, config: Mapping) -> "Gaps":
        """Those of a study of four networks or more; a smaller one has none."""
        networks, expressions = config["run"]["networks"], config["run"]["expressions"]
        if len(networks) < 4:
            return cls()
        return cls(
            guessing=networks[-1],
            never=(networks[-2], expressions[-1]),
            few=(networks[1], 1, expressions[0]),
            flat=(networks[0], 1, expressions[0]),
            noisy=(networks[1], config["training"]["folds"], expressions[-1]),
        )


def make_predictions(results: Path, config: Mapping, gaps: Gaps) -> None:
    """Write training/, from folds.csv, and the tables of the images that are explained."""
    expressions, networks = config["run"]["expressions"], config["run"]["networks"]
    trainings = [(name, fold) for name in networks for fold in range(1, config["training"]["folds"] + 1)]
    folds = results / "training/folds.csv"
    images = read_table(folds)
    shares = dict(zip(networks, np.linspace(BEST, WORST, len(networks)), strict=True))
    if gaps.guessing:
        shares[gaps.guessing] = 1 / len(expressions)
    for network, fold in trainings:
        tested = [row for row in images if int(row["fold"]) == fold]
        rows = predicted_rows(tested, network, fold, shares[network], config, gaps)
        folder = results / f"training/{network}/fold{fold}"
        folder.mkdir(parents=True)
        columns = ["image_id", "dataset", "true", "predicted", *expressions]
        write_table(folder / "predictions.csv", columns, rows)
        write_table(folder / "history.csv", ["epoch", "loss", "accuracy"], _history(config, network, fold))
        explained = results / f"explanation/{network}/fold{fold}"
        explained.mkdir(parents=True)
        sample_positives(
            folder / "predictions.csv",
            folds=folds,
            expressions=json.dumps(expressions),
            positives=json.dumps(config["explanation"]["positives"]),
            seed=config["seed"],
            output=explained / "positives.csv",
        )
    _join(results, trainings, expressions)


def predicted_rows(
    tested: Sequence[Mapping], network: str, fold: int, share: float, config: Mapping, gaps: Gaps
) -> list[dict[str, object]]:
    """Rows of predictions for the images of a fold, of a network that recognises about such a share."""
    names, n = config["run"]["expressions"], len(tested)
    draw, of_images = (generator(config["seed"], "made answers", fold, one) for one in (network, ""))
    true = np.array([names.index(row["expression"]) for row in tested])
    hard = OF_IMAGE * of_images.random(n) + (1 - OF_IMAGE) * draw.random(n)
    wrong = hard > np.quantile(hard, share)
    if network == gaps.guessing:
        wrong = draw.random(n) > share
    answers = np.where(wrong, (true + draw.integers(1, len(names), n)) % len(names), true)
    if gaps.never and network == gaps.never[0]:
        answers[answers == names.index(gaps.never[1])] = 0
    if gaps.few and (network, fold) == gaps.few[:2]:
        there = np.flatnonzero(answers == names.index(gaps.few[2]))
        answers[there[FEW:]] = len(names) - 1
    probability = draw.dirichlet(np.full(len(names), 0.6), n)
    every, highest = np.arange(n), probability.argmax(axis=1)
    largest, other = probability[every, highest], probability[every, answers]
    probability[every, highest], probability[every, answers] = other, largest
    return [
        {
            "image_id": row["image_id"],
            "dataset": row["dataset"],
            "true": row["expression"],
            "predicted": names[answer],
        }
        | dict(zip(names, map(float, of_image), strict=True))
        for row, answer, of_image in zip(tested, answers, probability, strict=True)
    ]


def _history(config: Mapping, network: str, fold: int) -> list[dict[str, object]]:
    """Loss and accuracy of a training, epoch by epoch."""
    epochs = np.arange(1, config["training"]["networks"][network]["epochs"] + 1)
    chance = 1 / len(config["run"]["expressions"])
    draw = generator(config["seed"], "made history", network, fold)
    learned = (1 - np.exp(-epochs / draw.uniform(2, 6))) * draw.uniform(0.8, 1)
    loss = -np.log(chance) * (1 - 0.95 * learned) + draw.normal(0, 0.02, len(epochs))
    accuracy = np.clip(chance + (1 - chance) * learned + draw.normal(0, 0.01, len(epochs)), 0, 1)
    return [
        {"epoch": int(epoch), "loss": float(one), "accuracy": float(other)}
        for epoch, one, other in zip(epochs, loss, accuracy, strict=True)
    ]


def _join(results: Path, trainings: Sequence[tuple[str, int]], expressions: Sequence[str]) -> None:
    """Write the tables of all trainings."""
    of_cells = [f"{network}/fold{fold}" for network, fold in trainings]
    training, cells = results / "training", json.dumps(trainings)
    measure_accuracy(
        cells=cells,
        predictions=[training / one / "predictions.csv" for one in of_cells],
        folds=training / "folds.csv",
        output=training / "accuracy.csv",
        learned=training / "learned.csv",
        recognised=training / "recognised.csv",
        summary=training / "summary.csv",
        by_dataset=training / "accuracy_by_dataset.csv",
        confusion=training / "confusion.csv",
    )
    count_positives(
        [results / f"explanation/{one}/positives.csv" for one in of_cells],
        cells=cells,
        expressions=json.dumps(expressions),
        output=results / "explanation/counts.csv",
    )
