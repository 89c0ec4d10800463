"""What tests of scores share."""

import json
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.comparison.fetch_people import fetch_people
from workflow_scripts.comparison.people_maps import PeopleMaps, read_people
from workflow_scripts.comparison.standardize_people import standardize_people

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"
SIX = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]


@pytest.fixture
def halves():
    """A heatmap, bright in its upper half; a mask, the left half; a face, all but the lowest row."""
    heatmap, mask, face = np.zeros((8, 8)), np.zeros((8, 8), bool), np.ones((8, 8), bool)
    heatmap[:4] = 1
    mask[:, :4] = True
    face[7] = False
    return heatmap, mask, face


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> PeopleMaps:
    """The 94 people of the shared tables."""
    if not (SHARED / "human").is_dir():
        pytest.skip("needs the people's tables, ../shared")
    folder = tmp_path_factory.mktemp("people")
    tables = {name: folder / f"{name}.csv" for name in ("trials", "weights")}
    listed = ROOT / "resources/wegrzyn2017/files.csv"
    fetch_people("theirs", files=listed, folder=str(SHARED / "human"), source=folder / "source", **tables)
    settings = {"data": "wegrzyn2017", "share": 0.25}
    standardize_people(
        "theirs",
        settings=json.dumps(settings | {"landmarks": str(ROOT / "resources/wegrzyn2017/landmarks.csv")}),
        expressions=json.dumps(SIX),
        standard_face=ROOT / "resources/standard_face.csv",
        weights=tables["weights"],
        output=folder / "out",
    )
    return read_people(folder / "out/maps.h5")
