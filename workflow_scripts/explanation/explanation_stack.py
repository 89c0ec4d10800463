"""The explanations of one cell (network, fold, expression) in one HDF5 file.

Layout, for n images of side s, at most R regions, E expressions: ``image_id`` (n,) UTF-8;
``regions`` uint8 (n, s, s), the region of each pixel; ``weights`` float64 (n, R, E), the weight
of each region for each expression, NaN beyond an image's own regions; ``intercept`` and ``r2``
float64 (n, E), of the local fits; ``probability`` float64 (n, E), the network's prediction, and
``probability_range`` float64 (n, E), its largest over the perturbed images less its smallest;
``samples`` int64 (n,), the perturbed images behind the fits.
Attributes: ``expressions`` (E names, in the order of the last axis) and ``expression``, the
predicted expression that the images share. A cell without images is a valid file with n = 0.
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
FITS = ("intercept", "r2", "probability", "probability_range")  # of one image, for every expression


@dataclass(frozen=True)
class Explanation:
    """How the regions of one image weigh for every expression.

    regions: int (s, s), values 0 to R - 1. weights: float64 (R, E). intercept, r2, probability,
    probability_range: float64 (E,). samples: perturbed images that the fits are based on.
    """

    regions: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    r2: np.ndarray
    probability: np.ndarray
    probability_range: np.ndarray
    samples: int


class StackWriter:
    """Appends explanations to an open stack file."""

    def __init__(self, file: NewHDF5, size: int, expressions: Sequence[str]):
        n = len(expressions)
        self._file = file
        self._create("image_id", (), h5py.string_dtype())
        self._create("regions", (size, size), np.uint8, chunks=(1, size, size), compression="gzip")
        self._create(
            "weights", (0, n), np.float64, chunks=(1, 32, n), maxshape=(None, None, n), fillvalue=np.nan
        )
        for name in FITS:
            self._create(name, (n,), np.float64)
        self._create("samples", (), np.int64)

    def _create(self, name: str, shape: tuple[int, ...], dtype, **options) -> None:
        options = {"maxshape": (None, *shape), "chunks": (64, *shape)} | options
        self._file.create_dataset(name, (0, *shape), dtype, **options)

    def append(self, image_id: str, explanation: Explanation) -> None:
        """Add one image's explanation.

        Raises StudyError where it has more regions than uint8 can name.
        """
        n_regions = len(explanation.weights)
        if n_regions > MAX_REGIONS:
            raise StudyError(
                f"image '{image_id}' was cut into {n_regions} regions, at most {MAX_REGIONS} can be stored; "
                "ask for fewer under explanation.explainers"
            )
        n = len(self._file["image_id"])
        for array in self._file.values():
            array.resize(n + 1, axis=0)
        weights = self._file["weights"]
        if n_regions > weights.shape[1]:
            weights.resize(n_regions, axis=1)
        weights[n, :n_regions] = explanation.weights
        self._file["image_id"][n] = image_id
        self._file["regions"][n] = explanation.regions
        for name in (*FITS, "samples"):
            self._file[name][n] = getattr(explanation, name)
        self._file.check_disk()


@contextmanager
def write_stack(path: Path, size: int, expression: str, expressions: Sequence[str]) -> Iterator[StackWriter]:
    """Open a new stack for images of side `size` predicted as `expression`; whole when the block ends."""
    with new_hdf5(path) as file:
        file.attrs["expression"] = expression
        file.attrs["expressions"] = list(expressions)
        yield StackWriter(file, size, expressions)


def read_stack(path: Path) -> Iterator[tuple[str, Explanation]]:
    """Yield (image_id, Explanation) of every image of a stack, in the order written."""
    with open_hdf5(path, ["image_id", "regions", "weights", *FITS, "samples"]) as file:
        for n, image_id in enumerate(file["image_id"].asstr()[:]):
            regions = file["regions"][n]
            yield (
                image_id,
                Explanation(
                    regions,
                    file["weights"][n, : int(regions.max()) + 1],
                    *(file[name][n] for name in (*FITS, "samples")),
                ),
            )


def explained_expression(path: Path) -> tuple[str, int]:
    """The expression a stack explains and its place on the expression axis."""
    with open_hdf5(path, ["expression", "expressions"]) as file:
        expression = file.attrs["expression"]
        return expression, list(file.attrs["expressions"]).index(expression)


def positive_image(regions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The explanation as an image: positive weights painted on their regions, else 0 (paper, section 4.1).

    regions: int (s, s). weights: float (R,). Returns float32 (s, s), not stretched, so that images
    stay comparable when they are averaged.

    >>> positive_image(np.array([[0, 1], [1, 2]]), np.array([-0.5, 0.25, 0.0])).tolist()
    [[0.0, 0.25], [0.25, 0.0]]
    """
    return np.maximum(weights, 0).astype(np.float32)[regions]
