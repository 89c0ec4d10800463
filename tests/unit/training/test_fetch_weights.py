"""ImageNet weights from a real HTTP server on this machine that fails in every way it is told to."""

import hashlib
import http.server
import resource
import subprocess
import sys
import threading
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

from workflow_scripts.common.errors import StudyError
from workflow_scripts.training import imagenet_weights
from workflow_scripts.training.fetch_weights import download_official, fetch_weights
from workflow_scripts.training.imagenet_weights import BASE_URL, OFFICIAL_FILES, OfficialFile
from workflow_scripts.training.networks import build_network

CONTENT = bytes(range(256)) * 5000
OFFICIAL = OfficialFile("made/weights_notop.h5", hashlib.md5(CONTENT).hexdigest())
PAGE = b"\n<!DOCTYPE html><html><body>Log in first</body></html>"


class Server(http.server.ThreadingHTTPServer):
    """Serves `content`; `faults` are taken one per request: a status, or how many bytes are really sent.

    After those the line drops, or stalls until the server stops.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.faults, self.ranges, self.knows_ranges = CONTENT, [], [], True
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range")
        server.ranges.append(asked)
        fault = server.faults.pop(0) if server.faults else None
        if fault and fault["kind"] == "status":
            self.send_error(fault["code"])
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.knows_ranges else 0
        if start >= len(server.content):
            self.send_error(416)
            return
        rest = server.content[start:]
        self.send_response(206 if start else 200)
        if start:
            end = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: fault["sent"]] if fault else rest)
        if fault and fault["kind"] == "stall":
            server.stopped.wait(10)

    def log_message(self, *arguments):
        pass


def status(code):
    return {"kind": "status", "code": code}


def drops_after(sent):
    return {"kind": "drop", "sent": sent}


def stalls_after(sent):
    return {"kind": "stall", "sent": sent}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A proxy that this machine may use is not asked for what lies on this machine."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server():
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
        yield running
        running.stopped.set()
        running.shutdown()


@pytest.fixture
def made_weights(monkeypatch):
    """The made file in the place of the official one of VGG16."""
    monkeypatch.setitem(imagenet_weights.OFFICIAL_FILES, "vgg16", OFFICIAL)


def download(server, folder: Path, official=OFFICIAL, **options) -> Path:
    output = folder / "weights/vgg16.h5"
    download_official(official, output, server.url, pause=0.01, **options)
    return output


def test_the_file_comes_whole_with_its_progress(server, tmp_path, capsys):
    output = download(server, tmp_path)
    assert output.read_bytes() == CONTENT
    assert [path.name for path in output.parent.iterdir()] == ["vgg16.h5"]
    assert "weights_notop.h5: 100 % of 1.3 MB" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("faults", "ranges"),
    [
        ([drops_after(1000), drops_after(2000)], [None, "bytes=1000-", "bytes=3000-"]),
        ([status(503), status(503)], [None, None, None]),
        ([status(429)], [None, None]),
        ([drops_after(len(CONTENT) - 1), status(500)], [None, "bytes=1279999-", "bytes=1279999-"]),
    ],
)
def test_what_passes_is_tried_again_and_only_the_rest_is_asked_for(server, tmp_path, faults, ranges):
    server.faults = faults
    assert download(server, tmp_path).read_bytes() == CONTENT
    assert server.ranges == ranges


def test_a_line_that_stalls_is_given_up_without_losing_what_came(server, tmp_path):
    server.faults = [stalls_after(150_000)]
    assert download(server, tmp_path, timeout=0.3).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=131072-"]


def test_a_server_without_ranges_sends_all_again(server, tmp_path):
    server.faults, server.knows_ranges = [drops_after(1000)], False
    assert download(server, tmp_path).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=1000-"]


def test_a_download_goes_on_where_an_earlier_job_was_stopped(server, tmp_path):
    server.faults = [drops_after(5000)]
    with pytest.raises(StudyError, match=r"dropped after 5,000 of 1,280,000 bytes.*training\.weights_dir"):
        download(server, tmp_path, attempts=1)
    assert not (tmp_path / "weights/vgg16.h5").exists()
    assert download(server, tmp_path).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=5000-"]


def test_a_file_that_is_there_is_not_downloaded_again_unless_it_is_wrong(server, tmp_path):
    output = download(server, tmp_path)
    download(server, tmp_path)
    assert len(server.ranges) == 1
    output.write_bytes(CONTENT[:-1])
    assert download(server, tmp_path).read_bytes() == CONTENT
    assert len(server.ranges) == 2


def test_a_part_that_is_whole_already_is_taken(server, tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights/vgg16.h5.part").write_bytes(CONTENT)
    assert download(server, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("content", "looks"),
    [(CONTENT[:-1], "1,279,999 bytes"), (b"x" + CONTENT[1:], "not the official"), (PAGE, "an HTML page")],
)
def test_wrong_bytes_are_refused_with_both_hashes_and_nothing_stays(server, tmp_path, content, looks):
    server.content = content
    with pytest.raises(StudyError) as refused:
        download(server, tmp_path)
    message = str(refused.value)
    assert looks in message
    assert OFFICIAL.digest in message
    assert hashlib.md5(content).hexdigest() in message
    assert "run again" in message
    assert "weights: null" in message
    assert list((tmp_path / "weights").iterdir()) == []


def test_a_file_that_is_not_there_is_not_asked_for_twice(server, tmp_path):
    server.faults = [status(404)]
    with pytest.raises(StudyError, match=r"made/weights_notop\.h5 .*404.*weights: null"):
        download(server, tmp_path)
    assert len(server.ranges) == 1


def test_no_server_at_all_names_the_way_out(tmp_path):
    with pytest.raises(StudyError, match=r"Connection refused.*MD5 .*training\.weights_dir"):
        download_official(OFFICIAL, tmp_path / "x.h5", "http://127.0.0.1:1", attempts=2, pause=0.01)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_no_fault_of_the_network(server, tmp_path, made_weights):
    (tmp_path / "x.h5.part").symlink_to("/dev/full")
    with pytest.raises(StudyError, match=r"x\.h5: No space left on device; make room"):
        fetch_weights("vgg16", base_url=server.url, output=tmp_path / "x.h5")
    assert len(server.ranges) == 1


def test_a_copy_that_breaks_off_is_no_fault_of_the_folder(tmp_path, made_weights):
    (tmp_path / "official").mkdir()
    (tmp_path / "official" / OFFICIAL.name).write_bytes(CONTENT)
    output = tmp_path / "out/vgg16.h5"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
    try:
        with pytest.raises(StudyError, match=r"/out/.*vgg16\.h5: File too large; make room"):
            fetch_weights("vgg16", weights_dir=str(tmp_path / "official"), output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(output.parent.iterdir()) == []


@pytest.mark.parametrize("from_folder", [False, True])
def test_an_output_that_cannot_be_made_is_named(server, tmp_path, made_weights, from_folder):
    (tmp_path / "weights").write_text("a file where the folder should be")
    (tmp_path / OFFICIAL.name).write_bytes(CONTENT)
    folder = str(tmp_path) if from_folder else ""
    with pytest.raises(StudyError, match=r"/weights: File exists; .*give access there"):
        fetch_weights("vgg16", weights_dir=folder, base_url=server.url, output=tmp_path / "weights/vgg16.h5")


def test_files_of_a_folder_are_checked_and_copied(tmp_path, made_weights, capsys):
    folder, output = tmp_path / "official", tmp_path / "out/vgg16.h5"
    folder.mkdir()

    def fetch():
        fetch_weights("vgg16", weights_dir=str(folder), base_url="http://127.0.0.1:1", output=output)

    address = f"download {BASE_URL}/{OFFICIAL.path} \\(MD5 {OFFICIAL.digest}\\)"
    with pytest.raises(StudyError, match=rf"weights_dir: there is no file .*weights_notop\.h5; {address}"):
        fetch()
    (folder / OFFICIAL.name).write_bytes(PAGE)
    page = rf"official/weights_notop\.h5 is an HTML page.* expected {OFFICIAL.digest}, found .*; {address}"
    with pytest.raises(StudyError, match=page):
        fetch()
    assert list(output.parent.iterdir()) == []
    (folder / OFFICIAL.name).write_bytes(CONTENT)
    fetch()
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    assert output.read_bytes() == CONTENT
    assert f"weights_notop.h5, 1.3 MB, MD5 {OFFICIAL.digest}" in capsys.readouterr().out
    output.write_bytes(b"")
    assert (folder / OFFICIAL.name).read_bytes() == CONTENT


def test_an_architecture_without_weights_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"'weinet' has no ImageNet weights; set weights: null"):
        fetch_weights("weinet", output=tmp_path / "x.h5")


def test_the_entry_point_refuses_a_page_in_one_line(server, tmp_path):
    server.content = PAGE
    command = [sys.executable, "-m", "workflow_scripts.training.fetch_weights", "xception"]
    finished = subprocess.run(
        [*command, "--base-url", server.url, "--output", tmp_path / "x.h5"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("Error: xception_weights")
    assert "HTML page" in finished.stderr
    assert list(tmp_path.iterdir()) == []


class Asked(Exception):
    """What keras.applications would download."""


@pytest.mark.parametrize("architecture", OFFICIAL_FILES)
def test_files_and_hashes_are_those_of_keras(architecture, monkeypatch):
    def get_file(name, origin, file_hash=None, **options):
        raise Asked(origin, file_hash)

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    application = {
        "vgg16": keras.applications.VGG16,
        "vgg19": keras.applications.VGG19,
        "resnet50": keras.applications.ResNet50,
        "resnet101v2": keras.applications.ResNet101V2,
        "inceptionv3": keras.applications.InceptionV3,
        "xception": keras.applications.Xception,
        "mobilenetv3": keras.applications.MobileNetV3Large,
        "efficientnetv2": keras.applications.EfficientNetV2B0,
    }[architecture]
    with pytest.raises(Asked) as asked:
        application(weights="imagenet", include_top=False, input_shape=(224, 224, 3))
    official = OFFICIAL_FILES[architecture]
    assert asked.value.args == (f"{BASE_URL}/{official.path}", official.digest)


APPLICATIONS = {
    "vgg16": keras.applications.VGG16,
    "mobilenetv3": keras.applications.MobileNetV3Large,
}


def official_layout(architecture: str, path: Path) -> list[np.ndarray]:
    """Write random weights as the official files hold theirs, HDF5 in the layout of Keras 2; return them."""
    base = APPLICATIONS[architecture](include_top=False, weights=None, input_shape=(64, 64, 3))
    random = np.random.default_rng(0)
    # all of them: statistics of batch normalisations, say, are the same in every new network
    base.set_weights([random.random(array.shape, np.float32) for array in base.get_weights()])
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, base)
    return [array for layer in base.layers for array in layer.get_weights()]


@pytest.mark.parametrize("architecture", APPLICATIONS)
def test_weights_of_the_official_layout_end_in_the_network(tmp_path, architecture):
    path = tmp_path / "weights.h5"
    saved = official_layout(architecture, path)
    network, _ = build_network({"architecture": architecture, "input_size": 64}, classes=3, weights=path)
    *base, _ = network.layers[-1].layers
    loaded = [array for layer in base for array in layer.get_weights()]
    assert len(saved) == {"vgg16": 26, "mobilenetv3": 262}[architecture]
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(loaded, saved, strict=True))


def another_network(path: Path) -> None:
    official_layout("vgg16", path)


def another_width(path: Path) -> None:
    base = keras.applications.MobileNetV3Large(
        include_top=False, weights=None, input_shape=(64, 64, 3), alpha=0.75
    )
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, base)


def no_weights(path: Path) -> None:
    path.write_bytes(PAGE)


@pytest.mark.parametrize("write", [another_network, another_width, no_weights])
def test_weights_of_another_network_are_refused(tmp_path, write):
    write(tmp_path / "weights.h5")
    with pytest.raises(
        StudyError, match=r"weights\.h5: not weights of mobilenetv3 without top .*; delete the file and rerun"
    ):
        build_network(
            {"architecture": "mobilenetv3", "input_size": 64}, classes=3, weights=tmp_path / "weights.h5"
        )
