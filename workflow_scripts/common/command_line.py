"""Runs the entry point of a rule: its signature is its command line."""

import sys
from collections.abc import Callable
from functools import wraps

import cyclopts

from workflow_scripts.common.code import code_as_loaded, refuse_edited
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.version import version


def run(entry_point: Callable[..., None], *, end_of_options: str = "--", watched: bool = True) -> None:
    """Parse ``sys.argv`` by the signature of `entry_point` and call it.

    A `StudyError` ends the process with status 1 and prints only its message; any other exception is a bug
    and keeps its traceback. Output is UTF-8 whatever the locale, since file names may contain anything. With
    an empty `end_of_options`, "--" is an ordinary argument, for programs that pass their arguments on. A
    `watched` program fails if its code is edited while it runs.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app = cyclopts.App(version=version, end_of_options_delimiter=end_of_options)
        app.default(_of_one_code(entry_point) if watched else entry_point)
        app()
    except StudyError as error:
        sys.exit(f"Error: {error}")


def _of_one_code(entry_point: Callable[..., None]) -> Callable[..., None]:
    """The entry point, checked before and after it runs: it fails if its code is not the planned code."""

    @wraps(entry_point)
    def checked(*arguments, **options) -> None:
        code = code_as_loaded()
        refuse_edited(code)
        entry_point(*arguments, **options)
        refuse_edited(code)

    return checked
