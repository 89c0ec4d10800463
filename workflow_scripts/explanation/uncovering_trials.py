"""When a trial ends in which a network sees a face tile by tile, and with which answer.

Confidence means something else for every network, so the end does not hang on it: a trial ends with the last
change of mind, at the first step from which the answer stays the same until all tiles are seen.
"""

from numbers import Real

import numpy as np

SETTLED = "settled"
CENSORED = -1


def endings(answers: np.ndarray, confidence: np.ndarray, ends: str | float) -> tuple[np.ndarray, np.ndarray]:
    """The tiles seen when each trial ended, and its answer: two int64 (...).

    answers: int (..., T + 1), the most probable expression with 0 to T tiles seen; confidence: (..., T + 1),
    its probability. ends: "settled", the last change of mind; or a probability, which the answer must reach:
    the trial ends when it first does, to the precision of `confidence`; if it never does, both are -1
    (censored).

    >>> steps, ended = endings(np.array([[2, 0, 1, 1]]), np.array([[0.4, 0.9, 0.4, 0.6]]), "settled")
    >>> steps.tolist(), ended.tolist()
    ([2], [1])
    >>> [each.tolist() for each in endings(np.array([[2, 0, 1, 1]]), np.array([[0.4, 0.9, 0.4, 0.6]]), 0.8)]
    [[1], [0]]
    """
    answers = np.asarray(answers).astype(np.int64)  # uint8 cannot say that a trial is censored
    if isinstance(ends, Real):
        reached = np.asarray(confidence) >= float(ends)
        steps = np.where(reached.any(axis=-1), reached.argmax(axis=-1), CENSORED)
    elif ends == SETTLED:
        differs = answers != answers[..., -1:]
        last = answers.shape[-1] - 1
        steps = np.where(differs.any(axis=-1), last + 1 - differs[..., ::-1].argmax(axis=-1), 0)
    else:
        raise ValueError(f"ends is {ends!r}, neither {SETTLED} nor a probability")
    ended = np.take_along_axis(answers, steps[..., None].clip(0), axis=-1)[..., 0]
    return steps, np.where(steps == CENSORED, CENSORED, ended)
