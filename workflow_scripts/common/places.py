"""Where files are: a study's in its folder, the working directory; shipped files in the clone of lookalike.

A relative path in config means a file of the study or, if the study has none, the shipped one:
``resources/standard_face.csv`` serves every study. Paths of shipped files are always recorded as relative, so
that no result depends on where the clone is.
"""

from pathlib import Path

from workflow_scripts.common.files import is_there

ROOT = Path(__file__).parents[2]  # the folder of the clone


def is_shipped(path: str | Path) -> bool:
    """Whether a path means a file or folder of the clone rather than of the study's folder.

    Always False where the study's folder is the clone itself.

    >>> is_shipped("nowhere.csv"), is_shipped("/etc")
    (False, False)
    """
    there, shipped = (is_there(place, Path.exists) for place in (Path(path), ROOT / path))
    return bool(str(path)) and shipped and not there


def is_own(path: str | Path) -> bool:
    """Whether the study's folder has a file where the clone ships one, and it is not that one.

    Always False where the study's folder is the clone itself.

    >>> is_own("nowhere.csv"), is_own(ROOT / "config.yaml")
    (False, False)
    """
    return is_there(path) and Path(path).resolve() != (ROOT / path).resolve()


def recorded(path: Path) -> str:
    """A path as tables record it; that of a shipped file is relative to the clone."""
    if path.is_relative_to(ROOT) and located(path.relative_to(ROOT)) == path:
        path = path.relative_to(ROOT)
    return path.as_posix()


def located(path: str | Path) -> Path:
    """The file that a path in config means: one in the study's folder, or a shipped one.

    >>> located("nowhere.csv").as_posix()
    'nowhere.csv'
    """
    return ROOT / path if is_shipped(path) else Path(path)
