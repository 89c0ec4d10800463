"""The version number of lookalike, which only pyproject.toml states."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def version() -> str:
    """The version that the current files state: three numbers, as text."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
