"""Numbers of one network beside those of its control networks, on the same images: a JSON file.

It is a list of `ControlNumber` as mappings. Each is about the control networks that stand for one entry of
training.controls and one number of randomised groups of layers, in all folds and repeats of the entry. A
number is the mean over folds (and repeats) of the numbers of single cells.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write

RANK_CORRELATION, PROBABILITY = "rank_correlation", "probability"


@dataclass(frozen=True)
class ControlNumber:
    """A number of the trained network and of its control networks.

    control, kind, randomized: see `training.controls.ControlNetwork`. groups: of layers in all; 0 for other
    kinds. mask_set: empty for numbers that need no mask. metric: of `comparison.metrics`, or ``amplitude``,
    of the heatmaps, ``probability``, of the expression, or ``rank_correlation``, of the importances by which
    the two networks explain an image, which is the control's. draws: the control's number in each repeat. n:
    images. subjects: of these, by fold. trained, control: None if missing. trained_changes, control_changes:
    how they change without each subject (`comparison.over_faces`); None for metrics that have no interval
    over faces, and where a heatmap rests on one subject. missing: which network has no heatmap, and why.
    """

    control: str
    kind: str
    randomized: int
    groups: int
    mask_set: str
    expression: str
    metric: str
    n: int
    subjects: Mapping[str, Sequence[str]]
    trained: float | None
    control_estimate: float | None
    draws: Sequence[float]
    trained_changes: Mapping[str, float] | None
    control_changes: Mapping[str, float] | None
    missing: str = ""


def write_numbers(path: Path, numbers: Sequence[ControlNumber]) -> None:
    """Write all numbers of a network."""
    with atomic_write(path) as unfinished:
        unfinished.write_text(json.dumps([asdict(one) for one in numbers]), encoding="utf-8")


def read_numbers(path: Path) -> list[ControlNumber]:
    """All numbers of a network. StudyError if the file is damaged."""
    try:
        return [ControlNumber(**one) for one in json.loads(Path(path).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise StudyError(f"{path}: no readable numbers ({error}); delete it and rerun") from error
