"""The published heatmaps that a study is put beside (comparison.published), for rules and checks."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path

from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import located
from workflow_scripts.comparison.published_heatmaps import NAMES, Cell, published_files

KEY = "comparison.published"


def images(config: Mapping) -> dict[Cell, str]:
    """The paths of the images by (network, fold, expression); none if the key is not set."""
    return {cell: paths[0] for cell, paths in _found(config)[0].items()}


def folds(config: Mapping) -> dict[str, list[int]]:
    """The published networks, by their names in tables, and the folds that each has heatmaps of."""
    found = {}
    for network, fold, _ in sorted(images(config)):
        found.setdefault(network, {})[fold] = None
    return {network: sorted(of_network) for network, of_network in found.items()}


def problems(config: Mapping) -> Iterator[str]:
    """Why the published heatmaps cannot be used, a line each."""
    folder = config["comparison"]["published"]
    if not folder:
        return
    if not is_there(located(folder), Path.is_dir):
        yield f"{KEY}: there is no folder {folder} (relative to {Path.cwd()})"
        return
    found, _ = _found(config)
    if not found:
        studied = ", ".join(config["run"]["expressions"])
        yield (
            f"{KEY}: no file in {folder} is named {NAMES}, with an expression of the study ({studied}); "
            "name the folder with the images, or set the key to ''"
        )
    for paths in found.values():
        if len(paths) > 1:
            yield f"{KEY}: {' and '.join(paths)} are of the same network, fold and expression; keep one"


def doubts(config: Mapping) -> Iterator[str]:
    """What is missing beside the published heatmaps that there are, and what is left out, a line each."""
    found, others = _found(config)
    studied = config["run"]["expressions"]
    lacking = [name for name in studied if name not in {expression for _, _, expression in found}]
    if found and lacking:
        yield f"{KEY}: there are no published heatmaps of {', '.join(lacking)}; their columns stay empty"
    grid = [
        (network, fold, one) for network, of in folds(config).items() for fold, one in product(of, studied)
    ]
    absent = [cell for cell in grid if cell not in found and cell[-1] not in lacking]
    if absent:
        network, fold, expression = absent[0]
        yield f"{KEY}: {len(absent)} heatmaps are missing, the first of {network}, fold {fold}, {expression}"
    if found and others:
        yield (
            f"{KEY}: {len(others)} files are left out, as they are not named {NAMES} or are of expressions "
            f"that the study does not have; the first is {others[0]}"
        )


def _found(config: Mapping) -> tuple[dict[Cell, list[str]], list[str]]:
    return _read(config["comparison"]["published"], tuple(config["run"]["expressions"]), Path.cwd())


@cache
def _read(folder: str, expressions: tuple[str, ...], _: Path) -> tuple[dict[Cell, list[str]], list[str]]:
    return published_files(folder, expressions)
