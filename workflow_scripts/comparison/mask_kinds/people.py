"""Masks of where people look: the places of the face that mattered most to them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.people_maps import read_people


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask of one expression, bool (HEIGHT, WIDTH): the places of the people set `people`.

    source: the file with the maps of these people.
    """
    places = read_people(source).places
    if expression not in places:
        raise StudyError(f"{settings['people']} has no maps of {expression}; it has: {', '.join(places)}")
    return places[expression]
