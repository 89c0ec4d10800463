"""Training curves and confusions: of any number of networks, with the numbers of the tables."""

import json
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from tests.drawings import contrast
from tests.unit.report.test_figures import drawn, learned_table
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import DARK, DARK_PAPER, INK, NETWORK_HUE, PAPER
from workflow_scripts.common.tables import write_table
from workflow_scripts.report.draw_confusions import STRONGEST, confusion_shares, draw_confusions
from workflow_scripts.report.draw_training import draw_training
from workflow_scripts.report.figures.small_multiples import Multiples, filling
from workflow_scripts.report.page.picture_sections import training_pictures


def history(folder, epochs: int, loss: float = 2.0, accuracy: float = 0.5):
    rows = [
        {"epoch": epoch + 1, "loss": loss / (epoch + 1), "accuracy": accuracy * (epoch + 1) / epochs}
        for epoch in range(epochs)
    ]
    write_table(folder / f"history{epochs}_{loss}.csv", ["epoch", "loss", "accuracy"], rows)
    return folder / f"history{epochs}_{loss}.csv"


def confusion(folder, *rows: tuple[str, str, str, int]):
    names = ("network", "true", "predicted", "n")
    write_table(folder / "confusion.csv", names, [dict(zip(names, row, strict=True)) for row in rows])
    return folder / "confusion.csv"


def margins_are_white(image) -> bool:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return all((edge > 250).all() for edge in (grey[:, :12], grey[:, -8:], grey[:8], grey[-8:]))


@pytest.mark.parametrize("n", [1, 2, 5, 12])
@pytest.mark.parametrize("epochs", [1, 20])
def test_the_curves_of_any_number_of_networks(tmp_path, n, epochs):
    names = [f"ANetworkWithARatherLongName{place}" for place in range(n)]
    trainings = [(name, fold) for name in names for fold in (1, 2)]
    _, image = drawn(
        draw_training,
        [history(tmp_path, epochs), history(tmp_path, epochs, loss=30.0)] * n,
        trainings=json.dumps(trainings),
        expressions='["anger", "fear"]',
        learned=learned_table(tmp_path, **dict.fromkeys(names, "no")),
        folder=tmp_path,
    )
    assert image.shape[1] == 1500
    assert image.shape[0] < 1900
    assert margins_are_white(image)


def test_curves_of_a_network_that_did_not_learn_are_grey_and_others_blue(tmp_path):
    options = {"trainings": '[["One", 1]]', "expressions": '["anger", "fear"]', "folder": tmp_path}

    def blue(learned: str) -> bool:
        table = learned_table(tmp_path, One=learned)
        _, image = drawn(draw_training, [history(tmp_path, 9)], learned=table, **options)
        return bool((image[..., 0].astype(int) - image[..., 2] > 50).any())

    assert blue("yes")
    assert not blue("no")


def test_a_history_without_its_columns_is_named(tmp_path):
    write_table(tmp_path / "history.csv", ["epoch"], [])
    with pytest.raises(StudyError, match=r"history\.csv: column loss, accuracy"):
        draw_training(
            [tmp_path / "history.csv"],
            trainings='[["One", 1]]',
            expressions='["anger"]',
            learned=learned_table(tmp_path, One="yes"),
            output=tmp_path / "a.svg",
            png=tmp_path / "a.png",
        )


def test_shares_are_of_the_images_shown_with_all_folds_together():
    rows = [
        {"true": "anger", "predicted": "anger", "n": "3"},
        {"true": "anger", "predicted": "fear", "n": "1"},
        {"true": "anger", "predicted": "fear", "n": "4"},
    ]
    shares = confusion_shares(rows, ["fear", "anger"])
    np.testing.assert_allclose(shares[1], [5 / 8, 3 / 8])
    assert np.isnan(shares[0]).all()


@pytest.mark.parametrize("n", [1, 2, 12])
@pytest.mark.parametrize("expressions", [["anger"], [f"expression {place}" for place in range(7)]])
def test_the_confusions_of_any_number_of_networks(tmp_path, n, expressions):
    names = [f"ANetworkWithARatherLongName{place}" for place in range(n)]
    rows = [(name, expressions[0], expressions[-1], 3) for name in names]
    _, image = drawn(
        draw_confusions,
        confusion(tmp_path, *rows),
        networks=json.dumps(names),
        expressions=json.dumps(expressions),
        learned=learned_table(tmp_path, **dict.fromkeys(names, "no")),
        folder=tmp_path,
    )
    assert image.shape[1] == 1500
    assert image.shape[0] < 2600
    assert margins_are_white(image)


def test_a_cell_is_darker_the_larger_its_share(tmp_path):
    """The centre row of cells, away from their numbers."""
    rows = [("One", "anger", "anger", 1), ("One", "anger", "fear", 2), ("One", "anger", "joy", 7)]
    _, image = drawn(
        draw_confusions,
        confusion(tmp_path, *rows),
        networks='["One"]',
        expressions='["anger", "fear", "joy"]',
        learned=learned_table(tmp_path),
        folder=tmp_path,
    )
    hue = np.array(to_rgb(NETWORK_HUE)[::-1])
    shades = [255 * (1 - STRONGEST * share * (1 - hue)) for share in (0.1, 0.2, 0.7)]
    places = [np.argwhere((np.abs(image - shade) <= 1).all(axis=2)) for shade in shades]
    assert min(map(len, places)) > 2000
    columns = [np.median(place[:, 1]) for place in places]
    assert columns == sorted(columns)


def test_numbers_on_all_shades_have_the_contrast_that_wcag_asks_for():
    """In the light and dark: a shade is a hue over the paper."""
    for ink, hue, paper in ((INK, NETWORK_HUE, PAPER), (DARK[INK], DARK[NETWORK_HUE], DARK_PAPER)):
        for share in np.linspace(0, STRONGEST, 51):
            shade = (1 - share) * np.array(to_rgb(paper)) + share * np.array(to_rgb(hue))
            assert contrast(to_rgb(ink), shade) >= 4.5, share


def test_small_pictures_fill_rows_and_none_overlap():
    columns, width = filling(5, 3, left=1.0, widest=9.0)
    grid = Multiples(5, columns, width, 2.0, 1.0, 0.5, 0.3)
    places = list(grid.places())
    assert [last for _, _, last in places] == [False, False, True, True, True]
    assert places[1][0] - places[0][0] > width + 1.0  # labels are before each
    assert places[2][0] + width == pytest.approx(9.9)
    assert places[3][1] - places[0][1] > 2.5
    assert places[-1][0] + width < 10
    assert places[-1][1] + 2.0 + 0.5 + 0.3 < grid.total_height


def test_the_page_has_both_pictures_with_how_to_read_them_and_no_curves_where_none_were_trained():
    figure = SimpleNamespace(svg_data="data:,", svg="a.svg", png="a.png", width=960, height=500)
    study = SimpleNamespace(
        expressions=["fear"], figures={"confusions": figure, "training": figure}, datasets={}
    )
    assert [part.count("How to read: ") for part in training_pictures(study)] == [1, 1]
    study.figures = {"confusions": figure}
    assert [bool(part) for part in training_pictures(study)] == [True, False]
