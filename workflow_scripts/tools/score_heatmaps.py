"""Scores any folder of heatmap images against masks, without the workflow.

    python -m workflow_scripts.tools.score_heatmaps HEATMAPS --masks MASKS \\
        --pattern '{network}_CV{fold}_{expression}_heatmap.png' --output scores.csv
"""

import json
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.mask_image import read_gray, read_mask
from workflow_scripts.comparison.score_columns import BASIS, PAPER, cell_columns, metric_names, refusal
from workflow_scripts.comparison.score_tables import TABLE3, TABLE4, score_table, write_tables
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.summary import summarized
from workflow_scripts.standardization.heatmaps import amplitude, missing_reason
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

STANDARD_FACE = Path(__file__).parents[2] / "resources/standard_face.csv"
FIELDS = ("network", "fold", "expression")


def score_heatmaps(
    heatmaps: Path,
    *,
    masks: Path,
    pattern: str,
    output: Path,
    mask_pattern: str = "{expression}*",
    standard_face: Path = STANDARD_FACE,
    tables: Path | None = None,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Score the heatmap images in the folder HEATMAPS and print the means over folds.

    Parameters
    ----------
    heatmaps
        Folder of grey images on the canvas of the standard face.
    masks
        Folder of mask images.
    pattern
        Names of the heatmaps, with {network}, {fold} and {expression} in their places.
    output
        Table to write: one row of scores per heatmap.
    mask_pattern
        Names of the masks, with {expression} in its place, in any case; * matches anything.
    standard_face
        Table of the 89 points of the standard face, for the baselines inside the face.
    tables
        Folder to write all means and differences to (summary.csv, differences.csv), and table3.csv,
        table4.csv and table5.csv in the paper's form.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    entries = json.loads(metrics)
    if reason := refusal(entries):
        raise StudyError(f"--metrics {reason}")
    scored_by = load_metrics(entries)
    face = face_area(read_standard_face(standard_face))
    rows = []
    found = {}
    for path, cell in matching_files(heatmaps, pattern):
        expression = cell["expression"]
        if expression not in found:
            found[expression] = mask_of(expression, masks, mask_pattern)
            if found[expression] is None:
                print(f"{expression}: no mask in {masks} matches {mask_pattern}; its heatmaps are left out")
        if found[expression] is not None:
            mask = read_mask(found[expression])
            heatmap = read_gray(path)
            if heatmap.shape != mask.shape:
                raise StudyError(f"{path}: {heatmap.shape[::-1]} pixels, but its mask has {mask.shape[::-1]}")
            scores = score_heatmap(scored_by, heatmap.astype(float), mask, face)
            rows.append(cell | _basis(path, heatmap) | scores)
    if not rows:
        raise StudyError(f"no file in {heatmaps} matches {pattern} and has a mask in {masks}")
    write_table(output, cell_columns(metric_names(entries)), rows)
    networks, expressions = (
        list(dict.fromkeys(row[key] for row in rows)) for key in ("network", "expression")
    )
    learned = dict.fromkeys(networks, True)  # unknown, so none is marked as not having learned
    cells = Cells(rows, networks, expressions, metric_names(entries), learned, min_images=1)
    for title, shown in (("IoU and F1 (Table 3)", TABLE3), ("precision and recall (Table 4)", TABLE4)):
        print(f"\n{title}, means over folds\n{_printed(cells, shown)}")
    if tables:
        names = ("summary", "differences", "table3", "table4", "table5")
        write_tables(cells, {name: tables / f"{name}.csv" for name in names})


def _printed(cells: Cells, metrics: Sequence[str]) -> str:
    """The means of Table 3 or 4 as text."""
    columns, rows = score_table(summarized(cells), metrics)
    means = [name for name in columns if name.rpartition("_")[2] in metrics]
    return pd.DataFrame(rows).set_index("network")[means].astype(float).round(4).to_string()


def _basis(path: Path, heatmap: np.ndarray) -> dict[str, float | str | None]:
    """What is known about a heatmap image: its range, in grey levels, and why it has no scores, if so."""
    missing = missing_reason(heatmap, probability_range=0)
    if missing:
        print(f"{path}: no scores, because it is {missing}")
    return dict.fromkeys(BASIS) | {"amplitude": amplitude(heatmap), "missing": missing}


def matching_files(folder: Path, pattern: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Files of `folder` whose names match, with their network, fold and expression.

    Expressions are given in lower case. Raises StudyError if the folder does not exist or the pattern lacks
    one of the three fields; prints how many files do not match.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: no such folder")
    missing = [name for name in FIELDS if f"{{{name}}}" not in pattern]
    if missing:
        raise StudyError(f"--pattern '{pattern}' lacks {', '.join(f'{{{name}}}' for name in missing)}")
    expression = re.escape(pattern)
    for name in FIELDS:
        expression = expression.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.+)", 1)
    unmatched = 0
    for path in sorted(folder.iterdir()):
        match = re.fullmatch(expression, path.name)
        if match:
            yield path, match.groupdict() | {"expression": match["expression"].lower()}
        else:
            unmatched += 1
    if unmatched:
        print(f"{unmatched} files in {folder} do not match {pattern} and are left out")


def mask_of(expression: str, folder: Path, pattern: str) -> Path | None:
    """The one file in `folder` whose name matches, in any case; None if there is none.

    Raises StudyError if the folder does not exist, the pattern lacks {expression}, or several files match.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: no such folder")
    if "{expression}" not in pattern:
        raise StudyError(f"--mask-pattern '{pattern}' lacks {{expression}}")
    wanted = pattern.lower().replace("{expression}", expression)
    candidates = [path for path in sorted(folder.iterdir()) if fnmatchcase(path.name.lower(), wanted)]
    if len(candidates) > 1:
        names = ", ".join(path.name for path in candidates)
        raise StudyError(
            f"{folder}: several files could be the mask of {expression}: {names}; "
            "keep one, or single it out with --mask-pattern"
        )
    return candidates[0] if candidates else None


if __name__ == "__main__":
    run(score_heatmaps)
