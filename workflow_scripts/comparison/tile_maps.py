"""Maps of people from weights of the tiles that an image is divided into."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.people_maps import PersonMap, tell_left_out
from workflow_scripts.datasets.listing import expression_names, named_expression, tell_unused_labels


@dataclass(frozen=True)
class Grid:
    """Tiles of equal size on an image of width x height px; numbered along columns, or along rows."""

    rows: int
    columns: int
    order: str
    width: int
    height: int

    @property
    def tiles(self) -> int:
        """Their number."""
        return self.rows * self.columns

    def image(self, weights: np.ndarray) -> np.ndarray:
        """The image whose places have the weight of their tile, float32 (height, width).

        >>> Grid(2, 3, "columns", 3, 2).image(np.arange(6)).tolist()
        [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]
        """
        shape = (self.rows, self.columns)
        of_tiles = np.asarray(weights, np.float32).reshape(
            shape, order="F" if self.order == "columns" else "C"
        )
        y, x = np.arange(self.height), np.arange(self.width)
        return of_tiles[np.ix_(y * self.rows // self.height, x * self.columns // self.width)]


def tile_maps(
    faces: Iterable[tuple[str, str, str, str, list[str]]],
    grid: Grid,
    landmarks: Mapping[tuple[str, str], np.ndarray],
    labels: Mapping[str, str],
    expressions: Collection[str],
) -> Iterator[PersonMap]:
    """The maps of people from (place, person, poser, label, weights as text); empty weights are missing.

    landmarks: by poser and label. Raises StudyError for a weight that is not a number.
    """
    names, seen, left_out = expression_names(labels), set(), Counter()
    for place, person, poser, label, texts in faces:
        expression = named_expression(label, names)
        seen.add(" ".join(label.split()).casefold())
        if expression not in expressions:
            left_out[f"of {expression}, which is not an expression of the study"] += 1
        elif (poser, label) not in landmarks:
            left_out[f"no landmarks of poser {poser}, expression {label}"] += 1
        else:
            weights = [_number(text, place) for text in texts]
            yield PersonMap(person, poser, expression, grid.image(weights), landmarks[poser, label])
    tell_left_out(left_out)
    tell_unused_labels(names, seen)


def _number(text: str, place: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        raise StudyError(f"{place}: {text!r} is not a number; leave missing weights empty") from None
