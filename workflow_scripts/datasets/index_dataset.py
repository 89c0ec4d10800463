"""Rule index_dataset: turn a data set's own folders and labels into one index table."""

import inspect
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import file_sha256
from workflow_scripts.common.places import located, recorded
from workflow_scripts.common.registry import entry_function
from workflow_scripts.common.tables import write_table
from workflow_scripts.datasets.counts import COUNT_COLUMNS, count_rows
from workflow_scripts.datasets.listing import Listing, normalized_label

COLUMNS = ("image_id", "path", "subject", "expression", "sha256", "region_map")
PUBLISHED_COLUMNS = ("counted", "found", "published")


def index_dataset(
    *,
    settings: str,
    output: Path,
    counts: Path | None = None,
    published: Path | None = None,
    dataset: str = "",
    expressions: str = "",
    neutral: str = "",
    threads: int = 4,
) -> None:
    """List the images of a data set: who shows which expression in which file.

    Parameters
    ----------
    settings
        The data set's entry of `datasets` in config, as JSON: reader, root, the reader's own settings.
    output
        Index to write: image_id, path, subject (empty if unknown), expression, sha256, region_map if the data
        set has it, then whatever else the data set says about an image; sorted by image_id.
    counts
        Table to write: images and subjects of every expression, used or left out, and why; subjects is
        empty if they are unknown.
    published
        Table to write: the numbers found, beside those that the data set's authors publish.
    dataset
        Name that begins every image_id; the reader's name by default.
    expressions
        JSON list of the expressions to keep; all by default.
    neutral
        Another expression to keep, whose faces give the other halves of half faces; none by default.
    threads
        Number of files to hash at the same time.
    """
    entry = _settings(settings)
    dataset = dataset or entry["reader"]
    root = _root(dataset, entry)
    listing = read_listing(dataset, entry, root)
    reject_invalid_text(dataset, listing.rows)
    refuse_blank_subjects(dataset, listing.rows)
    wanted = _wanted(expressions)
    used = [row for row in listing.rows if not wanted or row["expression"] in (*wanted, neutral)]
    table = count_rows(listing, wanted, neutral)
    comparison = [
        dict(zip(PUBLISHED_COLUMNS, (counted, *numbers), strict=True))
        for counted, numbers in listing.published.items()
    ]
    _print_counts(dataset, table)
    if not any(row.get("subject") for row in listing.rows):
        print(
            f"{dataset}: subjects are unknown; if people occur in several images, networks are tested on "
            "people they were trained on"
        )
    _print_published(dataset, comparison)
    if not used:
        found = ", ".join(sorted({row["expression"] for row in listing.rows})) or "none"
        left_out = "".join(f" Left out: {n} ({why})." for why, n in listing.left_out.most_common(3))
        raise StudyError(
            f"data set {dataset}: no image of {root} is left.{left_out} Expressions found: {found}; "
            f"asked for: {', '.join(wanted) or 'all'}. Correct the root, or map its labels to expressions "
            "with the setting `labels`"
        )
    index = index_rows(dataset, root, used, threads)
    for note in equal_images(index):
        print(f"{dataset}: warning: {note}")
    columns = _index_columns(index)
    write_table(output, columns, (dict.fromkeys(columns, "") | row for row in index))
    if counts:
        write_table(counts, COUNT_COLUMNS, table)
    if published:
        write_table(published, PUBLISHED_COLUMNS, comparison)


def read_listing(dataset: str, entry: dict, root: Path) -> Listing:
    """What the reader of `entry` finds under `root`, each path once.

    Raises StudyError for an unknown reader, an unknown or missing setting, a repeated
    path, and whatever the reader rejects.
    """
    read = entry_function("workflow_scripts.datasets.readers", entry["reader"], "read")
    accepted = list(inspect.signature(read).parameters.values())[1:]
    options = {key: value for key, value in entry.items() if key not in ("reader", "root")}
    if unknown := sorted(set(options) - {option.name for option in accepted}):
        raise StudyError(
            f"datasets.{dataset}: reader {entry['reader']} has no setting '{unknown[0]}'; "
            f"it has: root, {', '.join(option.name for option in accepted)}"
        )
    for option in accepted:
        if option.default is option.empty and not options.get(option.name):
            raise StudyError(
                f"datasets.{dataset}: reader {entry['reader']} needs the setting '{option.name}'"
            )
    try:
        listing = read(root, **options)
    except StudyError as error:
        raise StudyError(f"data set {dataset}: {error}") from error
    paths = Counter(row["path"] for row in listing.rows)
    if repeated := sorted(path for path, n in paths.items() if n > 1):
        raise StudyError(
            f"data set {dataset}: {_some(repeated)} named more than once; each image counts once "
            "and has one expression: delete the wrong rows"
        )
    return listing


def reject_invalid_text(dataset: str, rows: Iterable[dict[str, str]]) -> None:
    """Raise StudyError for names and labels that a CSV table cannot hold."""
    values = dict.fromkeys(value for row in rows for value in row.values())
    if odd := [ascii(value) for value in values if not _is_text(value)]:
        raise StudyError(
            f"data set {dataset}: not UTF-8 text, or with a carriage return: {_some(odd)}. Rename those "
            "files and folders (the program convmv renames many at once), or correct them in the table"
        )


def refuse_blank_subjects(dataset: str, rows: Sequence[dict[str, str]]) -> None:
    """Raise StudyError if some images have a subject and others do not.

    Each image without one would count as a different person, so a network could be tested on a person that
    it was trained on.
    """
    blank = [row["path"] for row in rows if not row.get("subject")]
    if 0 < len(blank) < len(rows):
        raise StudyError(
            f"data set {dataset}: {len(blank)} of {len(rows)} images have no subject: {_some(blank)}. Say "
            "who they show, or take them out of the data set; if nobody knows, leave the subject of all "
            "images empty: they then count as unknown"
        )


def _is_text(value: str) -> bool:
    # Python represents file names that are not UTF-8 with surrogates
    return "\r" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def index_rows(dataset: str, root: Path, rows: Sequence[dict], threads: int) -> list[dict[str, str]]:
    """The rows of the index, sorted by image_id: `rows`, completed; each image is read once, for its hash.

    Raises StudyError if files are missing, or a column has a name that the index uses itself.
    """
    maps = [row["region_map"] for row in rows if row.get("region_map")]
    if absent := [path for path in (*(row["path"] for row in rows), *maps) if not (root / path).is_file()]:
        raise StudyError(
            f"data set {dataset}: {len(absent)} of {len(rows) + len(maps)} files that it names are not in "
            f"{root}: {_some(absent)}. Add the missing files, correct the root, or delete those rows"
        )
    reserved = {"image_id", "sha256"}
    if taken := sorted(reserved & set().union(*rows)):
        raise StudyError(
            f"data set {dataset}: the column name '{taken[0]}' is reserved for the index; rename the column"
        )
    with ThreadPoolExecutor(threads) as pool:
        hashes = pool.map(sha256_of, [root / row["path"] for row in rows])
        for row, sha256 in zip(rows, hashes, strict=True):
            _complete(dataset, root, row, sha256)  # no second copy of a table that may be wide
    return sorted(rows, key=lambda row: row["image_id"])


def _complete(dataset: str, root: Path, row: dict, sha256: str) -> None:
    row |= {
        "image_id": f"{dataset}/{row['path']}",
        "path": recorded(root / row["path"]),
        "subject": row.get("subject", ""),
        "sha256": sha256,
    }
    if row.get("region_map"):
        row["region_map"] = recorded(root / row["region_map"])


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of an image's bytes. Raises StudyError if it cannot be read."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror})") from error


def equal_images(index: Sequence[dict]) -> list[str]:
    """One sentence for every image that occurs several times in the data set (equal SHA-256)."""
    groups = defaultdict(list)
    for row in index:
        groups[row["sha256"]].append(row)
    notes = []
    for rows in groups.values():
        if len(rows) == 1:
            continue
        conflicts = [
            f"different {column}s ({', '.join(values)})"
            for column in ("subject", "expression")
            if len(values := sorted({row[column] for row in rows})) > 1
        ]
        files = f"{len(rows)} files hold the same image: {', '.join(row['image_id'] for row in rows)}"
        notes.append("; ".join([files, *conflicts]))
    return notes


def _settings(settings: str) -> dict:
    try:
        entry = json.loads(settings)
    except json.JSONDecodeError as error:
        raise StudyError(f"--settings is not JSON ({error}): {settings}") from error
    if not isinstance(entry, dict) or not entry.get("reader"):
        raise StudyError(
            f'--settings: expected an object with a reader, like {{"reader": "csv"}}, got {settings}'
        )
    return entry


def _root(dataset: str, entry: dict) -> Path:
    if not entry.get("root"):
        raise StudyError(f"datasets.{dataset}.root is empty; set it to the data set's folder")
    root = located(entry["root"])
    if not root.is_dir():
        raise StudyError(f"datasets.{dataset}.root: no folder {root} (relative to {Path.cwd()})")
    return root


def _wanted(expressions: str) -> list[str]:
    try:
        names = json.loads(expressions or "[]")
    except json.JSONDecodeError as error:
        raise StudyError(f"--expressions is not JSON ({error}): {expressions}") from error
    if not isinstance(names, list):
        raise StudyError(f'--expressions: expected a list, like ["happiness", "sadness"], got {expressions}')
    return [normalized_label(name) for name in names]


def _print_counts(dataset: str, table: Iterable[dict]) -> None:
    for row in table:
        name = row["expression"] or "left out"
        people = f" of {row['subjects']} subjects" if row["subjects"] != "" else ""
        why = f" (left out: {row['reason']})" if row["reason"] else ""
        print(f"{dataset}: {name}: {row['images']} images{people}{why}")


def _print_published(dataset: str, comparison: Iterable[dict]) -> None:
    for row in comparison:
        same = "as published" if row["found"] == row["published"] else f"published: {row['published']}"
        print(f"{dataset}: {row['counted']}: {row['found']} found, {same}")


def _index_columns(index: Sequence[dict]) -> list[str]:
    found = dict.fromkeys(column for row in index for column in row)
    return [column for column in COLUMNS if column in found] + [c for c in found if c not in COLUMNS]


def _some(names: Sequence[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


if __name__ == "__main__":
    run(index_dataset)
