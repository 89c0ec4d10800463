"""Reader of FER2013: 48 x 48 grey faces from the web, as pixels in a table (Goodfellow et al. 2013).

dlib's detector finds frontal faces this small on its second try, at twice the size (tested on the embedded
faces, shrunk to this size). How many of FER2013's faces it finds has not been tested: if it misses more than
faces.max_rejected allows, raise that setting, and read rejected.csv before the results.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.datasets.listing import Listing, chosen_words, known_expression
from workflow_scripts.datasets.sheets import csv_rows

TABLE = "fer2013.csv"
IMAGES = "fer2013_images"
COLUMNS = ["emotion", "pixels", "usage"]
SIDE = 48
EXPRESSIONS = {
    "0": "anger",
    "1": "disgust",
    "2": "fear",
    "3": "happiness",
    "4": "sadness",
    "5": "surprise",
    "6": "neutral",
}
USAGES = ("Training", "PublicTest", "PrivateTest")


def read(root: Path, *, usages: Sequence[str] = USAGES) -> Listing:
    """The images of fer2013.csv, unpacked beside it as fer2013_images/00001.png (by row) if missing.

    `usages`: parts to take, of Training, PublicTest, PrivateTest; others are left out and counted.
    Columns: usage. The data set does not identify people: subjects are unknown.
    """
    wanted = chosen_words("usages", usages, USAGES)
    table = root / TABLE
    if not table.is_file():
        raise StudyError(
            f"{root}: there is no {TABLE} in it; set root to its folder. For unpacked images in one folder "
            "per expression, use the reader `folders`"
        )
    listing = Listing()
    count = 0
    for count, (place, label, pixels, usage) in enumerate(_rows(table), start=1):
        expression = known_expression(label, EXPRESSIONS, f"{place}, emotion")
        if usage not in USAGES:
            raise StudyError(
                f"{place}, Usage: unknown '{usage}'; expected one of: {', '.join(USAGES)}. Correct it"
            )
        if usage not in wanted:
            listing.left_out[f"usage {usage}, which the setting usages does not ask for"] += 1
            continue
        path = f"{IMAGES}/{count:05d}.png"
        _unpack(pixels, root / path, place)
        listing.rows.append({"path": path, "expression": expression, "usage": usage})
    listing.published = {"images of all usages": (count, 35887)}
    return listing


def _rows(table: Path) -> Iterator[tuple[str, str, str, str]]:
    """Place, label, pixels and usage of every row below the header."""
    rows = csv_rows(table)
    place, header = next(rows, (str(table), []))
    if [name.lower() for name in header] != COLUMNS:
        raise StudyError(f"{place}: expected the columns emotion, pixels, Usage, found {', '.join(header)}")
    for place, cells in rows:
        if len(cells) != len(COLUMNS):
            raise StudyError(f"{place}: expected 3 cells, found {len(cells)}")
        yield place, *cells


def _unpack(pixels: str, path: Path, place: str) -> None:
    """Write one image as 8-bit grey PNG, unless the file already contains it."""
    try:
        image = np.array(pixels.split(), dtype=np.uint8).reshape(SIDE, SIDE)
    except (ValueError, OverflowError) as error:
        raise StudyError(f"{place}: expected {SIDE * SIDE} pixels from 0 to 255 ({error})") from error
    # compare pixels, not bytes: OpenCV versions compress differently, and the folder may be read-only
    if path.is_file() and np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), image):
        return
    try:
        with atomic_write(path) as unfinished:
            unfinished.write_bytes(cv2.imencode(".png", image)[1].tobytes())
    except StudyError as error:
        raise StudyError(
            f"{error}; or copy {TABLE} into a folder that you may write to, and set root to it"
        ) from error
