from dataclasses import replace

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explanation_stack import (
    Explanation,
    Trials,
    explained_expression,
    positive_image,
    read_stack,
    write_stack,
)

EXPRESSIONS = ["anger", "fear", "happiness"]
EXTRAS = ["intercept", "r2", "probability_range"]
TRIALS = ["orders", "answers", "confidence"]  # their data sets


def random_explanation(
    rng: np.random.Generator, n_regions: int, side: int = 8, extras: list[str] = EXTRAS
) -> Explanation:
    """One of regions; without regions, of 0 of them, it is dense."""
    given = {name: rng.normal(size=3) for name in ["probability", *extras]}
    if n_regions:
        regions = np.concatenate([np.arange(n_regions), rng.integers(0, n_regions, side * side - n_regions)])
        given["regions"] = rng.permutation(regions).reshape(side, side)
        given["weights"] = rng.normal(size=(n_regions, 3))
    else:
        given["importance"] = rng.normal(size=(3, side, side)).astype(np.float32)
    return Explanation(**given, samples=int(rng.integers(1000)))


def random_trials(rng: np.random.Generator, orders: int = 2, tiles: int = 5) -> Trials:
    return Trials(
        orders=rng.permuted(np.tile(np.arange(tiles, dtype=np.uint8), (orders, 1)), axis=1),
        answers=rng.integers(0, 3, (orders, tiles + 1), np.uint8),
        confidence=rng.random((orders, tiles + 1)).astype(np.float16),
    )


def written(path, explanations: dict[str, Explanation], side: int = 8):
    with write_stack(path, side, "fear", EXPRESSIONS) as stack:
        for image_id, explanation in explanations.items():
            stack.append(image_id, explanation)
    return path


@settings(max_examples=40)
@given(
    st.one_of(st.lists(st.integers(1, 60), max_size=5), st.lists(st.just(0), max_size=5)),
    st.lists(st.sampled_from(EXTRAS), unique=True),
    st.integers(0, 2**32 - 1),
)
def test_what_is_written_is_read(tmp_path_factory, region_counts, extras, seed):
    """Of both kinds, with any extras: the same values, and nothing that was not given."""
    rng = np.random.default_rng(seed)
    explanations = {
        f"toy/{i}": random_explanation(rng, n, extras=extras) for i, n in enumerate(region_counts)
    }
    path = written(tmp_path_factory.mktemp("stack") / "fear.h5", explanations)
    read = dict(read_stack(path))
    assert list(read) == list(explanations)
    for image_id, explanation in explanations.items():
        assert read[image_id].given == explanation.given
        for name in explanation.given:
            np.testing.assert_array_equal(getattr(read[image_id], name), getattr(explanation, name))
        for column in range(3):
            shown = read[image_id].importance_map(column)
            np.testing.assert_array_equal(shown, explanation.importance_map(column))
    with h5py.File(path) as file:
        given = explanations["toy/0"].given if explanations else ("probability", "samples")
        assert {*file} == {"image_id", *given}


def test_an_empty_stack_is_valid_and_knows_its_expression(tmp_path):
    path = written(tmp_path / "fear.h5", {})
    assert list(read_stack(path)) == []
    assert explained_expression(path) == ("fear", 1)


def test_dense_maps_are_compressed_image_by_image(tmp_path):
    even = Explanation(np.ones(3), samples=1, importance=np.full((3, 64, 64), 0.25, np.float32))
    path = written(tmp_path / "fear.h5", dict.fromkeys(map(str, range(20)), even), side=64)
    with h5py.File(path) as file:
        assert (file["importance"].chunks, file["importance"].compression) == ((1, 3, 64, 64), "gzip")
    assert path.stat().st_size < 0.1 * 20 * even.importance.nbytes


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
    with pytest.raises(StudyError, match=r"'toy/a' was cut into 256 regions"):
        written(tmp_path / "fear.h5", {"toy/a": too_many}, side=32)


OF_REGIONS = random_explanation(np.random.default_rng(1), 4)
DENSE = random_explanation(np.random.default_rng(1), 0)


def without(values: np.ndarray, *expressions: int) -> np.ndarray:
    """A copy with NaN everywhere for some expressions, the first axis."""
    copy = values.copy()
    copy[list(expressions)] = np.nan
    return copy


SPOILED = DENSE.importance.copy()
SPOILED[1, 2, 3] = np.nan


@pytest.mark.parametrize(
    ("explanation", "reason"),
    [
        (replace(DENSE, importance=None), "expected either regions and weights, or importance"),
        (replace(OF_REGIONS, weights=None), "expected either regions and weights, or importance"),
        (replace(DENSE, regions=OF_REGIONS.regions), "expected either regions and weights, or importance"),
        (replace(OF_REGIONS, importance=DENSE.importance), "expected either regions and weights, or imp"),
        (replace(DENSE, probability=None), "probability is missing"),
        (replace(DENSE, samples=None), "samples is missing"),
        (
            replace(DENSE, importance=DENSE.importance[0]),
            r"importance has shape \(8, 8\), expected \(3, 8, 8\)",
        ),
        (replace(DENSE, importance=DENSE.importance[:, :7]), r"shape \(3, 7, 8\), expected \(3, 8, 8\)"),
        (replace(OF_REGIONS, weights=OF_REGIONS.weights[:, :2]), r"weights has shape \(4, 2\), expected"),
        (replace(OF_REGIONS, regions=OF_REGIONS.regions[:7]), r"regions has shape \(7, 8\), expected"),
        (replace(DENSE, r2=np.ones(2)), r"r2 has shape \(2,\), expected \(3,\)"),
        (replace(DENSE, importance=SPOILED), "importance is not finite"),
        (replace(DENSE, importance=np.full((3, 8, 8), 1e39)), "importance is not finite"),
        (replace(OF_REGIONS, weights=np.full((4, 3), np.inf)), "weights is not finite"),
        (replace(OF_REGIONS, weights=OF_REGIONS.weights[:3]), "whole numbers from 0 to 2, the rows of weig"),
        (replace(OF_REGIONS, regions=OF_REGIONS.regions - 1), "whole numbers from 0 to 3"),
        (replace(OF_REGIONS, regions=OF_REGIONS.regions * 1.0), "whole numbers from 0 to 3"),
        (replace(DENSE, passes=np.zeros((3, 3), np.float16), samples=4), r"passes has shape \(3, 3\), exp"),
        (replace(OF_REGIONS, weights=without(OF_REGIONS.weights.T, 1).T), "weights is not finite"),
        (replace(DENSE, importance=without(DENSE.importance, 1)), "importance is not finite"),
        ({"importance": DENSE.importance}, "it is a dict, not an Explanation"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_the_image_and_the_contract(tmp_path, explanation, reason):
    with pytest.raises(StudyError, match=reason) as caught:
        written(tmp_path / "fear.h5", {"toy/a": explanation})
    assert str(caught.value).startswith("image 'toy/a': invalid explanation: ")
    assert "workflow_scripts/explanation/explainers/__init__.py" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_trials_are_read_as_written_beside_explanations_of_either_kind(tmp_path):
    for n, kind in enumerate((OF_REGIONS, DENSE)):
        rng = np.random.default_rng(n)
        explanations = {name: replace(kind, trials=random_trials(rng)) for name in ("a", "b", "c")}
        path = written(tmp_path / f"{n}.h5", explanations)
        read = dict(read_stack(path))
        for name, explanation in explanations.items():
            assert read[name].given == explanation.given
            for found, expected in zip(read[name].trials, explanation.trials, strict=True):
                np.testing.assert_array_equal(found, expected)
                assert found.dtype == expected.dtype
        with h5py.File(path) as file:
            assert {*file} == {"image_id", *kind.given, *TRIALS}


def test_trials_without_one_of_their_data_sets_are_told_by_file(tmp_path):
    trials = random_trials(np.random.default_rng(1))
    path = written(tmp_path / "fear.h5", {"a": replace(DENSE, trials=trials)})
    with h5py.File(path, "r+") as file:
        del file["answers"]
    with pytest.raises(
        StudyError, match=r"fear\.h5: orders, confidence, but not all of orders, answers, conf"
    ):
        list(read_stack(path))


SOME = random_trials(np.random.default_rng(1))


@pytest.mark.parametrize(
    ("trials", "reason"),
    [
        (tuple(SOME), r"trials is a tuple, not Trials\(orders, answers, confidence\)"),
        (SOME._replace(orders=SOME.orders[0]), r"trials has the shapes orders \(5,\), answers \(2, 6\)"),
        (
            SOME._replace(answers=SOME.answers[:, 1:]),
            r"answers \(2, 5\), .*; expected \(K, T\), \(K, T \+ 1\)",
        ),
        (SOME._replace(confidence=SOME.confidence[1:]), r"confidence \(1, 6\); expected"),
        (
            SOME._replace(orders=SOME.orders % 4),
            "an order of trials does not have each tile from 0 to 4 once",
        ),
        (SOME._replace(answers=SOME.answers + 1), "answers of trials are not whole numbers from 0 to 2"),
        (SOME._replace(answers=SOME.answers / 2), "answers of trials are not whole numbers from 0 to 2"),
        (SOME._replace(confidence=SOME.confidence * np.nan), "confidence of trials is not from 0 to 1"),
        (SOME._replace(confidence=SOME.confidence + 1), "confidence of trials is not from 0 to 1"),
    ],
)
def test_trials_that_break_the_contract_are_refused(tmp_path, trials, reason):
    with pytest.raises(StudyError, match=f"image 'a': invalid explanation: .*{reason}.*explainers/__init__"):
        written(tmp_path / "fear.h5", {"a": replace(DENSE, trials=trials)})


def test_trials_are_as_many_for_all_images(tmp_path):
    rng = np.random.default_rng(1)
    both = {"a": replace(DENSE, trials=SOME), "b": replace(DENSE, trials=random_trials(rng, orders=3))}
    with pytest.raises(StudyError, match=r"image 'b': .* 3 trials of 5 tiles, but for earlier images 2 of 5"):
        written(tmp_path / "fear.h5", both)


WITH_TRIALS = replace(DENSE, trials=SOME)


@pytest.mark.parametrize(
    "other", [OF_REGIONS, replace(DENSE, r2=None), WITH_TRIALS], ids=["kind", "extras", "trials"]
)
def test_a_stack_has_one_kind_of_explanation(tmp_path, other):
    with pytest.raises(
        StudyError, match=r"image 'b': the explainer returned .*, but for earlier images importance"
    ):
        written(tmp_path / "fear.h5", {"a": DENSE, "b": other})


def test_a_region_without_pixels_keeps_its_weight(tmp_path):
    """Regions with names of their own may lie outside an image."""
    unseen = replace(OF_REGIONS, regions=OF_REGIONS.regions // 2)
    ((_, read),) = read_stack(written(tmp_path / "fear.h5", {"a": unseen}))
    np.testing.assert_array_equal(read.weights, unseen.weights)


@given(st.integers(0, 2**32 - 1))
def test_the_explanation_image_has_no_negative_weight(seed):
    explanation = random_explanation(np.random.default_rng(seed), 20)
    image = positive_image(explanation, 0)
    expected = np.clip(explanation.weights[:, 0], 0, None)
    assert image.dtype == np.float32
    for region in range(20):
        np.testing.assert_allclose(image[explanation.regions == region], expected[region], rtol=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_regions_painted_to_a_dense_map_are_the_same_importance(seed):
    explanation = random_explanation(np.random.default_rng(seed), 20)
    painted = np.moveaxis(explanation.weights[explanation.regions], 2, 0)
    dense = Explanation(explanation.probability, samples=1, importance=painted)
    for column in range(3):
        np.testing.assert_array_equal(dense.importance_map(column), explanation.importance_map(column))
        np.testing.assert_array_equal(positive_image(dense, column), positive_image(explanation, column))


def test_expressions_that_nobody_asked_for_may_be_left_out(tmp_path):
    regional = replace(OF_REGIONS, weights=without(OF_REGIONS.weights.T, 0, 2).T)
    dense = replace(DENSE, importance=without(DENSE.importance, 0))
    for name, explanation in (("regional", regional), ("dense", dense)):
        ((_, read),) = read_stack(written(tmp_path / f"{name}.h5", {"toy/a": explanation}))
        for column in range(3):
            shown = explanation.importance_map(column)
            np.testing.assert_array_equal(read.importance_map(column), shown)
    assert len(read_back(tmp_path / "regional.h5").weights) == 4


def read_back(path) -> Explanation:
    ((_, explanation),) = read_stack(path)
    return explanation


def test_passes_of_images_with_different_numbers_of_them_are_kept(tmp_path):
    rng = np.random.default_rng(0)
    explanations = {}
    for name, samples in (("toy/a", 40), ("toy/b", 700), ("toy/c", 9)):
        passes = rng.random((samples, 3)).astype(np.float16)
        explanations[name] = replace(random_explanation(rng, 4), passes=passes, samples=samples)
    read = dict(read_stack(written(tmp_path / "fear.h5", explanations)))
    for name, explanation in explanations.items():
        np.testing.assert_array_equal(read[name].passes, explanation.passes)
        assert read[name].passes.dtype == np.float16
    with h5py.File(tmp_path / "fear.h5") as file:
        assert file["passes"].shape == (3, 700, 3)
