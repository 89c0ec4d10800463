"""Images of heatmaps in one folder, whose names tell network, fold and expression."""

import re
from pathlib import Path

FIELDS = ("network", "fold", "expression")


def name_pattern(names: str) -> re.Pattern:
    """The regular expression of file names with {network}, {fold} and {expression} in their places.

    >>> name_pattern("{network}_CV{fold}_{expression}.png").fullmatch("VGG16_CV2_fear.png").groups()
    ('VGG16', '2', 'fear')
    """
    expression = re.escape(names)
    for name in FIELDS:
        expression = expression.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.+)", 1)
    return re.compile(expression)


def matched(folder: Path, pattern: re.Pattern) -> tuple[list[tuple[Path, dict[str, str]]], list[Path]]:
    """The files of a folder whose names match, with their fields (expressions in lower case), and others."""
    found, others = [], []
    for path in sorted(folder.iterdir()):
        if match := pattern.fullmatch(path.name):
            found.append((path, match.groupdict() | {"expression": match["expression"].lower()}))
        else:
            others.append(path)
    return found, others
