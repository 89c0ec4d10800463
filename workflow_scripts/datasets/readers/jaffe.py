"""Reader of JAFFE: Japanese Female Facial Expression (Lyons et al. 1998)."""

import re
from pathlib import Path

from workflow_scripts.datasets.file_names import unique_images
from workflow_scripts.datasets.listing import Listing

# subject, expression and take, running number: KA.AN1.39.tiff
NAME = re.compile(
    r"(?P<subject>[A-Z]{2})\.(?P<label>AN|DI|FE|HA|NE|SA|SU)(?P<take>\d)\.(?P<number>\d+)"
    r"\.(?:tiff?|png|jpe?g|bmp)",
    re.IGNORECASE,
)
EXPRESSIONS = {
    "AN": "anger",
    "DI": "disgust",
    "FE": "fear",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}
PUBLISHED = {
    "anger": 30,
    "disgust": 29,
    "fear": 32,
    "happiness": 31,
    "neutral": 30,
    "sadness": 31,
    "surprise": 30,
}


def read(root: Path) -> Listing:
    """Images named like KA.AN1.39.tiff, at any depth; also converted ones (png, jpg).

    Columns: subject (KA), sex (always F), take (1), number (39).
    """
    listing = Listing()
    for path, match in unique_images(root, NAME, listing, example="KA.AN1.39.tiff"):
        row = {
            "path": path,
            "expression": EXPRESSIONS[match["label"].upper()],
            "subject": match["subject"].upper(),
            "sex": "F",
            "take": match["take"],
            "number": match["number"],
        }
        listing.rows.append(row)
    found = [row["expression"] for row in listing.rows]
    listing.published = {
        "images": (len(found), sum(PUBLISHED.values())),
        "subjects": (len({row["subject"] for row in listing.rows}), 10),
    }
    listing.published |= {f"images of {name}": (found.count(name), n) for name, n in PUBLISHED.items()}
    return listing
