"""Rule standardize_people: the maps of one people set on the standard face."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import write_hashes
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.common.places import located
from workflow_scripts.common.registry import entry_function
from workflow_scripts.comparison.beside_files import write_fold, write_mean
from workflow_scripts.comparison.people_files import people_files
from workflow_scripts.comparison.people_maps import HEATMAP, PLACES, PersonMap, highest_places
from workflow_scripts.standardization.heatmaps import amplitude, missing_reason
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp

PEOPLE_DATA = "workflow_scripts.comparison.people_data"
ABSENT = "no map of people"
LEVEL = 4  # of compression


def standardize_people(
    people: str,
    *,
    settings: str,
    expressions: str,
    standard_face: Path,
    weights: Path | None = None,
    output: Path,
) -> None:
    """Warp the maps of PEOPLE onto the standard face, and average them.

    Parameters
    ----------
    people
        Their name under comparison.people.
    settings
        Their entry there, as JSON.
    expressions
        The expressions of the study, as a JSON list.
    standard_face
        Table of the 89 standard points.
    weights
        Table of fetched tile weights, for data that are fetched.
    output
        Folder to write to: maps.h5, with all maps; fold1/{expression}.h5 and {expression}.npy, the heatmaps
        of the expressions of the study as those of a network with one fold, with fold1/heatmaps.sha256.
    """
    options, studied = json.loads(settings), json.loads(expressions)
    files = {key: [located(path) for path in paths] for key, paths in people_files(options).items()}
    if weights:
        files["weights"] = [weights]
    maps = entry_function(PEOPLE_DATA, options["data"], "read")(options, files, studied)
    standard_points = read_standard_face(standard_face)
    face = face_area(standard_points)
    with new_hdf5(output / "maps.h5") as file:
        store = _Store(file, people, studied)
        for person_map, warped in _warped(maps, FaceWarp(standard_points), people):
            store.add(person_map, warped)
        heatmaps = store.finish(face, options["share"])
    for expression in studied:
        heatmap = heatmaps.get(expression, np.full((HEIGHT, WIDTH), np.nan, np.float32))
        missing = missing_reason(heatmap, None) if expression in heatmaps else ABSENT
        write_fold(output / f"fold1/{expression}.h5", expression, heatmap, missing, amplitude(heatmap))
        write_mean(output / f"{expression}.npy", heatmap)
    of_fold = output / "fold1"
    write_hashes([of_fold / f"{expression}.h5" for expression in studied], of_fold / "heatmaps.sha256")
    if len(store.persons) < 2:
        print("warning: the maps are of one person, or a mean; how well people agree is unknown")
    print(f"{store.written} maps of {len(store.persons)} people, {len(heatmaps)} expressions: {output}")


def _warped(maps: Iterator[PersonMap], warp: FaceWarp, people: str) -> Iterator[tuple[PersonMap, np.ndarray]]:
    """Each map with its image on the standard face, float32 (HEIGHT, WIDTH)."""
    for one in maps:
        image, about = np.asarray(one.image, np.float32), f"{people}: the map of {_named(one)}"
        if one.landmarks is not None:
            if image.ndim != 2 or np.shape(one.landmarks) != (68, 2):
                raise StudyError(f"{about} is {image.shape} with landmarks {np.shape(one.landmarks)}")
            image = warp.warp(image, one.landmarks)
        elif image.shape != (HEIGHT, WIDTH):
            raise StudyError(
                f"{about} has no landmarks and {image.shape[::-1]} pixels; the standard face has "
                f"{WIDTH} x {HEIGHT}: give comparison.people.{people}.landmarks, or draw it on that canvas"
            )
        yield one, image


def _named(one: PersonMap) -> str:
    return f"person {one.person!r}, poser {one.poser}, {one.expression}"


class _Store:
    """Writes maps as they come, and sums them: nothing else is kept in memory."""

    def __init__(self, file: h5py.File, people: str, expressions: Collection[str]):
        self._file, self._people, self._expressions = file, people, expressions
        self._sums, self._persons, self._missing = {}, {}, {}

    @property
    def persons(self) -> set[str]:
        """Those with a map."""
        return {person for of in self._persons.values() for person in of}

    @property
    def written(self) -> int:
        """The number of maps."""
        return sum(map(len, self._persons.values()))

    def add(self, one: PersonMap, warped: np.ndarray) -> None:
        """Add a map, or count why it is missing."""
        panel = one.expression, one.poser
        if one.expression not in self._expressions or "/" in one.poser or one.poser in ("", HEATMAP, PLACES):
            raise StudyError(f"{self._people}: the map of {_named(one)} cannot be stored; rename the poser")
        reason = "no values" if np.isnan(warped).any() else missing_reason(warped, None)
        if reason:
            self._missing.setdefault(panel, Counter())[reason] += 1
            return
        persons = self._persons.setdefault(panel, [])
        if one.person in persons:
            raise StudyError(f"{self._people}: there are two maps of {_named(one)}; keep one")
        if not persons:
            shape = (HEIGHT, WIDTH)
            self._file.create_dataset(
                f"{one.expression}/{one.poser}/maps",
                (0, *shape), np.float32, maxshape=(None, *shape), chunks=(1, *shape),
                compression="gzip", compression_opts=LEVEL, shuffle=True,
            )  # fmt: skip
            self._sums[panel] = np.zeros(shape)
        dataset = self._file[f"{one.expression}/{one.poser}/maps"]
        dataset.resize(len(persons) + 1, axis=0)
        dataset[-1] = warped
        persons.append(one.person)
        self._sums[panel] += warped

    def finish(self, face: np.ndarray, share: float) -> dict[str, np.ndarray]:
        """Write persons, means and attributes; returns float32 heatmaps by expression."""
        for (expression, poser), reasons in self._missing.items():
            for reason, number in reasons.items():
                print(f"{expression}, poser {poser}: {number} maps are missing: {reason}")
        means = {}
        for (expression, poser), persons in self._persons.items():
            group = self._file[f"{expression}/{poser}"]
            group.create_dataset("persons", data=persons, dtype=h5py.string_dtype())
            group.attrs["missing"] = json.dumps(self._missing.get((expression, poser), {}))
            means.setdefault(expression, []).append(self._sums[expression, poser] / len(persons))
        if not means:
            raise StudyError(
                f"comparison.people.{self._people}: there is no map of an expression of the study "
                f"({', '.join(self._expressions)}); check the files and labels, or take {self._people} "
                "out of run.people"
            )
        heatmaps = {
            expression: np.mean(means[expression], axis=0).astype(np.float32)
            for expression in self._expressions
            if expression in means
        }
        for expression, heatmap in heatmaps.items():
            self._file[f"{expression}/{HEATMAP}"] = heatmap
            self._file[f"{expression}/{PLACES}"] = highest_places(heatmap, face, share)
        self._file.attrs["expressions"] = list(heatmaps)
        self._file.attrs["posers"] = list(dict.fromkeys(poser for _, poser in self._persons))
        self._file.attrs["share"] = share
        return heatmaps


if __name__ == "__main__":
    run(standardize_people)
