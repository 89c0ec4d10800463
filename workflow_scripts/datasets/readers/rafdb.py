"""Reader of RAF-DB, the basic expressions: Real-world Affective Faces (Li, Deng and Du 2017)."""

import re
from collections.abc import Iterator
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.file_names import matching_files, reject_duplicates
from workflow_scripts.datasets.listing import Listing, known_expression

LABELS = "EmoLabel/list_patition_label.txt"  # the misspelling is RAF-DB's
EXPRESSIONS = {
    "1": "surprise",
    "2": "fear",
    "3": "disgust",
    "4": "happiness",
    "5": "sadness",
    "6": "anger",
    "7": "neutral",
}
IMAGE = re.compile(r".+\.(?:jpe?g|png|tiff?|bmp)", re.IGNORECASE)
FOLDERS = {"aligned": ("Image/aligned", "_aligned"), "original": ("Image/original", "")}


def read(root: Path, *, images: str = "aligned") -> Listing:
    """The images that EmoLabel/list_patition_label.txt lists, like Image/aligned/train_00001_aligned.jpg.

    `root`: the folder that contains EmoLabel and Image, or its parent. `images`: aligned or original.
    Columns: part (train or test). The data set does not identify people: subjects are unknown.
    Listed images that are missing, and images that are not listed, are left out and counted.
    """
    if images not in tuple(FOLDERS):
        raise StudyError(f"images: expected {' or '.join(FOLDERS)}, got {images!r}")
    labels = _label_file(root)
    folder, ending = FOLDERS[images]
    place = labels.parents[1] / folder
    listing = Listing()
    found = _images(place, root, listing)
    listed = set()
    for name, expression in _labelled(labels):
        key = f"{Path(name).stem}{ending}".casefold()
        listed.add(key)
        if key in found:
            part = name.partition("_")[0]
            listing.rows.append({"path": found[key], "expression": expression, "part": part})
        else:
            listing.left_out["image of the list that is absent"] += 1
    if unlisted := len(found.keys() - listed):
        listing.left_out["image that is not on the list"] += unlisted
    if not listing.rows:
        raise StudyError(
            f"{place}: none of the images that {labels} lists is there, like train_00001{ending}.jpg; unpack "
            "them there, or choose the other images with the setting `images` (aligned, original)"
        )
    listing.published = {"images": (len(listing.rows), 15339)}
    return listing


def _label_file(root: Path) -> Path:
    found = [path for path in (root / LABELS, *sorted(root.glob(f"*/{LABELS}"))) if path.is_file()]
    if not found:
        raise StudyError(
            f"{root}: there is no {LABELS} in it; set root to RAF-DB's folder that holds EmoLabel and Image"
        )
    if len(found) > 1:
        raise StudyError(f"both '{found[0]}' and '{found[1]}' list images; set root to the folder of one")
    return found[0]


def _images(place: Path, root: Path, listing: Listing) -> dict[str, str]:
    """Paths relative to `root` of the images in `place`, by lower-case name without suffix."""
    if not place.is_dir():
        raise StudyError(
            f"{place}: there is no such folder; unpack the images there, or choose the other images with the "
            "setting `images` (aligned, original)"
        )
    images = [
        (Path(path).stem.casefold(), (place / path).relative_to(root).as_posix())
        for path, _ in matching_files(place, IMAGE, listing)
    ]
    reject_duplicates(images)
    return dict(images)


def _labelled(labels: Path) -> Iterator[tuple[str, str]]:
    """Name and expression of every line of the list, each name once."""
    try:
        # utf-8-sig: some editors write a byte order mark first
        lines = labels.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise StudyError(f"{labels}: not UTF-8 text ({error.reason}); unpack it again") from error
    seen = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{labels}, line {number}"
        cells = line.split()
        if len(cells) != 2:
            raise StudyError(f"{place}: expected a name and a label, like 'train_00001.jpg 5', got '{line}'")
        name, label = cells
        if name in seen:
            raise StudyError(
                f"{place}: {name} is listed a second time (first in line {seen[name]}); keep one"
            )
        seen[name] = number
        yield name, known_expression(label, EXPRESSIONS, place)
