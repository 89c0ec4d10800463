"""The heatmaps that the study published: how their files name network, fold and expression."""

import re
from collections.abc import Collection
from pathlib import Path

from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import located
from workflow_scripts.comparison.beside import PUBLISHED
from workflow_scripts.comparison.image_names import matched

NAMES = "{network}_CV{fold}_{expression}_heatmap.png"
WORD = "[A-Za-z][A-Za-z0-9_-]*"
PATTERN = re.compile(rf"(?P<network>{WORD})_CV(?P<fold>[1-9]\d*)_(?P<expression>{WORD})_heatmap\.png")

Cell = tuple[str, int, str]


def published_files(folder: str, expressions: Collection[str]) -> tuple[dict[Cell, list[str]], list[str]]:
    """Paths of the published heatmaps of some expressions by (network, fold, expression), and other files.

    Networks have their names in tables. Several paths of one cell differ in the case of the expression alone.
    folder: as in the configuration; a folder that does not exist has no files.
    """
    found, others = {}, []
    if folder and is_there(located(folder), Path.is_dir):
        files, unmatched = matched(located(folder), PATTERN)
        others = [path.name for path in unmatched]
        for path, cell in files:
            if cell["expression"] in expressions:
                key = PUBLISHED.prefix + cell["network"], int(cell["fold"]), cell["expression"]
                found.setdefault(key, []).append(str(Path(folder, path.name)))
            else:
                others.append(path.name)
    return found, others
