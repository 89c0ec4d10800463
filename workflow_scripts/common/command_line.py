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

    A `StudyError` ends the process with status 1 and its message alone; any other
    exception is a defect of ours and keeps its traceback. What is printed is UTF-8, whatever the locale:
    names of files may be anything. With an empty `end_of_options`, "--" is an argument like any other, for a
    program that hands its arguments on. A program that is `watched` fails where its code is edited meanwhile.
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
    """The entry point, which fails where its code is not that of the plan, before and after it ran."""

    @wraps(entry_point)
    def checked(*arguments, **options) -> None:
        code = code_as_loaded()
        refuse_edited(code)
        entry_point(*arguments, **options)
        refuse_edited(code)

    return checked
