"""The texts at the figures of the page: a file that can be edited without code."""

import re
from inspect import getsource

import pytest

from tests.unit.report.test_write_report import Page, write
from workflow_scripts.common.errors import StudyError
from workflow_scripts.report import write_report
from workflow_scripts.report.page import captions
from workflow_scripts.report.page.captions import CAPTIONS, PARTS, key_of, said

ENTRY = """
[figure5]
title = "Bild 5"
caption = "Genauigkeit"
read = "So"
alt = "Balken"
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    return write(tmp_path_factory.mktemp("study")).read_text(encoding="utf-8")


def test_every_figure_of_the_page_has_a_caption_and_how_to_read_it(page):
    figures = re.findall(r"<figure .*?</figure>", page, re.DOTALL)
    assert len(figures) == page.count("<img ") > 10
    for figure in figures:
        shown, read = re.findall(r"<p\b[^>]*>(.*?)</p>", figure, re.DOTALL)
        assert re.match(r"<b>[^<]+\. </b>\S.{20}", shown), shown
        assert re.match(r"<b>How to read: </b>\S.{20}", read), read


def test_figures_that_a_run_can_have_and_texts_are_the_same_ones():
    """Names of figures as the rule collects them: a text that no figure has would never be read."""
    source = getsource(write_report._figures)
    named = re.findall(r'"(\d+|\w+)": one', source) + re.findall(r'f"(\w+)/', source)
    named += [*write_report.OF_PAIRS, *write_report.PICTURES, "4", "7", "10", "training"]
    assert {key_of(name) for name in named} == set(captions.captions(CAPTIONS))


def test_no_text_of_a_figure_is_left_with_braces(page):
    for figure in re.findall(r"<figcaption.*?</figcaption>|alt=\"[^\"]*\"", page, re.DOTALL):
        assert "{" not in figure


def test_the_file_alone_decides_what_is_said_at_a_figure(tmp_path, monkeypatch):
    text = re.sub(r"\n\[figure5\].*?(?=\n\[)", lambda _: ENTRY, CAPTIONS.read_text("utf-8"), flags=re.DOTALL)
    (tmp_path / "captions.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(captions, "CAPTIONS", tmp_path / "captions.toml")
    page = Page(write(tmp_path))
    assert "Bild 5. Genauigkeit SVG · PNG\nHow to read: So" in page.text
    assert "Balken" in [image["alt"] for image in page.images]


def test_what_is_filled_in_is_neither_shortened_nor_filled_again(monkeypatch, tmp_path):
    text = ENTRY.replace('"So"', '"""\nSo\n  {name},  ja"""')
    (tmp_path / "captions.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(captions, "CAPTIONS", tmp_path / "captions.toml")
    assert said("figure5", "read", name="{a}  b") == "So {a}  b, ja"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            ENTRY.replace("Genauigkeit", "{where}"),
            r"caption of \[figure5\] has braces .*'where'.*there are: {a}",
        ),
        (ENTRY.replace("Genauigkeit", "{"), r"caption of \[figure5\] has braces"),
        (ENTRY.replace("Genauigkeit", "{}"), r"caption of \[figure5\] has braces"),
        (ENTRY.replace("Genauigkeit", "{a.b}"), r"caption of \[figure5\] has braces"),
        (ENTRY.replace('read = "So"', ""), r"\[figure5\] has no read"),
        (ENTRY.replace("Genauigkeit", " "), r"\[figure5\] has no caption"),
        (ENTRY.replace("figure5", "figure6"), r"no caption in \[figure5\]; add"),
        ("[figure5", "not TOML"),
    ],
)
def test_a_file_that_makes_no_caption_is_refused(tmp_path, monkeypatch, text, message):
    (tmp_path / "captions.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(captions, "CAPTIONS", tmp_path / "captions.toml")
    with pytest.raises(StudyError, match=message):
        said("figure5", "caption", a="1")


def test_every_figure_has_its_parts_in_the_same_order():
    """A file that is easy to find one's way in."""
    for parts in captions.captions(CAPTIONS).values():
        assert [part for part in parts if part in PARTS] == list(PARTS)
