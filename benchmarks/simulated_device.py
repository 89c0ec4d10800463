"""How busy LIME keeps a device that is as fast as a GPU, measured without one.

A stand-in for the network takes a set time for its samples, during which it occupies no core, as a GPU does;
its answers depend on the masks. It takes masks because perturbed images are built on the device. Everything
else is what an explain_images job does: reading faces, superpixels, masks, fits, the stack.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from lime.lime_image import LimeImageExplainer

from benchmarks.lime_speed import CLASSES, LANDMARKS, SETTINGS, face_images
from benchmarks.side_by_side import Row
from workflow_scripts.explanation.explaining import explained_faces
from workflow_scripts.explanation.explanation_stack import write_stack
from workflow_scripts.explanation.lime_explainer import LimeExplainer
from workflow_scripts.explanation.perturbation import superpixels

SECONDS = {64: 0.030, 150: 0.100, 224: 0.150}  # of the device, per 1,000 samples, by input size

GOAL = ".95 or more with two threads"


class Device:
    """Answers after a set time per 1,000 samples and adds it up; the answers are linear in the masks.

    It stands where `RegionAnswers` does.
    """

    batch_size = 1024

    def __init__(self, seconds: float):
        self._seconds = seconds
        self.busy = 0.0

    def __call__(self, images: Sequence, masks: Sequence[np.ndarray]) -> np.ndarray:
        """float32 (n, E) for the masks (n_i, R_i) of some images."""
        return np.concatenate([self.answers(each) for each in masks])

    def answers(self, masks: np.ndarray) -> np.ndarray:
        """float32 (n, E) for masks (n, R)."""
        due = time.perf_counter() + len(masks) * self._seconds / 1000
        effects = np.random.default_rng(masks.shape[1]).normal(size=(masks.shape[1], len(CLASSES)))
        found = (masks @ effects / 40 + 1 / len(CLASSES)).astype(np.float32)
        time.sleep(max(due - time.perf_counter(), 0))  # no core is busy meanwhile, as with a GPU
        self.busy += len(masks) * self._seconds / 1000
        return found


class Simulated(LimeExplainer):
    """Our explainer with a stand-in for the network and the images that are built on its device."""

    def __init__(self, device: Device, settings: dict):
        self._ask = device
        self._settings = settings
        self._seed = 1


def busy_rows(samples: int, n_images: int) -> list[Row]:
    """The share of the time that the device is busy, and the processor time of the host, for each way."""
    rows = []
    for size, seconds in SECONDS.items():
        images = face_images(size, n_images)
        faces = [(image, str(n), LANDMARKS) for n, image in enumerate(images)]
        for name, way in ways(faces, size, SETTINGS | {"samples": samples}).items():
            device = Device(seconds)
            way(Device(0))  # what is imported or compiled at the first call
            start, processor = time.perf_counter(), time.process_time()
            way(device)
            share = device.busy / (time.perf_counter() - start)
            host = (time.process_time() - processor) / n_images
            title = (
                f"Busy share of a device that takes {seconds * 1000:.0f} ms for 1,000 samples at {size} px"
            )
            rows.append(Row(title, name, share, "", None, GOAL if name.endswith("2 threads") else ""))
            rows.append(Row(title, "   host, per image", host * 1000, "ms"))
    return rows


def ways(faces: list[tuple], size: int, settings: dict) -> dict[str, Callable[[Device], None]]:
    """Each explains all faces by a device."""

    def ours(device: Device, threads: int) -> None:
        explained = explained_faces(Simulated(device, settings), faces, column=0, threads=threads)
        _written(explained, size)

    def one_after_the_other(device: Device) -> None:
        explainer = Simulated(device, settings)
        _written((explainer.explain(*face) for face in faces), size)

    def stock(device: Device) -> None:
        for image, name, _ in faces:
            LimeImageExplainer(
                kernel_width=settings["kernel_width"], random_state=int(name)
            ).explain_instance(
                image,
                lambda batch: device.answers(np.ones((len(batch), 1))),
                labels=range(len(CLASSES)),
                top_labels=None,
                hide_color=0,
                num_samples=settings["samples"],
                batch_size=128,
                segmentation_fn=lambda pixels: superpixels(pixels, 30, 20),
            )

    return {
        "lookalike, 2 threads": lambda device: ours(device, 2),
        "lookalike, 1 thread": lambda device: ours(device, 1),
        "lookalike, image after image": one_after_the_other,
        "stock lime, batch 128": stock,
    }


def _written(explained: Sequence, size: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        write_stack(Path(folder, "stack.h5"), size, CLASSES[0], CLASSES) as stack,
    ):
        for n, explanation in enumerate(explained):
            stack.append(str(n), explanation)
