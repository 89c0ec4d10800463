"""Reader of FEGA: Facial Expression, Gender and Age, whose file names are Italian."""

import re
import unicodedata
from pathlib import Path

from workflow_scripts.datasets.file_names import unique_images
from workflow_scripts.datasets.listing import Listing, known_expression

# number, sex, age, name, expression, take: 0_F_22_alessandra2_Allegria_1.png
NAME = re.compile(
    r"(?P<number>\d+)_(?P<sex>[FM])_(?P<age>\d+)_(?P<name>[^_]+)_(?P<label>[^\W\d_]+)_(?P<take>[1-8])"
    r"\.(?:png|jpe?g|bmp|tiff?)",
    re.IGNORECASE,
)
EXPRESSIONS = {
    "allegria": "happiness",
    "tristezza": "sadness",
    "paura": "fear",
    "arrabbiato": "anger",
    "neutra": "neutral",
    "sorpresa": "surprise",
    "disgusto": "disgust",
}


def read(root: Path) -> Listing:
    """Images named like 0_F_22_alessandra2_Allegria_1.png, at any depth.

    Columns: subject (F_22_alessandra2), sex (F or M), age, name, number (0), take (1). Raises
    StudyError for an expression other than the seven Italian words.
    """
    listing = Listing()
    for path, match in unique_images(root, NAME, listing, example="0_F_22_alessandra2_Allegria_1.png"):
        sex, age, name = match["sex"].upper(), match["age"], _plain(match["name"])
        row = {
            "path": path,
            "expression": known_expression(match["label"], EXPRESSIONS, root / path),
            "subject": f"{sex}_{age}_{name}",
            "sex": sex,
            "age": age,
            "name": name,
            "number": match["number"],
            "take": match["take"],
        }
        listing.rows.append(row)
    # the published number of images is only approximate (about 1,670), so it is not compared
    listing.published = {"subjects": (len({row["subject"] for row in listing.rows}), 51)}
    return listing


def _plain(name: str) -> str:
    """One spelling of a name: systems store accents and case differently, and folds would split a person."""
    return unicodedata.normalize("NFC", name).lower()
