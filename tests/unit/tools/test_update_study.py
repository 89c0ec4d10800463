import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.dry_run import PlannedJob
from workflow_scripts.tools.update_study import checked_arguments, forcing


def test_files_are_compared_by_content_whatever_the_arguments_say(tmp_path, capsys):
    arguments, _ = checked_arguments(["--cores", "1", "a.csv"])
    assert arguments == ["--cores", "1", "a.csv", "--max-checksum-file-size", "1GB"]
    assert "no profile sets" in capsys.readouterr().out
    (tmp_path / "config.yaml").write_text("max-checksum-file-size: 2GB\n")
    given = ["--profile", str(tmp_path), "a.csv"]
    assert checked_arguments(given)[0] == given
    assert capsys.readouterr().out == ""


def test_bars_are_for_a_person_who_looks_on_and_jobs_that_run_here(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("max-checksum-file-size: 2GB\n")
    given = ["--profile", str(tmp_path)]
    assert checked_arguments(given)[0] == given
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert checked_arguments(given)[0] == [*given, "--logger", "rich"]
    assert checked_arguments([*given, "--executor", "slurm"])[0] == [*given, "--executor", "slurm"]
    assert checked_arguments([*given, "--logger", "rich"])[0] == [*given, "--logger", "rich"]


@pytest.mark.parametrize("option", ["-n", "--force", "-f"])
def test_what_would_never_end_is_refused(option):
    with pytest.raises(StudyError, match=r"make plan|--forcerun"):
        checked_arguments(["--cores", "1", option])


def test_each_job_is_forced_in_one_round_only():
    jobs = [
        PlannedJob("train_network", "training", {}, "", (), ("model", "history"), forced=True),
        PlannedJob("draw_masks", "comparison", {}, "", (), ("mask",)),
    ]
    assert checked_arguments(["--cores", "1", "--forcerun", "train_network"])[1]
    assert forcing(jobs, True) == ["--forcerun", "model"]
    assert forcing(jobs[1:], True) == ["--forcerun"]  # in place of the user's
    assert not checked_arguments(["--cores", "1"])[1]
    assert forcing(jobs, False) == []
