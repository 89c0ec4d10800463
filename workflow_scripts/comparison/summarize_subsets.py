"""Rule summarize_subsets: subsets of all networks' explained images against one mask set, in one table."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cells import as_number
from workflow_scripts.comparison.subset_rows import SUBSETS, corrected


def summarize_subsets(tables: list[Path], *, mask_set: str, output: Path) -> None:
    """Put the rows of one mask set of TABLES together and add q.

    Parameters
    ----------
    tables
        Tables of compare_subsets, one per network.
    mask_set
        Name of the mask set.
    output
        Table to write, see `comparison.subset_rows`.
    """
    rows = [row for path in tables for row in read_table(path, SUBSETS) if row["mask_set"] == mask_set]
    for row in rows:
        row["p"] = as_number(row["p"])
    write_table(output, SUBSETS, corrected(rows))
    print(f"{len(rows)} rows of {len(tables)} networks")


if __name__ == "__main__":
    run(summarize_subsets)
