from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.report.page.closing_sections import flattened
from workflow_scripts.report.page.markup import data_table, element, joined, plain_text

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


class Recorder(HTMLParser):
    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = [], {}, ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes |= dict(attributes)

    def handle_data(self, data):
        self.text += data


@given(texts, texts)
def test_any_text_comes_back_from_the_markup_as_text(text, attribute):
    found = Recorder(element("span", text, title=attribute))
    assert (found.tags, found.text, found.attributes) == (["span"], text, {"title": attribute})


@given(texts, texts)
def test_text_in_nested_elements_is_escaped_once(outer, inner):
    markup = joined([outer, element("b", inner)])
    assert Recorder(markup).text == outer + inner
    assert plain_text(markup) == outer + inner


def test_attributes_left_out():
    assert element("td", "1", class_=None, hidden=False) == "<td>1</td>"


def test_a_data_table_has_headers_for_rows_and_columns():
    markup = data_table("Counts", ["fold", "all"], [["1", "20"]])
    assert '<th scope="row">1</th><td class="number">20</td>' in markup
    assert '<th scope="col">fold</th><th scope="col" class="number">all</th>' in markup


def test_settings_that_are_empty_show_as_missing():
    assert flattened({"a": {"b": None, "c": []}, "d": True}) == [("a.b", "–"), ("a.c", "–"), ("d", "True")]
