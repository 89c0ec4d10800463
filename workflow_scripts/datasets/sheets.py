"""Rows of the tables that people keep: CSV of any spreadsheet program, and Excel workbooks."""

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
    """Place ("table.csv, line 3") and cells, stripped, of every row that is not blank.

    Separated by commas, semicolons or tabs, whichever the first line has most of, or by what Excel's line
    ``sep=;`` above it names; UTF-8.
    Raises StudyError for another encoding and for what is no CSV.
    """
    try:
        # utf-8-sig: spreadsheet programs begin a file with a byte order mark
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
    """Rows of every sheet of a workbook, or of a CSV table, as of `csv_rows`; each sheet before the next."""
    if path.suffix.lower() in WORKBOOKS:
        yield from _workbook_sheets(path)
    else:
        yield csv_rows(path)


def _workbook_sheets(path: Path) -> Iterator[Rows]:
    import openpyxl  # here: most data sets need no workbook, and their jobs not this import

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise StudyError(
            f"{path}: not a workbook that can be read ({error}); save it again as .xlsx, without a password"
        ) from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # those that the file gives may be wrong
            yield _sheet_rows(f"{path}, sheet '{sheet.title}'", sheet)
    finally:
        book.close()


def _sheet_rows(place: str, sheet) -> Rows:
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in row]
        if any(cells):
            yield f"{place}, row {number}", cells


def _text(value: object) -> str:
    """A cell as it is seen: whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
