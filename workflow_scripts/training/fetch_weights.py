"""Rule fetch_weights: get and check the official ImageNet weights of one architecture."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.download import copy_checked, download_checked
from workflow_scripts.common.files import named_disk_errors
from workflow_scripts.training.imagenet_weights import (
    BASE_URL,
    OfficialFile,
    download_instructions,
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
    print(f"{output}: {official.name}, {output.stat().st_size / 1e6:.1f} MB, MD5 {official.digest}")


def copy_official(official: OfficialFile, folder: Path, output: Path) -> None:
    """Copy the official file from `folder`; StudyError if it is missing or different."""
    place, remedy = folder / official.name, download_instructions(official)
    copy_checked(official, place, output, "training.weights_dir", remedy)


def download_official(official: OfficialFile, output: Path, base_url: str, **options) -> None:
    """Download the official file, unless `output` already holds it; `options` are those of `download`."""
    download_checked(official, output, base_url, download_instructions(official, base_url), **options)


if __name__ == "__main__":
    run(fetch_weights)
