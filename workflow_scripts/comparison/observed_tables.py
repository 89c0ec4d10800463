"""The tables of observers in the uncovering task, as files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.observed import (
    TABLES,
    Observed,
    confusion_rows,
    curve_rows,
    effect_rows,
    observer_rows,
)
from workflow_scripts.comparison.uncovering_trials import TrialTable


def write_tables(
    folder: Path,
    found: Observed,
    table: TrialTable,
    people: Mapping[str, Observed],
    expressions: Sequence[str],
    seed: int,
) -> None:
    """Write the tables of one observer to a folder, each named as in TABLES.

    people: the sets of people to compare with. expressions: of the average.
    """
    rows = {
        "observers": observer_rows(found, people, expressions, seed),
        "curves": curve_rows(found),
        "effects": effect_rows(found),
        "confusions": confusion_rows(found.name, table),
    }
    for name, of in rows.items():
        write_table(Path(folder, f"{name}.csv"), TABLES[name], list(of))
    for expression, hazard in found.hazards.items():
        right, wrong = hazard.answers
        print(f"{found.name}, {expression}: {right} right and {wrong} wrong answers. {hazard.reason}".strip())
