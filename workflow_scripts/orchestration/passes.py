"""How many network passes an explainer makes, to estimate run time and cost without TensorFlow."""

from collections.abc import Mapping
from numbers import Integral

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import load_entry
from workflow_scripts.orchestration.registries import REGISTRIES


def declared_passes(settings: Mapping, expressions: int) -> int:
    """The most passes per image that an explainer declares for that many expressions.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported,
    declares none, or fails.

    >>> declared_passes({"explainer": "lime", "samples": 1000}, 6)
    1000
    """
    name = settings["explainer"]
    passes = getattr(load_entry(REGISTRIES["explainer"].package, name), "passes", None)
    if not callable(passes):
        raise StudyError(
            f"'{name}' has no function passes(settings, expressions) in its file; add one that returns the "
            "most network passes per image"
        )
    try:
        most = passes(settings, expressions)
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': passes(settings, expressions) failed: {error!r}") from error
    if not isinstance(most, Integral) or most < 1:
        raise StudyError(
            f"'{name}': passes(settings, expressions) returned {most!r}, not a whole number of at least 1"
        )
    return int(most)
