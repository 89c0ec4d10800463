"""How often an explainer asks the network: what run time and cost are estimated from, without TensorFlow."""

from collections.abc import Mapping
from numbers import Integral

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import load_entry
from workflow_scripts.orchestration.registries import REGISTRIES


def declared_passes(settings: Mapping, expressions: int) -> int:
    """The most passes per image that an explainer declares for so many expressions.

    settings: its entry under explanation.explainers. Raises StudyError where its module cannot be imported,
    declares none, or fails to.

    >>> declared_passes({"explainer": "lime", "samples": 1000}, 6)
    1000
    """
    name = settings["explainer"]
    passes = getattr(load_entry(REGISTRIES["explainer"].package, name), "passes", None)
    if not callable(passes):
        raise StudyError(
            f"'{name}' has no function passes(settings, expressions) beside it; give it one that returns the "
            "most network passes per image"
        )
    try:
        most = passes(settings, expressions)
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': passes(settings, expressions) failed: {error!r}") from error
    if not isinstance(most, Integral) or most < 1:
        raise StudyError(f"'{name}': passes(settings, expressions) is {most!r}, not a whole number from 1 on")
    return int(most)
