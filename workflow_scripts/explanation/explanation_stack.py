"""The explanations of one cell (network, fold, expression) in one HDF5 file.

Layout, for n images of side s, at most R regions, E expressions; a data set exists only if the explainer
provides its content. Always: ``image_id`` (n,) UTF-8; ``probability`` float64 (n, E), the network's
prediction; ``samples`` int64 (n,), the network passes behind an explanation. Either ``regions`` uint8
(n, s, s), the region of each pixel, and ``weights`` float64 (n, R, E), the weight of each region for each
expression, NaN beyond an image's own regions, perhaps with ``standard_errors`` float32 (n, R, E), NaN
likewise; or ``importance`` float32 (n, E, s, s), of each pixel for each expression. Expressions that were
not asked for may be NaN everywhere. Perhaps ``passes`` float16 (n, S, E), the answers to up to S perturbed
images in the order of their masks, NaN beyond an image's own. Extras, float64 (n, E): ``intercept`` and
``r2`` of local fits; ``probability_range``, the largest prediction over the perturbed images minus the
smallest. Of explainers that uncover tiles, in K orders of T tiles: ``orders`` uint8 (n, K, T), the tiles as
they were uncovered; ``answers`` uint8 (n, K, T + 1), the place on the expression axis of the most probable
expression with 0 to T tiles seen; ``confidence`` float16 (n, K, T + 1), its probability.
Attributes: ``expressions`` (E names, in the order of the expression axis) and ``expression``, the predicted
expression that the images share. A cell without images is a valid file with n = 0, whatever the explainer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.hdf5 import NewHDF5, new_hdf5, open_hdf5
from workflow_scripts.explanation.explanation_contract import (
    ALWAYS,
    CONTRACT,
    DENSE,
    PER_EXPRESSION,
    PER_REGION,
    PER_SAMPLE,
    REGIONS,
    TRIALS,
    Explanation,
    Trials,
    refuse_broken,
)

OF_REGIONS = ("weights", *PER_REGION)
OF_ROWS = (*OF_REGIONS, *PER_SAMPLE)  # of which images have different numbers
WHOLE = "/"  # the group of a stack that has its file to itself
REMADE = "delete it and rerun"


class StackWriter:
    """Appends explanations, all of one kind, to an open stack file."""

    def __init__(self, file: NewHDF5, group: str, size: int, expression: str, expressions: Sequence[str]):
        self._disk = file
        self._file = file[group]
        self._size = size
        self._column = list(expressions).index(expression)
        self._n_expressions = len(expressions)
        self._given: tuple[str, ...] = ()
        self._create("image_id")

    def append(self, image_id: str, explanation: Explanation) -> None:
        """Add one image's explanation.

        Raises StudyError if it breaks the contract of explainers, sets other fields than those before it, or
        has more regions than uint8 can number.
        """
        refuse_broken(image_id, explanation, self._size, self._n_expressions, self._column)
        if not self._given:
            self._begin(explanation.given, explanation.trials)
        if explanation.given != self._given:
            raise StudyError(
                f"image '{image_id}': the explainer returned {', '.join(explanation.given)}, but for "
                f"earlier images {', '.join(self._given)}; it must return the same for all ({CONTRACT})"
            )
        if explanation.trials is not None:
            self._refuse_other_trials(image_id, np.shape(explanation.trials.orders))
        n = len(self._file["image_id"])
        for array in self._file.values():
            array.resize(n + 1, axis=0)
        self._file["image_id"][n] = image_id
        for name in self._given:
            if name in OF_ROWS:
                self._write_rows(name, n, getattr(explanation, name))
            elif name != "trials":
                self._file[name][n] = getattr(explanation, name)
        for name, array in zip(TRIALS, explanation.trials or (), strict=False):
            self._file[name][n] = array
        self._disk.check_disk()

    def _refuse_other_trials(self, image_id: str, found: tuple[int, ...]) -> None:
        if found != (known := self._file["orders"].shape[1:]):
            raise StudyError(
                f"image '{image_id}': the explainer returned {found[0]} trials of {found[1]} tiles, but for "
                f"earlier images {known[0]} of {known[1]}; it must return the same for all ({CONTRACT})"
            )

    def _write_rows(self, name: str, n: int, values: np.ndarray) -> None:
        array = self._file[name]
        if len(values) > array.shape[1]:
            array.resize(len(values), axis=1)
        array[n, : len(values)] = values

    def finish(self) -> None:
        """Create the data sets that even a stack without images has."""
        if not self._given:
            self._begin(ALWAYS)

    def _begin(self, given: Sequence[str], trials: Trials | None = None) -> None:
        self._given = tuple(given)
        for name in given:
            if name != "trials":
                self._create(name)
        for name, array, dtype in zip(TRIALS, trials or (), (np.uint8, np.uint8, np.float16), strict=False):
            shape = np.shape(array)
            options = {"maxshape": (None, *shape), "chunks": (1, *shape), "compression": "gzip"}
            self._file.create_dataset(name, (0, *shape), dtype, **options)

    def _create(self, name: str) -> None:
        """Create a data set that can grow to any number of images."""
        n, size = self._n_expressions, self._size
        of_rows = {"maxshape": (None, None, n), "fillvalue": np.nan}
        of_regions = of_rows | {"chunks": (1, 32, n)}
        shape, dtype, options = {
            "image_id": ((), h5py.string_dtype(), {}),
            "samples": ((), np.int64, {}),
            "regions": ((size, size), np.uint8, {"chunks": (1, size, size), "compression": "gzip"}),
            "weights": ((0, n), np.float64, of_regions),
            "standard_errors": ((0, n), np.float32, of_regions),
            "passes": ((0, n), np.float16, of_rows | {"chunks": (1, 256, n), "compression": "gzip"}),
            "importance": (
                *((n, size, size), np.float32),
                {"chunks": (1, n, size, size), "compression": "gzip", "compression_opts": 1, "shuffle": True},
            ),
        }.get(name, ((n,), np.float64, {}))
        options = {"maxshape": (None, *shape), "chunks": (64, *shape)} | options
        self._file.create_dataset(name, (0, *shape), dtype, **options)


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
    writer = StackWriter(file, group, size, expression, expressions)
    yield writer
    writer.finish()


def read_stack(path: Path, group: str = WHOLE) -> Iterator[tuple[str, Explanation]]:
    """Yield (image_id, Explanation) of every image of a stack, in the order written."""
    prefix = "" if group == WHOLE else f"{group}/"
    with open_hdf5(path, [prefix + name for name in ("image_id", *ALWAYS)]) as whole:
        file = whole[group]
        image_ids = file["image_id"].asstr()[:]
        if len(image_ids) and not ({*REGIONS} <= {*file} or {*DENSE} <= {*file}):
            raise StudyError(f"{path}: neither regions and weights nor importance; {REMADE}")
        known = (*REGIONS, *DENSE, *PER_REGION, *PER_SAMPLE, *PER_EXPRESSION, "samples")
        names = [name for name in known if name in file]
        trials = [name for name in TRIALS if name in file]
        if trials and len(trials) < len(TRIALS):
            raise StudyError(f"{path}: {', '.join(trials)}, but not all of {', '.join(TRIALS)}; {REMADE}")
        for n, image_id in enumerate(image_ids):
            values = {name: file[name][n] for name in names}
            if "weights" in values:
                own = ~np.isnan(values["weights"]).all(axis=1)
                values |= {name: values[name][own] for name in OF_REGIONS if name in values}
            values |= {name: values[name][: values["samples"]] for name in PER_SAMPLE if name in values}
            if trials:
                values["trials"] = Trials(*(file[name][n] for name in trials))
            yield image_id, Explanation(**values)


def explained_expression(path: Path, group: str = WHOLE) -> tuple[str, int]:
    """The expression a stack explains and its place on the expression axis."""
    expression, names = stack_expressions(path, group)
    return expression, names.index(expression)


def stack_expressions(path: Path, group: str = WHOLE) -> tuple[str, list[str]]:
    """The expression a stack explains, and the names of the expression axis."""
    with open_hdf5(path, [] if group != WHOLE else ["expression", "expressions"]) as file:
        attributes = file[group].attrs
        return str(attributes["expression"]), [str(name) for name in attributes["expressions"]]


def positive_image(explanation: Explanation, column: int) -> np.ndarray:
    """The positive part of the importance map of one column's expression (paper, section 4.1).

    Returns float32 (s, s), not stretched, so that images stay comparable when they are averaged.
    """
    importance = explanation.importance_map(column)
    return np.where(importance > 0, importance, np.float32(0))
