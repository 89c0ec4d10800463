"""The published data of Wegrzyn et al. 2017, PLoS ONE 12(5) e0177239: where they are, and how to read them.

94 people saw 14 faces (2 posers x 7 expressions) behind 48 tiles, which were uncovered one after the other,
and stopped when they knew the expression. The logs, a file per person, and the table of weights made from
them lie in a public repository; a list with their hashes is shipped, they are not.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from workflow_scripts.common.download import RemoteFile
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import is_there
from workflow_scripts.common.tables import read_table

COMMIT = "2e64264bac9ac240933b5ba8db437fa7521b4108"
REPOSITORY = "mwegrzyn/mappingTheEmotionalFace"
BASE_URL = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}"
FILES = "resources/wegrzyn2017/files.csv"
TILES = 48
TRIALS = ("participant", "poser", "expression", "answer", "correct", "tiles")
WEIGHTS = ("participant", "poser", "expression", *map(str, range(TILES)))
WEIGHTS_FILE = "outputs/weightDf.csv"
JOINED, JOINED_WEIGHTS = "trials.csv", "tile_weights.csv"  # all logs in one table, and the table of weights
LOG = re.compile(r".*logfile(\d+)\.csv")
IMAGE = re.compile(r"(?:.*/)?(?P<poser>[a-z]+)_(?P<expression>[a-z]+)_cut\.\w+")
LOG_COLUMNS = ("button", "filename", "evaluation", "maskList")
EVALUATIONS = {"HIT": 1, "ERR": 0}


def remote_files(listed: Path) -> list[RemoteFile]:
    """The files that a list with the columns path and sha256 names: logs, and the table of weights."""
    rows = read_table(listed, ["path", "sha256"])
    files = [RemoteFile(row["path"], row["sha256"], words="the published file") for row in rows]
    if [file.path for file in files if not LOG.fullmatch(file.path)] != [WEIGHTS_FILE]:
        raise StudyError(f"{listed}: expected logs and {WEIGHTS_FILE}; restore the file from the repository")
    return files


def source_files(folder: Path, listed: Path) -> list[str]:
    """What is read of a folder with the data, relative to it: a copy of the repository, or two tables.

    The tables are `JOINED` and `JOINED_WEIGHTS`; they are read if the first is there.
    """
    if is_there(folder / JOINED):
        return [JOINED, JOINED_WEIGHTS]
    return [file.path for file in remote_files(listed)]


def fetch_instructions(people: str) -> str:
    """How to bring the data to a machine without internet."""
    return (
        f"get a copy of the public repository {REPOSITORY} at commit {COMMIT} elsewhere, copy it into a "
        f"folder here and set comparison.people.{people}.folder to that folder; or take {people} out of "
        "run.people and of the mask sets that run"
    )


def log_trials(path: Path) -> Iterator[dict[str, object]]:
    """The trials of one person's log, in their order, with the keys TRIALS.

    Raises StudyError for a row that is not a trial as expected.
    """
    match = LOG.fullmatch(path.name)
    participant = f"p{int(match[1]):03}"
    for line, row in enumerate(read_table(path, LOG_COLUMNS), start=2):
        image, correct = IMAGE.fullmatch(row["filename"]), EVALUATIONS.get(row["evaluation"])
        tiles = row["maskList"].split("-")
        known = all(tile.isdecimal() and int(tile) < TILES for tile in tiles)
        if not image or correct is None or not known or not row["button"]:
            raise StudyError(
                f"{path}, line {line}: expected a trial with an image like f_hap_cut.png, HIT or ERR, and "
                f"tiles of 0 to {TILES - 1} like 21-41-3; found {row['filename']}, {row['evaluation']}, "
                f"{row['maskList']}; delete the file and rerun"
            )
        of_image = (participant, image["poser"], image["expression"], row["button"], correct)
        yield dict(zip(TRIALS, (*of_image, row["maskList"]), strict=True))


def published_weights(path: Path) -> list[dict[str, str]]:
    """The rows of the published table of weights, whose first three columns have no name; keys WEIGHTS."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split(",") != ["", "", "", *map(str, range(TILES))]:
        raise StudyError(f"{path}: expected three unnamed columns, then 0 to {TILES - 1}; get the file again")
    return [dict(zip(WEIGHTS, line.split(","), strict=True)) for line in lines[1:]]
