from pathlib import Path

import cv2
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.tools.heatmap_folder import read_folder
from workflow_scripts.tools.people_findings import SECTION as ON_PEOPLE
from workflow_scripts.tools.people_findings import write_people
from workflow_scripts.tools.readme_section import marks, write_section
from workflow_scripts.tools.score_heatmaps import STANDARD_FACE, scored_folder
from workflow_scripts.tools.write_findings import (
    METRICS,
    PATTERN,
    SECTION,
    SEED,
    SHALLOW,
    as_text,
    summarized,
    write_findings,
)

REPOSITORY = Path(__file__).parents[3]
PUBLISHED, PEOPLE = (REPOSITORY.parent / "shared" / name for name in ("published", "human"))
REGIONS = REPOSITORY / "resources/action_unit_regions.csv"
needs_published = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="needs the published heatmaps, ../shared/published"
)


def readme(folder: Path, *emptied: str) -> tuple[Path, str]:
    """A copy of the README without what some of its sections say, and its text as it is in the repository."""
    written = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    copy = folder / "README.md"
    copy.write_text(written, encoding="utf-8")
    for section in emptied:
        write_section(copy, section, "old\n")
    return copy, written


@needs_published
def test_the_readme_says_what_the_published_heatmaps_carry(tmp_path, capsys):
    copy, written = readme(tmp_path, SECTION)
    figure = tmp_path / "findings.png"
    write_findings(PUBLISHED, readme=copy, figure=figure, regions=REGIONS)
    assert copy.read_text(encoding="utf-8") == written
    assert_alike(figure, REPOSITORY / "resources/findings.png")
    assert "what it says on people stays as it is" in capsys.readouterr().out


@needs_published
@pytest.mark.skipif(not PEOPLE.is_dir(), reason="needs the data on people, ../shared/human")
def assert_alike(figure: Path, shipped: Path) -> None:
    """Pictures are the same but for what other processors round otherwise, such as the end of a line."""
    one, other = (cv2.imread(str(path)).astype(int) for path in (figure, shipped))
    assert one.shape == other.shape
    assert np.count_nonzero(np.abs(one - other) > 2) < 0.001 * one.size


def test_the_readme_says_how_the_published_heatmaps_agree_with_people(tmp_path):
    copy, written = readme(tmp_path, ON_PEOPLE)
    read = read_folder(PUBLISHED / "heatmaps", PATTERN, PUBLISHED / "masks", "{expression}*")
    networks = sorted({network for network, *_ in read[0]})
    groups = {"deep": [name for name in networks if name not in SHALLOW], "shallow": list(SHALLOW)}
    scored = scored_folder(*read, METRICS, groups, STANDARD_FACE, SEED, None)
    entries = Entries.of(as_text(summarized(scored.cells)))
    figure = tmp_path / "people.png"
    write_people(PEOPLE, scored.given, entries, groups, SEED, copy, figure)
    assert copy.read_text(encoding="utf-8") == written
    assert_alike(figure, REPOSITORY / "resources/people.png")


def test_no_heatmap_that_was_published_gets_into_the_figure(tmp_path, monkeypatch):
    """What is drawn of heatmaps are people's maps and outlines; networks are dots."""
    from workflow_scripts.report.people_numbers import PeopleNumbers
    from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
    from workflow_scripts.tools import people_findings

    faces = {}
    monkeypatch.setattr(people_findings, "draw_people_picture", lambda rows, *_: faces.update(rows))
    found = people_findings.OnPeople(PeopleNumbers.of(), {"fear": np.eye(HEIGHT, WIDTH)})
    people_findings.draw_findings(found, {"deep": ["A"], "shallow": ["B"]}, tmp_path / "people.png")
    assert list(faces) == ["places that people use", "the paper's masks"]


def test_sections_are_written_between_their_marks_alone(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("before <!-- findings -->x<!-- /findings --> and <!-- other -->y<!-- /other -->")
    write_section(path, "findings", "new\n")
    assert path.read_text() == (
        "before <!-- findings -->\nnew\n<!-- /findings --> and <!-- other -->y<!-- /other -->"
    )


@pytest.mark.parametrize("section", [SECTION, ON_PEOPLE])
def test_without_the_marks_nothing_is_written(tmp_path, section):
    begin, end = marks(section)
    for text in ("no marks", begin, f"only {end}"):
        (tmp_path / "README.md").write_text(text)
        with pytest.raises(StudyError, match="put them where the section belongs"):
            write_section(tmp_path / "README.md", section, "new\n")
        assert (tmp_path / "README.md").read_text() == text
