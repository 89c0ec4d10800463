"""Rule fetch_people: get and check the trials and tile weights of Wegrzyn et al. 2017."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.download import copy_checked, download_checked, mismatch
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import is_there, named_disk_errors
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.wegrzyn_files import (
    BASE_URL,
    JOINED,
    JOINED_WEIGHTS,
    TRIALS,
    WEIGHTS,
    WEIGHTS_FILE,
    fetch_instructions,
    log_trials,
    published_weights,
    remote_files,
)


def fetch_people(
    people: str,
    *,
    files: Path,
    folder: str = "",
    base_url: str = BASE_URL,
    source: Path,
    trials: Path,
    weights: Path,
) -> None:
    """Get the trials of PEOPLE and their tile weights, from the internet or from a folder.

    Parameters
    ----------
    people
        Their name under comparison.people.
    files
        Table of the published files with their SHA-256 hashes.
    folder
        Folder that contains the published files, under their original paths, or two tables instead:
        trials.csv, which has no published hash, and tile_weights.csv, which has; empty to download.
    base_url
        Address below which the published files are.
    source
        Folder for the published files; what it holds already is not downloaded again.
    trials
        Table to write: a row per trial, with the tiles in the order in which they were uncovered.
    weights
        Table to write: a row per person and face, with the weight of each tile.
    """
    with named_disk_errors(source):
        if folder and is_there(Path(folder, JOINED)):
            rows, table = _tables(people, Path(folder), files)
        else:
            rows, table = _published(people, folder, files, base_url, source)
    write_table(trials, TRIALS, rows)
    write_table(weights, WEIGHTS, table)
    persons = len({row["participant"] for row in rows})
    print(f"{len(rows)} trials of {persons} people: {trials}; weights of {len(table)} faces seen: {weights}")


def _published(
    people: str, folder: str, files: Path, base_url: str, source: Path
) -> tuple[list[dict], list[dict]]:
    """The trials and weights of the published files, which are checked and kept in `source`."""
    rows, remedy = [], fetch_instructions(people)
    for remote in remote_files(files):
        place = source / remote.path
        if folder:
            key = f"comparison.people.{people}.folder"
            copy_checked(remote, Path(folder, remote.path), place, key, remedy)
        else:
            download_checked(remote, place, base_url, remedy)
        rows += log_trials(place) if remote.path != WEIGHTS_FILE else ()
    print(f"{len(remote_files(files))} published files have the expected SHA-256: {source}")
    return rows, published_weights(source / WEIGHTS_FILE)


def _tables(people: str, folder: Path, files: Path) -> tuple[list[dict], list[dict]]:
    """The trials and weights of two tables in a folder."""
    place = folder / JOINED_WEIGHTS
    (remote,) = (remote for remote in remote_files(files) if remote.path == WEIGHTS_FILE)
    if not is_there(place) or (wrong := mismatch(place, remote)):
        found = f"{place} is {wrong}" if is_there(place) else f"there is no file {place}"
        raise StudyError(f"comparison.people.{people}.folder: {found}; {fetch_instructions(people)}")
    print(f"{place} has the expected SHA-256; {folder / JOINED} has no published hash, so it is not checked")
    return read_table(folder / JOINED, TRIALS), published_weights(place)


if __name__ == "__main__":
    run(fetch_people)
