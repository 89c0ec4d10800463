"""What a section says of several explainers: the first is shown, the others are folded, none is lost."""

from types import SimpleNamespace

import pytest

from workflow_scripts.report.page.explainer_parts import by_explainer, first_of
from workflow_scripts.report.page.markup import element


def study(*explainers):
    return SimpleNamespace(explainers=list(explainers))


def written(study, explainer):
    return [element("p", f"found by {explainer}"), element("p", "more")]


def outside_of_folds(parts) -> str:
    return "".join(part for part in parts if not part.startswith("<details>"))


def test_a_single_explainer_needs_neither_heading_nor_fold():
    assert by_explainer(study("lime"), written) == written(None, "lime")


def test_of_several_the_first_is_shown_and_the_others_each_have_a_fold_with_their_name():
    parts = by_explainer(study("lime", "rise", "<b>"), written)
    assert outside_of_folds(parts) == "<h3>Explainer lime</h3>\n<p>found by lime</p>\n<p>more</p>\n"
    folds = [part for part in parts if part.startswith("<details>")]
    assert [fold.partition("</summary>")[0] for fold in folds] == [
        "<details><summary><b>Explainer rise</b>",
        "<details><summary><b>Explainer &lt;b&gt;</b>",
    ]
    for fold, name in zip(folds, ("rise", "&lt;b&gt;"), strict=True):
        assert f"<p>found by {name}</p>\n<p>more</p>\n" in fold


def test_an_explainer_without_parts_has_no_heading_and_the_next_is_shown_in_its_place():
    def some(study, explainer):
        return [] if explainer == "lime" else written(study, explainer)

    parts = by_explainer(study("lime", "rise", "grad_cam"), some)
    assert outside_of_folds(parts).startswith("<h3>Explainer rise</h3>")
    assert "lime" not in "".join(parts)


def test_explainers_of_which_there_is_no_result_are_left_out():
    parts = by_explainer(study("lime", "rise"), written, explainers={"rise": 1})
    assert parts == [element("h3", "Explainer rise"), *written(None, "rise")]


@pytest.mark.parametrize("names", [["lime"], ["lime", "rise"], ["lime", "rise", "grad_cam"]])
def test_the_first_of_several_pictures_is_shown_and_the_others_folded_together(names):
    parts = first_of(study(*names), lambda study, name: element("p", name), "The same picture")
    assert parts[0] == element("p", names[0])
    assert len(parts) == min(len(names), 2)
    for name in names[1:]:
        assert element("p", name) in parts[1]
        assert name in parts[1].partition("</summary>")[0]


def test_pictures_that_the_others_lack_leave_no_empty_fold():
    parts = first_of(study("lime", "rise"), lambda study, name: "" if name == "rise" else "one", "Pictures")
    assert parts == ["one"]
