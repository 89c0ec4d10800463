"""The page's frame: the table of sections, headings, methods and citation."""

import csv
from types import SimpleNamespace

import pytest
import yaml

from tests.unit.report.test_write_report import HOSTILE, Page, write
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.common.version import version
from workflow_scripts.orchestration.inputs import PAGE_FILES
from workflow_scripts.report.page import document
from workflow_scripts.report.page.captions import CAPTIONS
from workflow_scripts.report.page.citation import CITATION, cited_works
from workflow_scripts.report.page.document import SECTIONS, WRITERS, linked_headings, listed_sections
from workflow_scripts.report.page.markup import element, joined
from workflow_scripts.report.page.methods_section import explanations, scores, training
from workflow_scripts.report.page.score_table import averages_table

ROW = {"place": "data", "writer": "data_section", "short": "Data", "title": "The data", "lead": ""}


def test_every_section_that_is_imported_is_in_the_table_once():
    rows = read_table(SECTIONS)
    assert sorted(row["writer"] for row in rows) == sorted(WRITERS)
    assert all(row["short"] and row["title"] for row in rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW, ROW | {"writer": "cells_section"}], "place data is listed twice"),
        ([ROW, ROW | {"place": "other"}], "writer data_section is listed twice"),
        ([ROW | {"writer": "my_section"}], "no function my_section; import it"),
    ],
)
def test_a_table_of_sections_that_makes_no_page_is_refused(rows, said):
    with pytest.raises(StudyError, match=said):
        listed_sections(rows)


def test_the_table_alone_decides_on_order_titles_and_leads(tmp_path, monkeypatch):
    rows = [
        ROW | {"title": "Zwei", "lead": "Vor $allem & <b>"},
        ROW | {"place": "cells", "writer": "cells_section"},
    ]
    with (tmp_path / "sections.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ROW)
        writer.writeheader()
        writer.writerows(rows[::-1])
    monkeypatch.setattr(document, "SECTIONS", tmp_path / "sections.csv")
    page = Page(write(tmp_path))
    assert [name for name in page.ids if name in ("data", "cells", "answer")] == ["cells", "data"]
    assert page.links[:3] == ["atlas.html", "#cells", "#data"]
    assert "Zwei" in page.text
    assert "Vor $allem & <b>" in page.text


def test_the_job_is_given_every_file_that_the_page_reads():
    read = {document.TEMPLATE, document.STYLE_SHEET, SECTIONS, CAPTIONS, CITATION}
    root = CITATION.parent
    assert {path.relative_to(root).as_posix() for path in read} == set(PAGE_FILES)


def test_headings_of_equal_names_have_addresses_of_their_own():
    twice = joined(
        [element("h3", "Masks <a>"), element("p", "x"), element("h3", "Masks <a>"), element("h3", "…")]
    )
    found = linked_headings(twice, "worth")
    names = [part.partition('"')[0] for part in found.split('<h3 id="')[1:]]
    assert len(set(names)) == 3
    assert all(found.count(f'href="#{name}"') == 1 for name in names)
    assert 'aria-label="Link to: Masks &lt;a&gt;"' in found


def test_the_citation_is_that_of_the_file():
    file = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    software, paper = cited_works()
    assert software.text == f"{file['authors'][0]['name']}. {file['title']}, version {version()}."
    said = file["references"][0]
    assert (paper.title, paper.journal, paper.doi) == (said["title"], said["journal"], said["doi"])
    assert paper.year == str(said["year"])
    assert paper.authors == tuple((who["family-names"], who["given-names"]) for who in said["authors"])
    assert paper.text.startswith(
        "Gaya-Morey, F. X.; Ramis-Guarinos, S.; Manresa-Yee, C.; Buades-Rubio, J. M. (2024). Unv"
    )
    assert f"doi = {{{said['doi']}}}" in paper.bibtex
    assert paper.bibtex.startswith("@article{Gaya2024,")


def test_a_citation_without_authors_is_refused(tmp_path):
    (tmp_path / "CITATION.cff").write_text("title: Mine\n")
    with pytest.raises(StudyError, match="no title or no authors"):
        cited_works(tmp_path / "CITATION.cff")


def study(**changes) -> SimpleNamespace:
    """What the methods are made from."""
    setup = {
        "training": {"networks": {"WeiNet": {"input_size": 48, "epochs": 20, "weights": None}}},
        "explanation": {"explainers": {"lime": {"explainer": "lime", "samples": 150, "xla": False}}},
        "comparison": {"nulls": {"surrogates": 5000}},
    }
    said = {
        "setup": setup,
        "networks": ["WeiNet", "Other"],
        "models": {"Other": {}},
        "division": "2 folds",
        "folds": [{"subject": "A"}],
        "official": False,
        "did_learn": {"WeiNet": True, "Other": False},
        "explainers": ["lime"],
        "asked_positives": 5,
        "limits": "",
        "mask_sets": {"drawn": "outlines"},
        "metrics": [SimpleNamespace(name="iou", label="IoU")],
        "n_folds": 2,
    }
    return SimpleNamespace(**said | changes)


@pytest.mark.parametrize(("samples", "told"), [(150, {"stability"}), ("auto", {"noise", "max samples"})])
def test_the_methods_leave_out_settings_without_effect(samples, told):
    lime = {"explainer": "lime", "samples": samples, "noise": 0.05, "max_samples": 4000, "stability": 0.9}
    setup = study().setup
    given = setup | {"explanation": {"explainers": {"lime": lime}}}
    said = " ".join(explanations(study(setup=given)))
    assert {name for name in ("noise", "max samples", "stability") if name in said} == told


def test_the_methods_have_the_numbers_of_the_settings():
    said = " ".join([*training(study()), *explanations(study()), *scores(study())])
    for text in ("2 networks were trained, 1 of them elsewhere,", "WeiNet 48 px, 20 epochs.", "samples 150."):
        assert text in said
    assert "1 of 2 networks learned" in said
    assert "up to 5 test images" in said
    assert "5,000 masks of the same size" in said
    assert "no intervals over trainings: 2 folds are too few" in said
    assert "xla" not in said
    assert "Nadeau & Bengio, 2003" in " ".join(scores(study(n_folds=3)))
    assert scores(study(mask_sets={})) == []
    assert "(2 folds, with all images of a subject in one fold)" in said
    unknown = study(folds=[{"subject": "A"}, {"subject": ""}])
    assert "in one fold, where subjects are known)" in " ".join(training(unknown))
    given = [{"subject": "", "dataset": name, "fold": fold} for name, fold in (("a", "1"), ("b", "2"))]
    assert "each a data set that its training left out" in " ".join(
        training(study(official=True, folds=given))
    )
    given.append(given[0] | {"fold": "2"})
    assert "as the data sets divide them" in " ".join(training(study(official=True, folds=given)))


def test_mask_sets_stand_side_by_side_and_what_one_lacks_is_a_dash(tmp_path):
    """The second mask set knows one network only."""
    page = Page(write(tmp_path))
    start = next(i for i, row in enumerate(page.rows) if row == ["masks", "drawn"])
    table = {row[0]: row[1] for row in page.rows[start + 1 : start + 5]}
    assert table == {
        "WeiNet": "0.450 ± 0.071\nchance 0.170",
        HOSTILE: "–",
        "average of 1": "0.450 ± 0.071\nchance 0.170",
        "whole face": "0.370",
    }
    names = [row[0] for row in page.rows[start + 5 : start + 7]]
    assert names == ["heatmaps of the other expressions", "a blurred spot at the centre"]
    assert page.rows[start + 6] == ["a blurred spot at the centre", "0.375"]
    assert page.text.index("Average IoU over the expressions") < page.text.index("Table 3. IoU")


def entries(*networks: str, learned: int = 2):
    """Numbers of a comparison that has scores of its networks."""

    def score(name: str, group: str, metric: str) -> dict[str, str]:
        value = str(learned) if name == "average" else "yes"
        return {"estimate": "0.5", "sd": "", "low": "", "folds": "1", "not_ranked": "", "learned": value}

    return SimpleNamespace(
        networks=list(networks),
        beside=[],
        score=score,
        chance=lambda *of: {"estimate": ""},
        faces=lambda *of: None,
        face=lambda *of: {"estimate": "0.25", "sd": ""},
        reference=lambda *of: None,
    )


def test_a_network_that_only_one_mask_set_has_is_a_dash_in_the_other():
    metric = SimpleNamespace(name="iou", label="IoU", better="higher")
    comparisons = [
        SimpleNamespace(explainer="lime", mask_set="a", entries=entries("A", "B")),
        SimpleNamespace(explainer="lime", mask_set="b", entries=entries("A", learned=1)),
    ]
    shown = averages_table(SimpleNamespace(comparisons=comparisons, explainers=["lime"]), metric)
    (row,) = [one for one in shown.split("<tr") if ">B</th>" in one]
    assert row.count("<td") == 2
    assert "0.500" in row and "–" in row
    assert ">average</th>" in shown  # over as many networks in neither column
    assert "average of" not in shown
