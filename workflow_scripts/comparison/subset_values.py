"""Subsets of the explained images: which value of a column each image has (comparison.subsets).

The columns are those of the data sets' index tables, which keep all further columns of a data set's own table
(sex, age_group, ...), those of the table of folds (dataset, subject, ...), and `CORRECT`: whether a network
recognised the image. An image without a value belongs to no subset; such images are counted.
"""

import csv
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table

CORRECT, RIGHT, WRONG = "correct", "right", "wrong"
UNKNOWN = ""  # the value of an image that has none
OTHERS = "other values"  # in rows that count images whose value is not compared
MOST = 12  # values of one column
OF_FOLDS = ("dataset", "subject", "sequence", "expression")  # columns of the table of folds

Images = Mapping[str, Mapping[str, str]]  # image_id -> column -> value


@dataclass(frozen=True)
class Division:
    """Subsets by one column. values: in order. of_image: the value of each image_id, UNKNOWN if it has none.

    By `CORRECT`, images have values only beside a prediction, see `value`. min_images: the fewest images of a
    fold and expression that have a heatmap and a score.
    """

    name: str
    values: Sequence[str]
    of_image: Mapping[str, str] | None = None
    min_images: int = 1

    def value(self, image_id: str, true: str, predicted: str) -> str:
        """The value of an image whose label and prediction are known."""
        if self.of_image is None:
            return RIGHT if true == predicted else WRONG
        return self.of_image.get(image_id, UNKNOWN)


def read_divisions(
    definitions: Mapping[str, Mapping], folds: Path, indexes: Sequence[Path], min_images: int = 1
) -> list[Division]:
    """The subsets that `definitions` (comparison.subsets) divide the images of a study into.

    folds: table of images and folds. indexes: index tables of the data sets. min_images: of definitions that
    do not say. Raises StudyError for a column that no table has, and as `division` does.
    """
    wanted = {entry["by"] for entry in definitions.values()} - {CORRECT}
    images = {row["image_id"]: row for row in read_table(folds, ["image_id"], OF_FOLDS)}
    headers = {*OF_FOLDS}
    for path in indexes:
        headers |= _header(path)
        for row in read_table(path, ["image_id"], sorted(wanted)):
            if row["image_id"] in images:
                images[row["image_id"]] = row | images[row["image_id"]]
    for name, entry in definitions.items():
        if entry["by"] not in {CORRECT, *headers}:
            raise StudyError(
                f"comparison.subsets.{name}.by: no table of the study has a column {entry['by']}; there are "
                f"{', '.join([CORRECT, *sorted(headers - {'image_id'})])}"
            )
    return [division(name, {"min_images": min_images} | entry, images) for name, entry in definitions.items()]


def division(name: str, definition: Mapping, images: Images) -> Division:
    """The subsets of one definition. images: the columns of each; a missing one is a missing value.

    Raises StudyError if `values` names one that no image has, `cuts` meets text, or there are too many.

    >>> images = {"a": {"age": "20"}, "b": {"age": ""}, "c": {"age": "30"}}
    >>> found = division("age", {"by": "age", "cuts": [30]}, images)
    >>> found.values, found.of_image["b"], found.of_image["c"]
    (['below 30', 'from 30'], '', 'from 30')
    """
    by, cuts, asked = definition["by"], definition.get("cuts", []), definition.get("values", [])
    place = f"comparison.subsets.{name}"
    if by == CORRECT:
        found, of_image = [RIGHT, WRONG], None
    else:
        of_image = {image: " ".join(row.get(by, UNKNOWN).split()) for image, row in images.items()}
        if cuts:
            of_image = {image: _cut(text, cuts, f"{place}.cuts") for image, text in of_image.items()}
        there = {*of_image.values()} - {UNKNOWN}
        found = [one for one in _parts(cuts) if one in there] if cuts else sorted(there)
    if absent := [value for value in asked if value not in found]:
        raise StudyError(
            f"{place}.values: no image has {', '.join(absent)} in column {by}; there are "
            f"{', '.join(found) or 'none'}"
        )
    values = list(asked or found)
    if not values:
        raise StudyError(
            f"{place}: no image of the study has a value in column {by}; take {name} out of run.subsets"
        )
    if len(values) > MOST:
        shown = ", ".join(values[:5])
        raise StudyError(
            f"{place}: column {by} has {len(values)} values ({shown}, ...), of which at most {MOST} can be "
            f"compared; name some with {place}.values, or divide numbers with {place}.cuts"
        )
    return Division(name, values, of_image, definition.get("min_images", 1))


def _cut(text: str, cuts: Sequence[float], place: str) -> str:
    """The part of the number line that a number lies in; UNKNOWN for none."""
    if text == UNKNOWN:
        return UNKNOWN
    try:
        number = float(text)
    except ValueError:
        raise StudyError(f"{place}: '{text}' is no number; leave cuts out to compare the values") from None
    return UNKNOWN if isnan(number) else _parts(cuts)[bisect_right(cuts, number)]


def _parts(cuts: Sequence[float]) -> list[str]:
    """The names of the parts between cuts, in order; each cut belongs to the part above."""
    between = [f"{low:g} to {high:g}" for low, high in pairwise(cuts)]
    return [f"below {cuts[0]:g}", *between, f"from {cuts[-1]:g}"]


def _header(path: Path) -> set[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return set(next(csv.reader(file), ()))
