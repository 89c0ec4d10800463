"""The numbers of the answer's picture: networks beside what scores without knowing anything, by mask set."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME, NETWORK
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.page.entries import Entries, Row
from workflow_scripts.report.page.wording import FEWEST_TRAININGS

AUC = "auc"
REFERENCES = {  # name, and whether it is a network's own
    OTHER_EXPRESSIONS: ("other expressions' heatmaps", True),
    CENTRE: ("a blurred spot at the centre", False),
    FACE_NAME: ("the whole face", False),
    CHANCE_NAME: ("places drawn at random", True),
}


@dataclass(frozen=True)
class Score:
    """A score with its 95 % interval over trainings, if there is one."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Scored:
    """One mask set: the networks' average, if there is one, of so many networks and trainings each.

    references: what scores without knowing the expression, in the order of REFERENCES.
    """

    mask_set: str
    average: Score | None
    networks: int
    trainings: int
    references: Sequence[Score]


def shown_metric(metrics: Sequence[Metric]) -> Metric:
    """The metric of the picture: AUC, which needs no threshold; without it the first of the study."""
    return next((metric for metric in metrics if metric.name == AUC), metrics[0])


def scored(mask_set: str, entries: Entries, metric: Metric) -> Scored:
    """What summary.csv says of one mask set, average over expressions."""
    row = entries.rows.get((NETWORK, AVERAGE, "", AVERAGE, metric.name), {})
    found = {
        label: entries.reference(name, AVERAGE if own else "", AVERAGE, metric.name)
        for name, (label, own) in REFERENCES.items()
    }
    average = _score("networks", row) if row.get("estimate") else None
    return Scored(
        mask_set=mask_set,
        average=average,
        networks=int(row.get("learned") or 0) if average else 0,
        trainings=int(float(row.get("folds") or 0)) if average else 0,
        references=[Score(label, float(one["estimate"])) for label, one in found.items() if one],
    )


def at_least(metric: Metric, score: float, other: float) -> bool:
    """Whether a score is as good as another, or better, as both are printed (3 digits)."""
    score, other = round(score, 3), round(other, 3)
    return score >= other if metric.better == "higher" else score <= other


def _score(label: str, row: Row) -> Score:
    """A row with its interval, unless it rests on too few trainings to say anything."""
    if not row["low"] or float(row["folds"]) < FEWEST_TRAININGS:
        return Score(label, float(row["estimate"]))
    return Score(label, *(float(row[key]) for key in ("estimate", "low", "high")))
