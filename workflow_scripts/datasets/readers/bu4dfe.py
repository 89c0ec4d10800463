"""Reader of BU-4DFE: the texture images of its sequences of 3D faces (Yin et al. 2008)."""

import re
from collections import defaultdict
from pathlib import Path

from workflow_scripts.datasets.file_names import matching_files, nothing_found, reject_duplicates
from workflow_scripts.datasets.listing import Listing, known_expression, whole_number

# F001/Angry/000.jpg, or flattened: F001_Angry_000.png
NAME = re.compile(
    r"(?:(?P<subject>[FM]\d{3})_(?P<label>[^\W\d_]+)_)?(?P<frame>\d{3,})\.(?:jpe?g|png)", re.IGNORECASE
)
SUBJECT = re.compile(r"[FM]\d{3}", re.IGNORECASE)
EXPRESSIONS = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}


def read(root: Path, *, middle_frames: int = 3) -> Listing:
    """Images named like F001/Angry/000.jpg or F001_Angry_000.png, at any depth.

    `middle_frames`: how many frames to take around the middle of each sequence: sequences
    go from neutral to the apex and back. Columns: subject (F001), sex (F or M), sequence
    (its expression: a subject has one of each), frame (50). Other frames are left out and
    counted. Raises StudyError for an unknown expression.
    """
    whole_number("middle_frames", middle_frames, least=1)
    listing = Listing()
    sequences = _sequences(root, listing)
    for (subject, expression), frames in sequences.items():
        numbers = middle(sorted(frames), middle_frames)
        if others := len(frames) - len(numbers):
            listing.left_out[f"frame outside the middle {middle_frames} of its sequence"] += others
        for number in numbers:
            row = {
                "path": frames[number],
                "expression": expression,
                "subject": subject,
                "sex": subject[0],
                "sequence": expression,
                "frame": str(number),
            }
            listing.rows.append(row)
    listing.published = {
        "subjects": (len({subject for subject, _ in sequences}), 101),
        # neutral sequences are not part of the data set: users cut them out of the others
        "sequences": (sum(expression != "neutral" for _, expression in sequences), 606),
    }
    return listing


def middle(numbers: list[int], n: int) -> list[int]:
    """The `n` values around the middle of a list; all values if it is shorter.

    >>> middle([0, 1, 2, 3, 4], 3), middle([0, 1, 2, 3], 1), middle([0, 1], 3)
    ([1, 2, 3], [1], [0, 1])
    """
    start = max(0, (len(numbers) - n) // 2)
    return numbers[start : start + n]


def _sequences(root: Path, listing: Listing) -> dict[tuple[str, str], dict[int, str]]:
    """The paths of the frames of every sequence, by frame number; keys are (subject, expression)."""
    images = []
    for path, match in matching_files(root, NAME, listing):
        subject, label = match["subject"] or _parent(path, 2), match["label"] or _parent(path, 1)
        if SUBJECT.fullmatch(subject):
            key = (subject.upper(), known_expression(label, EXPRESSIONS, root / path), int(match["frame"]))
            images.append((key, path))
        else:
            listing.left_out["numbered image, but not in folders like F001/Angry"] += 1
    if not images:
        raise nothing_found(root, "F001/Angry/000.jpg or F001_Angry_000.png")
    reject_duplicates(images)
    sequences = defaultdict(dict)
    for (subject, expression, frame), path in images:
        sequences[subject, expression][frame] = path
    return sequences


def _parent(path: str, level: int) -> str:
    """Name of the folder `level` levels above a file; empty outside the root."""
    parts = Path(path).parts
    return parts[-1 - level] if len(parts) > level else ""
