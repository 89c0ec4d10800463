"""Where trials end: both definitions, against loops over the steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workflow_scripts.explanation.uncovering_trials import endings

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 9))
ANSWERS = SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 2)))


def settled(answers: list[int]) -> int:
    """The first step from which the answer stays the same."""
    step = len(answers) - 1
    while step and answers[step - 1] == answers[-1]:
        step -= 1
    return step


@given(ANSWERS)
def test_a_settled_trial_ends_with_the_last_change_of_mind(answers):
    steps, ended = endings(answers, np.zeros(answers.shape), "settled")
    assert steps.tolist() == [settled(trial) for trial in answers.tolist()]
    assert ended.tolist() == answers[:, -1].tolist()


@given(ANSWERS, st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5, 0.95]))
def test_a_trial_with_a_criterion_ends_when_the_answer_reaches_it_or_never(answers, seed, criterion):
    confidence = np.random.default_rng(seed).random(answers.shape).astype(np.float16)
    steps, ended = endings(answers, confidence, criterion)
    for trial, step, answer in zip(range(len(answers)), steps, ended, strict=True):
        reached = [t for t, value in enumerate(confidence[trial]) if value >= np.float16(criterion)]
        assert step == (reached[0] if reached else -1)
        assert answer == (answers[trial, step] if reached else -1)


def test_many_images_end_as_each_does():
    rng = np.random.default_rng(1)
    answers, confidence = rng.integers(0, 3, (5, 4, 9), np.uint8), rng.random((5, 4, 9))
    for ends in ("settled", 0.8):
        together = endings(answers, confidence, ends)
        alone = [endings(*each, ends) for each in zip(answers, confidence, strict=True)]
        np.testing.assert_array_equal(together, np.stack(alone, axis=1))


def test_no_other_definition_is_taken_for_one():
    with pytest.raises(ValueError, match="ends is 'setled', neither settled nor a probability"):
        endings(np.zeros((1, 3)), np.zeros((1, 3)), "setled")
