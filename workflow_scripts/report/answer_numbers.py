"""The numbers of the answer's picture: networks beside what scores without knowing anything, by mask set."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME, NETWORK, TRAININGS
from workflow_scripts.comparison.over_faces import ENOUGH, FACES
from workflow_scripts.comparison.references import CENTRE, MEAN_OF_OTHERS, OTHER_EXPRESSIONS, OTHER_MASKS
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.page.entries import Entries, Row
from workflow_scripts.report.page.wording import LEVEL, enough_trainings

AUC = "auc"
ELSEWHERE = "masks laid elsewhere"
REFERENCES = {  # name, and whether it is a network's own
    OTHER_EXPRESSIONS: ("other expressions' heatmaps", True),
    MEAN_OF_OTHERS: ("other expressions' mean heatmap", True),
    OTHER_MASKS: ("where most other masks overlap", False),
    CENTRE: ("a blurred spot at the centre", False),
    FACE_NAME: ("the whole face", False),
    CHANCE_NAME: ("places drawn at random", True),
}
OF_OTHERS = (OTHER_EXPRESSIONS, MEAN_OF_OTHERS, OTHER_MASKS)  # that say something if masks differ


@dataclass(frozen=True)
class Score:
    """A score with its 95 % interval, if there is one.

    over: what the interval is over, trainings or faces. too_narrow: whether intervals over so few faces cover
    the truth less often than they should, or nobody knows how often.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    over: str = ""
    too_narrow: bool = False


@dataclass(frozen=True)
class Scored:
    """One mask set: the networks' average, if there is one, of so many networks and trainings each.

    references: what scores without knowing the expression, in the order of REFERENCES. null: the scores of
    the same heatmaps for masks elsewhere in the face, their mean and the ends of their central 95 %; p: how
    often these score as well as the masks where they are (`comparison.nulls`).
    """

    mask_set: str
    average: Score | None
    networks: int
    trainings: int
    references: Sequence[Score]
    null: Score | None = None
    p: float | None = None


def shown_metric(metrics: Sequence[Metric]) -> Metric:
    """The metric of the picture: AUC, which needs no threshold; without it the first of the study."""
    return next((metric for metric in metrics if metric.name == AUC), metrics[0])


def scored(mask_set: str, entries: Entries, metric: Metric) -> Scored:
    """What summary.csv says of one mask set, average over expressions."""
    row = entries.rows.get((NETWORK, AVERAGE, "", AVERAGE, metric.name), {})
    found = {
        label: entries.reference(name, AVERAGE if own else "", AVERAGE, metric.name)
        for name, (label, own) in REFERENCES.items()
        if not (entries.same_masks and name in OF_OTHERS)
    }
    average = _average(row, entries.faces(AVERAGE, AVERAGE, metric.name)) if row.get("estimate") else None
    null = entries.surrogates(AVERAGE, AVERAGE, metric.name) if average else None
    return Scored(
        mask_set=mask_set,
        average=average,
        networks=int(row.get("learned") or 0) if average else 0,
        trainings=int(float(row.get("folds") or 0)) if average else 0,
        references=[Score(label, float(one["estimate"])) for label, one in found.items() if one],
        null=Score(ELSEWHERE, *_numbers(null)) if null else None,
        p=float(row["p"]) if null and row["p"] else None,
    )


def as_good(one: Scored, metric: Metric) -> list[str]:
    """The labels of references that score at least as well as the networks on average; none without one."""
    if not one.average:
        return []
    return [score.label for score in one.references if at_least(metric, score.value, one.average.value)]


def not_beyond_chance(one: Scored) -> bool:
    """Whether the test against masks elsewhere was made and shows nothing."""
    return one.p is not None and one.p >= LEVEL


def at_least(metric: Metric, score: float, other: float) -> bool:
    """Whether a score is as good as another, or better, as both are printed (3 digits)."""
    score, other = round(score, 3), round(other, 3)
    return score >= other if metric.better == "higher" else score <= other


def _average(row: Row, over_faces: Row | None) -> Score:
    """The average with its interval over trainings, where there are enough, else over faces."""
    if row["low"] and enough_trainings(row):
        return Score("networks", *_numbers(row), TRAININGS)
    if over_faces:
        coverage = over_faces["coverage"]
        few = not coverage or float(coverage) < ENOUGH
        return Score("networks", *_numbers(over_faces), FACES, few)
    return Score("networks", float(row["estimate"]))


def _numbers(row: Row) -> list[float]:
    return [float(row[key]) for key in ("estimate", "low", "high")]
