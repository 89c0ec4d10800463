"""CSV tables as lists of dictionaries, without pandas, which takes a second to import."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write

REMEDY = "delete the file and rerun the rule that writes it"


def read_table(
    path: Path, columns: Sequence[str] = (), others: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """Rows of a CSV file with a header line.

    others: keep `columns` alone, and these where the file has them; a wide table takes much memory. All are
    kept by default. Raises StudyError if it cannot be read, one of `columns` is missing, or a row is shorter
    or longer than the header.
    """
    try:
        with Path(path).open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or ()
            kept = [name for name in header if others is None or name in (*columns, *others)]
            rows, ragged = [], 0
            for number, row in enumerate(reader, start=2):
                if None in row or None in row.values():
                    ragged = ragged or number
                rows.append({name: row[name] for name in kept})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StudyError(f"{path}: not a readable table ({error}); {REMEDY}") from error
    if missing := [name for name in columns if name not in header]:
        raise StudyError(
            f"{path}: column {', '.join(missing)} is missing (found: {', '.join(header)}); {REMEDY}"
        )
    if ragged:
        raise StudyError(f"{path}, line {ragged}: not as many fields as in the header; {REMEDY}")
    return rows


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV, with the given `columns`; floats have 9 significant digits, None is empty.

    Nine digits tell any two float32 values apart.
    """
    with atomic_write(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_text(row[name]) for name in columns])


def _text(value: object) -> object:
    return f"{value:.9g}" if isinstance(value, float) else value
