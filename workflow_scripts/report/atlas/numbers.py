"""The numbers of a study's tables, as short rows of plain values that the page looks up.

The page computes none of them: it shows what the tables have. Places of networks, expressions, metrics and
folds stand for their names; place -1 of an expression is the average over all, and the place after the last
network is the average over networks.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, isnan

from workflow_scripts.comparison.cells import AVERAGE, NETWORK, REFERENCE, TRAININGS
from workflow_scripts.comparison.score_columns import CELL, IDENTITY
from workflow_scripts.comparison.summary import PLACES
from workflow_scripts.report.page.wording import enough_trainings

OF_ENTRY = ("claim", "estimate", "sd", "low", "high", "n", "folds", "p", "q", "coverage", "not_ranked")
OF_MEAN = ("network", "expression")
WORDS = ("missing", "claim", "not_ranked")  # columns of text; empty is empty, in others it is missing
ALL_EXPRESSIONS = -1

Row = Mapping[str, str]
Places = Mapping[str, int]


def value(column: str, text: str) -> float | int | str | None:
    """What a field of a table holds; None for a number that is missing.

    JSON has no infinity: it is a word that JavaScript takes for the number wherever it calculates.

    >>> value("iou", "0.25"), value("n", "30"), value("p", ""), value("missing", ""), value("noise", "inf")
    (0.25, 30, None, '', 'Infinity')
    """
    if column in WORDS:
        return text
    if not text:
        return None
    number = float(text)
    if not isfinite(number):
        return None if isnan(number) else "Infinity" if number > 0 else "-Infinity"
    return int(number) if number.is_integer() and "." not in text else number


def places(names: Iterable[str]) -> dict[str, int]:
    """The place of each name in a list."""
    return {name: place for place, name in enumerate(names)}


def cell_rows(scores: Sequence[Row], networks: Places, folds: Places, expressions: Places) -> dict:
    """Rows of scores.csv: `columns`, and `rows` by "network,fold,expression" as places.

    Rows of networks or expressions that have no place are left out.
    """
    columns = [name for name in (scores[0] if scores else ()) if name not in (*CELL, *IDENTITY)]
    rows = {}
    for row in scores:
        if row["network"] in networks and row["expression"] in expressions:
            cell = networks[row["network"]], folds[row["fold"]], expressions[row["expression"]]
            rows[_key(*cell)] = [value(name, row[name]) for name in columns]
    return {"columns": columns, "rows": rows}


def mean_rows(means: Sequence[Row], networks: Places, expressions: Places) -> dict:
    """Rows of means.csv, the scores of mean heatmaps: likewise, by "network,expression"."""
    columns = [name for name in (means[0] if means else ()) if name not in OF_MEAN]
    known = networks | {AVERAGE: len(networks)}
    return {
        "columns": columns,
        "rows": {
            _key(known[row["network"]], expressions[row["expression"]]): [
                value(name, row[name]) for name in columns
            ]
            for row in means
            if row["network"] in known and row["expression"] in expressions
        },
    }


def entry_rows(summary: Sequence[Row], networks: Places, expressions: Places) -> dict:
    """The means of summary.csv: `columns`, and lists of rows by "network,expression,metric".

    A list has a row for each claim, that is, for what an interval is over. As on the report's page, there is
    none over too few trainings to have one.
    """
    of_network, of_expression = _with_averages(networks, expressions)
    rows: dict[str, list] = {}
    for row in summary:
        if row["kind"] == NETWORK and row["name"] in of_network and row["expression"] in of_expression:
            key = _key(of_network[row["name"]], of_expression[row["expression"]], row["metric"])
            too_few = row["claim"] == TRAININGS and not enough_trainings(row)
            told = {**row, "low": "", "high": ""} if too_few else row
            rows.setdefault(key, []).append([value(name, told[name]) for name in OF_ENTRY])
    return {"columns": list(OF_ENTRY), "rows": rows}


def reference_rows(summary: Sequence[Row], networks: Places, expressions: Places) -> dict[str, dict]:
    """What scores are compared with: by reference, then "network,expression,metric": estimate, low, high.

    The network is -1 for a reference that depends on the masks alone. Only masks elsewhere have ends: those
    of 95 % of their scores.
    """
    of_network, of_expression = _with_averages(networks, expressions)
    of_network[""] = -1
    found: dict[str, dict] = {}
    for row in summary:
        if row["kind"] == REFERENCE and row["of"] in of_network and row["expression"] in of_expression:
            ends = [row["low"], row["high"]] if row["claim"] == PLACES else ["", ""]
            numbers = [value("", text) for text in (row["estimate"], *ends)]
            if numbers[0] is not None:
                key = _key(of_network[row["of"]], of_expression[row["expression"]], row["metric"])
                # rows over faces come last and have the same estimate
                found.setdefault(row["name"], {}).setdefault(key, numbers)
    return found


def accuracy_of(network: str, accuracy: Sequence[Row], means: Sequence[Row], learned: Sequence[Row]) -> dict:
    """How well a network recognises: balanced accuracy, its deviation, that of each fold, and guessing."""
    of_study = next((row for row in learned if row["network"] == network), None)
    if of_study is None:  # put beside the networks of the study
        return {"estimate": None, "sd": None, "folds": {}, "chance": None}
    mean = next(
        (row for row in means if (row["network"], row["metric"]) == (network, "balanced_accuracy")), {}
    )
    folds = {
        row["fold"]: value("", row["balanced_accuracy"]) for row in accuracy if row["network"] == network
    }
    return {
        "estimate": value("", mean.get("estimate", "")),
        "sd": value("", mean.get("sd", "")),
        "folds": folds,
        "chance": value("", of_study["chance"]),
    }


def confusion_counts(confusion: Sequence[Row], network: str, expressions: Places) -> list[list[int]]:
    """Images by true and predicted expression, over all folds, of the study's expressions."""
    counts = [[0] * len(expressions) for _ in expressions]
    for row in confusion:
        if row["network"] == network and {row["true"], row["predicted"]} <= expressions.keys():
            counts[expressions[row["true"]]][expressions[row["predicted"]]] += int(row["n"])
    return counts


def _with_averages(networks: Places, expressions: Places) -> tuple[dict[str, int], dict[str, int]]:
    return {**networks, AVERAGE: len(networks)}, {**expressions, AVERAGE: ALL_EXPRESSIONS}


def _key(*places: int | str) -> str:
    return ",".join(map(str, places))
