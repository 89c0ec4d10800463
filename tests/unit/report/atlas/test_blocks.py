import json
import zlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.report.atlas.blocks import Blocks, json_text
from workflow_scripts.report.atlas.numbers import value


@given(contents=st.lists(st.binary(max_size=50), max_size=8))
def test_every_number_leads_to_its_content(contents):
    blocks = Blocks()
    numbers = [blocks.add(content) for content in contents]
    texts = dict(blocks.in_page())
    assert [zlib.decompress(b64decode(texts[number])) for number in numbers] == contents
    assert len(texts) == len(set(contents))  # equal content is there once


def test_files_are_kept_as_they_are_and_json_is_readable():
    blocks = Blocks()
    picture, table = blocks.add_file(b"RIFF"), blocks.add_json({"true": [1, "ärger"]})
    texts = dict(blocks.in_page())
    assert b64decode(texts[picture]) == b"RIFF"
    assert json.loads(zlib.decompress(b64decode(texts[table]))) == {"true": [1, "ärger"]}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_a_browser_could_not_read_is_refused(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        Blocks().add_json({"noise": number})


def test_what_a_table_has_without_bound_is_a_word_that_javascript_calculates_with():
    row = {"noise": value("noise", "inf"), "low": value("low", "-inf"), "p": value("p", "nan")}
    assert json.loads(json_text(row)) == {"noise": "Infinity", "low": "-Infinity", "p": None}


def test_what_lies_beside_the_page_is_not_in_it_and_its_script_hands_it_over():
    blocks = Blocks()
    here = blocks.add(b"same")
    with blocks.beside("atlas/lime/WeiNet.js"):
        there, again = blocks.add(b"same"), blocks.add(b"same")
    with blocks.beside(""):
        other = blocks.add(b"other")
    assert there == again != here  # a page without its scripts lacks nothing that is its own
    assert [number for number, _ in blocks.in_page()] == [here, other]
    assert blocks.files == {"atlas/lime/WeiNet.js": [there]}
    call, _, rest = blocks.script("atlas/lime/WeiNet.js").partition("(")
    assert call == "store.arrived"
    handed = json.loads(rest.removesuffix(");\n"))
    assert {int(number): zlib.decompress(b64decode(text)) for number, text in handed.items()} == {
        there: b"same"
    }
