"""The evidence of the atlas, in a made study with hostile names: numbers, pictures, one face in networks."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.browser.conftest import VIEWS, View, window
from tests.browser.toy_atlas import write_toy_atlas
from tests.browser.toy_evidence import CLOSED, explained_images, explanation, image_id
from tests.unit.report.test_write_report import EXPRESSIONS, HOSTILE, NETWORKS

CARDS = "#main section[aria-label='Pictured explanations'] .evidence-card"
ROWS = "#main .evidence-table tbody tr"
FACE = "#main .evidence-face"
# of each pixel of each pictured explanation of the cell, its weight beside the largest of the image
SHARES = """async ([n, p, x]) => {
    const cell = await store.evidence(0, n, p, x);
    const found = await Promise.all(cell.image.map((_, row) => explained.load(cell, row)));
    return found.map(one => one && {side: one.side, shares: [...one.shares]});
}"""


@pytest.fixture(scope="module")
def toy(browser, tmp_path_factory) -> Iterator[View]:
    page = write_toy_atlas(tmp_path_factory.mktemp("toy"))
    with window(browser, page.as_uri(), *VIEWS[0]) as found:
        yield found


def show(toy: View, network: int, fold: int, expression: int) -> None:
    """Open a cell by its places; fold 0 is the mean."""
    chosen = {"view": "evidence", "network": network, "fold": fold, "expression": expression, "image": None}
    toy.page.evaluate("changes => state.set(changes)", chosen)
    toy.settle()


def table(toy: View) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in toy.page.locator(ROWS).all()]


def test_the_table_has_the_numbers_of_every_explanation_of_the_cell(toy):
    show(toy, 0, 1, 1)
    images = explained_images(NETWORKS[0], 1, EXPRESSIONS[1])
    found = {row[0]: row[1:] for row in table(toy)}
    assert list(found) == images
    for image in images:
        true = explanation(NETWORKS[0], image)
        truth, verdict, probability, r2, passes, weights = found[image]
        assert (truth, verdict, passes) == (EXPRESSIONS[0], "✗ wrong", "1,000")
        assert float(probability) == pytest.approx(true.probability[1], abs=6e-4)
        assert float(r2) == pytest.approx(true.r2[1], abs=6e-4)
        largest = sorted(true.weights[:, 1], key=abs)[: -len(weights.split(", ")) - 1 : -1]
        shown = [float(one.replace("−", "-")) for one in weights.split(", ")]
        assert np.abs(shown) == pytest.approx(np.abs(largest), abs=0.002)
        assert shown[0] == pytest.approx(largest[0], abs=0.002)


def test_images_that_may_not_be_shown_are_in_the_table_alone_and_this_is_said(toy):
    show(toy, 0, 1, 0)
    assert len(table(toy)) == 4
    assert toy.page.locator(CARDS).count() == 3
    closed = image_id(1, CLOSED)
    assert closed in [row[0] for row in table(toy)]
    assert closed not in [card.get_attribute("title") for card in toy.page.locator(CARDS).all()]
    assert "Pictures of 1 of 4 images may not be shown." in toy.page.locator("#main").inner_text()


@pytest.mark.parametrize(("network", "side"), [(0, 64), (1, 112)])
def test_pictures_show_the_weights_of_the_regions(toy, network, side):
    """Those of the stack at the pixels that the picture has, as shares of the largest."""
    show(toy, network, 2, 1)
    images = explained_images(NETWORKS[network], 2, EXPRESSIONS[1])
    found = toy.page.evaluate(SHARES, [network, 2, 1])
    assert [one is None for one in found] == [image == image_id(2, CLOSED) for image in images]
    for image, one in zip(images, found, strict=True):
        if one:
            importance = explanation(NETWORKS[network], image).importance_map(1)
            places = ((np.arange(side) + 0.5) * len(importance) / side).astype(int)
            expected = importance[np.ix_(places, places)] / np.abs(importance).max()
            assert one["side"] == side
            np.testing.assert_allclose(np.reshape(one["shares"], (side, side)), expected, atol=0.005)


def test_a_chosen_face_is_shown_through_all_networks_and_back_leads_to_its_card(toy):
    show(toy, 0, 1, 0)
    card = toy.page.locator(CARDS).nth(1)
    title = card.get_attribute("title")
    card.press("Enter")
    toy.page.locator(f"{FACE} h3", has_text=title).wait_for()
    assert toy.all("document.activeElement.tagName") == "H3"
    names = toy.page.locator(f"{FACE} .evidence-card strong").all_inner_texts()
    assert names == [f"{NETWORKS[0]}: {EXPRESSIONS[0]}", f"{NETWORKS[1]}: {EXPRESSIONS[1]}"]
    assert card.get_attribute("aria-pressed") == "true"
    toy.page.get_by_role("button", name="Back to the cell").press("Enter")
    assert toy.all("document.activeElement.title") == title
    assert toy.page.locator(f"{FACE} h3").count() == 0


def test_a_network_of_that_face_opens_its_own_cell(toy):
    show(toy, 0, 1, 0)
    toy.page.locator(CARDS).first.click()
    toy.page.locator(f"{FACE} .evidence-card").nth(1).click()
    toy.page.locator("#main h2", has_text=f"{NETWORKS[1]}, fold 1, {EXPRESSIONS[1]}").wait_for()
    assert toy.all("[state.get().network, state.get().expression]") == [1, 1]


def test_a_choice_orders_cards_and_table_alike(toy):
    show(toy, 0, 1, 1)
    toy.page.get_by_label("Order by").select_option(label="Probability")
    rows = table(toy)
    values = [float(row[3]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert len({*values}) > 1
    titles = [card.get_attribute("title") for card in toy.page.locator(CARDS).all()]
    assert titles == [row[0] for row in rows if row[0] in titles]
    toy.page.locator(".evidence-table th button", has_text="Probability").click()
    assert [float(row[3]) for row in table(toy)] == values[::-1]
    assert toy.page.locator("th[aria-sort=ascending]").inner_text().startswith("Probability")
    toy.page.get_by_label("Order by").select_option(label="Image")


def test_of_a_mean_there_is_no_evidence_but_the_way_to_it(toy):
    show(toy, 0, 0, 0)
    assert toy.page.locator(f"{CARDS}, {ROWS}").count() == 0
    toy.page.locator("#main").get_by_role("button", name="fold 2").click()
    toy.page.locator(CARDS).first.wait_for()
    assert len(table(toy)) == 4


def test_a_cell_without_explanations_says_so(toy):
    show(toy, 1, 1, 0)
    assert "so there is nothing to explain" in toy.page.locator("#main").inner_text()
    assert toy.page.locator(f"{CARDS}, {ROWS}").count() == 0


def test_names_are_text(toy):
    show(toy, 1, 1, 1)
    toy.page.locator(CARDS).first.click()
    toy.page.locator(f"{FACE} h3").wait_for()
    assert HOSTILE in toy.page.locator("#main h2").inner_text()
    assert HOSTILE in toy.page.locator(f"{FACE} h3").inner_text()
    assert toy.page.locator("#main script, #main img[src='x']").count() == 0
    assert toy.messages == []


def test_what_is_taken_away_has_the_cell_and_its_pictures(toy):
    show(toy, 0, 1, 0)
    rows = toy.page.evaluate("evidenceView.exports().table()")
    assert [row[rows[0].index("image_id")] for row in rows[1:]] == [row[0] for row in table(toy)]
    assert {len(row) for row in rows} == {len(rows[0])}
    pictures = toy.page.evaluate(
        "evidenceView.exports().svg().then(one => [...one.querySelectorAll('image')]"
        ".map(image => image.getAttribute('href').slice(0, 15)))"
    )
    assert sorted(pictures) == ["data:image/png;"] * 3 + ["data:image/webp"] * 3
