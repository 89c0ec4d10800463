"""Data on people, from an HTTP server on this machine and from folders: made logs, never the real ones."""

import functools
import hashlib
import http.server
import threading
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.fetch_people import fetch_people
from workflow_scripts.comparison.wegrzyn_files import (
    COMMIT,
    REPOSITORY,
    TILES,
    TRIALS,
    WEIGHTS,
    log_trials,
    remote_files,
    source_files,
)

ROOT = Path(__file__).parents[3]
LISTED = ROOT / "resources/wegrzyn2017/files.csv"
HEADER = "ident,express,id,time,cumtime,e,i,button,filename,evaluation,stopRT,choiceRT,maskNum,maskList,#"
LINE = (
    "0,0,5,2015-09-30 15:04:24,1.5,0.0,0.0,{answer},img/{image}_cut.png,{verdict},1.0,2.0,{n}.0,{tiles},5.0"
)
LOGS = {
    "rawTables/pandas_logfile001.csv": [("hap", "f_hap", "HIT", "21-41-3"), ("sad", "m_fea", "ERR", "0")],
    "rawTables/pandas_logfile012.csv": [("ntr", "m_ntr", "HIT", "47-5")],
}
EXPECTED = [
    ("p001", "f", "hap", "hap", "1", "21-41-3"),
    ("p001", "m", "fea", "sad", "0", "0"),
    ("p012", "m", "ntr", "ntr", "1", "47-5"),
]


def log_text(trials) -> str:
    lines = [
        LINE.format(answer=answer, image=image, verdict=verdict, n=len(tiles.split("-")), tiles=tiles)
        for answer, image, verdict, tiles in trials
    ]
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.fixture
def repository(tmp_path) -> Path:
    """A made repository of two logs and a table of weights, of which one face has none."""
    folder = tmp_path / "repository"
    texts = {path: log_text(trials) for path, trials in LOGS.items()}
    weights = [",".join(["", "", "", *map(str, range(TILES))])]
    weights += [f"p001,f,hap,{','.join(['1.5'] * TILES)}", f"p012,m,ntr,{','.join([''] * TILES)}"]
    texts["outputs/weightDf.csv"] = "\n".join(weights) + "\n"
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def listed(tmp_path, repository) -> Path:
    """The list of its files."""
    rows = [
        {
            "path": path.relative_to(repository).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(repository.rglob("*.csv"))
    ]
    write_table(tmp_path / "files.csv", ["path", "sha256"], rows)
    return tmp_path / "files.csv"


@pytest.fixture
def server(repository, monkeypatch):
    """Serves the repository; yields its address and the paths that it was asked for."""
    monkeypatch.setenv("no_proxy", "*")
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            asked.append(self.path)

    handler = functools.partial(Handler, directory=repository)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def fetch(out: Path, listed: Path, **options) -> tuple[list[tuple], list[dict]]:
    """The rows of both tables."""
    fetch_people(
        "theirs",
        files=listed,
        source=out / "source",
        trials=out / "trials.csv",
        weights=out / "weights.csv",
        **options,
    )
    trials = [tuple(row[key] for key in TRIALS) for row in read_table(out / "trials.csv", TRIALS)]
    return trials, read_table(out / "weights.csv", WEIGHTS)


def test_logs_become_trials_in_their_order_and_the_weights_get_a_header(tmp_path, listed, server):
    url, asked = server
    trials, weights = fetch(tmp_path / "out", listed, base_url=url)
    assert trials == EXPECTED
    assert [(row["participant"], row["expression"], row["0"], row["47"]) for row in weights] == [
        ("p001", "hap", "1.5", "1.5"),
        ("p012", "ntr", "", ""),
    ]
    assert len(asked) == 3


def test_what_came_already_is_not_asked_for_again(tmp_path, listed, server, repository):
    url, asked = server
    kept = repository / "rawTables/pandas_logfile012.csv"
    content = kept.read_text()
    kept.write_text("something else")
    with pytest.raises(StudyError, match=r"logfile012\.csv: the downloaded file is .*SHA-256 expected"):
        fetch(tmp_path / "out", listed, base_url=url)
    assert not (tmp_path / "out/trials.csv").exists()
    kept.write_text(content)
    del asked[:]
    assert fetch(tmp_path / "out", listed, base_url=url)[0] == EXPECTED
    assert asked == ["/rawTables/pandas_logfile012.csv"]


def test_a_copy_of_the_repository_does_without_internet(tmp_path, listed, repository, capsys):
    trials, _ = fetch(tmp_path / "out", listed, folder=str(repository), base_url="http://127.0.0.1:1")
    assert trials == EXPECTED
    assert "3 published files have the expected SHA-256" in capsys.readouterr().out
    (repository / "rawTables/pandas_logfile001.csv").write_text(
        log_text(LOGS["rawTables/pandas_logfile012.csv"])
    )
    with pytest.raises(
        StudyError, match=r"comparison\.people\.theirs\.folder: .*logfile001\.csv is not the pub"
    ):
        fetch(tmp_path / "out", listed, folder=str(repository))
    (repository / "rawTables/pandas_logfile001.csv").unlink()
    with pytest.raises(StudyError, match=r"there is no file .*logfile001\.csv; get a copy of the public"):
        fetch(tmp_path / "out", listed, folder=str(repository))


def test_two_tables_do_instead_and_the_one_without_a_hash_is_named(tmp_path, listed, repository, capsys):
    fetch(tmp_path / "out", listed, folder=str(repository))
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "trials.csv").write_bytes((tmp_path / "out/trials.csv").read_bytes())
    with pytest.raises(StudyError, match=r"there is no file .*tile_weights\.csv; .*run\.people"):
        fetch(tmp_path / "again", listed, folder=str(tables))
    (tables / "tile_weights.csv").write_bytes((repository / "outputs/weightDf.csv").read_bytes())
    again = fetch(tmp_path / "again", listed, folder=str(tables))
    assert again == fetch(tmp_path / "out", listed, folder=str(repository))
    assert "trials.csv has no published hash, so it is not checked" in capsys.readouterr().out
    (tables / "tile_weights.csv").write_text("made up")
    with pytest.raises(StudyError, match=r"tile_weights\.csv is not the published file"):
        fetch(tmp_path / "again", listed, folder=str(tables))


def test_no_internet_names_both_ways_out(tmp_path, listed, monkeypatch):
    monkeypatch.setattr("workflow_scripts.common.download.time.sleep", lambda seconds: None)
    with pytest.raises(StudyError) as refused:
        fetch(tmp_path, listed, base_url="http://127.0.0.1:1")
    message = str(refused.value)
    assert "Connection refused" in message
    assert f"{REPOSITORY} at commit {COMMIT}" in message
    assert "set comparison.people.theirs.folder" in message
    assert "take theirs out of run.people" in message


@pytest.mark.parametrize(
    "trial",
    [("hap", "f-hap", "HIT", "1"), ("hap", "f_hap", "MISS", "1"), ("hap", "f_hap", "HIT", "48")],
    ids=["image", "verdict", "tile"],
)
def test_a_row_that_is_no_trial_is_named_with_its_line(tmp_path, trial):
    path = tmp_path / "pandas_logfile003.csv"
    path.write_text(log_text([("hap", "f_hap", "HIT", "1"), trial]))
    with pytest.raises(StudyError, match=r"logfile003\.csv, line 3: expected a trial"):
        list(log_trials(path))


def test_the_shipped_list_has_94_logs_and_the_table_of_weights():
    files = remote_files(LISTED)
    assert len({file.path for file in files}) == 95
    assert {len(file.digest) for file in files} == {64}
    assert source_files(ROOT, LISTED) == [file.path for file in files]


SHARED = ROOT.parent / "shared/human"


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the people's tables, ../shared")
def test_the_real_tables_are_taken_as_they_are(tmp_path):
    trials, weights = fetch(tmp_path, LISTED, folder=str(SHARED))
    assert (len(trials), len(weights)) == (21056, 94 * 14)
    assert {(row[2] == row[3]) for row in trials if row[4] == "1"} == {True}
    assert {(row[2] == row[3]) for row in trials if row[4] == "0"} == {False}
