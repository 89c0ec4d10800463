import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explanation_stack import (
    Explanation,
    explained_expression,
    positive_image,
    read_stack,
    write_stack,
)

EXPRESSIONS = ["anger", "fear", "happiness"]


def random_explanation(rng: np.random.Generator, n_regions: int, side: int = 8) -> Explanation:
    regions = np.concatenate([np.arange(n_regions), rng.integers(0, n_regions, side * side - n_regions)])
    return Explanation(
        rng.permutation(regions).reshape(side, side),
        rng.normal(size=(n_regions, 3)),
        *rng.normal(size=(4, 3)),
        samples=int(rng.integers(1000)),
    )


@settings(max_examples=20)
@given(st.lists(st.integers(1, 60), max_size=5), st.integers(0, 2**32 - 1))
def test_what_is_written_is_read(tmp_path_factory, region_counts, seed):
    path = tmp_path_factory.mktemp("stack") / "fear.h5"
    rng = np.random.default_rng(seed)
    written = {f"toy/{i}": random_explanation(rng, n) for i, n in enumerate(region_counts)}
    with write_stack(path, 8, "fear", EXPRESSIONS) as stack:
        for image_id, explanation in written.items():
            stack.append(image_id, explanation)
    read = dict(read_stack(path))
    assert list(read) == list(written)
    for image_id, explanation in written.items():
        for name in ("regions", "weights", "intercept", "r2", "probability", "probability_range", "samples"):
            np.testing.assert_array_equal(getattr(read[image_id], name), getattr(explanation, name))


def test_an_empty_stack_is_valid_and_knows_its_expression(tmp_path):
    with write_stack(tmp_path / "fear.h5", 8, "fear", EXPRESSIONS):
        pass
    assert list(read_stack(tmp_path / "fear.h5")) == []
    assert explained_expression(tmp_path / "fear.h5") == ("fear", 1)


def test_a_stack_that_fails_half_way_leaves_nothing(tmp_path):
    def fail():
        with write_stack(tmp_path / "fear.h5", 8, "fear", EXPRESSIONS) as stack:
            stack.append("toy/a", random_explanation(np.random.default_rng(0), 3))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_more_regions_than_uint8_holds_are_refused(tmp_path):
    too_many = random_explanation(np.random.default_rng(0), 256, side=32)
    with (
        write_stack(tmp_path / "fear.h5", 32, "fear", EXPRESSIONS) as stack,
        pytest.raises(StudyError, match=r"'toy/a' was cut into 256 regions"),
    ):
        stack.append("toy/a", too_many)


@given(st.integers(0, 2**32 - 1))
def test_the_explanation_image_has_no_negative_weight(seed):
    explanation = random_explanation(np.random.default_rng(seed), 20)
    image = positive_image(explanation.regions, explanation.weights[:, 0])
    expected = np.clip(explanation.weights[:, 0], 0, None)
    assert image.dtype == np.float32
    for region in range(20):
        np.testing.assert_allclose(image[explanation.regions == region], expected[region], rtol=1e-6)
