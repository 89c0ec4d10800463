"""Rule fetch_weights: the official ImageNet weights of one architecture, checked."""

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
        Folder that holds the official files, under their own names; empty to download.
    base_url
        Where the official files are downloaded from.
    output
        The HDF5 file to write; it appears whole and checked, or not at all.
    """
    official = official_file(architecture)
    with named_disk_errors(output):
        if weights_dir:
            copy_official(official, Path(weights_dir), output)
        else:
            download_official(official, output, base_url)
    print(f"{output}: {official.name}, {output.stat().st_size / 1e6:.1f} MB, MD5 {official.md5}")


def copy_official(official: OfficialFile, folder: Path, output: Path) -> None:
    """Copy the official file from `folder`; StudyError where it is absent or another.

    Not a hard link: `folder` may be shared or on another disk, and what happens to results must not
    happen to its files.
    """
    place = folder / official.name
    if not place.is_file():
        raise StudyError(f"training.weights_dir: there is no file {place}; {download_instructions(official)}")
    with atomic_write(output) as unfinished:
        shutil.copyfile(place, unfinished)
        if wrong := mismatch(unfinished, official):
            raise StudyError(f"training.weights_dir: {place} is {wrong}; {download_instructions(official)}")


def download_official(official: OfficialFile, output: Path, base_url: str, **options) -> None:
    """Download the official file, unless `output` holds it; `options` are those of `download`.

    Wrong bytes are not kept.
    """
    if output.is_file() and not mismatch(output, official):
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.part")
    download(official, part, base_url=base_url, **options)
    if wrong := mismatch(part, official):
        part.unlink()
        raise StudyError(
            f"{official.name}: what came is {wrong}. Nothing was kept: run again to download it anew, or "
            f"{download_instructions(official, base_url)}"
        )
    part.replace(output)


if __name__ == "__main__":
    run(fetch_weights)
