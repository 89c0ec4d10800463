"""Where people look: maps of single people, and the file that has all maps of one people set."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.comparison.people_targets import places_used
from workflow_scripts.comparison.ranks import top_places
from workflow_scripts.datasets.sheets import csv_rows
from workflow_scripts.standardization.standard_face import LANDMARKS

NO_POSER = "any"  # the poser of maps that do not name one
HEATMAP, PLACES = "heatmap", "places"


@dataclass(frozen=True)
class PersonMap:
    """Where one person, or the mean of several (person ""), looks in the face of a poser.

    image: float32 (h, w), importance in any unit and sign; NaN is missing. landmarks: float64 (68, 2) in px
    of that image; None if the image is on the canvas of the standard face.
    """

    person: str
    poser: str
    expression: str
    image: np.ndarray
    landmarks: np.ndarray | None = None


@dataclass(frozen=True)
class PeopleMaps:
    """All maps of one people set, on the standard face.

    heatmaps: float32 (HEIGHT, WIDTH) by expression, the mean over posers of the mean over persons. places:
    bool (HEIGHT, WIDTH) by expression, at least the fraction `share` of the face, where the heatmap is
    highest.
    """

    path: Path
    expressions: list[str]
    share: float
    heatmaps: Mapping[str, np.ndarray]
    places: Mapping[str, np.ndarray]

    def maps(self, expression: str, face: np.ndarray) -> dict[str, tuple[list[str], np.ndarray]]:
        """By poser, the persons and their maps, float32 (n, pixels of `face`); empty if there are none.

        face: bool (HEIGHT, WIDTH).
        """
        if expression not in self.expressions:
            return {}
        with open_hdf5(self.path, [expression]) as file:
            return {
                poser: (group["persons"].asstr()[:].tolist(), np.stack([one[face] for one in group["maps"]]))
                for poser, group in file[expression].items()
                if poser not in (HEATMAP, PLACES)
            }


def read_people(path: Path) -> PeopleMaps:
    """The maps in a file of standardize_people; those of single people are read later."""
    with open_hdf5(path, ["expressions", "share"]) as file:
        expressions = [str(name) for name in file.attrs["expressions"]]
        heatmaps, places = ({one: file[one][name][:] for one in expressions} for name in (HEATMAP, PLACES))
        return PeopleMaps(Path(path), expressions, float(file.attrs["share"]), heatmaps, places)


def highest_places(heatmap: np.ndarray, face: np.ndarray, share: float) -> np.ndarray:
    """The places of the face with the highest values, bool (h, w): the fraction `share` of it, or more.

    Places that tie for the last rank are all among them, so that the result does not depend on their order:
    a mask has no place in part, as `people_targets.targets` has.
    """
    return top_places(heatmap, face, places_used(np.count_nonzero(face), share)) > 0


def read_landmarks(path: Path) -> dict[tuple[str, str], np.ndarray]:
    """Landmarks, float64 (68, 2), by poser and expression as a table names them.

    The columns are expression, landmark (0 to 67), x, y and, if there are several, poser; or, instead of
    poser and expression, stimulus, such as f_ang. Raises StudyError if a face lacks a landmark.
    """
    points = {}
    for place, row in table_rows(path, ["landmark", "x", "y"]):
        poser, _, expression = row.get("stimulus", "").rpartition("_")
        key = row.get("poser") or poser or NO_POSER, row.get("expression") or expression
        try:
            number, point = int(row["landmark"]), (float(row["x"]), float(row["y"]))
        except ValueError:
            raise StudyError(f"{place}: landmark, x and y must be numbers; correct the line") from None
        if number in points.setdefault(key, {}):
            raise StudyError(f"{place}: landmark {number} of {' '.join(key)} is there twice; delete one")
        points[key][number] = point
    for key, of_face in points.items():
        if sorted(of_face) != list(range(LANDMARKS)) or not np.isfinite(list(of_face.values())).all():
            raise StudyError(
                f"{path}: expected the landmarks 0 to {LANDMARKS - 1} of {' '.join(key)}, "
                f"found {len(of_face)}"
            )
    return {key: np.array([of[n] for n in range(LANDMARKS)]) for key, of in points.items()}


def table_rows(path: Path, columns: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Place ("table.csv, line 3") and cells by column of the rows of a user's table.

    Raises StudyError if one of `columns` is missing, or a row does not fit the header.
    """
    (place, header), *rows = list(csv_rows(path)) or [(f"{path}, line 1", [])]
    if missing := [name for name in columns if name not in header]:
        raise StudyError(f"{place}: column {', '.join(missing)} is missing (found: {', '.join(header)})")
    for place, cells in rows:
        if len(cells) != len(header):
            raise StudyError(f"{place}: {len(cells)} cells, but {len(header)} columns; correct the line")
    return [(place, dict(zip(header, cells, strict=True))) for place, cells in rows]


def tell_left_out(left_out: Counter) -> None:
    """Print what of the data was not used: by reason, the number of maps."""
    for reason, number in left_out.items():
        print(f"{number} maps left out: {reason}")
