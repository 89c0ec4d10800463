"""dlib's frontal face detector (HOG and linear SVM), with which its 68-point predictor was trained.

Dalal and Triggs, Histograms of oriented gradients for human detection, CVPR 2005;
King, Max-margin object detection, arXiv:1502.00046.
"""

from collections.abc import Callable

import dlib
import numpy as np


def build_detector() -> Callable[[np.ndarray], np.ndarray]:
    """See `workflow_scripts.faces.detectors`. Finds faces of 80 px or more; from 40 px on a second try."""
    detector = dlib.get_frontal_face_detector()

    def detect(image: np.ndarray) -> np.ndarray:
        boxes = detector(image, 0) or detector(image, 1)  # 1: once more, at twice the size
        corners = [(box.left(), box.top(), box.right(), box.bottom()) for box in boxes]
        return np.array(corners, dtype=np.float64).reshape(-1, 4)

    return detect
