import itertools

import h5py
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.standardization.average_heatmaps import average_heatmaps
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.standardize_explanations import standardize_explanations

STANDARD_FACE = "resources/standard_face.csv"
EXPRESSIONS = ["fear", "happiness"]


def explanation(
    weights: list[float], side: int = 32, probability_range: float = 0.5, r2: float = 1
) -> Explanation:
    """An image cut into a left and a right half; `weights` of the halves for happiness, negated for fear."""
    regions = np.zeros((side, side), int)
    regions[:, side // 2 :] = 1
    per_class = np.column_stack([np.negative(weights), weights])
    return Explanation(
        regions=regions,
        weights=per_class,
        intercept=np.zeros(2),
        r2=np.array([0.1, r2]),
        probability=np.array([0.2, 0.8]),
        probability_range=np.array([0, probability_range]),
        samples=10,
    )


@pytest.fixture
def faces(tmp_path):
    landmarks = (read_standard_face(STANDARD_FACE)[:68] * (64 / WIDTH, 64 / HEIGHT)).astype(np.float32)
    path = tmp_path / "faces.h5"
    blank = np.zeros((64, 64), np.uint8)
    write_faces(path, [Face(name, blank, landmarks) for name in "ab"], 64, region_maps=False)
    return path


def standardized(tmp_path, faces, explanations, **options):
    stack, output = tmp_path / "stack.h5", tmp_path / "heatmap.h5"
    with write_stack(stack, 32, "happiness", EXPRESSIONS) as writer:
        for image_id, one in explanations.items():
            writer.append(image_id, one)
    options |= {"heatmaps": [output], "hashes": tmp_path / "heatmaps.sha256"}
    standardize_explanations([stack], faces=[faces], standard_face=STANDARD_FACE, **options)
    return output


def test_the_heatmap_is_the_mean_of_the_positive_weights_of_the_explained_expression(tmp_path, faces):
    output = standardized(tmp_path, faces, {"a": explanation([0.4, -1.0]), "b": explanation([0.2, 0.1])})
    heatmap = read_heatmap(output)
    assert heatmap[HEIGHT // 2, WIDTH // 4] == pytest.approx((0.4 + 0.2) / 2)
    assert heatmap[HEIGHT // 2, 3 * WIDTH // 4] == pytest.approx((0 + 0.1) / 2)
    with h5py.File(output) as file:
        assert list(file["image_id"].asstr()) == ["a", "b"]
        np.testing.assert_allclose(file["explanations"][:].mean(axis=0), heatmap, atol=1e-6)


def test_a_cell_without_explanations_is_missing_not_zero(tmp_path, faces):
    output = standardized(tmp_path, faces, {})
    assert np.isnan(read_heatmap(output)).all()
    with h5py.File(output) as file:
        assert file["explanations"].shape == (0, HEIGHT, WIDTH)
        assert file.attrs["missing"] == "no explanations"


@pytest.mark.parametrize(
    ("weights", "probability_range", "reason"),
    [
        ([-0.4, -0.2], 0.5, "the same everywhere"),  # nothing speaks for the expression
        ([4e-25, 0], 0.0, "a range of 4e-25, rounding beside probabilities that vary by 0"),
        ([4e-8, 0], 0.5, "a range of 4e-08, rounding beside probabilities that vary by 0.5"),
        ([6e-7, 0], 0.5, ""),
        ([4e-8, 0], 1e-6, ""),  # a network that hardly answers, and yet differently
    ],
)
def test_a_map_that_is_even_or_rounding_is_missing_with_its_reason(
    tmp_path, faces, weights, probability_range, reason
):
    one = explanation(weights, probability_range=probability_range)
    output = standardized(tmp_path, faces, {"a": one, "b": one})
    with h5py.File(output) as file:
        assert file.attrs["missing"] == reason
        assert file.attrs["amplitude"] == pytest.approx(max(max(weights), 0) - max(min(weights), 0))
        assert len(file["explanations"]) == 2
    assert np.isnan(read_heatmap(output)).all() == bool(reason)


def test_the_fit_and_the_amplitude_of_a_cell_are_told(tmp_path, faces):
    cell = {"a": explanation([0.4, -1.0], r2=0.3), "b": explanation([0.2, 0.1], r2=0.5)}
    with h5py.File(standardized(tmp_path, faces, cell)) as file:
        assert file.attrs["median_r2"] == pytest.approx(0.4)  # of the explained expression
        assert file.attrs["amplitude"] == pytest.approx((0.4 + 0.2) / 2 - (0 + 0.1) / 2)


def test_with_unit_mass_a_weak_explanation_counts_as_much_as_a_strong_one(tmp_path, faces):
    strong, weak = explanation([4, 0]), explanation([0, 0.01])
    cell = {"a": strong, "b": weak}
    plain = read_heatmap(standardized(tmp_path, faces, cell))
    left, right = (HEIGHT // 2, WIDTH // 4), (HEIGHT // 2, 3 * WIDTH // 4)
    assert plain[left] == pytest.approx(400 * plain[right])
    output = standardized(tmp_path, faces, cell, averaging="unit_mass")
    heatmap = read_heatmap(output)
    assert heatmap.sum() == pytest.approx(1, abs=1e-4)
    assert heatmap[left] == pytest.approx(heatmap[right], rel=0.05)
    with h5py.File(output) as file:
        assert file.attrs["amplitude"] == pytest.approx(2 - 0.005)  # of the plain mean
        assert file.attrs["averaged"] == 2


@pytest.mark.parametrize("weights", [[-1, -1], [0, 1e-17]])
def test_with_unit_mass_nothing_is_made_of_rounding(tmp_path, faces, weights):
    """An explanation that is even, or rounding beside its probabilities, has no mass of its own to share."""
    cell = {"a": explanation([4, 0]), "b": explanation(weights, probability_range=1e-16)}
    alone = read_heatmap(standardized(tmp_path, faces, {"a": cell["a"]}, averaging="unit_mass"))
    output = standardized(tmp_path, faces, cell, averaging="unit_mass")
    np.testing.assert_array_equal(read_heatmap(output), alone)
    with h5py.File(output) as file:
        assert (file.attrs["averaged"], len(file["explanations"])) == (1, 2)


def painted(one: Explanation, scale: float = 1, **extras) -> Explanation:
    """The same importance as a dense map, without a fit and probabilities to hold it against."""
    dense = np.moveaxis(one.weights[one.regions], 2, 0).astype(np.float32) * scale
    return Explanation(one.probability, samples=1, importance=dense, **extras)


@pytest.mark.parametrize("averaging", ["plain", "unit_mass"])
def test_a_dense_map_is_carried_over_as_the_regions_it_is_painted_from(tmp_path, faces, averaging):
    cell = {"a": explanation([0.4, -1.0]), "b": explanation([0.2, 0.1])}
    dense = {name: painted(one) for name, one in cell.items()}
    found = []
    for explanations in (cell, dense):
        output = standardized(tmp_path, faces, explanations, averaging=averaging)
        with h5py.File(output) as file:
            found.append((read_heatmap(output), file["explanations"][:], dict(file.attrs)))
    (of_regions, regions_warped, regions_told), (of_maps, maps_warped, maps_told) = found
    np.testing.assert_array_equal(of_maps, of_regions)
    np.testing.assert_array_equal(maps_warped, regions_warped)
    assert np.isnan(maps_told.pop("median_r2"))  # there are no fits
    assert regions_told.pop("median_r2") == 1
    assert (maps_told.pop("samples"), regions_told.pop("samples")) == (1, 10)
    for name in ("noise", "bias_bound"):  # none of them has standard errors
        assert np.isnan([maps_told.pop(name), regions_told.pop(name)]).all()
    assert maps_told == regions_told


@pytest.mark.parametrize("unit", [1e-12, 1, 1e12])
@pytest.mark.parametrize(
    ("weights", "missing"),
    [
        ([0.4, 0.2], False),
        ([1, 1 + 5e-6], False),
        ([1, 1 + 5e-7], True),  # rounding beside its own values
        ([1, 1], True),
        ([-1, -2], True),  # nothing speaks for the expression
    ],
)
def test_a_map_in_a_unit_of_its_own_is_judged_by_its_own_values(tmp_path, faces, weights, missing, unit):
    one = painted(explanation(weights), unit)
    for averaging in ("plain", "unit_mass"):
        output = standardized(tmp_path, faces, {"a": one}, averaging=averaging)
        with h5py.File(output) as file:
            assert bool(file.attrs["missing"]) == missing
        assert np.isnan(read_heatmap(output)).all() == missing


def test_a_dense_map_that_tells_how_far_probabilities_vary_is_judged_by_them(tmp_path, faces):
    one = painted(explanation([4e-8, 0]), probability_range=np.array([0, 0.5]))
    with h5py.File(standardized(tmp_path, faces, {"a": one})) as file:
        assert file.attrs["missing"].endswith("rounding beside probabilities that vary by 0.5")


def test_the_mean_over_networks_is_of_those_that_learned(tmp_path, faces, capsys):
    paths = []
    for name, weights in (("A", [0.4, 0.2]), ("B", [0.0, 0.9])):
        heatmap = read_heatmap(standardized(tmp_path, faces, {"a": explanation(weights)}))
        paths.append(tmp_path / f"{name}.npy")
        np.save(paths[-1], heatmap)
    output, networks = tmp_path / "mean.npy", '["A", "B"]'
    for learned in ({"A": "yes", "B": "yes"}, {"A": "yes", "B": "no"}, {"A": "no", "B": "no"}):
        rows = [{"network": name, "learned": did} for name, did in learned.items()]
        write_table(tmp_path / "learned.csv", ["network", "learned"], rows)
        average_heatmaps(paths, networks=networks, learned=tmp_path / "learned.csv", outputs=[output])
        present = [read_heatmap(tmp_path / f"{name}.npy") for name, did in learned.items() if did == "yes"]
        if present:
            np.testing.assert_allclose(read_heatmap(output), np.mean(present, axis=0), atol=1e-6)
        else:
            assert np.isnan(read_heatmap(output)).all()
    assert "left out (B did not learn)" in capsys.readouterr().out


def test_average_leaves_missing_heatmaps_out_and_names_them(tmp_path, faces, capsys):
    present = standardized(tmp_path, faces, {"a": explanation([0.4, 0.2])})
    missing = tmp_path / "missing.npy"
    np.save(missing, np.full((HEIGHT, WIDTH), np.nan, np.float32))
    average_heatmaps([present, missing], outputs=[tmp_path / "mean.npy"])
    np.testing.assert_array_equal(read_heatmap(tmp_path / "mean.npy"), read_heatmap(present))
    assert "missing.npy" in capsys.readouterr().out


def test_each_expression_has_the_average_of_its_own(tmp_path):
    values = {"fear": (1.0, 2.0), "happiness": (5.0, 7.0)}
    paths = []
    for expression, network in itertools.product(values, (0, 1)):
        paths.append(tmp_path / f"{expression}{network}.npy")
        np.save(paths[-1], np.full((HEIGHT, WIDTH), values[expression][network], np.float32))
    write_table(
        tmp_path / "learned.csv",
        ["network", "learned"],
        [{"network": "A", "learned": "no"}, {"network": "B", "learned": "yes"}],
    )
    outputs = [tmp_path / f"{expression}.npy" for expression in values]
    average_heatmaps(paths, outputs=outputs)
    assert [read_heatmap(path)[0, 0] for path in outputs] == [1.5, 6]
    average_heatmaps(paths, networks='["A", "B"]', learned=tmp_path / "learned.csv", outputs=outputs)
    assert [read_heatmap(path)[0, 0] for path in outputs] == [2, 7]


def test_average_of_missing_heatmaps_is_missing():
    assert np.isnan(mean_heatmap([np.full((2, 2), np.nan)] * 2)).all()


def test_a_damaged_heatmap_is_named(tmp_path):
    path = tmp_path / "happiness.h5"
    path.write_bytes(b"not an HDF5 file")
    with pytest.raises(StudyError, match=r"happiness\.h5.*delete it and rerun"):
        read_heatmap(path)
