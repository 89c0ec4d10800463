"""Rule summarize_trials: all observers of the uncovering task in one table of each kind."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.observed import TABLES


def summarize_trials(
    tables: list[Path], *, outputs: Annotated[list[Path], Parameter(consume_multiple=True)]
) -> None:
    """Put the TABLES of single observers together.

    Parameters
    ----------
    tables
        Tables of observers, in the order of the rows; their names are those of `comparison.observed`.
    outputs
        Tables to write, one of each kind, with such a name.
    """
    for output in outputs:
        columns = TABLES[output.stem]
        rows = [row for path in tables if path.stem == output.stem for row in read_table(path, columns)]
        write_table(output, columns, rows)
        print(f"{len(rows)} rows: {output}")


if __name__ == "__main__":
    run(summarize_trials)
