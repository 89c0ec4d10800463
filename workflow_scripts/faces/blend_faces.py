"""Rule blend_faces: faces of a data set with the expression in one half only, the other half neutral."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.half_faces import SHOWN, half_face
from workflow_scripts.faces.usable_faces import extracted_faces, ready_settings, write_usable

INDEX_COLUMNS = ("image_id", "path", "subject", "expression", "sha256")

Row = Mapping[str, str]


def blend_faces(
    index: Path,
    *,
    expressions: str,
    shows: str,
    neutral: str,
    settings: str,
    faces: Path,
    faces_hash: Path,
    rejected: Path,
    dataset: str = "",
    threads: int = 1,
) -> None:
    """Detect, align and crop the faces of INDEX, and give each the other half of its subject's neutral face.

    Parameters
    ----------
    index
        Table of images: image_id, path, subject, expression, sha256, and region_map if the data set has it.
    expressions
        JSON list of the expressions to blend. If neutral is one, its faces get the half of another image.
    shows
        The half that shows the expression: mouth or brows.
    neutral
        The expression of neutral faces.
    settings
        The section `faces` of config, as JSON.
    faces
        HDF5 file to write: aligned faces, landmarks, image_id, region maps; in the order of the index.
    faces_hash
        Text file to write: the SHA-256 of `faces`, as sha256sum writes it.
    rejected
        Table to write: image_id, path, expression and reason of every image that cannot be used.
    dataset
        Name of the data set, for messages; the index file's folder by default.
    threads
        Number of processes to run at the same time.
    """
    dataset = dataset or index.absolute().parent.name
    options = ready_settings(settings, threads)
    if shows not in SHOWN:
        raise StudyError(f"--shows is {shows}; give one of: {', '.join(SHOWN)}")
    names = json.loads(expressions)
    images = read_table(index, INDEX_COLUMNS, ["region_map"])
    rows = [row for row in images if row["expression"] in names]
    of_neutral = [row for row in images if row["expression"] == neutral]
    if not rows or not of_neutral:
        raise StudyError(
            f"{index} names no image of {neutral if rows else ', '.join(names)}; half faces need "
            f"both. Correct datasets.{dataset}.neutral, or map the labels of neutral faces to it"
        )
    found = zip(of_neutral, extracted_faces(options, of_neutral, threads), strict=True)
    partners = partners_by_subject(found)
    results = blended(rows, extracted_faces(options, rows, threads), partners, shows)
    write_usable(dataset, rows, results, options, faces, faces_hash, rejected)


def partners_by_subject(found: Iterator[tuple[Row, Face | str]]) -> dict[str, list[tuple[Row, Face | str]]]:
    """The neutral faces of each known subject, or why they cannot be used, in the order of the index."""
    partners = defaultdict(list)
    for row, face in found:
        if row["subject"]:
            partners[row["subject"]].append((row, face))
    return partners


def blended(
    rows: Sequence[Row],
    results: Iterator[Face | str],
    partners: Mapping[str, Sequence[tuple[Row, Face | str]]],
    shows: str,
) -> Iterator[Face | str]:
    """The half face of each row, or the reason why it has none.

    results: the faces of the rows, or the reasons why they have none. partners: neutral faces by subject.
    """
    for row, face in zip(rows, results, strict=True):
        partner = _partner(row, partners)
        reasons = [one for one in (face, partner) if isinstance(one, str)]
        yield reasons[0] if reasons else half_face(face, partner, shows)


def _partner(row: Row, partners: Mapping[str, Sequence[tuple[Row, Face | str]]]) -> Face | str:
    """The subject's first neutral face that is another image and can be used, or why there is none."""
    if not row["subject"]:
        return "no neutral face: the subject is unknown"
    others = [
        (other, face) for other, face in partners.get(row["subject"], ()) if other["sha256"] != row["sha256"]
    ]
    usable = [face for _, face in others if isinstance(face, Face)]
    if usable:
        return usable[0]
    why = "; ".join(f"{other['image_id']}: {reason}" for other, reason in others)
    return f"no neutral face: {why or 'the subject has no other neutral image'}"


if __name__ == "__main__":
    run(blend_faces)
