"""Rule summarize_quality: how good the explanations of all networks are, for one explainer."""

import json
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.quality_rows import QUALITY, corrected, quality_rows
from workflow_scripts.comparison.subjects import read_subject_names
from workflow_scripts.explanation.quality import COLUMNS


def summarize_quality(measured: list[Path], *, networks: str, folds: Path, output: Path) -> None:
    """Average the MEASURED quality of each network's explanations over images.

    Parameters
    ----------
    measured
        Tables of images and measures, from `measure_quality`, one per network.
    networks
        The networks, as a JSON list in the same order.
    folds
        Table of images and subjects.
    output
        Table to write, a row per network, expression and measure; `comparison.quality_rows` explains its
        columns.
    """
    subject_of, rows = read_subject_names(folds), []
    for network, path in zip(json.loads(networks), measured, strict=True):
        table = read_table(path, COLUMNS)
        if unknown := [row["image_id"] for row in table if row["image_id"] not in subject_of]:
            raise StudyError(f"{path}: image {unknown[0]} is not in {folds}; delete the file and rerun")
        rows += quality_rows(network, table, subject_of)
    corrected(rows)
    write_table(output, QUALITY, rows)
    for row in rows:
        if row["left_out"] and row["expression"] == AVERAGE:
            print(f"{row['network']}, {row['measure']}: {row['left_out']} images left out")


if __name__ == "__main__":
    run(summarize_quality)
