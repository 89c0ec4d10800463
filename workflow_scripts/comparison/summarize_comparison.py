"""Rule summarize_comparison: the numbers of one explainer and set of masks, and the paper's Tables 3 to 5."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cells import Cells, Compared
from workflow_scripts.comparison.control_summary import against_masks
from workflow_scripts.comparison.reference_tables import MATRIX, NULLS, REFERENCES
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names
from workflow_scripts.comparison.score_tables import write_tables
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subject_file import read_changes
from workflow_scripts.training.learned import read_learned


def summarize_comparison(
    scores: list[Path] | None = None,
    *,
    compared: Annotated[list[Path], Parameter(consume_multiple=True)],
    explainer: str,
    mask_set: str,
    networks: str,
    expressions: str,
    learned: Path,
    min_images: int,
    folds: int,
    seed: int,
    metrics: str = json.dumps(PAPER),
    one_model: str = "[]",
    groups: str = "{}",
    beside: str = "{}",
    subjects: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    resampled: str = "[]",
    controls: Path | None = None,
    scores_output: Path,
    summary: Path,
    differences: Path,
    table3: Path,
    table4: Path,
    table5: Path,
) -> None:
    """Join the SCORES of single cells and average them over folds.

    Parameters
    ----------
    scores
        Tables of cells, with a row per cell.
    compared
        Tables of references, of the matrix, and of nulls, from the rule compare_references.
    explainer
        Name of the explainer.
    mask_set
        Name of the mask set.
    networks
        The networks, as a JSON list: the order of rows.
    expressions
        The expressions of the study, as a JSON list: the order of columns.
    learned
        Table of the networks that says which of them learned; averages and rankings leave out the others.
    min_images
        Smallest number of images behind a heatmap that is ranked.
    folds
        Number of folds of one cross-validation.
    seed
        The study's seed.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    one_model
        The networks that are one model for all folds, as a JSON list.
    groups
        Groups of networks that are compared with each other, as a JSON object of lists of networks by name.
    beside
        What is put beside the networks, with its folds, as a JSON object; it is in no average and no ranking.
    subjects
        What leaving out each subject changes, from the rule compare_network.
    resampled
        The networks of these files, as a JSON list in the same order.
    controls
        Table of networks beside their control networks, from the rule summarize_controls.
    scores_output
        Table to write: all cells.
    summary
        Table to write: all means over folds and what they are compared with, a row per number.
    differences
        Table to write: how networks differ from each other and from what they are compared with.
    table3
        Table to write: IoU and F1, mean and standard deviation over folds.
    table4
        Table to write: precision and recall, likewise.
    table5
        Table to write: best and worst networks per expression, and those that are not ranked.
    """
    names = metric_names(json.loads(metrics))
    columns, did = cell_columns(names), read_learned(learned)
    rows = [row for path in scores or [] for row in read_table(path, columns)]
    for row in rows:
        if not row["iou"]:
            print(f"missing: {row['network']}, fold {row['fold']}, {row['expression']}: {row['missing']}")
    for name in json.loads(expressions):
        if name not in {row["expression"] for row in rows}:
            print(f"{name}: has heatmaps, but {mask_set} has no mask to compare them with")
    which = {"explainer": explainer, "mask_set": mask_set}
    references, matrix, nulls = (
        read_table(path, columns) for path, columns in zip(compared, (REFERENCES, MATRIX, NULLS), strict=True)
    )
    cells = Cells(
        rows,
        json.loads(networks),
        json.loads(expressions),
        names,
        did,
        min_images,
        json.loads(one_model),
        folds,
        json.loads(groups),
        Compared(references, matrix, nulls, seed),
        {name: len(of) for name, of in json.loads(beside).items()},
    )
    marked = [which | row | {"learned": cells.said_to_learn(row["network"])} for row in rows]
    write_table(scores_output, [*which, *columns, "learned"], marked)
    lower = [metric.name for metric in load_metrics(json.loads(metrics)) if metric.better == "lower"]
    files = {"summary": summary, "differences": differences}
    files |= {"table3": table3, "table4": table4, "table5": table5}
    changes = {
        name: read_changes(path) for name, path in zip(json.loads(resampled), subjects or [], strict=True)
    }
    write_tables(cells, files, lower, changes, against_masks(controls))


if __name__ == "__main__":
    run(summarize_comparison)
