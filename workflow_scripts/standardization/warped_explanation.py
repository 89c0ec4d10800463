"""One explanation on the standard face."""

import numpy as np

from workflow_scripts.explanation.explanation_stack import Explanation, positive_image
from workflow_scripts.faces.face_points import resized_points
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.warp import FaceWarp


def warped_explanation(
    explanation: Explanation, column: int, image_id: str, warp: FaceWarp, faces: FaceReader
) -> np.ndarray:
    """The positive part of an image's explanation on the standard face, float32 (HEIGHT, WIDTH).

    column: that of the explained expression. faces: has the landmarks of the image.
    """
    image = positive_image(explanation, column)
    landmarks = faces.landmarks(image_id)
    return warp.warp(image, resized_points(landmarks, len(image) / faces.size))
