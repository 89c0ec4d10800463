"""Reader of any data set described by a table with one row per image."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import located
from workflow_scripts.datasets.listing import (
    Listing,
    expression_names,
    named_expression,
    normalized_label,
    path_in_root,
    tell_unused_labels,
)
from workflow_scripts.datasets.sheets import csv_rows

NUMBERED = re.compile(r"^id(?=sub)|(id|number|num|nr|no|name|code)$")  # subject_id, Subject No
SHORT = ("sub", "subj")
# other words for a subject; columns with such names may hold something else
SAME_MEANING = (
    "participant", "person", "individual", "identity", "actor", "model", "displayer", "poser", "volunteer",
)  # fmt: skip


def read(
    root: Path,
    *,
    table: str,
    labels: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Listing:
    """Images of a CSV table with columns path, expression, and optionally subject and region_map.

    `table`: the file, relative to the working directory; UTF-8, separated by commas,
    semicolons or tabs. `labels`: the table's labels -> expressions, as in ``{"happy":
    "happiness"}``. `columns`: our column names -> the table's, as in ``{"path": "File
    name"}``. Any further column is kept. Images without a label are left out and counted.
    Raises StudyError for a column whose name is nearly subject: ignoring it would make all
    subjects unknown.
    """
    names = expression_names(labels or {})
    listing, seen = Listing(), set()
    path, theirs = _table_file(table, root), columns or {}
    for place, row in _table_rows(path, theirs):
        if not row["path"]:
            raise StudyError(f"{place}: the path is empty; name the image or delete the line")
        row["path"] = path_in_root(row["path"], root, place)
        seen.add(normalized_label(row["expression"]))
        row["expression"] = named_expression(row["expression"], names)
        if row.get("region_map"):
            row["region_map"] = path_in_root(row["region_map"], root, place)
        if row["expression"]:
            listing.rows.append(row)
        else:
            listing.left_out["no expression in the table"] += 1
    tell_unused_labels(names, seen)
    if not any(row.get("subject") for row in listing.rows):
        others = {name: theirs.get(name, name) for row in listing.rows[:1] for name in row}
        empty = others.pop("subject", None)
        what = f"column '{empty}' is empty" if empty else "no column 'subject'"
        _look_for_subjects(others, f"{path}: {what}")
    return listing


def _table_file(table: str, root: Path) -> Path:
    path = located(table)
    if path.is_file():
        return path
    hint = f"; did you mean {root / path}?" if (root / path).is_file() else ""
    raise StudyError(f"table: no file {path} (relative to {Path.cwd()}){hint}")


def _table_rows(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Place and stripped cells of every row that is not blank; columns under our names."""
    rows = csv_rows(path)
    _, header = next(rows, ("", []))
    names = _our_names(header, columns, path)
    named = max(n for n, name in enumerate(names, start=1) if name)
    for place, cells in rows:
        if len(cells) < named or any(cells[len(names) :]):
            raise StudyError(
                f"{place}: {len(cells)} cells under {len(names)} columns; "
                "put cells that hold the separator in double quotes"
            )
        # spreadsheet programs may leave different numbers of separators at the ends of lines
        yield place, {name: cell for name, cell in zip(names[:named], cells, strict=False) if name}


def _our_names(header: list[str], columns: Mapping[str, str], path: Path) -> list[str]:
    if not isinstance(columns, Mapping):
        raise StudyError(f"columns: expected a mapping of our column names to the table's, got {columns!r}")
    if absent := [theirs for theirs in columns.values() if theirs not in header]:
        raise StudyError(
            f"{path}: no column '{absent[0]}', which `columns` names; it has: {', '.join(header)}"
        )
    ours = {theirs: name for name, theirs in columns.items()}
    renamed = [ours.get(name, name) for name in header]
    if missing := [name for name in ("path", "expression") if name not in renamed]:
        raise StudyError(
            f"{path}: no column '{missing[0]}'; it has: {', '.join(header) or 'none'}. Rename one, or say "
            f"which it is with the setting `columns`, as in {{{missing[0]}: File name}}"
        )
    if twice := {name for name in renamed if name and renamed.count(name) > 1}:
        raise StudyError(f"{path}: two columns are named '{min(twice)}'; rename one")
    return renamed


def _look_for_subjects(columns: Mapping[str, str], lack: str) -> None:
    """Reject a column whose name is nearly subject, and warn of one that may hold subjects.

    `columns`: our names -> the table's, of a table without subjects; `lack` says so in messages.
    """
    for name, theirs in columns.items():
        if is_nearly_subject(name):
            raise StudyError(
                f"{lack}, but '{theirs}': did you mean subject? Then rename it, or say so "
                f"with the setting `columns`: {{subject: {theirs}}}. If it does not identify the subjects, "
                "give it a different name"
            )
    if likely := [theirs for name, theirs in columns.items() if _stem(name).rstrip("s") in SAME_MEANING]:
        print(
            f"warning: {lack}; did you mean {' or '.join(likely)}? Then say so with the "
            f"setting `columns`: {{subject: {likely[0]}}}"
        )


def is_nearly_subject(column: str) -> bool:
    """Whether a column's name is subject, apart from case, separators, an id or a typing error.

    >>> [is_nearly_subject(name) for name in ("Subject ID", "subjekt", "subject_age", "project")]
    [True, True, False, False]
    """
    stem = _stem(column)
    # 0.83 allows one letter added, missing or wrong, or two swapped
    return stem in SHORT or SequenceMatcher(None, stem, "subject").ratio() > 0.83


def _stem(column: str) -> str:
    return NUMBERED.sub("", re.sub(r"[\W_]+", "", column).casefold())
