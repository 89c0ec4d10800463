"""Masks from outlines in named points of the standard face, one list of polygons per expression."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.named_points import fill_outlines


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask of one expression, bool (HEIGHT, WIDTH), from the JSON file `source`."""
    try:
        outlines = json.loads(Path(source).read_text(encoding="utf-8"))["masks"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(
            f"{source}: expected JSON with masks, as in resources/figure4_masks.json ({error!r})"
        ) from error
    if expression not in outlines:
        raise StudyError(f"{source} has no outline of {expression}; it has: {', '.join(outlines)}")
    return fill_outlines(outlines[expression], landmarks, convex=False)
