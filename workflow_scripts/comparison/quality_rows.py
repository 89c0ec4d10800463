"""How good a network's explanations are, over images: the rows of quality.csv, an explainer's.

Estimand: the mean over the examined images of a fold, which are at most explanation.quality.images for
each predicted expression; with the interval over faces (`comparison.over_faces`): had this network been
shown other people. `difference` is the mean of each image's value minus its baseline, with its own interval.
Rows are of the images of each expression, which are too few for tests, and of all images together, whose
expression is ``average``.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from workflow_scripts.common.intervals import Interval, false_discovery_rates
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.over_faces import coverage_of, over_faces
from workflow_scripts.explanation.quality import LOWER, MEASURES

# better: lower or higher. n: images that the mean is over; left_out: other examined ones, whose reasons are
# in the network's own table. low, high: of Student's t over subjects. median: of the same images, since one
# can carry the mean. baseline: what chance gives, its mean; difference: to it, with p, and q over all
# networks and measures of the explainer
QUALITY = [
    *("network", "expression", "measure", "better", "n", "left_out", "subjects"),
    *("estimate", "low", "high", "median"),
    *("baseline", "difference", "difference_low", "difference_high", "p", "q"),
]

Row = Mapping[str, str]


def quality_rows(network: str, rows: Sequence[Row], subject_of: Mapping[str, str]) -> list[dict[str, object]]:
    """A row for each measure that a network's explanations have, of each expression and then of all.

    rows: of the images, with the columns of `explanation.quality`. subject_of: the subject of each image_id.
    """
    found = []
    for expression in (*dict.fromkeys(row["expression"] for row in rows), AVERAGE):
        of = [row for row in rows if expression in (row["expression"], AVERAGE)]
        for measure in MEASURES:
            if of_measure := [row for row in of if row["measure"] == measure]:
                about = {"network": network, "expression": expression, "measure": measure}
                found.append(about | _summary(measure, of_measure, subject_of))
                if expression != AVERAGE:
                    found[-1]["p"] = None
    return found


def _summary(measure: str, rows: Sequence[Row], subject_of: Mapping[str, str]) -> dict[str, object]:
    known = [row for row in rows if row["value"]]
    estimate, interval, subjects = _mean(known, subject_of, lambda row: float(row["value"]))
    based = [row for row in known if row["baseline"]]
    by_chance, *_ = _mean(based, subject_of, lambda row: float(row["baseline"]))
    difference, its_interval, _ = _mean(
        based, subject_of, lambda row: float(row["value"]) - float(row["baseline"])
    )
    if coverage_of(subjects, 1) is None:  # so few people that nobody knows what an interval covers
        interval = its_interval = Interval()
    return {
        "better": "lower" if measure in LOWER else "higher",
        "n": len(known),
        "left_out": len(rows) - len(known),
        "subjects": subjects,
        "estimate": estimate,
        "low": interval.low,
        "high": interval.high,
        "median": median(float(row["value"]) for row in known) if known else None,
        "baseline": by_chance,
        "difference": difference,
        "difference_low": its_interval.low,
        "difference_high": its_interval.high,
        "p": its_interval.p,
        "q": None,
    }


def corrected(rows: Sequence[dict[str, object]]) -> None:
    """Fill in q, the false discovery rates over all rows with a p."""
    tested = [row for row in rows if row["p"] is not None]
    for row, q in zip(tested, false_discovery_rates([row["p"] for row in tested]), strict=True):
        row["q"] = q


def _mean(
    rows: Sequence[Row], subject_of: Mapping[str, str], number: Callable[[Row], float]
) -> tuple[float | None, Interval, int]:
    """The mean of a number of each row, its interval over subjects, and how many these are."""
    groups: dict[str, list[float]] = {}
    for row in rows:
        groups.setdefault(subject_of[row["image_id"]], []).append(number(row))
    if not groups:
        return None, Interval(), 0
    total, n = sum(map(sum, groups.values())), len(rows)
    mean = total / n
    changes = {
        subject: (total - sum(values)) / (n - len(values)) - mean
        for subject, values in groups.items()
        if n > len(values)
    }
    return mean, over_faces(mean, changes, len(groups), 1), len(groups)
