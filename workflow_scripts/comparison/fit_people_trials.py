"""Rule fit_people_trials: what people did in the uncovering task, fitted like networks."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.hazard_file import write_hazards
from workflow_scripts.comparison.observed import SPLITS, observe
from workflow_scripts.comparison.observed_tables import write_tables
from workflow_scripts.comparison.observer_trials import people_trials
from workflow_scripts.comparison.people_data.wegrzyn2017 import LABELS
from workflow_scripts.explanation.uncovering_grid import read_grid, tile_areas
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


def fit_people_trials(
    trials: Path, *, people: str, grid: Path, standard_face: Path, seed: int, hazards: Path, output: Path
) -> None:
    """Fit the TRIALS of people.

    Parameters
    ----------
    trials
        Table of trials, from fetch_people.
    people
        The name of this set of people.
    grid
        Table of the landmarks that the grid of tiles lies on.
    standard_face
        Table of the 89 standard points, for the tiles' areas inside the face.
    seed
        The study's seed.
    hazards
        File to write: the fits, for networks to be compared with (HDF5).
    output
        Folder to write the tables of `comparison.observed` to.
    """
    points = read_standard_face(standard_face)[:68]
    areas = tile_areas(face_area(points), points, read_grid(grid))
    table = people_trials(trials, LABELS)
    found = observe(people, table, areas, seed, SPLITS["people"])
    write_hazards(hazards, found.hazards, found.reliabilities, found.weights)
    write_tables(output, found, table, {}, list(found.trials), seed)


if __name__ == "__main__":
    run(fit_people_trials)
