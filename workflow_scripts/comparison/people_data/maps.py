"""Maps as images: of gaze, mouse tracking or Bubbles, one per person and face, or their mean."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.people_files import fields_of
from workflow_scripts.comparison.people_maps import NO_POSER, PersonMap, read_landmarks, tell_left_out
from workflow_scripts.datasets.listing import expression_names, named_expression


def read(
    settings: Mapping, files: Mapping[str, Sequence[Path]], expressions: Collection[str]
) -> Iterator[PersonMap]:
    """Maps of people from grey images; brighter is more important.

    settings: ``maps``, the pattern of the images' paths; ``labels``, their expressions -> ours. files:
    ``maps``, and ``landmarks`` of the stimuli that the maps lie on; without them, the maps lie on the
    standard face.
    """
    names, left_out = expression_names(settings.get("labels", {})), Counter()
    landmarks = read_landmarks(files["landmarks"][0]) if "landmarks" in files else None
    for path in files["maps"]:
        fields = fields_of(settings["maps"], path)
        poser, label = fields.get("poser", NO_POSER), fields["expression"]
        expression = named_expression(label, names)
        if expression not in expressions:
            left_out[f"of {expression}, which is not an expression of the study"] += 1
        elif landmarks is not None and (poser, label) not in landmarks:
            left_out[f"no landmarks of poser {poser}, expression {label}"] += 1
        else:
            points = None if landmarks is None else landmarks[poser, label]
            yield PersonMap(fields.get("person", ""), poser, expression, read_importance(path), points)
    tell_left_out(left_out)


def read_importance(path: Path) -> np.ndarray:
    """A grey image of 8 or 16 bits as float32 (h, w). Raises StudyError if it is not one."""
    # imdecode, since imread does not open every path that Python can
    image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise StudyError(f"{path}: not a complete image; save it again as PNG")
    colours = image[..., :3] if image.ndim == 3 else image[..., None]
    if (colours != colours[..., :1]).any():
        raise StudyError(
            f"{path}: a colour image, whose order of colours is unknown; save the values as grey"
        )
    return colours[..., 0].astype(np.float32)
