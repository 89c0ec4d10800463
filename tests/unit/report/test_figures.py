import json
import xml.etree.ElementTree as ET
from itertools import combinations

import cv2
import numpy as np
import pytest

from tests.drawings import faults
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.report.draw_accuracy import draw_accuracy
from workflow_scripts.report.draw_color_scale import draw_color_scale
from workflow_scripts.report.draw_dendrograms import draw_dendrograms
from workflow_scripts.report.draw_heatmaps import draw_heatmaps, heatmap_cell
from workflow_scripts.report.draw_mask_sets import draw_mask_sets, mask_cell
from workflow_scripts.report.figures.heatmap_colors import color_scale, face_picture, painted
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

SHAPE = (HEIGHT, WIDTH)


def drawn(draw, *arguments, folder, **options):
    """Call a rule's function twice; its files, checked to be valid, the same both times, and readable."""
    files = []
    for name in ("first", "second"):
        svg, png = folder / name / "figure.svg", folder / name / "figure.png"
        draw(*arguments, **options, output=svg, png=png)
        files.append((svg, png))
    for first, second in zip(*files, strict=True):
        assert first.read_bytes() == second.read_bytes()
        assert first.stat().st_size < 1_000_000
    svg, png = files[0]
    assert faults(svg) == []
    root = ET.parse(svg).getroot()
    image = cv2.imread(str(png))
    assert root.tag.endswith("svg")
    width, height = (float(root.get(side).removesuffix("pt")) / 72 for side in ("width", "height"))
    np.testing.assert_allclose(image.shape[:2], (150 * height, 150 * width), atol=1.5)
    return svg, image


def learned_table(folder, **learned):
    """Table of networks; those that are not named learned."""
    rows = [{"network": name, "learned": did} for name, did in learned.items()]
    write_table(folder / "learned.csv", ["network", "learned"], rows)
    return folder / "learned.csv"


def worth_tables(folder, *expressions, support=None):
    """What trees are worth, as options of a rule. support: of all, by the members of their nodes."""
    paths = {name: folder / f"{name}.csv" for name in ("support", "trees")}
    nodes = [
        {"expression": name, "members": " ".join(members), "support": share}
        for name in expressions
        for members, share in (support or {}).items()
    ]
    write_table(paths["support"], ["expression", "members", "support"], nodes)
    trees = [{"expression": name, "cophenetic_r": 0.9} for name in expressions]
    write_table(paths["trees"], ["expression", "cophenetic_r"], trees)
    return paths


def heatmap(folder, name, values):
    path = folder / f"{name}.npy"
    np.save(path, np.asarray(values, np.float32))
    return path


@pytest.mark.parametrize(("rows", "columns"), [([""], ["anger", "fear"]), (["A", "B$^"], ["fear"])])
def test_grid_of_heatmaps(tmp_path, background, rows, columns):
    values = np.tile(np.linspace(0, 3, WIDTH), (HEIGHT, 1))
    paths = [heatmap(tmp_path, "a", values), heatmap(tmp_path, "b", np.full(SHAPE, np.nan))]
    names = {"rows": json.dumps(rows), "columns": json.dumps(columns)}
    options = {"learned": learned_table(tmp_path), "background": background, "title": "Both"}
    _, image = drawn(draw_heatmaps, paths, **names, **options, folder=tmp_path)
    assert 300 < image.shape[1] < 1600
    assert 200 < image.shape[0] < 1600


@pytest.mark.parametrize(("n_rows", "n_columns"), [(1, 2), (4, 6), (8, 7), (12, 1)])
def test_grids_of_any_shape_are_as_wide_as_the_page_at_most(tmp_path, background, n_rows, n_columns):
    path = heatmap(tmp_path, "missing", np.full(SHAPE, np.nan))
    names = {"rows": json.dumps(["ResNet101V2"] * n_rows), "columns": json.dumps(["happiness"] * n_columns)}
    png = tmp_path / "grid.png"
    draw_heatmaps(
        [path] * n_rows * n_columns,
        **names,
        learned=learned_table(tmp_path),
        background=background,
        output=tmp_path / "grid.svg",
        png=png,
    )
    height, width = cv2.imread(str(png)).shape[:2]
    assert 300 < width <= 1500
    assert height > n_rows * 120


def test_a_missing_heatmap_is_the_plain_face_and_says_so(background):
    face = face_picture(cv2.imread(str(background), cv2.IMREAD_GRAYSCALE))
    missing = heatmap_cell(face, np.full(SHAPE, np.nan, np.float32))
    np.testing.assert_array_equal(missing.picture, face)
    assert missing.note == "no heatmap"
    assert heatmap_cell(face, np.eye(*SHAPE, dtype=np.float32)).note == ""


def test_a_missing_heatmap_is_named_in_the_log(tmp_path, background, capsys):
    path = heatmap(tmp_path, "gone", np.full(SHAPE, np.nan))
    files = {"output": tmp_path / "a.svg", "png": tmp_path / "a.png", "learned": learned_table(tmp_path)}
    draw_heatmaps([path], rows='[""]', columns='["fear"]', background=background, **files)
    assert "gone.npy: no heatmap" in capsys.readouterr().out


def test_each_map_is_stretched_to_its_own_maximum(background):
    face = face_picture(cv2.imread(str(background), cv2.IMREAD_GRAYSCALE))
    values = np.random.default_rng(0).random(SHAPE).astype(np.float32)
    faint, strong = heatmap_cell(face, values / 128), heatmap_cell(face, values * 4)
    np.testing.assert_allclose(faint.picture, strong.picture, atol=1e-6)


@pytest.mark.parametrize("behind", [0, 255])
def test_neither_light_nor_what_is_behind_a_face_changes_its_greys(behind):
    inside = np.zeros(SHAPE, bool)
    inside[40:230, 35:190] = True
    face = np.tile(np.linspace(60, 180, SHAPE[1]).astype(np.uint8), (SHAPE[0], 1))
    plain = face_picture(face)[inside]
    assert np.ptp(plain) > 0.5
    np.testing.assert_array_equal(
        face_picture(np.where(inside, face, behind).astype(np.uint8))[inside], plain
    )
    np.testing.assert_allclose(face_picture(face // 2)[inside], plain, atol=0.01)


def test_the_face_shows_where_nothing_is_important_and_less_the_more_important_it_is():
    values = np.linspace(0, 1, 101)[None]
    dark, light = (painted(np.full((1, 101, 3), gray), values) for gray in (0.1, 0.6))
    visible = np.abs(light - dark).mean(axis=2)[0]
    assert visible[0] == pytest.approx(0.5)
    assert (np.diff(visible) < 0).all()
    assert visible[-1] > 0.05


def test_colours_grow_lighter_with_importance():
    scale = color_scale()[..., ::-1].astype(np.float32)
    lightness = cv2.cvtColor(scale, cv2.COLOR_BGR2LAB)[0, :, 0]
    assert lightness[-1] - lightness[0] > 40
    assert (np.maximum.accumulate(lightness) - lightness).max() < 0.5  # of 100; 1 can just be seen


def test_a_number_of_heatmaps_that_does_not_fill_the_grid_is_refused(tmp_path, background):
    path = heatmap(tmp_path, "a", np.zeros(SHAPE))
    files = {"output": tmp_path / "a.svg", "png": tmp_path / "a.png", "learned": learned_table(tmp_path)}
    with pytest.raises(StudyError, match="1 heatmaps for 1 rows and 2 columns"):
        draw_heatmaps([path], rows='["A"]', columns='["fear", "anger"]', background=background, **files)
    assert not files["output"].exists()


def test_a_background_of_another_size_is_refused(tmp_path):
    small = tmp_path / "small.png"
    cv2.imwrite(str(small), np.zeros((10, 20), np.uint8))
    path = heatmap(tmp_path, "a", np.zeros(SHAPE))
    files = {"output": tmp_path / "a.svg", "png": tmp_path / "a.png", "learned": learned_table(tmp_path)}
    with pytest.raises(StudyError, match=r"small\.png: 20 x 10 pixels.*average_faces"):
        draw_heatmaps([path], rows='[""]', columns='["fear"]', background=small, **files)


def test_masks_and_where_a_set_has_none(tmp_path, background):
    path = tmp_path / "mask.png"
    mask = np.zeros(SHAPE, np.uint8)
    mask[100:150, 50:90] = 255
    cv2.imwrite(str(path), mask)
    drawn(
        draw_mask_sets,
        [path],
        cells='[["drawn", "fear"]]',
        mask_sets='["drawn", "mine"]',
        expressions='["fear", "anger"]',
        background=background,
        folder=tmp_path,
    )
    face = face_picture(cv2.imread(str(background), cv2.IMREAD_GRAYSCALE))
    shown = mask_cell(face, {("drawn", "fear"): path}, "drawn", "fear")
    changed = (shown.picture != face).any(axis=2)
    np.testing.assert_array_equal(changed, mask > 0)
    assert mask_cell(face, {}, "mine", "fear").note == "no mask"


def test_color_scale(tmp_path):
    drawn(draw_color_scale, folder=tmp_path)


def accuracy_tables(folder, values, unlearned=()):
    """Accuracies of single folds and their means, by the names of draw_accuracy's arguments."""
    rows = [
        {"network": name, "fold": fold, "accuracy": value} | {"learned": "no" if name in unlearned else "yes"}
        for name, folds in values.items()
        for fold, value in enumerate(folds, start=1)
    ]
    means = [
        {"network": name, "metric": "accuracy", "estimate": float(np.mean(folds))}
        for name, folds in values.items()
    ]
    means.append({"network": "average", "metric": "majority_rate", "estimate": 0.4})
    paths = {"accuracy": folder / "accuracy.csv", "means": folder / "means.csv"}
    for path, table in zip(paths.values(), (rows, means), strict=True):
        write_table(path, list(table[0]), table)
    return paths


def test_accuracy_with_one_and_with_several_folds(tmp_path):
    for values in ({"WeiNet": [0.5]}, {"WeiNet": [0.5, 0.7], "NA": [0.2, 0.1]}):
        names = {"networks": json.dumps(list(values)), "expressions": '["anger", "fear"]'}
        drawn(draw_accuracy, **accuracy_tables(tmp_path, values), **names, folder=tmp_path)


def test_a_network_that_did_not_learn_is_marked(tmp_path):
    """A row of one network: with the mark its figure differs, in every way that it is drawn."""
    distances = dict(zip([("WeiNet", "NA"), ("WeiNet", "NB"), ("NA", "NB")], [0.1, 0.2, 0.3], strict=True))
    tree = distance_table(tmp_path, "anger", distances)
    one = heatmap(tmp_path, "one", np.eye(*SHAPE))
    blank = tmp_path / "face.png"
    cv2.imwrite(str(blank), np.zeros(SHAPE, np.uint8))
    files = {"output": tmp_path / "a.svg", "png": tmp_path / "a.png"}
    drawings = {"bars": [], "tree": [], "grid": []}
    for did in ("yes", "no"):
        tables = accuracy_tables(tmp_path, {"WeiNet": [0.5]}, unlearned=["WeiNet"] if did == "no" else [])
        learned = learned_table(tmp_path, WeiNet=did)
        draw_accuracy(**tables, networks='["WeiNet"]', expressions='["anger", "fear"]', **files)
        drawings["bars"].append(files["output"].read_bytes())
        options = {"expressions": '["anger"]', "settings": '{"linkage": "average"}', "learned": learned}
        draw_dendrograms([tree], **options, **worth_tables(tmp_path, "anger"), **files)
        drawings["tree"].append(files["output"].read_bytes())
        names = {"rows": '["WeiNet"]', "columns": '["fear"]', "learned": learned}
        draw_heatmaps([one], **names, background=blank, **files)
        drawings["grid"].append(files["output"].read_bytes())
    assert all(learned != unlearned for learned, unlearned in drawings.values())


def test_longer_bars_for_better_networks(tmp_path):
    """The bar of accuracy 0.8 covers twice the pixels of that of 0.4."""
    tables = accuracy_tables(tmp_path, {"good": [0.8], "weak": [0.4]})
    options = {"networks": '["good", "weak"]', "expressions": json.dumps(list("abcdef"))}
    png = tmp_path / "a.png"
    draw_accuracy(**tables, **options, output=tmp_path / "a.svg", png=png)
    image = cv2.imread(str(png)).astype(int)
    bar = (np.abs(image - (0xDD, 0xC5, 0x9E)).max(axis=2) < 4).sum(axis=1)
    filled = bar[bar > 50]
    assert filled.max() == pytest.approx(2 * np.median(filled[len(filled) * 3 // 4 :]), rel=0.05)


def test_a_network_without_accuracy_is_named(tmp_path):
    tables = accuracy_tables(tmp_path, {"WeiNet": [0.5]})
    files = {"output": tmp_path / "a.svg", "png": tmp_path / "a.png"}
    with pytest.raises(StudyError, match="no accuracy of SongNet"):
        draw_accuracy(**tables, networks='["WeiNet", "SongNet"]', expressions='["fear"]', **files)


def distance_table(folder, expression, distances):
    columns = ["network_a", "network_b", "distance_face"]
    rows = [dict(zip(columns, (*pair, value), strict=True)) for pair, value in distances.items()]
    write_table(folder / f"{expression}.csv", columns, rows)
    return folder / f"{expression}.csv"


def test_dendrograms_with_missing_networks(tmp_path):
    full = {pair: 0.1 * i for i, pair in enumerate(combinations("ABCD", 2), start=1)}
    without_d = {pair: None if "D" in pair else value for pair, value in full.items()}
    cases = {"anger": full, "fear": without_d, "joy": dict.fromkeys(full), "sadness": {("A", "B"): 0.1}}
    tables = [distance_table(tmp_path, name, distances) for name, distances in cases.items()]
    options = {"expressions": json.dumps(list(cases)), "settings": '{"linkage": "average"}'}
    options |= {"learned": learned_table(tmp_path)} | worth_tables(tmp_path, *cases)
    _, plain = drawn(draw_dendrograms, tables, **options, folder=tmp_path)
    worth_tables(tmp_path, *cases, support={"AB": 0.5, "ABC": 0.25})
    _, image = drawn(draw_dendrograms, tables, **options, folder=tmp_path)
    assert image.shape[0] > plain.shape[0]


def test_long_names_leave_room_for_what_is_said_below_the_trees(tmp_path):
    names = ["MobileNetV3Large", "EfficientNetV2B0", "VGG16"]
    distances = {pair: 0.1 * i for i, pair in enumerate(combinations(names, 2), start=1)}
    cases = ["anger", "fear", "joy"]
    tables = [distance_table(tmp_path, name, distances) for name in cases]
    options = {"expressions": json.dumps(cases), "settings": '{"linkage": "average"}'}
    options |= {"learned": learned_table(tmp_path, VGG16="no")}
    for support in ({}, {tuple(names[:2]): 0.5}):
        options |= worth_tables(tmp_path, *cases, support=support)
        _, image = drawn(draw_dendrograms, tables, **options, folder=tmp_path)
        for border in (image[0], image[-1], image[:, 0], image[:, -1]):
            assert (border == 255).all()  # nothing is cut off


def test_dendrograms_of_a_study_with_one_network(tmp_path):
    table = distance_table(tmp_path, "anger", {("A", "A"): None})
    options = {"expressions": '["anger"]', "settings": '{"linkage": "average"}'}
    options |= {"learned": learned_table(tmp_path)} | worth_tables(tmp_path, "anger")
    drawn(draw_dendrograms, [table], **options, folder=tmp_path)
