"""Any laboratory's weights of tiles: a table with a row per person and face."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from workflow_scripts.comparison.people_maps import NO_POSER, PersonMap, read_landmarks, table_rows
from workflow_scripts.comparison.tile_maps import Grid, tile_maps


def read(
    settings: Mapping, files: Mapping[str, Sequence[Path]], expressions: Collection[str]
) -> Iterator[PersonMap]:
    """Maps of the people of a table with the columns person, expression, poser if there are several, and one
    per tile, from 0.

    settings: ``rows``, ``columns`` and ``order`` of the tiles, ``width`` and ``height`` of the image, px;
    ``labels``, their expressions -> ours. files: ``table``, and ``landmarks`` of the stimuli.
    """
    (table,), (landmarks,) = files["table"], files["landmarks"]
    grid = Grid(*(settings[key] for key in ("rows", "columns", "order", "width", "height")))
    numbers = [str(number) for number in range(grid.tiles)]
    faces = (
        (place, row["person"], row.get("poser") or NO_POSER, row["expression"], [row[n] for n in numbers])
        for place, row in table_rows(table, ["person", "expression", *numbers])
    )
    return tile_maps(faces, grid, read_landmarks(landmarks), settings.get("labels", {}), expressions)
