"""Reader of RaFD: Radboud Faces Database (Langner et al. 2010)."""

import re
from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.datasets.file_names import unique_images
from workflow_scripts.datasets.listing import Listing, chosen_words, known_expression

# camera angle, model, group, sex, expression, gaze: Rafd090_01_Caucasian_female_angry_frontal.jpg
NAME = re.compile(
    r"Rafd(?P<camera>000|045|090|135|180)_(?P<subject>\d{2})_(?P<group>Caucasian|Moroccan|Kid)_"
    r"(?P<sex>female|male)_(?P<label>[a-z]+)_(?P<gaze>frontal|left|right)\.(?:jpe?g|png|tiff?|bmp)",
    re.IGNORECASE,
)
EXPRESSIONS = {
    "angry": "anger",
    "contemptuous": "contempt",
    "disgusted": "disgust",
    "fearful": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}
CAMERAS = ("000", "045", "090", "135", "180")
GAZES = ("frontal", "left", "right")


def read(root: Path, *, cameras: Sequence[str] = ("090",), gazes: Sequence[str] = GAZES) -> Listing:
    """Images named like Rafd090_01_Caucasian_female_angry_frontal.jpg, at any depth.

    `cameras`: angles to take, of 000, 045, 090 (frontal), 135, 180, as text. `gazes`: directions to take,
    of frontal, left, right. Others are left out and counted. Columns: subject (01), sex (F or M),
    group, camera, gaze. Raises StudyError for an expression other than the eight.
    """
    wanted_cameras, wanted_gazes = (
        chosen_words("cameras", cameras, CAMERAS),
        chosen_words("gazes", gazes, GAZES),
    )
    listing = Listing()
    images = unique_images(root, NAME, listing, example="Rafd090_01_Caucasian_female_angry_frontal.jpg")
    for path, match in images:
        camera, gaze = match["camera"], match["gaze"].lower()
        expression = known_expression(match["label"], EXPRESSIONS, root / path)
        if camera not in wanted_cameras:
            listing.left_out[f"camera {camera}, which the setting cameras does not ask for"] += 1
        elif gaze not in wanted_gazes:
            listing.left_out[f"gaze {gaze}, which the setting gazes does not ask for"] += 1
        else:
            row = {
                "path": path,
                "expression": expression,
                "subject": match["subject"],
                "sex": match["sex"][0].upper(),
                "group": match["group"].capitalize(),
                "camera": camera,
                "gaze": gaze,
            }
            listing.rows.append(row)
    listing.published = {
        "images of all cameras": (len(images), 8040),
        "subjects": (len({match["subject"] for _, match in images}), 67),
    }
    return listing
