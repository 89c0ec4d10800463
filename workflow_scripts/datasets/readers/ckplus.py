"""Reader of CK+: sequences from a neutral face to the apex of an expression (Lucey et al. 2010)."""

import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.file_names import matching_files, nothing_found, reject_duplicates
from workflow_scripts.datasets.listing import Listing, known_expression, whole_number

IMAGE_FOLDERS = ("cohn-kanade-images", "extended-cohn-kanade-images")
LABEL_FOLDERS = ("Emotion", "Emotion_labels")
SUBJECT = re.compile(r"S\d{3}", re.IGNORECASE)
FRAME = r"(?P<subject>S\d{3})_(?P<sequence>\d{3})_(?P<frame>\d{8})"
IMAGE = re.compile(FRAME + r"\.(?:png|jpe?g|tiff?)", re.IGNORECASE)
LABEL = re.compile(FRAME + r"_emotion\.txt", re.IGNORECASE)
EXPRESSIONS = {
    "1": "anger",
    "2": "contempt",
    "3": "disgust",
    "4": "fear",
    "5": "happiness",
    "6": "sadness",
    "7": "surprise",
}

SequenceId = tuple[str, str]  # S005, 001


def read(root: Path, *, last_frames: int = 3, neutral_frames: int = 0) -> Listing:
    """Frames of the labelled sequences, like cohn-kanade-images/S005/001/S005_001_00000011.png.

    `root`: the folder that contains the image folder (cohn-kanade-images or
    extended-cohn-kanade-images) and the label folder (Emotion or Emotion_labels), or the
    image folder itself, with the label folder beside it. `last_frames`: how many frames to
    take from the end of each labelled sequence, where the label holds. `neutral_frames`:
    how many to take from its beginning as neutral; never one of the last frames. All others
    are left out and counted. Columns: subject (S005), sequence (001), frame (00000011).
    """
    whole_number("last_frames", last_frames, least=1)
    whole_number("neutral_frames", neutral_frames, least=0)
    listing = Listing()
    images = _image_folder(root)
    labels = _labels(_label_folder(root, images))
    sequences = _sequences(root, images, listing)
    used = []
    for sequence, frames in sorted(sequences.items()):
        if sequence not in labels:
            listing.left_out["frame of a sequence without a label"] += len(frames)
            continue
        labelled_frame, expression = labels[sequence]
        if labelled_frame not in frames:
            listing.left_out["frame of a sequence whose labelled frame is absent"] += len(frames)
            continue
        used.append(sequence)
        numbers = [number for number in sorted(frames) if number <= labelled_frame]
        chosen = dict.fromkeys(numbers[:-last_frames][:neutral_frames], "neutral")
        chosen |= dict.fromkeys(numbers[-last_frames:], expression)
        for number, shown in chosen.items():
            listing.rows.append(_row(frames[number], shown, sequence, number))
        if others := len(frames) - len(chosen):
            listing.left_out["frame of a labelled sequence that the settings do not ask for"] += others
    if without_images := len(labels.keys() - sequences.keys()):
        listing.left_out["label of a sequence without images"] += without_images
    listing.published = {
        "labelled sequences": (len(used), 327),
        "labelled subjects": (len({subject for subject, _ in used}), 118),
        "sequences": (len(sequences), 593),
        "subjects": (len({subject for subject, _ in sequences}), 123),
    }
    return listing


def _row(path: str, expression: str, sequence: SequenceId, frame: str) -> dict[str, str]:
    subject, number = sequence
    return {
        "path": path,
        "expression": expression,
        "subject": subject,
        "sequence": number,
        "frame": frame,
    }


def _image_folder(root: Path) -> Path:
    """The image folder: `root` itself, or one in it."""
    if _is_named(root, IMAGE_FOLDERS) or any(SUBJECT.fullmatch(path.name) for path in root.iterdir()):
        return root
    return _only(_folders(root, IMAGE_FOLDERS, depth=2), IMAGE_FOLDERS, root)


def _label_folder(root: Path, images: Path) -> Path:
    """The label folder: in `root`, or beside it if `root` is the image folder."""
    found = _folders(root, LABEL_FOLDERS, depth=2 if images != root else 1)
    if images == root and not found:
        beside = root.absolute().parent
        return _only(_folders(beside, LABEL_FOLDERS, depth=1), LABEL_FOLDERS, beside)
    return _only(found, LABEL_FOLDERS, root)


def _is_named(folder: Path, names: Collection[str]) -> bool:
    return folder.absolute().name.casefold() in {name.casefold() for name in names}


def _folders(place: Path, names: Collection[str], depth: int) -> list[Path]:
    """Folders with these names in `place`, down to `depth`; matches are not searched further."""
    found = []
    for path in sorted(place.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        if _is_named(path, names):
            found.append(path)
        elif depth > 1:
            found += _folders(path, names, depth - 1)
    return found


def _only(found: list[Path], names: Collection[str], place: Path) -> Path:
    if not found:
        raise StudyError(
            f"{place}: there is no folder {' or '.join(names)} in it; set root to the folder that holds "
            f"CK+'s images ({' or '.join(IMAGE_FOLDERS)}) and labels ({' or '.join(LABEL_FOLDERS)})"
        )
    if len(found) > 1:
        raise StudyError(
            f"{place}: both {found[0]} and {found[1]} could be CK+'s {' or '.join(names)}; set root to a "
            "folder that holds one of them, or move the other"
        )
    return found[0]


def _sequences(root: Path, folder: Path, listing: Listing) -> dict[SequenceId, dict[str, str]]:
    """The paths of the frames of every sequence, by frame number."""
    images = []
    for path, match in matching_files(folder, IMAGE, listing):
        images.append((_frame(match), (folder / path).relative_to(root).as_posix()))
    if not images:
        raise nothing_found(folder, "S005/001/S005_001_00000011.png")
    reject_duplicates(images)
    sequences = defaultdict(dict)
    for (subject, number, frame), path in images:
        sequences[subject, number][frame] = path
    return sequences


def _labels(folder: Path) -> dict[SequenceId, tuple[str, str]]:
    """The labelled frame and the expression of every labelled sequence."""
    files = {}
    for path, match in matching_files(folder, LABEL, Listing()):  # other files there are not images
        subject, number, frame = _frame(match)
        files.setdefault((subject, number), []).append((frame, folder / path))
    if not files:
        raise StudyError(
            f"{folder}: there is no label named like S005/001/S005_001_00000011_emotion.txt in it; unpack "
            "CK+'s emotion labels there"
        )
    labels = {}
    for sequence, found in files.items():
        if len(found) > 1:
            raise StudyError(
                f"'{found[0][1]}' and '{found[1][1]}' both label sequence {'/'.join(sequence)}; keep one"
            )
        frame, path = found[0]
        labels[sequence] = frame, _expression(path)
    return labels


def _frame(match: re.Match) -> tuple[str, str, str]:
    return match["subject"].upper(), match["sequence"], match["frame"]


def _expression(path: Path) -> str:
    """The expression that a label file gives as a number, like 3.0000000e+00."""
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        label = f"{float(text):g}"
    except ValueError:
        label = text
    return known_expression(label, EXPRESSIONS, path)
