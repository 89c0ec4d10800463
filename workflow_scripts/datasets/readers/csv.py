"""Reader of any data set that a table describes: one row per image."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from workflow_scripts.datasets.listing import Listing, expression_names, named_expression, path_in_root
from workflow_scripts.errors import StudyError

SEPARATORS = (",", ";", "\t")


def read(
    root: Path,
    *,
    table: str,
    labels: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Listing:
    """Images of a CSV table with columns path, expression, and optionally subject and region_map.

    `table`: the file, relative to the working directory; separated by commas, semicolons
    or tabs, UTF-8. `labels`: their expression labels to ours, as in ``{"happy":
    "happiness"}``. `columns`: our column names to theirs, as in ``{"path": "File name"}``.
    Any further column is kept. Images without a label are left out and counted.
    """
    place = _table_file(table, root)
    names = expression_names(labels or {})
    listing = Listing()
    for line, row in _table_rows(place, columns or {}):
        if not row["path"]:
            raise StudyError(f"{place}, line {line}: the path is empty; name the image or delete the line")
        row["path"] = path_in_root(row["path"], root, f"{place}, line {line}")
        row["expression"] = named_expression(row["expression"], names)
        if row.get("region_map"):
            row["region_map"] = path_in_root(row["region_map"], root, f"{place}, line {line}")
        if row["expression"]:
            listing.rows.append(row)
        else:
            listing.left_out["no expression in the table"] += 1
    return listing


def _table_file(table: str, root: Path) -> Path:
    path = Path(table)
    if path.is_file():
        return path
    hint = f"; did you mean {root / path}?" if (root / path).is_file() else ""
    raise StudyError(f"table: no file {path} (relative to {Path.cwd()}){hint}")


def _table_rows(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells, stripped, of every row that is not blank; columns under our names."""
    try:
        # utf-8-sig: spreadsheet programs begin a file with a byte order mark
        with path.open(newline="", encoding="utf-8-sig") as file:
            header_line = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(SEPARATORS, key=header_line.count), strict=True)
            header = _our_names([name.strip() for name in next(reader, [])], columns, path)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    raise StudyError(
                        f"{path}, line {reader.line_num}: {len(cells)} cells under {len(header)} columns; "
                        "put cells that hold the separator in double quotes"
                    )
                yield (
                    reader.line_num,
                    {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name},
                )
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not UTF-8 text ({error.reason}); save the table as CSV UTF-8") from error
    except csv.Error as error:
        raise StudyError(f"{path}: not a CSV table ({error})") from error


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
