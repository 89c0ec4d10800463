"""Reader of KDEF: Karolinska Directed Emotional Faces (Lundqvist, Flykt and Öhman 1998)."""

import re
from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.datasets.file_names import unique_images
from workflow_scripts.datasets.listing import Listing, chosen_words

# session, sex, person, expression, view: AF01ANS.JPG
NAME = re.compile(
    r"(?P<session>[AB])(?P<sex>[FM])(?P<number>\d{2})(?P<label>AF|AN|DI|HA|NE|SA|SU)(?P<view>S|HL|HR|FL|FR)"
    r"\.(?:jpe?g|png|tiff?|bmp)",
    re.IGNORECASE,
)
EXPRESSIONS = {
    "AF": "fear",
    "AN": "anger",
    "DI": "disgust",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}
VIEWS = ("S", "HL", "HR", "FL", "FR")


def read(root: Path, *, views: Sequence[str] = ("S",)) -> Listing:
    """Images named like AF01ANS.JPG, at any depth.

    `views`: those to take, of S (straight), HL and HR (half profiles), FL and FR (full profiles); others
    are left out and counted. Columns: subject (F01, in both sessions), sex, session (A or B), view.
    """
    wanted = chosen_words("views", views, VIEWS)
    listing = Listing()
    images = unique_images(root, NAME, listing, example="AF01ANS.JPG")
    subjects = set()
    for path, match in images:
        word = {name: found.upper() for name, found in match.groupdict().items()}
        subject = word["sex"] + word["number"]
        subjects.add(subject)
        if word["view"] not in wanted:
            listing.left_out[f"view {word['view']}, which the setting views does not ask for"] += 1
            continue
        row = {"path": path, "expression": EXPRESSIONS[word["label"]], "subject": subject}
        listing.rows.append(row | {name: word[name] for name in ("sex", "session", "view")})
    listing.published = {"images of all views": (len(images), 4900), "subjects": (len(subjects), 70)}
    return listing
