"""Hazards of people's trials in a file, one group per expression, for networks to be compared with."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5
from workflow_scripts.comparison.hazard import Hazard
from workflow_scripts.comparison.hazard_agreement import Reliability

ARRAYS = ("right", "wrong", "baselines", "changes", "covariance")


def write_hazards(
    path: Path,
    hazards: Mapping[str, Hazard],
    reliabilities: Mapping[str, Reliability],
    weights: Mapping[str, np.ndarray],
) -> None:
    """Write fits with their reliabilities and the published formula's weights (T,), all by expression."""
    with new_hdf5(path) as file:
        for expression, hazard in hazards.items():
            group = file.create_group(expression)
            for name in ARRAYS:
                group[name] = getattr(hazard, name)
            group["weights"] = weights[expression]
            group.create_dataset("clusters", data=list(hazard.clusters), dtype=h5py.string_dtype())
            group.attrs["answers"], group.attrs["steps"] = hazard.answers, hazard.steps
            group.attrs["converged"], group.attrs["reason"] = hazard.converged, hazard.reason
            group.attrs["reliability"] = json.dumps(asdict(reliabilities[expression]))


def read_hazards(
    path: Path,
) -> tuple[dict[str, Hazard], dict[str, Reliability], dict[str, np.ndarray]]:
    """The content of such a file. StudyError if it is damaged."""
    hazards, reliabilities, weights = {}, {}, {}
    with open_hdf5(path, []) as file:
        for expression, group in file.items():
            arrays = {name: group[name][:] for name in ARRAYS}
            hazards[expression] = Hazard(
                **arrays,
                clusters=group["clusters"].asstr()[:].tolist(),
                converged=bool(group.attrs["converged"]),
                answers=tuple(int(n) for n in group.attrs["answers"]),
                steps=int(group.attrs["steps"]),
                reason=str(group.attrs["reason"]),
            )
            reliabilities[expression] = Reliability(**json.loads(group.attrs["reliability"]))
            weights[expression] = group["weights"][:]
    return hazards, reliabilities, weights
