"""Rule fetch_weights: get and check the official ImageNet weights of one architecture."""

import shutil
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write, named_disk_errors
from workflow_scripts.training.imagenet_weights import (
    BASE_URL,
    OfficialFile,
    download,
    download_instructions,
    mismatch,
    official_file,
)


def fetch_weights(
    architecture: str, *, weights_dir: str = "", base_url: str = BASE_URL, output: Path
) -> None:
    """Get the ImageNet weights of ARCHITECTURE, from the internet or from a folder.

    Parameters
    ----------
    architecture
        A module of workflow_scripts/training/architectures that has pretrained weights.
    weights_dir
        Folder that contains the official files, under their original names; empty to download.
    base_url
        Address below which the official files are.
    output
        HDF5 file to write; it appears complete and checked, or not at all.
    """
    official = official_file(architecture)
    with named_disk_errors(output):
        if weights_dir:
            copy_official(official, Path(weights_dir), output)
        else:
            download_official(official, output, base_url)
    print(f"{output}: {official.name}, {output.stat().st_size / 1e6:.1f} MB, MD5 {official.md5}")


def copy_official(official: OfficialFile, folder: Path, output: Path) -> None:
    """Copy the official file from `folder`; StudyError if it is missing or different.

    Not a hard link: `folder` may be shared or on another disk, and changes to results must not affect its
    files.
    """
    place = folder / official.name
    if not place.is_file():
        raise StudyError(f"training.weights_dir: there is no file {place}; {download_instructions(official)}")
    with atomic_write(output) as unfinished:
        shutil.copyfile(place, unfinished)
        if wrong := mismatch(unfinished, official):
            raise StudyError(f"training.weights_dir: {place} is {wrong}; {download_instructions(official)}")


def download_official(official: OfficialFile, output: Path, base_url: str, **options) -> None:
    """Download the official file, unless `output` already holds it; `options` are those of `download`.

    A wrong file is deleted.
    """
    if output.is_file() and not mismatch(output, official):
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.part")
    download(official, part, base_url=base_url, **options)
    if wrong := mismatch(part, official):
        part.unlink()
        raise StudyError(
            f"{official.name}: the downloaded file is {wrong}. It was deleted: run again to download it, or "
            f"{download_instructions(official, base_url)}"
        )
    part.replace(output)


if __name__ == "__main__":
    run(fetch_weights)
