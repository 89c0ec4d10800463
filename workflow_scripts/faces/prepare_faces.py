"""Rule prepare_faces: turn a data set's images into aligned grey faces with 68 landmarks."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.faces.usable_faces import extracted_faces, ready_settings, write_usable

INDEX_COLUMNS = ("image_id", "path", "expression")


def prepare_faces(
    index: Path,
    *,
    settings: str,
    faces: Path,
    faces_hash: Path,
    rejected: Path,
    dataset: str = "",
    threads: int = 1,
) -> None:
    """Detect, align and crop the face of every image of INDEX.

    Parameters
    ----------
    index
        Table of images: image_id, path, expression, and region_map if the data set has it.
    settings
        The section `faces` of config, as JSON.
    faces
        HDF5 file to write: aligned faces, landmarks, image_id, region maps; in the order of the index.
    faces_hash
        Text file to write: the SHA-256 of `faces`, as sha256sum writes it. Jobs that read the faces depend
        on this file, which Snakemake can compare by content; `faces` is too large for that.
    rejected
        Table to write: image_id, path, expression and reason of every image that cannot be used.
    dataset
        Name of the data set, for messages; the index file's folder by default.
    threads
        Number of processes to run at the same time.
    """
    dataset = dataset or index.absolute().parent.name
    options = ready_settings(settings, threads)
    rows = read_table(index, INDEX_COLUMNS, ["region_map"])
    if not rows:
        raise StudyError(f"{index} names no image; rerun index_dataset for data set {dataset}")

    results = extracted_faces(options, rows, threads)
    write_usable(dataset, rows, results, options, faces, faces_hash, rejected)


if __name__ == "__main__":
    run(prepare_faces)
