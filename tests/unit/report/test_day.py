"""The day on which a page is written."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.report.test_write_report import write
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.version import version
from workflow_scripts.report.page.day import VARIABLE, written_on


def test_the_day_is_that_of_the_variable_in_utc(monkeypatch):
    monkeypatch.setenv(VARIABLE, "86399")
    assert written_on() == "1970-01-01"
    monkeypatch.setenv(VARIABLE, "86400")
    assert written_on() == "1970-01-02"


@pytest.mark.parametrize("set_to", [None, "", " "])
def test_without_it_the_day_is_today(monkeypatch, set_to):
    monkeypatch.delenv(VARIABLE, raising=False)
    if set_to is not None:
        monkeypatch.setenv(VARIABLE, set_to)
    now = datetime.now(UTC)
    assert written_on() in {day.date().isoformat() for day in (now, now + timedelta(minutes=1))}


@pytest.mark.parametrize("text", ["today", "1.5", "9" * 30])
def test_anything_else_is_refused(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(StudyError, match=f"{VARIABLE}={text}: not a number of seconds"):
        written_on()


def test_pages_of_two_days_differ_in_the_day_alone(monkeypatch, tmp_path):
    pages = []
    for seconds in ("0", "1700000000"):
        monkeypatch.setenv(VARIABLE, seconds)
        pages.append(write(tmp_path).read_text(encoding="utf-8"))
    first, second = pages
    assert f"Written 1970-01-01 (UTC) by lookalike {version()}." in first
    assert "this report was written on 1970-01-01 (UTC)" in first  # in the methods
    assert first != second
    assert first.replace("1970-01-01", "2023-11-14") == second
