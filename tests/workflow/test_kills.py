"""A study whose jobs are killed, again and again, beside the same study left alone; its data are hostile."""

import html
import os
import random
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.running import SnakemakeRun
from tests.study_copy import FACES, REPOSITORY, copy_repository, snakemake
from workflow_scripts.common.tables import read_table, write_table

EXPRESSIONS = ["happiness", "surprise"]
SCRIPT = "<script>touch('pwned')</script>"
SUBJECTS = ["$(touch pwned)", "'; touch pwned; '", "`touch pwned`", "a & touch pwned", SCRIPT, '"\n$x {y}']
TITLE = f"$(touch pwned) ' \" {{title}} {SCRIPT}"
NOTE = f"; touch pwned # {SCRIPT}"
STUDY = {
    "run": {
        "datasets": ["mini"],
        "networks": ["SongNet"],
        "mask_sets": ["figure4"],
        "expressions": EXPRESSIONS,
    },
    "datasets": {
        "mini": {
            "reader": "csv",
            "root": "faces $(touch pwned)",
            "table": "faces ';touch pwned;'.csv",
            "labels": {"$(touch pwned)": "happiness"},
        }
    },
    "training": {
        "folds": 2,
        "augmentation": {"copies": 1},
        "networks": {"SongNet": {"input_size": 48, "epochs": 4, "batch_size": 4, "learning_rate": 1.0e-3}},
    },
    "explanation": {"positives": 2, "explainers": {"lime": {"samples": 60}}},
    "report": {"title": TITLE, "notes": {"mini": NOTE}},
}
AIMS = [  # at jobs of which rule the kills are aimed, in the order in which they run
    "index_dataset",
    "prepare_faces",
    "assign_folds",
    "train_network",
    "train_network",
    "predict_expressions",
    "explain_images",
    "explain_images",
    "standardize_explanations",
    "write_report",
]
HALF_DONE = {
    "prepare_faces",
    "train_network",
    "explain_images",
    "explain_training",
}  # jobs that are killed amid what they do
LONGEST = 400  # seconds to wait for anything


def copy_of_study(folder: Path) -> Path:
    """The repository with a small study whose names, subjects and labels are commands and markup."""
    copy_repository(folder, STUDY, len(SUBJECTS), EXPRESSIONS)
    root = folder / STUDY["datasets"]["mini"]["root"]
    root.mkdir()
    rows = read_table(folder / "mini.csv")
    names = dict(zip(sorted({row["subject"] for row in rows}), SUBJECTS, strict=True))
    table = []
    for n, row in enumerate(rows):
        path = f"$(touch pwned) ';\n{n}.jpg"
        shutil.copy(REPOSITORY / FACES / row["path"], root / path)
        label = "$(touch pwned)" if row["expression"] == "happiness" else row["expression"]
        table.append({"path": path, "subject": names[row["subject"]], "expression": label})
    (root / "`touch pwned`.jpg").write_text("no image")
    table += [
        {"path": "`touch pwned`.jpg", "subject": SCRIPT, "expression": "surprise"},
        {"path": table[0]["path"].replace("0.jpg", "1.jpg"), "subject": SCRIPT, "expression": SCRIPT},
    ]
    table = [*{row["path"]: row for row in table}.values()]
    write_table(folder / STUDY["datasets"]["mini"]["table"], list(table[0]), table)
    return folder


class StudyRun(SnakemakeRun):
    """Snakemake in a copy of the study, and the jobs that it runs there."""

    def __init__(self, folder: Path, *targets: str):
        super().__init__(folder.resolve(), "--profile", "profile", *targets)

    def jobs(self) -> dict[int, str]:
        """Rule of every running job by the number of its process."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() != self.folder:
                    continue
                _, *arguments = (process / "cmdline").read_bytes().decode().split("\0")
            except (OSError, ValueError):  # it has ended
                continue
            if arguments[:1] == ["-m"]:
                package, _, rule = arguments[1].rpartition(".")
                if package.startswith("workflow_scripts."):
                    found[int(process.name)] = rule
        return found

    def half_done(self) -> set[Path]:
        """Files that jobs are writing, and states of trainings; or what killed ones left."""
        results = self.folder / "results"
        return {*results.glob("**/.unfinished-*"), *results.glob("training/**/*.unfinished/state.h5")}

    def kill_a_job(self, aim: str, random_state: random.Random) -> str:
        """Kill a job of the rule `aim` at a random moment, or another if it has just ended; return its rule.

        Were another killed while both trainings run, none would be left to aim at the second time.
        """
        before = self.half_done()
        self.wait_until(lambda: aim in self.jobs().values(), LONGEST, every=0.02)
        if aim in HALF_DONE:
            self.wait_until(lambda: self.half_done() - before, LONGEST, every=0.02)
        time.sleep(random_state.uniform(0, 0.3))
        while not (killed := self._kill_one(aim, random_state)):
            assert self.process.poll() is None, f"ended too early: {self.printed()[-5000:]}"
        return killed

    def _kill_one(self, aim: str, random_state: random.Random) -> str:
        """Kill one of the jobs that run at this moment, of `aim` if there is one; its rule, or nothing."""
        jobs = self.jobs()
        if not jobs:
            return ""
        aimed = [process for process, rule in jobs.items() if rule == aim]
        process = random_state.choice(sorted(aimed or jobs))
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:  # it has ended just now
            return ""
        return jobs[process]


@dataclass
class Story:
    """What happened to a study: rules of killed jobs, files they left, what Snakemake said of its lock."""

    folder: Path
    killed: list[str] = field(default_factory=list)
    left: set[Path] = field(default_factory=set)
    locked: str = ""


@pytest.fixture(scope="module")
def undisturbed_and_killed(tmp_path_factory) -> tuple[Path, Story]:
    """The finished study twice, side by side: left alone, and with every kill."""
    folder = tmp_path_factory.mktemp("studies")
    undisturbed, story = copy_of_study(folder / "undisturbed"), Story(copy_of_study(folder / "killed"))
    random_state = random.Random(5)
    with StudyRun(undisturbed) as alone:
        for n, aim in enumerate(AIMS):
            with StudyRun(story.folder) as run:
                story.killed.append(run.kill_a_job(aim, random_state))
                assert run.process.wait(LONGEST) != 0
                story.left |= run.half_done()
            if n == len(AIMS) // 2:
                story.locked = kill_snakemake(story.folder, StudyRun.jobs)
        with StudyRun(story.folder) as last:
            last.finish(LONGEST)
        alone.finish(LONGEST)
    return undisturbed, story


def kill_snakemake(folder: Path, moment: Callable[[StudyRun], object], *targets: str) -> str:
    """Kill Snakemake itself and do what profiles/README.md says; returns what it says of its lock."""
    with StudyRun(folder, *targets) as run:
        run.wait_until(lambda: moment(run), LONGEST, every=0.02)
        run.kill()
        end = time.monotonic() + LONGEST
        while run.jobs():  # they go on without it
            assert time.monotonic() < end
            time.sleep(0.1)
    with StudyRun(folder, *targets) as again:
        assert again.process.wait(LONGEST) != 0
        locked = again.printed()
    assert snakemake(folder, "--unlock", capture_output=True).returncode == 0
    return locked


def test_a_training_that_ends_after_a_kill_of_snakemake_is_not_repeated(tmp_path):
    folder = copy_of_study(tmp_path / "lookalike")
    fold = folder / "results/training/SongNet/fold1"
    targets = [str((fold / name).relative_to(folder)) for name in ("model.keras", "predictions.csv")]
    kill_snakemake(folder, lambda _: (fold / "model.unfinished/state.h5").exists(), *targets)
    network, ended = (fold / "model.keras").read_bytes(), (fold / "history.csv").read_bytes()
    with StudyRun(folder, *targets) as run:
        assert "train_network" in run.finish(LONGEST)  # Snakemake took no note of its end
    log = (folder / "logs/training/SongNet/fold1/train_network.log").read_text()
    assert "this training has already finished" in log
    assert "Epoch" not in log
    assert (fold / "model.keras").read_bytes() == network
    assert (fold / "history.csv").read_bytes() == ended
    assert {path.name for path in fold.iterdir()} == {"model.keras", "history.csv", "predictions.csv"}


def test_a_killed_job_of_all_cells_of_a_training_begins_again_with_all_of_them(tmp_path):
    folder = copy_of_study(tmp_path / "lookalike")
    cells = [folder / f"results/{stage}/uncovering/SongNet/fold1/{one}.h5"
             for stage in ("explanation", "standardization") for one in EXPRESSIONS]  # fmt: skip
    targets = [str(cell.relative_to(folder)) for cell in cells]
    with StudyRun(folder, *targets) as run:
        assert run.kill_a_job("explain_training", random.Random(5)) == "explain_training"
        assert run.process.wait(LONGEST) != 0
    assert not any(cell.exists() for cell in cells)
    with StudyRun(folder, *targets) as run:
        printed = run.finish(LONGEST)
    assert "explain_training" in printed
    assert "train_network" not in printed
    after_a_kill = [cell.read_bytes() for cell in cells]
    assert not list(folder.glob("results/**/.unfinished-*"))
    with StudyRun(folder, "--forcerun", "explain_training", "--", *targets) as run:
        run.finish(LONGEST)
    assert [cell.read_bytes() for cell in cells] == after_a_kill


def files(results: Path) -> dict[str, bytes]:
    """Every result by its path, but for dates and durations; of networks the weights alone."""
    contents = {}
    for path in results.rglob("*"):
        if path.suffix == ".keras":
            with zipfile.ZipFile(path) as archive:
                contents[f"{path.relative_to(results)}/weights"] = archive.read("model.weights.h5")
        elif path.is_file() and path.name != "provenance.json":
            contents[str(path.relative_to(results))] = path.read_bytes()
    return contents


def test_results_are_byte_for_byte_those_of_an_undisturbed_run(undisturbed_and_killed):
    undisturbed, story = undisturbed_and_killed
    assert len(story.killed) == 10
    assert len(set(story.killed)) >= 5
    expected, found = files(undisturbed / "results"), files(story.folder / "results")
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
    for kind in ("index.csv", "faces.h5", ".keras/weights", "predictions.csv", ".npy", ".svg", ".html"):
        assert any(name.endswith(kind) for name in expected), kind


def test_what_killed_jobs_left_half_done_is_gone(undisturbed_and_killed):
    _, story = undisturbed_and_killed
    assert any(path.name.startswith(".unfinished-") for path in story.left)
    assert [path for path in story.left if path.exists()] == []
    assert not list(story.folder.glob("results/**/*unfinished*"))


def test_after_a_kill_of_snakemake_itself_the_lock_is_named_with_its_remedy(undisturbed_and_killed):
    _, story = undisturbed_and_killed
    assert "--unlock" in story.locked


def test_names_from_data_and_settings_never_reach_a_shell(undisturbed_and_killed):
    folder, _ = undisturbed_and_killed
    assert not list(folder.parent.rglob("*pwned")) + list(Path.cwd().glob("pwned"))
    index = read_table(folder / "results/datasets/mini/index.csv")
    assert {row["subject"] for row in index} == {subject.strip() for subject in SUBJECTS}
    rejected = read_table(folder / "results/faces/mini/rejected.csv")
    assert [row["image_id"] for row in rejected] == ["mini/`touch pwned`.jpg"]


def test_names_from_data_and_settings_are_text_on_the_page(undisturbed_and_killed):
    folder, _ = undisturbed_and_killed
    page = (folder / "results/report/index.html").read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    for text in (TITLE, NOTE, SCRIPT):
        assert html.escape(text) in page
