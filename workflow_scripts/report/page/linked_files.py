"""The files that the page links to: figures, which it also holds, and copies of tables."""

import os
import shutil
from pathlib import Path
from urllib.parse import quote

import cv2

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import PNG_DPI
from workflow_scripts.common.files import atomic_write
from workflow_scripts.report.page.study import FigureFile

CSS_DPI = 96


def figure_file(svg: Path, folder: Path) -> FigureFile:
    """Links to a figure relative to `folder`, and its size from the PNG file beside it.

    Raises StudyError if a file is missing, or lies elsewhere, since the folder could not be moved then.
    """
    png = svg.with_suffix(".png")
    image = cv2.imread(str(png), cv2.IMREAD_GRAYSCALE)
    if image is None or not svg.is_file():
        raise StudyError(
            f"{svg}: this figure or {png.name} beside it is missing; rerun the rule that draws it"
        )
    links = [Path(os.path.relpath(path, folder)).as_posix() for path in (svg, png)]
    if links[0].startswith("../"):
        raise StudyError(f"{svg} lies outside the report's folder {folder}; write the figure there")
    height, width = (round(side * CSS_DPI / PNG_DPI) for side in image.shape)
    return FigureFile(*links, svg_uri(svg), width, height)


def svg_uri(path: Path) -> str:
    """A whole SVG as a data URI, so that the page shows its figures wherever it is moved.

    Its pictures are base64 already: as text, the file gets hardly longer.
    """
    return "data:image/svg+xml;charset=utf-8," + quote(path.read_bytes(), safe=" /:;,=+()")


def copy_table(path: Path, name: str, folder: Path) -> str:
    """Copy a table into `folder`/tables under a file name made of `name`; its link relative to `folder`."""
    file_name = name.replace(": ", "_").replace(", ", "_").replace(" ", "_") + ".csv"
    with atomic_write(folder / "tables" / file_name) as unfinished:
        shutil.copyfile(path, unfinished)
    return f"tables/{file_name}"
