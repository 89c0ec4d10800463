"""Runs only what a change of settings, code or data affects: a rerun ends where outputs come out unchanged.

python -m workflow_scripts.tools.update_study --profile slurm [any arguments of snakemake]
"""

import os
import shlex
import signal
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter
from snakemake.cli import parse_args

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.dry_run import PlannedJob, dry_run, dry_run_records
from workflow_scripts.orchestration.failures import COMMAND
from workflow_scripts.orchestration.provenance import write_provenance
from workflow_scripts.orchestration.rounds import ends, next_round, refuse_repetition
from workflow_scripts.training.kept_training import forget_finished

Result = TypeVar("Result")

INTERRUPTED = 128 + signal.SIGINT
COMPARED = ["--max-checksum-file-size", "1GB"]  # as in the profiles
REFUSED = {"dryrun": "--dry-run: see `make plan`", "force": "--force: name what to force with --forcerun"}


def update_study(*snakemake: Annotated[str, Parameter(allow_leading_hyphen=True)]) -> None:
    """Run `snakemake SNAKEMAKE` in rounds, each planned anew from what the previous one has written.

    A round runs the jobs that are certain; those that depend on what these write run in a later round, and
    only if that differs from what they read before. If all jobs are certain, as in a first run, this is one
    ordinary run. If a job fails, the exit status is that of Snakemake.

    Parameters
    ----------
    snakemake
        Arguments as for snakemake: --profile, --configfile, targets, ...
    """
    try:
        arguments, forces = checked_arguments(snakemake)
        left = apart(planned, arguments)
        if not left:
            print("Nothing to be done: the results are those of this configuration and this code.")
            return
        while left and not all(job.certain for job in left):
            left = run_round(arguments, left, forces)
        if left:
            print(f"Running the rest: {counted(left)}", flush=True)
            run_snakemake(with_options(arguments, forcing(left, forces)))
        apart(end_well, arguments)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def run_round(arguments: Sequence[str], jobs: Sequence[PlannedJob], forces: bool) -> list[PlannedJob]:
    """Run the certain jobs of the plan `jobs`; returns the plan that is left."""
    now = next_round(jobs)
    print(f"Running {counted(now)}; {len(jobs) - len(now)} jobs wait for what these write", flush=True)
    run_snakemake(with_options(arguments, [*forcing(now, forces), "--until", *ends(now)]))
    ran = {job.outputs for job in now}
    waiting = [job for job in jobs if job.outputs not in ran]
    left = apart(planned, with_options(arguments, forcing(waiting, forces)))
    refuse_repetition(now, left)
    stay = {job.outputs for job in left}
    gone = sum(job.outputs not in stay for job in waiting)
    print(f"{gone} jobs dropped, because their inputs did not change; {len(left)} are left", flush=True)
    return left


def checked_arguments(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """The arguments for all rounds, and whether they force single jobs to run.

    Raises StudyError for arguments that would affect every round. If nothing sets the size up to which files
    are compared by content, the arguments do: Snakemake's default of one megabyte is smaller than a network.
    """
    parser, options = parse_args(list(arguments))
    for name, message in REFUSED.items():
        if getattr(options, name):
            raise StudyError(f"make update does not accept {message}")
    by_default = options.max_checksum_file_size == parser.get_default("max_checksum_file_size")
    if by_default:
        print(f"Files are compared by content with {' '.join(COMPARED)}: no profile sets a size limit.")
    added = [*(COMPARED if by_default else []), *logger_options(options)]
    return with_options(arguments, added), bool(options.forcerun)


def logger_options(options: Namespace) -> list[str]:
    """The options for bars with the time left, if a user is watching and the jobs run here."""
    here = options.executor in (None, "local")
    return ["--logger", "rich"] if here and not options.logger and sys.stderr.isatty() else []


def with_options(arguments: Sequence[str], options: Sequence[str]) -> list[str]:
    """The arguments with further options after them, which override earlier ones.

    >>> with_options(["--forcerun", "draw_masks", "--", "a.csv"], ["--forcerun"])
    ['--forcerun', 'draw_masks', '--forcerun', '--', 'a.csv']
    """
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    return [*arguments[:end], *options, *arguments[end:]]


def forcing(jobs: Sequence[PlannedJob], forces: bool) -> list[str]:
    """The arguments that force those of `jobs` that are to be forced: each only once, in one round."""
    return ["--forcerun", *(job.outputs[0] for job in jobs if job.forced)] if forces else []


def planned(arguments: Sequence[str]) -> list[PlannedJob]:
    return dry_run(arguments).jobs


def end_well(arguments: Sequence[str]) -> None:
    """Write the provenance, as Snakemake does at the end of a run, also where nothing was left to run.

    What repeated trainings have kept for jobs that did not have to run is removed.
    """
    _, options, workflow = dry_run_records(arguments)
    with chdir(options.directory or "."):
        write_provenance(workflow, workflow.globals["config"])
        forget_finished(Path("results"))


def apart(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a new process, which reads code, settings and records afresh."""
    ignored = (signal.SIGINT, signal.SIG_IGN)  # it ends soon, and would print a traceback
    with ProcessPoolExecutor(1, get_context("spawn"), signal.signal, ignored) as pool:
        return pool.submit(function, *arguments).result()


def run_snakemake(arguments: Sequence[str]) -> None:
    """Run Snakemake, and exit with its status if that is not 0.

    Ctrl-C reaches Snakemake too: it ends its jobs, and this process waits for it.
    """
    again = shlex.join(["python", "-m", "workflow_scripts.tools.update_study", *sys.argv[1:]])
    environment = {COMMAND: again} | os.environ
    process = subprocess.Popen([sys.executable, "-m", "snakemake", *arguments], env=environment)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    interrupted = False
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            interrupted = True
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if interrupted:
        sys.exit(INTERRUPTED)
    if process.returncode:
        sys.exit(process.returncode)


def counted(jobs: Sequence[PlannedJob]) -> str:
    """How many jobs there are of each rule."""
    return ", ".join(f"{number} {rule}" for rule, number in Counter(job.rule for job in jobs).items())


if __name__ == "__main__":
    run(update_study, end_of_options="", watched=False)  # it runs for days; its jobs watch themselves
