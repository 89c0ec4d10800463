"""Where files lie: a study is a folder, the working directory; what ships with lookalike lies in its clone.

A relative path of the configuration means a file of the study, and where the study has none, the shipped one:
``resources/standard_face.csv`` serves every study. Paths of shipped files stay relative wherever they are
recorded, so that no result depends on where the clone lies.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]  # of the clone


def is_shipped(path: str | Path) -> bool:
    """Whether a path means a file or folder of the clone that is not in the study's folder.

    In the clone itself nothing is: there the study's folder has all of it.

    >>> is_shipped("nowhere.csv"), is_shipped("/etc")
    (False, False)
    """
    return bool(str(path)) and not Path(path).exists() and (ROOT / path).exists()


def recorded(path: Path) -> str:
    """A path as tables record it: one that is shipped from the clone's folder on, whatever lies above it."""
    if path.is_relative_to(ROOT) and located(path.relative_to(ROOT)) == path:
        path = path.relative_to(ROOT)
    return path.as_posix()


def located(path: str | Path) -> Path:
    """Where a path of the configuration leads: into the study's folder, or to what is shipped.

    >>> located("nowhere.csv").as_posix()
    'nowhere.csv'
    """
    return ROOT / path if is_shipped(path) else Path(path)
