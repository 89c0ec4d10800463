"""The published heatmaps on maps of where people look, for `write_findings`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from workflow_scripts.comparison.ceilings import read_ceilings
from workflow_scripts.comparison.compare_people import Entries, compared
from workflow_scripts.comparison.fetch_people import fetch_people
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.measure_people import measure_people
from workflow_scripts.comparison.network_agreement import agreements
from workflow_scripts.comparison.people_scores import read_measured
from workflow_scripts.comparison.reference_tables import Heatmaps
from workflow_scripts.comparison.standardize_people import standardize_people
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.tools.score_heatmaps import RESOURCES, STANDARD_FACE

PEOPLE, MASKS = "wegrzyn2017", "paper"
FILES = RESOURCES / "wegrzyn2017/files.csv"


@dataclass(frozen=True)
class OnPeople:
    """What people reach on their own maps, what networks do, and people's heatmaps by expression."""

    people: Sequence[Mapping[str, str]]
    networks: Sequence[Mapping[str, object]]
    heatmaps: Mapping[str, np.ndarray]


def on_people(
    folder: Path, given: Heatmaps, groups: Mapping[str, Sequence[str]], metrics: Sequence[str], seed: int
) -> OnPeople:
    """Score published heatmaps on the maps of the people whose data `folder` has."""
    expressions = list(given.masks)
    with TemporaryDirectory() as place:
        work = Path(place)
        fetch_people(
            PEOPLE,
            files=FILES,
            folder=str(folder),
            source=work / "source",
            trials=work / "trials.csv",
            weights=work / "weights.csv",
        )
        standardize_people(
            PEOPLE,
            settings=json.dumps(read_config([])["comparison"]["people"][PEOPLE]),
            expressions=json.dumps(expressions),
            standard_face=STANDARD_FACE,
            weights=work / "weights.csv",
            output=work,
        )
        for expression, mask in given.masks.items():
            write_mask(work / f"{expression}.png", mask)
        measure_people(
            work / "maps.h5",
            people=PEOPLE,
            expressions=json.dumps(expressions),
            masks=[work / f"{expression}.png" for expression in expressions],
            masked=json.dumps([[MASKS, expression] for expression in expressions]),
            standard_face=STANDARD_FACE,
            seed=seed,
            output=work / "agreement.csv",
            ceilings=work / "ceilings.h5",
            metrics=json.dumps(metrics),
        )
        reached = read_ceilings(work / "ceilings.h5")
        measured, shown = read_measured(work / "maps.h5", PEOPLE, expressions, given.face, seed)
        found = agreements(given.metrics, given.maps, measured, shown)
        folds = len({fold for _, fold, _ in given.maps})
        entries = Entries(given.networks, given.networks, groups, [], folds)
        return OnPeople(
            read_table(work / "agreement.csv", AGREEMENT),
            compared(found, entries, reached, PEOPLE),
            {expression: read_heatmap(work / f"{expression}.npy") for expression in shown},
        )
