"""The official ImageNet weights of the keras.applications networks: where they are, how to get them."""

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import DISK_ERRNOS

BASE_URL = "https://storage.googleapis.com/tensorflow/keras-applications"
CHUNK = 1 << 16  # bytes; at most this is lost when a connection stalls
ATTEMPTS = 5
PAUSE = 2.0  # seconds before the second attempt, twice as long before every further one
TIMEOUT = 60.0  # seconds without any data
RANGE_NOT_SATISFIABLE = 416  # the server's answer to a request for bytes beyond the end
RETRYABLE = {408, 425, 429}  # client errors (400 to 499) that are worth another attempt


@dataclass(frozen=True)
class OfficialFile:
    """A weights file without the top layers: its `path` below BASE_URL and its MD5 in hexadecimal."""

    path: str
    md5: str

    @property
    def name(self) -> str:
        """The file name without folders."""
        return self.path.rpartition("/")[2]


OFFICIAL_FILES = {  # by architecture
    "vgg16": OfficialFile(
        "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc"
    ),
    "vgg19": OfficialFile(
        "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "253f8cb515780f3b799900260a226db6"
    ),
    "resnet50": OfficialFile(
        "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", "4d473c1dd8becc155b73f8504c6f6626"
    ),
    "resnet101v2": OfficialFile(
        "resnet/resnet101v2_weights_tf_dim_ordering_tf_kernels_notop.h5", "c0ed64b8031c3730f411d2eb4eea35b5"
    ),
    "inceptionv3": OfficialFile(
        "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    "xception": OfficialFile(
        "xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5", "b0042744bf5b25fce3cb969f33bebb97"
    ),
    "mobilenetv3": OfficialFile(
        "mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
        "07fb09a5933dd0c8eaafa16978110389",
    ),
    "efficientnetv2": OfficialFile(
        "efficientnet_v2/efficientnetv2-b0_notop.h5", "893217f2bb855e2983157299931e43ff"
    ),
}


def official_file(architecture: str) -> OfficialFile:
    """The weights file of an architecture. Raises StudyError if there is none."""
    if architecture not in OFFICIAL_FILES:
        raise StudyError(
            f"architecture '{architecture}' has no ImageNet weights; set weights: null in its entry under "
            f"training.networks (with weights: {', '.join(OFFICIAL_FILES)})"
        )
    return OFFICIAL_FILES[architecture]


def download_instructions(official: OfficialFile, base_url: str = BASE_URL) -> str:
    """How to bring the file to a machine without internet."""
    return (
        f"download {base_url}/{official.path} (MD5 {official.md5}) elsewhere, copy it into a folder here and "
        "set training.weights_dir to that folder; or set weights: null"
    )


def mismatch(path: Path, official: OfficialFile) -> str:
    """How `path` differs from the official file, with both hashes; empty if it does not."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "md5").hexdigest()
        file.seek(0)
        beginning = file.read(1024).lstrip().lower()
    if found == official.md5:
        return ""
    page = beginning.startswith((b"<!doctype html", b"<html"))
    looks = "an HTML page, perhaps from a proxy or a login" if page else "not the official weights"
    return f"{looks} (MD5 expected {official.md5}, found {found}, {path.stat().st_size:,} bytes)"


def download(
    official: OfficialFile,
    part: Path,
    *,
    base_url: str = BASE_URL,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
) -> None:
    """Download the file to `part`, resuming from what it already holds; `mismatch` checks the hash.

    Dropped connections, timeouts and server errors are retried, `attempts` times in all. Whatever has
    arrived by then stays in `part`. Raises StudyError if the file cannot be downloaded, OSError if `part`
    cannot be written.
    """
    url = f"{base_url}/{official.path}"
    for attempt in range(1, attempts + 1):
        try:
            _download_rest(url, part, official.name, timeout)
            return
        except (OSError, http.client.HTTPException) as error:
            if getattr(error, "errno", None) in DISK_ERRNOS:
                raise
            code = getattr(error, "code", None)
            if code == RANGE_NOT_SATISFIABLE and part.exists():
                return
            reason = f"{type(error).__name__}: {error}"
            if attempt == attempts or (code and 400 <= code < 500 and code not in RETRYABLE):
                raise StudyError(
                    f"{official.name}: cannot be downloaded from {url} ({reason}). Run again later: the "
                    "download resumes where it stopped; without internet, "
                    f"{download_instructions(official, base_url)}"
                ) from error
            wait = pause * 2 ** (attempt - 1)
            print(f"{official.name}: {reason}; attempt {attempt + 1} in {wait:g} s", flush=True)
            time.sleep(wait)


def _download_rest(url: str, part: Path, name: str, timeout: float) -> None:
    """Request once the bytes that `part` lacks. Raises ConnectionError if some are still missing."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends the whole file
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with part.open("ab" if have else "wb") as file:
            told = 0
            while chunk := response.read(CHUNK):
                file.write(chunk)
                have += len(chunk)
                if total and have * 10 // total > told:
                    told = have * 10 // total
                    print(f"{name}: {told * 10} % of {total / 1e6:.1f} MB", flush=True)
    if total and have < total:
        raise ConnectionError(f"the connection dropped after {have:,} of {total:,} bytes")
