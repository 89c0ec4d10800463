"""Rows of users' tables: CSV from any spreadsheet program, and Excel workbooks."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from workflow_scripts.common.errors import StudyError

SEPARATORS = (",", ";", "\t")
NAMED_SEPARATOR = re.compile(r'"?sep=([^\w\s"]|\t)"?[\s;,]*', re.IGNORECASE)
WORKBOOKS = (".xlsx", ".xlsm")

Rows = Iterator[tuple[str, list[str]]]


def csv_rows(path: Path) -> Rows:
    """Place ("table.csv, line 3") and stripped cells of every row that is not blank.

    The file is UTF-8. The separator is the one that Excel's line ``sep=;`` at the top names, or else
    whichever of comma, semicolon and tab the first line has most of. Raises StudyError for another encoding
    and for anything that is not CSV.
    """
    try:
        # utf-8-sig: spreadsheet programs write a byte order mark first
        with path.open(newline="", encoding="utf-8-sig") as file:
            first_line = file.readline()
            file.seek(0)
            named = NAMED_SEPARATOR.fullmatch(first_line)
            separator = named[1] if named else max(SEPARATORS, key=first_line.count)
            reader = csv.reader(file, delimiter=separator, strict=True)
            if named:
                next(reader)
            for row in reader:
                cells = [cell.strip() for cell in row]
                if any(cells):
                    yield f"{path}, line {reader.line_num}", cells
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not UTF-8 text ({error.reason}); save the table as CSV UTF-8") from error
    except csv.Error as error:
        raise StudyError(f"{path}: not a CSV table ({error})") from error


def sheets(path: Path) -> Iterator[Rows]:
    """The rows of each sheet of a workbook, or of a CSV table, as `csv_rows` yields them.

    Read each sheet before you ask for the next.
    """
    if path.suffix.lower() in WORKBOOKS:
        yield from _workbook_sheets(path)
    else:
        yield csv_rows(path)


def _workbook_sheets(path: Path) -> Iterator[Rows]:
    import openpyxl  # imported here, since most data sets have no workbook

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise StudyError(
            f"{path}: not a readable workbook ({error}); save it again as .xlsx, without a password"
        ) from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # those stated in the file may be wrong
            yield _sheet_rows(f"{path}, sheet '{sheet.title}'", sheet)
    finally:
        book.close()


def _sheet_rows(place: str, sheet) -> Rows:
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in row]
        if any(cells):
            yield f"{place}, row {number}", cells


def _text(value: object) -> str:
    """A cell as it is displayed: whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
