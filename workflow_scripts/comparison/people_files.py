"""The files that data on people lie in, by the settings that name them."""

import re
from collections.abc import Mapping
from glob import escape
from pathlib import Path

from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import located

FILE_SETTINGS = ("table", "maps", "landmarks")
FIELDS = ("person", "poser", "expression")
FETCHED = ("wegrzyn2017",)  # kinds of data that rule fetch_people gets


def people_files(settings: Mapping) -> dict[str, list[str]]:
    """The files that the settings of a people set name, as the configuration writes paths, by setting.

    A pattern stands for the files that match it, sorted; there may be none.

    >>> people_files({"data": "tiles", "table": "a.csv", "rows": 8})
    {'table': ['a.csv']}
    """
    return {key: _matching(settings[key]) for key in FILE_SETTINGS if settings.get(key)}


def fields_of(pattern: str, path: str | Path) -> dict[str, str] | None:
    """The person, poser and expression that a path tells by a pattern; None if it does not match.

    >>> fields_of("maps/{person}_{expression}.png", "/study/maps/p_1_fear.png")
    {'person': 'p_1', 'expression': 'fear'}
    """
    match = re.fullmatch(f"(?:.*/)?{_expression(str(Path(pattern)))}", Path(path).as_posix())
    return match.groupdict() if match else None


def _expression(pattern: str) -> str:
    """The regular expression of a pattern; a field that occurs twice has the same value in both places."""
    expression = re.escape(pattern)
    for name in FIELDS:
        field = re.escape(f"{{{name}}}")
        expression = expression.replace(field, f"(?P<{name}>[^/]+)", 1).replace(field, f"(?P={name})")
    return expression


def _matching(pattern: str) -> list[str]:
    pattern = str(Path(pattern))
    if "{" not in pattern:
        return [pattern]
    folder = Path(pattern.partition("{")[0] + "x").parent
    rest = Path(pattern).relative_to(folder).as_posix()
    stars = re.sub(r"{\w+}", "*", rest)
    literal = "*".join(escape(part) for part in stars.split("*"))
    place = located(folder)
    if not is_there(place, Path.is_dir):
        return []
    found = (folder / path.relative_to(place) for path in place.glob(literal) if path.is_file())
    return sorted(str(path) for path in found if fields_of(pattern, path))
