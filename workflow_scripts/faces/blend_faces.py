"""Rule blend_faces: faces of a data set with the expression in one half only, the other half neutral."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.half_faces import SHOWN, half_face
from workflow_scripts.faces.usable_faces import extracted_faces, ready_settings, write_usable

INDEX_COLUMNS = ("image_id", "path", "subject", "expression", "sha256")
SUBJECT_COLUMNS = ("subject", "images", "expressions", "missing")

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
    subjects: Path,
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
    subjects
        Table to write: how many half faces each subject has, of how many expressions, and which are missing.
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
    shown = {row["subject"]: Counter() for row in rows if row["subject"]}
    noted = note_shown(rows, results, shown)
    write_usable(dataset, rows, noted, options, faces, faces_hash, rejected)
    write_table(subjects, SUBJECT_COLUMNS, subject_rows(shown, names))
    complete = sum(set(names) <= set(of_subject) for of_subject in shown.values())
    print(f"{dataset}: {complete} of {len(shown)} subjects show all {len(names)} expressions")


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


def note_shown(
    rows: Sequence[Row], results: Iterator[Face | str], shown: Mapping[str, Counter]
) -> Iterator[Face | str]:
    """The results, once each is counted: in `shown`, how many faces a subject has of each expression."""
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, Face):
            shown[row["subject"]][row["expression"]] += 1
        yield result


def subject_rows(shown: Mapping[str, Counter], expressions: Sequence[str]) -> list[dict[str, str | int]]:
    """A row per subject, by name, with the keys SUBJECT_COLUMNS; `missing` has spaces between expressions.

    Where subjects do not all show the same expressions, the neutral half, which shows who somebody is, says
    something of the expression, too.

    >>> subject_rows({"ann": Counter(fear=2)}, ["fear", "anger"])
    [{'subject': 'ann', 'images': 2, 'expressions': 1, 'missing': 'anger'}]
    """
    return [
        {
            "subject": subject,
            "images": of_subject.total(),
            "expressions": len(of_subject),
            "missing": " ".join(name for name in expressions if name not in of_subject),
        }
        for subject, of_subject in sorted(shown.items())
    ]


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
