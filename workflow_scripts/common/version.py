"""The version number of lookalike, which stands in pyproject.toml alone."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def version() -> str:
    """Of the files that are there now, as text: three numbers."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
