import re

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.report.atlas.texts import TEXTS, texts


def test_the_texts_are_whole_sentences_and_works_to_cite():
    found = texts()
    for one in [*found["read"], *found["terms"], *found["absent"], {"text": found["licences"]}]:
        assert one["text"]
        for paragraph in one["text"]:
            assert re.fullmatch(r"[^\n]{15,}[.?)]", paragraph), paragraph
    assert found["cited"][0]["text"].startswith("The lookalike authors. lookalike, version ")
    assert found["cited"][1]["bibtex"].startswith("@article{Gaya2024,")


def test_each_group_of_keys_has_pairs():
    for group in texts()["keys"]:
        assert all(len(pair) == 2 and all(pair) for pair in group["keys"]), group["where"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[[read]]", "[[read]", "not TOML"),
        ('title = "Masks"', 'title = ""', r"an entry of \[\[read\]\] has no title; write one"),
        ("[[terms]]", "[[words]]", r"there is no \[\[terms\]\]; write one"),
        ('when = "beside"', 'when = "never"', r"when is 'never' in \[\[absent\]\]; use always, no_pictures"),
    ],
)
def test_what_the_file_lacks_is_said(tmp_path, before, after, said):
    changed = TEXTS.read_text(encoding="utf-8").replace(before, after)
    (tmp_path / "texts.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        texts(tmp_path / "texts.toml")
