"""What a run that failed ends with."""

import os
import subprocess
import sys
from pathlib import Path

from workflow_scripts.orchestration.failures import COMMAND, LAST_LINES, failure_text, last_lines, shown_path

REPOSITORY = Path(__file__).parents[3]
SNAKEFILE = """
from workflow_scripts.orchestration.failures import tell_failures

rule all:
    input: expand("{name}.txt", name=["good", "bad", "worse"])

rule write:
    output: "{name}.txt"
    log: "logs/{name}.log"
    retries: 1
    shell:
        "(seq 20; echo Error: {wildcards.name} is no number; test {wildcards.name} = good) > {log}"
        " && touch {output}"

onerror:
    tell_failures(workflow)
"""


def run(folder: Path, *arguments: str, **environment: str) -> list[str]:
    (folder / "Snakefile").write_text(SNAKEFILE)
    environment = {name: value for name, value in os.environ.items() if name != COMMAND} | environment
    environment |= {"PYTHONPATH": str(REPOSITORY), "PWD": str(folder)}
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--keep-going", *arguments]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert finished.returncode == 1
    return finished.stderr.splitlines()


def test_a_run_ends_with_the_last_lines_of_what_failed_and_the_command_to_go_on(tmp_path):
    lines = run(tmp_path)
    end = lines[lines.index("Failed: write (name bad)") :]
    log = [*(f"    {number}" for number in range(14, 21)), "    Error: bad is no number"]
    assert end[:10] == ["Failed: write (name bad)", "  logs/bad.log ends:", *log]
    assert lines.count("Failed: write (name bad)") == 1  # though it was tried twice
    assert "Failed: write (name worse)" in end
    assert "Failed: write (name good)" not in lines
    assert end[-2:] == [
        "Once that is fixed, resume with: snakemake --cores 1 --keep-going",
        "Finished jobs are kept.",
    ]


def test_logs_are_named_from_where_the_person_is(tmp_path, monkeypatch):
    (tmp_path / "demo").mkdir()
    monkeypatch.chdir(tmp_path / "demo")
    monkeypatch.setenv("PWD", str(tmp_path))
    assert shown_path(Path("logs/a.log")) == Path("demo/logs/a.log")
    monkeypatch.setenv("PWD", str(tmp_path / "elsewhere"))
    assert shown_path(Path("logs/a.log")) == tmp_path / "demo/logs/a.log"


def test_the_command_is_that_which_was_typed(tmp_path):
    lines = run(tmp_path, "--directory", "demo", **{COMMAND: "make demo"})
    assert "Once that is fixed, resume with: make demo" in lines
    place = lines.index("  demo/logs/bad.log ends:")  # seen from where the person is
    assert "    Error: bad is no number" in lines[place:]


def test_of_many_failed_jobs_three_are_shown_and_the_others_counted(tmp_path):
    jobs = [(f"train_network (fold {fold})", [tmp_path / f"{fold}.log"]) for fold in range(8)]
    text = failure_text(jobs, "make demo")
    assert text.count("Failed: ") == 3
    assert f"{tmp_path / '0.log'} is empty." in text
    assert "5 more jobs failed: train_network (fold 3), " in text
    assert "(fold 5) and others" in text


def test_a_log_is_cut_to_its_last_lines(tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"first\n" + b"\xff\n\n" * 20)
    assert last_lines(log) == ["�"] * LAST_LINES
    assert last_lines(tmp_path / "none.log") == []
