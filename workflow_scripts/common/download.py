"""Files of fixed content, checked by a hash: downloaded, in parts if need be, or copied from a folder."""

import hashlib
import http.client
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import DISK_ERRNOS, atomic_write

CHUNK = 1 << 16  # bytes; at most this is lost when a connection stalls
ATTEMPTS = 5
PAUSE = 2.0  # seconds before the second attempt, twice as long before every further one
TIMEOUT = 60.0  # seconds without any data
RANGE_NOT_SATISFIABLE = 416  # the server's answer to a request for bytes beyond the end
RETRYABLE = {408, 425, 429}  # client errors (400 to 499) that are worth another attempt


@dataclass(frozen=True)
class RemoteFile:
    """A file whose content is known: its `path` below an address, and its hash in hexadecimal.

    algorithm: one of hashlib. words: what the file should be, for messages.
    """

    path: str
    digest: str
    algorithm: str = "sha256"
    words: str = "the file"

    @property
    def name(self) -> str:
        """The file name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def hash_name(self) -> str:
        """The name of the hash as people write it.

        >>> RemoteFile("a", "").hash_name, RemoteFile("a", "", "md5").hash_name
        ('SHA-256', 'MD5')
        """
        return {"sha256": "SHA-256"}.get(self.algorithm, self.algorithm.upper())


def mismatch(path: Path, remote: RemoteFile) -> str:
    """How `path` differs from what the file should be, with both hashes; empty if it does not."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, remote.algorithm).hexdigest()
        file.seek(0)
        beginning = file.read(1024).lstrip().lower()
    if found == remote.digest:
        return ""
    page = beginning.startswith((b"<!doctype html", b"<html"))
    looks = "an HTML page, perhaps from a proxy or a login" if page else f"not {remote.words}"
    hashes = f"{remote.hash_name} expected {remote.digest}, found {found}"
    return f"{looks} ({hashes}, {path.stat().st_size:,} bytes)"


def copy_checked(remote: RemoteFile, place: Path, output: Path, key: str, remedy: str) -> None:
    """Copy the file at `place` to `output`; StudyError if it is missing or different.

    Not a hard link: the folder may be shared or on another disk, and changes to results must not affect its
    files. key: of the configuration, that names the folder. remedy: how to get the file.
    """
    if not place.is_file():
        raise StudyError(f"{key}: there is no file {place}; {remedy}")
    with atomic_write(output) as unfinished:
        shutil.copyfile(place, unfinished)
        if wrong := mismatch(unfinished, remote):
            raise StudyError(f"{key}: {place} is {wrong}; {remedy}")


def download_checked(remote: RemoteFile, output: Path, base_url: str, remedy: str, **options) -> None:
    """Download the file, unless `output` already holds it; `options` are those of `download`.

    A wrong file is deleted.
    """
    if output.is_file() and not mismatch(output, remote):
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.part")
    download(remote, part, base_url, remedy, **options)
    if wrong := mismatch(part, remote):
        part.unlink()
        raise StudyError(
            f"{remote.name}: the downloaded file is {wrong}. It was deleted: run again to download it, or "
            f"{remedy}"
        )
    part.replace(output)


def download(
    remote: RemoteFile,
    part: Path,
    base_url: str,
    remedy: str,
    *,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
) -> None:
    """Download the file to `part`, resuming from what it already holds; `mismatch` checks the hash.

    Dropped connections, timeouts and server errors are retried, `attempts` times in all. Whatever has
    arrived by then stays in `part`. remedy: what to do without internet. Raises StudyError if the file
    cannot be downloaded, OSError if `part` cannot be written.
    """
    url = f"{base_url}/{remote.path}"
    for attempt in range(1, attempts + 1):
        try:
            _download_rest(url, part, remote.name, timeout)
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
                    f"{remote.name}: cannot be downloaded from {url} ({reason}). Run again later: the "
                    f"download resumes where it stopped; without internet, {remedy}"
                ) from error
            wait = pause * 2 ** (attempt - 1)
            print(f"{remote.name}: {reason}; attempt {attempt + 1} in {wait:g} s", flush=True)
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
