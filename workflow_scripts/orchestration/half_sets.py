"""Data sets of half faces: made of another data set, whose faces show the expression in one half only.

``{half_of: mine, shows: mouth}`` stands for the settings of the data set `mine`, with its own beside them:
its index is made by the same reader, and `faces.blend_faces` makes its faces.
"""

from collections.abc import Iterator, Mapping

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.hints import nearest

SOURCE = "half_of"
OWN = (SOURCE, "shows", "neutral")  # keys that no reader knows
NEUTRAL = "neutral"  # the expression of neutral faces, unless the data set says otherwise


def derive_half_sets(config: dict) -> None:
    """Write the settings of its source into each data set of half faces: StudyError if there is none."""
    datasets = config.get("datasets")
    entries = {
        name: entry
        for name, entry in (datasets.items() if isinstance(datasets, Mapping) else ())
        if isinstance(entry, Mapping) and any(key in entry for key in OWN)
    }
    if problems := [line for name, entry in entries.items() for line in _problems(name, entry, datasets)]:
        raise StudyError(
            "\n".join(["the configuration cannot be used:", *(f"  - {line}" for line in problems)])
        )
    for name, entry in entries.items():
        datasets[name] = {**datasets[entry[SOURCE]], NEUTRAL: NEUTRAL, **entry}


def _problems(name: str, entry: Mapping, datasets: Mapping) -> Iterator[str]:
    place = f"datasets.{name}"
    if SOURCE not in entry:
        keys = " and ".join(key for key in OWN if key in entry)
        yield (
            f"{place}: only half faces have {keys}; name the data set that they are made of with "
            f"{place}.{SOURCE}, or remove the key"
        )
        return
    source = datasets.get(entry[SOURCE]) if isinstance(entry[SOURCE], str) else None
    if not isinstance(source, Mapping):
        yield (
            f"{place}.{SOURCE} names {entry[SOURCE]}, which the configuration does not define"
            f"{nearest(str(entry[SOURCE]), datasets, 'defined are')}"
        )
    elif SOURCE in source:
        yield (
            f"{place}.{SOURCE} names {entry[SOURCE]}, whose faces are half faces themselves; name "
            f"{source[SOURCE]}, the data set with whole faces"
        )
    if "shows" not in entry:
        yield f"{place}: say which half shows the expression, shows: mouth or shows: brows"


def half_sets(config: Mapping) -> dict[str, str]:
    """The data sets of half faces in a checked configuration, and the half that shows the expression."""
    return {name: entry["shows"] for name, entry in config["datasets"].items() if SOURCE in entry}


def neutral_of(config: Mapping, dataset: str) -> str:
    """The expression of the faces that give a data set's other halves; empty if its faces are whole."""
    entry = config["datasets"][dataset]
    return entry[NEUTRAL] if SOURCE in entry else ""
