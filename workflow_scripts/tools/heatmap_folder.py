"""Heatmap images of any origin in one folder, and the masks that they are compared with in another."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.image_names import FIELDS, matched, name_pattern
from workflow_scripts.comparison.mask_image import read_gray, read_mask


def read_folder(
    heatmaps: Path, pattern: str, masks: Path, mask_pattern: str
) -> tuple[dict[tuple[str, str, str], np.ndarray], dict[str, np.ndarray], dict[tuple[str, str, str], Path]]:
    """The heatmaps of a folder, uint8 (h, w) by (network, fold, expression), their masks and their files.

    Masks are bool (h, w) by expression. Heatmaps of an expression without a mask are left out, and named.
    Raises StudyError as `matching_files` and `mask_of` do, if nothing is left, or if sizes differ.
    """
    found, read, files = {}, {}, {}
    for path, cell in matching_files(heatmaps, pattern):
        expression = cell["expression"]
        if expression not in found:
            found[expression] = mask_of(expression, masks, mask_pattern)
            if found[expression] is None:
                print(f"{expression}: no mask in {masks} matches {mask_pattern}; its heatmaps are left out")
        if found[expression] is not None:
            key = tuple(cell[field] for field in FIELDS)
            read[key], files[key] = read_gray(path), path
    if not read:
        raise StudyError(f"no file in {heatmaps} matches {pattern} and has a mask in {masks}")
    regions = {name: read_mask(path) for name, path in found.items() if path is not None}
    for cell, heatmap in read.items():
        mask = regions[cell[-1]]
        if heatmap.shape != mask.shape:
            raise StudyError(
                f"{files[cell]}: {heatmap.shape[::-1]} pixels, but its mask has {mask.shape[::-1]}"
            )
    return read, regions, files


def matching_files(folder: Path, pattern: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Files of `folder` whose names match, with their network, fold and expression.

    Expressions are given in lower case. Raises StudyError if the folder does not exist or the pattern lacks
    one of the three fields; prints how many files do not match.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: no such folder")
    missing = [name for name in FIELDS if f"{{{name}}}" not in pattern]
    if missing:
        raise StudyError(f"--pattern '{pattern}' lacks {', '.join(f'{{{name}}}' for name in missing)}")
    found, others = matched(folder, name_pattern(pattern))
    yield from found
    if others:
        print(f"{len(others)} files in {folder} do not match {pattern} and are left out")


def mask_of(expression: str, folder: Path, pattern: str) -> Path | None:
    """The one file in `folder` whose name matches, in any case; None if there is none.

    Raises StudyError if the folder does not exist, the pattern lacks {expression}, or several files match.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: no such folder")
    if "{expression}" not in pattern:
        raise StudyError(f"--mask-pattern '{pattern}' lacks {{expression}}")
    wanted = pattern.lower().replace("{expression}", expression)
    candidates = [path for path in sorted(folder.iterdir()) if fnmatchcase(path.name.lower(), wanted)]
    if len(candidates) > 1:
        names = ", ".join(path.name for path in candidates)
        raise StudyError(
            f"{folder}: several files could be the mask of {expression}: {names}; "
            "keep one, or single it out with --mask-pattern"
        )
    return candidates[0] if candidates else None
