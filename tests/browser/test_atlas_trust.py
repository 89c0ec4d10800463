"""Whether an explanation can be trusted, in the atlas: the numbers of the tables, if there are any."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.browser.conftest import VIEWS, window
from tests.browser.test_atlas import OPEN_ALL
from tests.browser.test_atlas_numbers import agrees
from tests.browser.test_atlas_takeaway import taken
from tests.browser.test_report import RULES
from tests.browser.toy_atlas import EXPRESSIONS, HOSTILE, write_toy_atlas
from tests.browser.toy_trust import EXPLAINERS
from workflow_scripts.common.tables import read_table
from workflow_scripts.report.finding_sentence import sentence

WHERE = {"view": "explore", "masks": "drawn"}
STRIPS = "[...document.querySelectorAll('#excess .strip')].map(one => one.getAttribute('aria-label'))"
SHAPES = "[...document.querySelectorAll('#excess .strip .mean')].map(one => one.outerHTML)"
QUALITY = """[...document.querySelectorAll('#trust-quality tbody tr')].map(row =>
    [...row.children].map(cell => cell.innerText.split('\\n')))"""
TRUST = ["#trust", "#finding-line", "#findings", "#compare-findings ul"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A study with three explainers, of which the first is examined."""
    found = tmp_path_factory.mktemp("toy")
    write_toy_atlas(found, explainers=EXPLAINERS, examined=True)
    return found


def page(folder: Path) -> str:
    return (folder / "results/report/atlas.html").as_uri()


@pytest.fixture(scope="module")
def trust(browser, folder):
    with window(browser, page(folder), *VIEWS[0]) as found:
        yield found


@pytest.fixture(scope="module", params=[VIEWS[0], VIEWS[-1]], ids="-".join)
def anywhere(browser, folder, request):
    with window(browser, page(folder), *request.param) as found:
        yield found


def visible(view, *selectors: str) -> list[bool]:
    return [view.page.locator(one).is_visible() for one in selectors]


def test_with_one_explainer_that_is_not_examined_there_is_nothing_on_trust(browser, tmp_path):
    write_toy_atlas(tmp_path)
    with window(browser, page(tmp_path), *VIEWS[0]) as found:
        keys = {"findings", "agreement", "excess", "measures", "quality"}
        assert not keys & set(found.all("Object.keys(store.study)"))
        for name in ("overview", "explore", "compare"):
            found.show(view=name)
            assert visible(found, *TRUST) == [False] * 4
        found.show(view="explore")
        assert "explainer" not in taken(found, "#take-table")[1].decode()
        assert found.messages == []


def test_with_one_explainer_that_is_examined_there_is_its_quality_alone(browser, tmp_path):
    write_toy_atlas(tmp_path, examined=True)
    with window(browser, page(tmp_path), *VIEWS[0]) as found:
        found.show(view="explore", network="WeiNet", expression="happiness")
        assert visible(found, "#trust-quality", "#trust-explainers", "#finding-line") == [True, False, False]
        found.show(view="explore", network=HOSTILE, expression=EXPRESSIONS[1])
        assert visible(found, "#trust") == [False]
        assert found.messages == []


def test_sentences_and_agreement_are_those_of_the_table(trust, folder):
    said = set()
    for row in read_table(folder / "results/similarity/findings.csv"):
        names = {key: row[key] for key in ("network", "expression", "metric")}
        trust.show(**WHERE, **names)
        label = trust.page.evaluate("metric => store.metric(metric).label", row["metric"])
        expected = sentence(row) if row["depends"] else ""
        assert trust.page.locator("#finding").text_content() == expected
        assert visible(trust, "#finding-line") == [bool(expected)]
        if expected:
            line = trust.page.locator("#finding-line span").text_content()
            assert line == f"{label}, masks drawn. {expected}"
        alike = trust.page.locator("#alike").text_content()
        assert f"r = {float(row['r_face']):.2f} on average over pairs" in alike
        assert f"{row['least_a']} and {row['least_b']}: r = −0.25" in alike
        said.add(row["depends"])
    assert said == {"no", "yes", "open", ""}


def test_strips_are_those_of_the_table_with_a_shape_for_each_side(trust, folder):
    table = read_table(folder / "results/similarity/excess.csv")
    words = {"above": "above chance", "below": "below chance", "undecided": "too close to call"}
    shapes: dict[str, set[str]] = {}
    for metric in ("iou", "precision"):
        for network, expression in {(row["network"], row["expression"]) for row in table}:
            trust.show(**WHERE, network=network, expression=expression, metric=metric)
            rows = [row for row in table if (row["network"], row["expression"]) == (network, expression)]
            rows = [row for row in rows if row["metric"] == metric]
            scored = any(row["excess"] for row in rows)
            assert visible(trust, "#excess") == [scored]
            if not scored:
                continue
            labels = trust.all(STRIPS)
            assert len(labels) == len(rows) == len(EXPLAINERS)
            drawn = iter(trust.all(SHAPES))
            for row, label in zip(rows, labels, strict=True):
                explainer, found = row["explainer"], re.findall(r"−?\d+\.\d{3}", label)
                numbers = [row[name] for name in ("excess", "low", "high") if row[name]]
                assert len(found) == len(numbers)
                assert all(agrees(*pair) for pair in zip(found, numbers, strict=True))
                side = words.get(row["side"], "no interval")
                assert label.startswith(f"{explainer}: {side}")
                shape = re.sub(r"(M| c[xy]=\")[\d. ]*", "", next(drawn))
                shapes.setdefault(side, set()).add(shape)
            assert next(drawn, None) is None
    assert shapes.keys() == {*words.values(), "no interval"}
    assert all(len(one) == 1 for one in shapes.values())
    assert len(set.union(*shapes.values())) == 4


def test_quality_has_the_numbers_of_the_table(trust, folder):
    table = read_table(folder / "results/comparison/lime/quality.csv")
    measures = trust.all("store.study.measures.map(one => [one.name, one.label])")
    for expression in EXPRESSIONS:
        trust.show(**WHERE, network="WeiNet", expression=expression)
        shown = trust.all(QUALITY)
        assert [cells[0][0] for cells in shown] == [label for _, label in measures]
        for (measure, _), (name, *cells) in zip(measures, shown, strict=True):
            for lines, of in zip(cells, (expression, "average"), strict=True):
                (row,) = (one for one in table if (one["measure"], one["expression"]) == (measure, of))
                assert name[1] == f"{row['better']} is better"
                interval = lines[1].split(" to ")
                found = [lines[0], *interval, *(one[7:] for one in lines if one.startswith("chance "))]
                numbers = [row[one] for one in ("estimate", "low", "high", "baseline") if row[one]]
                assert all(agrees(*pair) for pair in zip(found, numbers, strict=True))
                assert f"{row['n']} images" in lines
                assert ("without 1" in lines) == (row["left_out"] == "1")
                assert ("median 0.625" in lines) == (measure in ("deletion", "insertion"))
    trust.show(**WHERE, explainer=EXPLAINERS[1], network="WeiNet", expression=EXPRESSIONS[0])
    assert visible(trust, "#trust-explainers", "#trust-quality") == [True, False]


def test_what_does_not_need_masks_is_there_without_them(trust):
    trust.show(view="explore", masks="none", network="WeiNet", expression=EXPRESSIONS[0])
    there = visible(trust, "#alike", "#trust-quality", "#finding-line", "#excess")
    assert there == [True, True, False, False]
    rows = list(csv.reader(io.StringIO(taken(trust, "#take-table")[1].decode())))
    assert {row[0] for row in rows[1:]} >= {"r", "deletion"}
    trust.show(view="explore", masks="none", network="mean of networks", expression=EXPRESSIONS[0])
    assert visible(trust, "#trust") == [False]


def test_a_score_without_an_interval_names_those_that_have_one(trust):
    names = ", ".join(trust.all("store.study.findings.metrics.map(one => store.metric(one).label)"))
    said = "recall has no interval over faces, so that it cannot be told from chance here. "
    said += f"Scores that have one: {names}."
    trust.show(**WHERE, network="WeiNet", expression=EXPRESSIONS[0], metric="recall")
    assert said in trust.page.locator("#trust-explainers").text_content()
    assert visible(trust, "#excess", "#alike", "#finding-line") == [False, True, False]
    trust.show(view="overview", masks="drawn", metric="recall")
    assert trust.page.locator("#findings").text_content() == said


def test_an_explainer_is_chosen_with_the_keyboard(trust):
    trust.show(**WHERE, network="WeiNet", expression=EXPRESSIONS[0])
    why = trust.page.locator("#why")
    why.focus()
    trust.page.keyboard.press("Enter")
    assert trust.all("document.activeElement.id") == "trust-title"
    assert trust.page.locator("#trust-title").is_visible()
    current = trust.page.locator("#excess .strip[aria-current]")
    assert current.get_attribute("aria-label").startswith("lime: ")
    trust.page.locator("#excess .strip[tabindex='0']").focus()
    trust.page.keyboard.press("ArrowDown")
    trust.page.keyboard.press("Enter")
    trust.settle()
    assert trust.all("state.get().explainer") == 1
    assert trust.all("document.activeElement.getAttribute('aria-label')").startswith("rise: ")
    assert current.get_attribute("aria-label").startswith("rise: ")
    trust.page.go_back()
    trust.settle()
    assert trust.all("state.get().explainer") == 0


def test_the_file_of_explore_has_all_numbers_with_their_digits(trust, folder):
    network, expression = "WeiNet", EXPRESSIONS[1]
    trust.show(**WHERE, network=network, expression=expression, metric="f1")
    rows = list(csv.reader(io.StringIO(taken(trust, "#take-table")[1].decode())))
    found = {(row[0], row[1]): row[2:] for row in rows}
    for row in read_table(folder / "results/similarity/excess.csv"):
        if (row["network"], row["expression"], row["metric"]) == (network, expression, "f1"):
            numbers = found["f1", f"excess over chance by {row['explainer']}"]
            assert numbers[:4] == [row["excess"], row["low"], row["high"], "faces"]
    (finding,) = (
        row
        for row in read_table(folder / "results/similarity/findings.csv")
        if (row["network"], row["expression"], row["metric"]) == (network, expression, "f1")
    )
    assert found["f1", "depends on the explainer"][0] == finding["depends"] == "yes"
    assert found["f1", "in words"][0] == sentence(finding)
    assert found["r", "mean over pairs of explainers"][0] == finding["r_face"]
    for row in read_table(folder / "results/comparison/lime/quality.csv"):
        of = {"average": "all expressions", expression: expression}.get(row["expression"])
        if of:
            numbers = found[row["measure"], f"{of}, {row['n']} images"]
            assert numbers == [row["estimate"], row["low"], row["high"], "faces", row["p"], row["q"]]


def test_compare_says_it_of_both_sides_and_of_one_panel_once(trust):
    one = {"network": "WeiNet", "b_network": "WeiNet", "masks": "drawn"}
    trust.show(view="compare", **one, expression=EXPRESSIONS[0], b_expression=EXPRESSIONS[1])
    items = trust.page.locator("#compare-findings li")
    a, b = items.all_text_contents()
    assert a.startswith("A: Does not depend on the explainer: above chance by all 3 that score it.")
    assert b.startswith("B: Depends on the explainer: ")
    rows = list(csv.reader(io.StringIO(taken(trust, "#take-table")[1].decode())))
    assert [row[0] for row in rows[-2:]] == [a.partition(" (")[0], b.partition(" (")[0]]
    names = {**one, "expression": EXPRESSIONS[1], "b_expression": EXPRESSIONS[1]}
    trust.show(view="compare", **names, b_explainer=EXPLAINERS[1])
    assert [text.partition(":")[0] for text in items.all_text_contents()] == ["A and B"]
    for way, name in (("masks", "drawn"), ("explainers", f"WeiNet, mean over folds, {EXPRESSIONS[1]}")):
        trust.show(view="compare", **names, way=way)
        assert [text.partition(": ")[0] for text in items.all_text_contents()] == [name]


def test_the_overview_says_of_which_panels_and_opens_them(trust, folder):
    trust.show(view="overview", masks="drawn", metric="f1")
    links = trust.page.locator("#findings a")
    answers = {
        (row["network"], row["expression"]): row
        for row in read_table(folder / "results/similarity/findings.csv")
        if row["metric"] == "f1" and row["depends"]
    }
    assert links.count() == len(answers) == 3
    for link in links.all():
        network, expression, told = re.fullmatch(
            f"(.*), ({'|'.join(map(re.escape, EXPRESSIONS))}): (.*)", link.get_attribute("aria-label")
        ).groups()
        row = answers[network, expression]
        assert told == sentence(row)
        assert link.locator(".answer").text_content() == row["depends"]
        counts = dict(re.findall(r"([▲▼○])(\d)", link.locator(".symbols").text_content()))
        sides = {"▲": row["above"], "▼": row["below"], "○": row["undecided"]}
        assert counts == {symbol: str(len(names.split())) for symbol, names in sides.items() if names}
    rows = list(csv.DictReader(io.StringIO(taken(trust, "#take-table")[1].decode())))
    assert {row["depends on the explainer"] for row in rows} == {"no", "yes", "open", ""}
    links.first.focus()
    trust.page.keyboard.press("ArrowRight")
    trust.page.keyboard.press("Enter")
    trust.settle()
    assert trust.all("[state.get().view, state.get().network, state.get().expression]") == ["explore", 0, 1]
    trust.show(view="overview", masks="none")
    assert visible(trust, "#findings") == [False]


@pytest.mark.parametrize("name", ["overview", "explore", "compare"])
def test_it_can_be_read_by_all_everywhere_and_asks_for_nothing(anywhere, folder, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    expressions = {"expression": EXPRESSIONS[1], "b_expression": EXPRESSIONS[0], "b_network": "WeiNet"}
    anywhere.show(**WHERE | {"view": name}, network="WeiNet", **expressions)
    anywhere.all(OPEN_ALL)
    anywhere.settle()
    assert anywhere.all("document.documentElement.scrollWidth") <= anywhere.page.viewport_size["width"]
    schemes = ("light", "dark") if anywhere.dark else ("dark", "light")
    for scheme, rules in zip(schemes, (["color-contrast"], RULES), strict=True):
        anywhere.page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(anywhere.page, options={"runOnly": rules, "resultTypes": ["violations"]})
        said = [
            f"{rule['id']}: {[node['html'][:150] for node in rule['nodes'][:3]]}"
            for rule in found.response["violations"]
        ]
        assert said == [], scheme
    assert anywhere.page.locator("#main b").filter(has_text="cam").count() == 0  # a name is no markup
    assert anywhere.messages == []
    assert {url.partition("#")[0] for url in anywhere.requests if not url.startswith("data:")} == {
        page(folder)
    }
