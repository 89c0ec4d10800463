"""What a failed run prints last: which jobs, the last lines of their logs, and the command to resume."""

import atexit
import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

COMMAND = "LOOKALIKE_COMMAND"  # environment: what the user typed, if it was not snakemake
LAST_LINES = 8
SHOWN_JOBS = 3  # the others usually failed for the same reason
LINE_LENGTH = 1000  # longest line shown of a log; an error message is one line, and may name files


def tell_failures(workflow) -> None:
    """Print which jobs failed when the process ends, after Snakemake's own last messages."""
    failed = sorted(workflow.scheduler.failed, key=lambda job: str(job.log))
    jobs = [(job_name(job.rule.name, job.wildcards_dict), list(map(Path, job.log))) for job in failed]
    if jobs:
        text = failure_text(jobs, command_to_go_on(sys.argv, os.environ))
        atexit.register(lambda: print(text, file=sys.stderr, flush=True))


def job_name(rule: str, wildcards: Mapping[str, str]) -> str:
    """A job as users name it.

    >>> job_name("train_network", {"network": "WeiNet", "fold": "1"})
    'train_network (network WeiNet, fold 1)'
    >>> job_name("assign_folds", {})
    'assign_folds'
    """
    named = ", ".join(f"{name} {value}" for name, value in wildcards.items())
    return f"{rule} ({named})" if named else rule


def shown_path(path: Path) -> Path:
    """A path relative to the user's folder, even if Snakemake works in another one."""
    whole, person = path.absolute(), os.environ.get("PWD", "")
    return whole.relative_to(person) if person and whole.is_relative_to(person) else whole


def failure_text(jobs: Sequence[tuple[str, Iterable[Path]]], command: str) -> str:
    """The text about failed jobs, each given as a name and its logs."""
    parts = []
    for name, logs in jobs[:SHOWN_JOBS]:
        parts.append(f"\nFailed: {name}")
        for log in logs:
            lines = last_lines(log)
            shown = shown_path(log)
            parts.append(f"  {shown} ends:" if lines else f"  {shown} is empty.")
            parts += [f"    {line}" for line in lines]
    if len(jobs) > SHOWN_JOBS:
        names = ", ".join(name for name, _ in jobs[SHOWN_JOBS : 2 * SHOWN_JOBS])
        more = " and others" if len(jobs) > 2 * SHOWN_JOBS else ""
        parts.append(f"\n{len(jobs) - SHOWN_JOBS} more jobs failed: {names}{more}")
    return "\n".join([*parts, f"\nOnce that is fixed, resume with: {command}", "Finished jobs are kept."])


def last_lines(log: Path, most: int = LAST_LINES) -> list[str]:
    """The last lines of a log; none if there is no such file."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line[:LINE_LENGTH] for line in text.splitlines() if line.strip()][-most:]


def command_to_go_on(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The command that resumes the run.

    >>> command_to_go_on([".venv/bin/snakemake", "--profile", "my profile"], {})
    "snakemake --profile 'my profile'"
    >>> command_to_go_on(["snakemake"], {"LOOKALIKE_COMMAND": "make demo"})
    'make demo'
    """
    return environment.get(COMMAND) or shlex.join(["snakemake", *arguments[1:]])
