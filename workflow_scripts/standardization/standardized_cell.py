"""The standardized file of one cell: its explanations on the standard face, and their mean heatmap."""

from pathlib import Path
from typing import Literal

import h5py
import numpy as np

from workflow_scripts.common.hdf5 import NewHDF5, new_hdf5
from workflow_scripts.explanation.explanation_stack import explained_expression, read_stack
from workflow_scripts.explanation.precision import RunningPrecision
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.heatmaps import amplitude, missing_reason, unit_mass
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.standardization.warp import FaceWarp
from workflow_scripts.standardization.warped_explanation import warped_explanation

Averaging = Literal["plain", "unit_mass"]


def standardize_cell(
    stack: Path, faces: FaceReader, warp: FaceWarp, averaging: Averaging, output: Path
) -> None:
    """Warp every explanation of a stack (HDF5) onto the standard face, and average them.

    Writes image_id (n,), explanations float32 (n, 275, 224) and heatmap float32 (275, 224). The heatmap is
    NaN everywhere if the cell has no explanations, or if their mean is the same everywhere; the attribute
    `missing` then says why, and is empty otherwise; `averaged` is the number of explanations behind the mean.
    Further attributes, NaN without explanations: `amplitude`, the range of the plain mean, in the unit of the
    explainer's importance (LIME's is probability); `samples`, the median of the network passes behind an
    explanation; `noise` and `bias_bound` of the plain mean before the warp, see `precision`; `median_r2` of
    the images' local fits, also NaN if the explainer makes none. With unit_mass there is also counted, bool
    (n,): the explanations behind the mean.
    """
    expression, column = explained_expression(stack)
    plain, weighted = np.zeros((HEIGHT, WIDTH)), np.zeros((HEIGHT, WIDTH))
    image_ids, r2, ranges, samples, counted = [], [], [], [], []
    precise = RunningPrecision(column)
    with new_hdf5(output) as file:
        explanations = _growing_images(file)
        for image_id, explanation in read_stack(stack):
            warped = warped_explanation(explanation, column, image_id, warp, faces)
            explanations.resize(len(image_ids) + 1, axis=0)
            explanations[len(image_ids)] = warped
            file.check_disk()
            plain += warped
            varies = _of_column(explanation.probability_range, column)
            counted.append(averaging == "plain" or not missing_reason(warped, varies))
            if averaging == "unit_mass" and counted[-1]:
                weighted += unit_mass(warped)  # mere rounding, scaled up, would look like a map
            image_ids.append(image_id)
            r2.append(_of_column(explanation.r2, column))
            ranges.append(varies)
            samples.append(explanation.samples)
            precise.add(explanation)
        n, n_weighted = len(image_ids), sum(counted)
        mean = plain / n if n else np.full((HEIGHT, WIDTH), np.nan)
        missing = missing_reason(mean, None if None in ranges else max(ranges, default=0.0))
        heatmap = weighted / n_weighted if averaging == "unit_mass" and n_weighted else mean
        if missing:
            heatmap = np.full((HEIGHT, WIDTH), np.nan)
        file["heatmap"] = heatmap.astype(np.float32)
        file.create_dataset("image_id", data=image_ids, shape=(n,), dtype=h5py.string_dtype())
        if averaging == "unit_mass":
            file["counted"] = np.array(counted, bool)
        file.attrs["expression"] = expression
        file.attrs["missing"] = missing
        file.attrs["averaged"] = n_weighted
        file.attrs["amplitude"] = amplitude(mean)
        file.attrs["samples"] = float(np.median(samples)) if n else np.nan
        file.attrs.update(precise.result()._asdict())
        file.attrs["median_r2"] = float(np.median(r2)) if n and None not in r2 else np.nan
    print(f"{expression}: {n} explanations warped and averaged")
    if missing:
        print(f"{expression}: no heatmap: {missing}")


def _of_column(extra: np.ndarray | None, column: int) -> float | None:
    """The value of one expression; None if the explainer does not provide that extra."""
    return None if extra is None else float(extra[column])


def _growing_images(file: NewHDF5) -> h5py.Dataset:
    """The array of warped explanations, which grows image by image."""
    return file.create_dataset(
        "explanations",
        (0, HEIGHT, WIDTH),
        np.float32,
        maxshape=(None, HEIGHT, WIDTH),
        chunks=(1, HEIGHT, WIDTH),
        compression="gzip",
        compression_opts=1,
        shuffle=True,
    )
