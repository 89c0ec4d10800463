"""What Snakemake plans, asked a hundred times: its command line without the time that its start takes.

A process imports Snakemake once and forks for each call. The fork does what a new process would do: it reads
the workflow, the settings, our code and the records of former runs from the disk as they are then. Only what
the files mean that are there at the start is known before, by their bytes. A summary of the miniature study
takes a fifth of the CPU time of a new process: time to edit every module and every setting alone.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def snakemake_calls(folder: Path) -> Iterator[Callable[..., str]]:
    """A function that calls Snakemake in `folder` with the study's profile and returns what it printed."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def call(*arguments: str) -> str:
        server.stdin.write(json.dumps(["--profile", "profile", *arguments]) + "\n")
        server.stdin.flush()
        status, printed, complaints = json.loads(server.stdout.readline())
        assert status == 0, printed[-3000:] + complaints[-3000:]
        return printed

    try:
        yield call
    finally:
        server.stdin.close()
        server.wait()


def serve() -> None:
    """Answer each line of arguments with a line of exit status, output and errors, all as JSON."""
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)


def forked(arguments: list[str]) -> tuple[int, str, str]:
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = os.fork()
        if process == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            sys.exit(snakemake.cli.main(arguments))
        _, status = os.waitpid(process, 0)
        output.seek(0)
        errors.seek(0)
        return os.waitstatus_to_exitcode(status), output.read(), errors.read()


if __name__ == "__main__":
    import jsonschema  # noqa: F401 - each call would import it
    import smart_open  # noqa: F401
    import snakemake.cli
    import snakemake.report

    snakemake.cli.get_argument_parser()  # finds the plugins
    sys.path[0] = str(Path.cwd())
    from workflow_scripts.common.code import file_state

    for module in Path("workflow_scripts").rglob("*.py"):
        file_state(module)  # which keeps it
    serve()
