"""The uncovering trials of an observer: of the people of a study, or of a network in all its folds.

A table "from the start" has one tile more than the face, the number T, which every order begins with: a trial
may have had its answer before anything was seen, so that n of its tiles are n - 1 of the face.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.uncovering_trials import (
    CENSORED,
    RIGHT,
    WRONG,
    Trials,
    TrialTable,
    read_trials,
)
from workflow_scripts.explanation.explanation_stack import read_stack, stack_expressions
from workflow_scripts.explanation.uncovering_grid import TILES
from workflow_scripts.explanation.uncovering_trials import endings

NO_ANSWER = "none"


@dataclass(frozen=True)
class Fold:
    """One network in one fold: the stacks of its cells, its predictions and its positives."""

    stacks: Sequence[Path]
    predictions: Path
    positives: Path


def people_trials(path: Path, labels: Mapping[str, str]) -> TrialTable:
    """People's trials from the start, from a table of `fetch_people`. labels: their words and ours."""
    read = read_trials(path, TILES)
    expression, answer = (
        np.array([labels.get(word, word) for word in words]) for words in (read.expression, read.answer)
    )
    of = read.trials
    trials = _from_start(of.order, of.seen, of.event, of.cluster, of.weight)
    return TrialTable(trials, expression, answer, read.poser)


def network_trials(
    folds: Sequence[Fold], subject_of: Mapping[str, str], expressions: Sequence[str], ends: str | float
) -> TrialTable:
    """A network's trials from the start; clusters are subjects, and `poser` is the image.

    An image counts as the expression that it shows. Images are sampled by the expression that the network
    predicts, so each stands for as many as were predicted, over those that were explained. subject_of: by
    image_id. ends: see `explanation.uncovering_trials.endings`.
    """
    parts = [one for fold in folds for one in _of_fold(fold, subject_of, ends)]
    parts = [one for one in parts if one["shown"] in expressions]
    if not parts:
        empty = np.array([], str)
        trials = Trials(np.zeros((0, TILES + 1), int), *np.zeros((2, 0), int), empty, np.zeros(0))
        return TrialTable(trials, empty, empty, empty)
    whole = {
        key: np.concatenate([np.broadcast_to(one[key], len(one["steps"])) for one in parts])
        for key in ("shown", "image", "subject", "weight")
    }
    orders, steps, answers = (
        np.concatenate([one[key] for one in parts]) for key in ("orders", "steps", "answers")
    )
    event = np.where(answers == NO_ANSWER, CENSORED, np.where(answers == whole["shown"], RIGHT, WRONG))
    seen = np.where(event == CENSORED, TILES, steps)
    weight = whole["weight"].astype(np.float64)
    trials = _from_start(orders.astype(int), seen, event, whole["subject"], weight)
    return TrialTable(trials, whole["shown"], answers, whole["image"])


def _of_fold(fold: Fold, subject_of: Mapping[str, str], ends: str | float) -> Iterator[dict[str, object]]:
    """The trials of each image: arrays (K, ...) and what they share."""
    shown = {row["image_id"]: row["true"] for row in read_table(fold.positives, ["image_id", "true"])}
    predicted = Counter(row["predicted"] for row in read_table(fold.predictions, ["predicted"]))
    for path in fold.stacks:
        expression, names = stack_expressions(path)
        read = list(read_stack(path))
        answers_of = np.array([*names, NO_ANSWER])  # the last is -1, of a trial that is censored
        for image_id, explanation in read:
            orders, answers, confidence = explanation.trials
            steps, ended = endings(answers, confidence, ends)
            yield {
                "orders": orders,
                "steps": steps,
                "answers": answers_of[ended],
                "shown": shown[image_id],
                "image": image_id,
                "subject": subject_of[image_id],
                "weight": predicted[expression] / len(read),
            }


def _from_start(
    orders: np.ndarray, seen: np.ndarray, event: np.ndarray, cluster: np.ndarray, weight: np.ndarray
) -> Trials:
    """Trials with the tile T before all others. orders: int (n, T); seen: int (n,), tiles of the face."""
    order = np.full((len(orders), TILES + 1), -1)
    order[:, 0] = TILES
    order[:, 1:] = np.where(np.arange(TILES) < seen[:, None], orders, -1)
    return Trials(order, seen + 1, event, cluster, weight)


def after_start(trials: Trials) -> Trials:
    """Of trials from the start those that saw something, without the tile T: of the T tiles of the face."""
    some = trials.subset(trials.seen > 1)
    return Trials(some.order[:, 1:], some.seen - 1, some.event, some.cluster, some.weight)


def shown_tiles(trials: Trials) -> np.ndarray:
    """The tiles that each trial had seen when it ended: bool (n, T)."""
    shown = np.zeros((len(trials.order), trials.tiles + 1), bool)
    read = np.arange(trials.tiles) < trials.seen[:, None]
    np.put_along_axis(shown, np.where(read, trials.order, trials.tiles), True, axis=1)
    return shown[:, :-1]
