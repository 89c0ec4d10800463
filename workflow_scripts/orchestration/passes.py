"""What explainers declare to plans, without TensorFlow: their network passes, and the files they read."""

from collections.abc import Mapping
from numbers import Integral

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import load_entry
from workflow_scripts.orchestration.registries import REGISTRIES


def declared_files(settings: Mapping) -> list[str]:
    """The files that an explainer declares to read, of the study or shipped; none if it declares none.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported, or
    its function fails.

    >>> declared_files({"explainer": "lime"}), declared_files({"explainer": "uncovering"})
    ([], ['resources/wegrzyn2017/grid.csv'])
    """
    name = settings["explainer"]
    files = getattr(load_entry(REGISTRIES["explainer"].package, name), "files", None)
    if files is None:
        return []
    try:
        return [str(path) for path in files(settings)]
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': files(settings) failed: {error!r}") from error


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
