"""Reader of WSEFEP: Warsaw Set of Emotional Facial Expression Pictures (Olszanowski et al. 2015)."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import located
from workflow_scripts.datasets.file_names import unique_images, walk_files
from workflow_scripts.datasets.listing import Listing, known_expression, normalized_label
from workflow_scripts.datasets.sheets import WORKBOOKS, sheets

SHEET = "WSEFEP - norms & FACS.xlsx"
PICTURE_ID = r"(?P<displayer>[A-Z]{2}\d?)_(?P<number>\d{4})"
PICTURE = re.compile(PICTURE_ID + r"\.(?:jpe?g|png|tiff?|bmp)", re.IGNORECASE)
CELL = re.compile(PICTURE_ID + r"(?:\.\w+)?", re.IGNORECASE)
# columns that a sheet must have -> our names
COLUMNS = {"picture id": "picture_id", "display": "display", "displayer id": "displayer_id"}
OURS = ("path", "expression", "subject", "region_map", "image_id", "sha256")
EXPRESSIONS = {
    "joy": "happiness",
    "sadness": "sadness",
    "fear": "fear",
    "anger": "anger",
    "neutral": "neutral",
    "surprise": "surprise",
    "disgust": "disgust",
}
# The published sheet has five errors: three pictures have wrong numbers, one was never published,
# and the suffix of MG_1317 is .JPG (names are compared without case or suffix).
CORRECTIONS = {"AD_8286": "AD_8268", "JS_0491": "JS_0449", "SO_0052": "SO_0053"}
NEVER_THERE = {"MG_0850"}


def read(root: Path, *, table: str = "") -> Listing:
    """Pictures named like AD_7885.jpg, at any depth; the sheet says who shows what in them.

    `table`: the sheet, .xlsx or saved as .csv, relative to the working directory; by
    default, the one below root whose name contains "norms". It has the columns Picture ID,
    Display and Displayer ID; any further ones are kept. Pictures without a row and rows
    without a picture are left out and counted.
    """
    listing = Listing()
    pictures = {
        Path(path).stem.upper(): path
        for path, _ in unique_images(root, PICTURE, listing, example="AD_7885.jpg")
    }
    rows = _sheet_rows(_sheet(root, table), listing)
    names = _corrected(rows, pictures)
    for name, row in rows.items():
        path = pictures.get(names[name])
        if path:
            listing.rows.append({"path": path} | row)
        elif name in NEVER_THERE:
            listing.left_out["picture of the sheet that was never published"] += 1
        else:
            listing.left_out["picture of the sheet that is absent"] += 1
    if unnamed := len(pictures.keys() - set(names.values())):
        listing.left_out["picture that the sheet does not name"] += unnamed
    listing.published = {
        "images": (len(listing.rows), 210),
        "subjects": (len({row["subject"] for row in listing.rows}), 30),
    }
    return listing


def _corrected(rows: dict[str, dict], pictures: dict[str, str]) -> dict[str, str]:
    """The picture that each name in the sheet means; a sheet that is already corrected is left as it is."""
    wrong = {
        name: right
        for name, right in CORRECTIONS.items()
        if name in rows and name not in pictures and right not in rows
    }
    if wrong:
        changes = ", ".join(f"{name} is {right}" for name, right in wrong.items())
        print(f"WSEFEP: {len(wrong)} known errors in the sheet corrected: {changes}")
    return {name: wrong.get(name, name) for name in rows}


def _sheet(root: Path, table: str) -> Path:
    if table:
        if not located(table).is_file():
            raise StudyError(f"table: no file {table} (relative to {Path.cwd()})")
        return located(table)
    found = [root / path for path in walk_files(root) if _may_be_sheet(Path(path).name)]
    if not found:
        raise StudyError(
            f"{root}: there is no sheet like '{SHEET}' in it or below, as .xlsx or .csv; without it the "
            "expressions are unknown. Put it there, or name it with the setting `table`"
        )
    if len(found) > 1:
        raise StudyError(
            f"both '{found[0]}' and '{found[1]}' could be the sheet of WSEFEP; name the right one with the "
            "setting `table`"
        )
    return found[0]


def _may_be_sheet(name: str) -> bool:
    hidden = name.startswith((".", "~$"))  # ~$: the lock file of an open workbook
    return not hidden and "norms" in name.casefold() and Path(name).suffix.lower() in (*WORKBOOKS, ".csv")


def _sheet_rows(path: Path, listing: Listing) -> dict[str, dict[str, str]]:
    """Expression, subject and the sheet's own columns, by the picture's name in capitals."""
    rows, places = {}, {}
    columns, table = _labelled_table(path)
    for place, cells in table:
        row = {name: cell for name, cell in zip_longest(columns, cells, fillvalue="") if name}
        name = CELL.fullmatch(row.get("picture_id", ""))
        if not name:
            listing.left_out["row of the sheet without the name of a picture"] += 1
            continue
        name = f"{name['displayer']}_{name['number']}".upper()
        if name in rows:
            raise StudyError(
                f"{path}: picture {name} has two rows ({places[name]} and {place}); delete the wrong one"
            )
        subject = row.pop("displayer_id", "").upper()
        if not subject:
            raise StudyError(f"{place}: the Displayer ID of picture {name} is empty; fill it in")
        expression = known_expression(row.pop("display", ""), EXPRESSIONS, f"{place}, Display of {name}")
        rows[name] = {"expression": expression, "subject": subject} | row
        places[name] = place
    return rows


def _labelled_table(path: Path) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Column names (ours) and rows of the first sheet that has the three required columns in one row."""
    seen = []
    for sheet in sheets(path):
        for place, cells in sheet:
            header = [normalized_label(cell) for cell in cells]
            if set(COLUMNS) <= set(header):
                return _column_names(header), list(sheet)
            seen = seen or [place, *filter(None, cells)]
    raise StudyError(
        f"{path}: no row has the column names Picture ID, Display and Displayer ID; "
        f"the first row has: {', '.join(seen[1:]) or 'nothing'}. Rename the columns"
    )


def _column_names(header: Sequence[str]) -> list[str]:
    """Our column names: `AU 12 (left)` becomes au_12_left, a second one au_12_left_2, `path` sheet_path."""
    names = []
    for cell in header:
        plain = COLUMNS.get(cell) or re.sub(r"\W+", "_", cell).strip("_")
        name = plain = f"sheet_{plain}" if plain in OURS else plain
        n = 1
        while name and name in names:
            n += 1
            name = f"{plain}_{n}"
        names.append(name)
    return names
