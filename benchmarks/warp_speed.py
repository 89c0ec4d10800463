"""The warp to the standard face beside scikit-image's, one image of 224 x 224 after the other."""

from collections.abc import Callable

import numpy as np
from skimage.transform import PiecewiseAffineTransform, warp

from benchmarks.side_by_side import REPOSITORY, Row, medians
from workflow_scripts.faces.face_points import extended_landmarks
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp

SIDE = 224
REFERENCE = "scikit-image"


def warp_rows(rounds: int, images: int) -> list[Row]:
    """Milliseconds per image."""
    seconds = medians(candidates(images), rounds)
    title = f"Warp of {SIDE} x {SIDE} to {WIDTH} x {HEIGHT}, per image"
    goals = {"lookalike": "60 or more, below 1 ms"}
    return [
        Row(title, name, value / images * 1000, "ms", seconds[REFERENCE] / value, goals.get(name, ""))
        for name, value in seconds.items()
    ]


def candidates(images: int) -> dict[str, Callable[[], None]]:
    """Both ways to warp `images` explanations, each with landmarks of its own."""
    standard = read_standard_face(REPOSITORY / "resources/standard_face.csv")
    rng = np.random.default_rng(0)
    faces = [
        standard[:68] * (SIDE / WIDTH, SIDE / HEIGHT) + rng.normal(0, 1.5, (68, 2)) for _ in range(images)
    ]
    image = rng.random((SIDE, SIDE), dtype=np.float32)
    face_warp = FaceWarp(standard)

    def ours() -> None:
        for landmarks in faces:
            face_warp.warp(image, landmarks)

    def scikit_image() -> None:
        for landmarks in faces:
            points = extended_landmarks(landmarks, SIDE, SIDE)
            transform = PiecewiseAffineTransform.from_estimate(standard, points)
            warp(image, transform, output_shape=(HEIGHT, WIDTH), order=1)

    return {REFERENCE: scikit_image, "lookalike": ours}
