"""What people reach on people's maps, in a file: ceilings and references that networks are compared with.

By name, float64 (scores, expressions, 1 + m): scores on people's maps of each expression, of all people and
of each random half (`people_scores`). The file also has `without`, float64 (scores, expressions), what a map
without a pattern scores; the names of the scores and of the expressions; and how many people saw each of
these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5


@dataclass(frozen=True)
class Ceilings:
    """The content of the file, see above."""

    scores: Sequence[str]
    expressions: Sequence[str]
    persons: Sequence[int]
    without: np.ndarray
    of: Mapping[str, np.ndarray]


def write_ceilings(path: Path, found: Ceilings) -> None:
    """Write the file."""
    with new_hdf5(path) as file:
        for name, values in found.of.items():
            file[f"of/{name}"] = values
        file["without"] = found.without
        file.create_dataset("scores", data=list(found.scores), dtype=h5py.string_dtype())
        file.create_dataset("expressions", data=list(found.expressions), dtype=h5py.string_dtype())
        file["persons"] = found.persons


def read_ceilings(path: Path) -> Ceilings:
    """Read the file. StudyError if it is damaged."""
    with open_hdf5(path, ["scores", "expressions", "without", "persons"]) as file:
        names = {key: file[key].asstr()[:].tolist() for key in ("scores", "expressions")}
        of = {name: values[:] for name, values in file["of"].items()} if "of" in file else {}
        persons = file["persons"][:].tolist()
        return Ceilings(**names, persons=persons, without=file["without"][:], of=of)
