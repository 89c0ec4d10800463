"""Rule summarize_controls: all networks beside their control networks, for one explainer."""

import json
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.control_numbers import read_numbers
from workflow_scripts.comparison.control_rows import AVERAGE, CONTROLS, control_rows
from workflow_scripts.training.learned import read_learned


def summarize_controls(numbers: list[Path], *, networks: str, learned: Path, output: Path) -> None:
    """Compare each network of NUMBERS with its control networks.

    Parameters
    ----------
    numbers
        Numbers of networks and their controls (HDF5), from `compare_controls`.
    networks
        The networks, as a JSON list in the same order.
    learned
        Table of the networks that says which of them learned; the average leaves out the others.
    output
        Table to write; its columns are explained in `comparison.control_rows`.
    """
    read = {name: read_numbers(path) for name, path in zip(json.loads(networks), numbers, strict=True)}
    rows = control_rows(read, read_learned(learned))
    write_table(output, CONTROLS, rows)
    for row in rows:
        if row["missing"] and row["metric"] == "amplitude" and row["network"] != AVERAGE:
            print(f"{row['network']}, {row['control']}, {row['expression']}: no heatmap: {row['missing']}")


if __name__ == "__main__":
    run(summarize_controls)
