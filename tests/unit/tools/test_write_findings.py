from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.tools.write_findings import BEGIN, END, write_findings

REPOSITORY = Path(__file__).parents[3]
PUBLISHED = REPOSITORY.parent / "shared/published"
REGIONS = REPOSITORY / "resources/action_unit_regions.csv"


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="needs the published heatmaps, ../shared")
def test_the_readme_says_what_the_published_heatmaps_carry(tmp_path):
    written = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    before, after = written.partition(BEGIN)[0], written.partition(END)[2]
    readme, figure = tmp_path / "README.md", tmp_path / "findings.png"
    readme.write_text(f"{before}{BEGIN}\nold\n{END}{after}", encoding="utf-8")
    write_findings(PUBLISHED, readme=readme, figure=figure, regions=REGIONS)
    assert readme.read_text(encoding="utf-8") == written
    assert figure.read_bytes() == (REPOSITORY / "resources/findings.png").read_bytes()


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="needs the published heatmaps, ../shared")
def test_without_the_marks_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("workflow_scripts.tools.write_findings.findings", lambda *_: None)
    (tmp_path / "README.md").write_text("no marks")
    with pytest.raises(StudyError, match="put them where the section belongs"):
        write_findings(
            PUBLISHED, readme=tmp_path / "README.md", figure=tmp_path / "figure.png", regions=REGIONS
        )
    assert (tmp_path / "README.md").read_text() == "no marks"
