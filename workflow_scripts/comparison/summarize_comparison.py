"""Rule summarize_comparison: the paper's Tables 3, 4 and 5 for one explainer and one set of masks."""

import json
from pathlib import Path

import pandas as pd

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import whole_file
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.cell_scores import COLUMNS
from workflow_scripts.comparison.score_tables import ranking_table, score_table
from workflow_scripts.training.learned import read_learned


def summarize_comparison(
    scores: list[Path] | None = None,
    *,
    explainer: str,
    mask_set: str,
    networks: str,
    expressions: str,
    learned: Path,
    min_images: int,
    scores_output: Path,
    table3: Path,
    table4: Path,
    table5: Path,
) -> None:
    """Join the SCORES of single cells and average them over folds.

    Parameters
    ----------
    scores
        Tables of one row, one per cell.
    explainer
        Name of the explainer.
    mask_set
        Name of the mask set.
    networks
        The networks, as a JSON list: the order of rows.
    expressions
        The expressions of the study, as a JSON list: the order of columns.
    learned
        Table of the networks that says which of them learned; the others are in no average and no ranking.
    min_images
        Least number of images that a heatmap must rest on to be ranked.
    scores_output
        Table to write: all cells.
    table3
        Table to write: IoU and F1, mean and standard deviation over folds.
    table4
        Table to write: precision and recall, likewise.
    table5
        Table to write: best and worst networks per expression, and those that are not ranked.
    """
    names, columns = json.loads(networks), json.loads(expressions)
    cells = pd.DataFrame(
        [row for path in scores or [] for row in read_table(path, COLUMNS)], columns=list(COLUMNS)
    ).replace("", None)
    for row in cells[cells["iou"].isna()].itertuples():
        print(f"missing: {row.network}, fold {row.fold}, {row.expression}: {row.missing}")
    compared = set(cells["expression"])
    for name in columns:
        if name not in compared:
            print(f"{name}: explained and mapped, but {mask_set} has no mask of it to compare with")
    did = read_learned(learned)
    marks = ["yes" if did[name] else "no" for name in cells["network"]]
    identified = cells.assign(explainer=explainer, mask_set=mask_set, learned=marks)
    _write(identified[["explainer", "mask_set", *COLUMNS, "learned"]], scores_output)
    agreement = score_table(cells, names, columns, ("iou", "f1"), did, min_images)
    _write(agreement.reset_index(), table3)
    _write(score_table(cells, names, columns, ("precision", "recall"), did, min_images).reset_index(), table4)
    _write(ranking_table(agreement, names, columns), table5)


def _write(table: pd.DataFrame, path: Path) -> None:
    with whole_file(path) as unfinished:
        table.to_csv(unfinished, index=False, float_format="%.9g")


if __name__ == "__main__":
    run(summarize_comparison)
