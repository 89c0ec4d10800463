"""Masks as unions of action-unit regions: the convex hulls of their points on the standard face."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.action_unit_regions import region_outlines
from workflow_scripts.comparison.named_points import fill_outlines


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask of one expression, bool (HEIGHT, WIDTH).

    settings: ``action_units``, the units of each expression (paper, Table 2). source: table with the
    columns action_unit and polygons, which are separated by semicolons, their points by spaces.
    """
    units = settings.get("action_units", {}).get(expression)
    if not units:
        raise StudyError(f"action_units has no entry for {expression}; list its action units there")
    regions = region_outlines(source)
    missing = [str(unit) for unit in units if unit not in regions]
    if missing:
        raise StudyError(
            f"{source} has no region for action unit {', '.join(missing)}, which {expression} needs"
        )
    polygons = [polygon for unit in units for polygon in regions[unit]]
    return fill_outlines(polygons, landmarks, convex=True)
