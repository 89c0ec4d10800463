"""The people of Wegrzyn et al. 2017, PLoS ONE 12(5) e0177239, as rule fetch_people gets their data."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.people_maps import PersonMap, read_landmarks
from workflow_scripts.comparison.tile_maps import Grid, tile_maps
from workflow_scripts.comparison.wegrzyn_files import TILES, WEIGHTS

GRID = Grid(rows=8, columns=6, order="columns", width=300, height=400)
LABELS = {
    "ang": "anger",
    "dis": "disgust",
    "fea": "fear",
    "hap": "happiness",
    "ntr": "neutral",
    "sad": "sadness",
    "sup": "surprise",
}


def read(
    settings: Mapping, files: Mapping[str, Sequence[Path]], expressions: Collection[str]
) -> Iterator[PersonMap]:
    """Maps of 94 people, two posers and six expressions; the neutral faces have no landmarks.

    files: ``weights``, the table that fetch_people writes, and ``landmarks`` of the stimuli.
    """
    (weights,), (landmarks,) = files["weights"], files["landmarks"]
    rows = read_table(weights, WEIGHTS)
    faces = (
        (
            str(weights),
            row["participant"],
            row["poser"],
            row["expression"],
            [row[str(n)] for n in range(TILES)],
        )
        for row in rows
    )
    return tile_maps(faces, GRID, read_landmarks(landmarks), LABELS, expressions)
