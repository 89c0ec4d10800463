"""The explanations of one cell (network, fold, expression) in one HDF5 file.

Layout, for n images of side s, at most R regions, E expressions; a data set exists only if the explainer
provides its content. Always: ``image_id`` (n,) UTF-8; ``probability`` float64 (n, E), the network's
prediction; ``samples`` int64 (n,), the network passes behind an explanation. Either ``regions`` uint8
(n, s, s), the region of each pixel, and ``weights`` float64 (n, R, E), the weight of each region for each
expression, NaN beyond an image's own regions; or ``importance`` float32 (n, E, s, s), of each pixel for each
expression. Extras, float64 (n, E): ``intercept`` and ``r2`` of local fits; ``probability_range``, the
largest prediction over the perturbed images minus the smallest.
Attributes: ``expressions`` (E names, in the order of the expression axis) and ``expression``, the predicted
expression that the images share. A cell without images is a valid file with n = 0, whatever the explainer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.hdf5 import NewHDF5, new_hdf5, open_hdf5

MAX_REGIONS = 255
WHOLE = "/"  # the group of a stack that has its file to itself
ALWAYS = ("probability", "samples")
REGIONS, DENSE = ("regions", "weights"), ("importance",)
# of one image, for every expression, in file order
PER_EXPRESSION = ("intercept", "r2", "probability", "probability_range")
CONTRACT = "the contract is in workflow_scripts/explanation/explainers/__init__.py"


@dataclass(frozen=True)
class Explanation:
    """How important the regions or pixels of one image are for every expression.

    probability: float64 (E,). samples: the network passes that it is based on. Either regions, int (s, s)
    with values 0 to R - 1, and weights, float64 (R, E); or importance, float32 (E, s, s), in any unit.
    Extras, float64 (E,), None if the explainer has none: intercept and r2, of local fits; probability_range,
    the range of the network's predictions over the perturbed images, whose unit the importance then has.
    """

    probability: np.ndarray
    samples: int
    regions: np.ndarray | None = None
    weights: np.ndarray | None = None
    importance: np.ndarray | None = None
    intercept: np.ndarray | None = None
    r2: np.ndarray | None = None
    probability_range: np.ndarray | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that are set, in file order."""
        names = (*REGIONS, *DENSE, *PER_EXPRESSION, "samples")
        return tuple(name for name in names if getattr(self, name) is not None)

    def importance_map(self, column: int) -> np.ndarray:
        """The importance of each pixel for the expression of that column: float32 (s, s), any sign.

        >>> Explanation(
        ...     probability=np.array([1.0]),
        ...     samples=10,
        ...     regions=np.array([[0, 1], [1, 2]]),
        ...     weights=np.array([[-0.5], [0.25], [0.0]]),
        ... ).importance_map(0).tolist()
        [[-0.5, 0.25], [0.25, 0.0]]
        """
        if self.importance is None:
            return self.weights[:, column].astype(np.float32)[self.regions]
        return np.asarray(self.importance[column], np.float32)


class StackWriter:
    """Appends explanations, all of one kind, to an open stack file."""

    def __init__(self, file: NewHDF5, group: str, size: int, expressions: Sequence[str]):
        self._disk = file
        self._file = file[group]
        self._size = size
        self._n_expressions = len(expressions)
        self._given: tuple[str, ...] = ()
        self._create("image_id")

    def append(self, image_id: str, explanation: Explanation) -> None:
        """Add one image's explanation.

        Raises StudyError if it breaks the contract of explainers, sets other fields than those before it, or
        has more regions than uint8 can number.
        """
        refuse_broken(image_id, explanation, self._size, self._n_expressions)
        if not self._given:
            self._begin(explanation.given)
        if explanation.given != self._given:
            raise StudyError(
                f"image '{image_id}': the explainer returned {', '.join(explanation.given)}, but for "
                f"earlier images {', '.join(self._given)}; it must return the same for all ({CONTRACT})"
            )
        n = len(self._file["image_id"])
        for array in self._file.values():
            array.resize(n + 1, axis=0)
        if explanation.weights is not None:
            self._write_weights(n, explanation.weights)
        self._file["image_id"][n] = image_id
        for name in self._given:
            if name != "weights":
                self._file[name][n] = getattr(explanation, name)
        self._disk.check_disk()

    def _write_weights(self, n: int, weights: np.ndarray) -> None:
        array = self._file["weights"]
        if len(weights) > array.shape[1]:
            array.resize(len(weights), axis=1)
        array[n, : len(weights)] = weights

    def finish(self) -> None:
        """Create the data sets that even a stack without images has."""
        if not self._given:
            self._begin(ALWAYS)

    def _begin(self, given: Sequence[str]) -> None:
        self._given = tuple(given)
        for name in given:
            self._create(name)

    def _create(self, name: str) -> None:
        """Create a data set that can grow to any number of images."""
        n, size = self._n_expressions, self._size
        shape, dtype, options = {
            "image_id": ((), h5py.string_dtype(), {}),
            "samples": ((), np.int64, {}),
            "regions": ((size, size), np.uint8, {"chunks": (1, size, size), "compression": "gzip"}),
            "weights": (
                *((0, n), np.float64),
                {"chunks": (1, 32, n), "maxshape": (None, None, n), "fillvalue": np.nan},
            ),
            "importance": (
                *((n, size, size), np.float32),
                {"chunks": (1, n, size, size), "compression": "gzip", "compression_opts": 1, "shuffle": True},
            ),
        }.get(name, ((n,), np.float64, {}))
        options = {"maxshape": (None, *shape), "chunks": (64, *shape)} | options
        self._file.create_dataset(name, (0, *shape), dtype, **options)


def refuse_broken(image_id: str, explanation: Explanation, size: int, n_expressions: int) -> None:
    """Raise StudyError if a stack cannot hold what was returned for an image of side `size`."""
    if isinstance(explanation, Explanation):
        wrong = _wrong_shapes(explanation, size, n_expressions) or _wrong_values(explanation)
    else:
        wrong = [f"it is a {type(explanation).__name__}, not an Explanation"]
    if wrong:
        raise StudyError(f"image '{image_id}': invalid explanation: {'; '.join(wrong)} ({CONTRACT})")
    if explanation.weights is not None and len(explanation.weights) > MAX_REGIONS:
        raise StudyError(
            f"image '{image_id}' was cut into {len(explanation.weights)} regions, but at most {MAX_REGIONS} "
            "can be stored; ask for fewer under explanation.explainers"
        )


def _wrong_shapes(explanation: Explanation, size: int, n_expressions: int) -> list[str]:
    """Fields that are missing, superfluous, or of the wrong shape."""
    given = set(explanation.given)
    wrong = [f"{name} is missing" for name in ALWAYS if name not in given]
    if given & {*REGIONS, *DENSE} not in (set(REGIONS), set(DENSE)):
        wrong.append("expected either regions and weights, or importance")
    shapes = dict.fromkeys(PER_EXPRESSION, (n_expressions,)) | {
        "regions": (size, size),
        "weights": (*np.shape(explanation.weights)[:1], n_expressions),
        "importance": (n_expressions, size, size),
        "samples": (),
    }
    found = {name: np.shape(getattr(explanation, name)) for name in explanation.given}
    return wrong + [
        f"{name} has shape {shape}, expected {shapes[name]}"
        for name, shape in found.items()
        if shape != shapes[name]
    ]


def _wrong_values(explanation: Explanation) -> list[str]:
    """Values that cannot form a map, though the shapes are right."""
    name = "weights" if explanation.importance is None else "importance"
    with np.errstate(over="ignore"):  # gives infinity, reported below
        wrong = [] if np.isfinite(np.float32(getattr(explanation, name))).all() else [f"{name} is not finite"]
    if name == "weights":
        regions, last = np.asarray(explanation.regions), len(explanation.weights) - 1
        if not (np.issubdtype(regions.dtype, np.integer) and regions.min() >= 0 and regions.max() <= last):
            wrong.append(f"regions are not whole numbers from 0 to {last}, the rows of weights")
    return wrong


@contextmanager
def write_stack(path: Path, size: int, expression: str, expressions: Sequence[str]) -> Iterator[StackWriter]:
    """Open a new stack for images of side `size` predicted as `expression`; complete when the block ends."""
    with new_hdf5(path) as file, stack_in(file, WHOLE, size, expression, expressions) as writer:
        yield writer


@contextmanager
def stack_in(
    file: NewHDF5, group: str, size: int, expression: str, expressions: Sequence[str]
) -> Iterator[StackWriter]:
    """Likewise, a stack that is one group of a file with several."""
    attributes = file.require_group(group).attrs
    attributes["expression"] = expression
    attributes["expressions"] = list(expressions)
    writer = StackWriter(file, group, size, expressions)
    yield writer
    writer.finish()


def read_stack(path: Path, group: str = WHOLE) -> Iterator[tuple[str, Explanation]]:
    """Yield (image_id, Explanation) of every image of a stack, in the order written."""
    prefix = "" if group == WHOLE else f"{group}/"
    with open_hdf5(path, [prefix + name for name in ("image_id", *ALWAYS)]) as whole:
        file = whole[group]
        image_ids = file["image_id"].asstr()[:]
        if len(image_ids) and not ({*REGIONS} <= {*file} or {*DENSE} <= {*file}):
            raise StudyError(f"{path}: neither regions and weights nor importance; delete it and rerun")
        names = [name for name in (*REGIONS, *DENSE, *PER_EXPRESSION, "samples") if name in file]
        for n, image_id in enumerate(image_ids):
            values = {name: file[name][n] for name in names}
            if "weights" in values:
                values["weights"] = values["weights"][~np.isnan(values["weights"]).any(axis=1)]
            yield image_id, Explanation(**values)


def explained_expression(path: Path, group: str = WHOLE) -> tuple[str, int]:
    """The expression a stack explains and its place on the expression axis."""
    with open_hdf5(path, [] if group != WHOLE else ["expression", "expressions"]) as file:
        attributes = file[group].attrs
        expression = attributes["expression"]
        return expression, list(attributes["expressions"]).index(expression)


def positive_image(explanation: Explanation, column: int) -> np.ndarray:
    """The positive part of the importance map of one column's expression (paper, section 4.1).

    Returns float32 (s, s), not stretched, so that images stay comparable when they are averaged.
    """
    importance = explanation.importance_map(column)
    return np.where(importance > 0, importance, np.float32(0))
