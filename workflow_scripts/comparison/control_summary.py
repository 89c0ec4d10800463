"""Control networks as rows of summary.csv and differences.csv, from controls.csv.

kind: ``control``. In summary.csv a row is about a control, `name`, of the network `of`; in differences.csv
about the network `name_a` minus its control `name_b`, on the images that the control explains. Both have
intervals over faces (`comparison.control_rows`, which has these numbers and those that need no mask).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.control_rows import CONTROLS
from workflow_scripts.comparison.differences import DIFFERENCES
from workflow_scripts.comparison.over_faces import FACES
from workflow_scripts.comparison.summary import SUMMARY

CONTROL = "control"

Row = Mapping[str, object]
Rows = list[dict[str, object]]


def against_masks(controls: Path | None) -> Sequence[Row]:
    """The rows of controls.csv that are about masks; none without the table."""
    return [row for row in (read_table(controls, CONTROLS) if controls else []) if row["mask_set"]]


def control_summary(controls: Sequence[Row]) -> Rows:
    """Scores of control networks, keys SUMMARY."""
    return [
        dict.fromkeys(SUMMARY)
        | _about(row)
        | {"name": control_name(row), "of": row["network"], "learned": "", "not_ranked": ""}
        | {key: row[key] for key in ("estimate", "low", "high")}
        for row in controls
    ]


def control_differences(controls: Sequence[Row]) -> Rows:
    """Trained networks minus their control networks, keys DIFFERENCES."""
    return [
        dict.fromkeys(DIFFERENCES)
        | _about(row)
        | {"name_a": row["network"], "name_b": control_name(row), "estimate": row["difference"]}
        | {"low": row["difference_low"], "high": row["difference_high"], "p": row["p"], "q": row["q"]}
        for row in controls
    ]


def control_name(row: Row) -> str:
    """The name of a control, with the number of randomised groups of its layers.

    >>> control_name({"control": "random", "randomized": "2", "groups": "3"})
    'random 2 of 3'
    """
    group = f" {row['randomized']} of {row['groups']}" if row["randomized"] != "0" else ""
    return f"{row['control']}{group}"


def _about(row: Row) -> dict[str, object]:
    """What both tables say of a row."""
    shared = {key: row[key] for key in ("expression", "metric", "n", "folds", "subjects", "coverage")}
    return shared | {"kind": CONTROL, "mask_expression": row["expression"], "claim": FACES}
