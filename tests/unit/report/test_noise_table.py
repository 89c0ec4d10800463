"""What the page says of passes and noise."""

from types import SimpleNamespace

from tests.unit.report.test_cells_section import plain_text
from workflow_scripts.report.page.noise_table import noise_table


def study(rows: list[tuple], learned=("A", "B")) -> SimpleNamespace:
    cells = [dict(zip(("network", "samples", "noise", "bias_bound"), row, strict=True)) for row in rows]
    return SimpleNamespace(
        networks=["A", "B"],
        did_learn={name: name in learned for name in "AB"},
        learned=[{"network": name, "learned": "yes" if name in learned else "no"} for name in "AB"],
        cells_of=lambda explainer: cells,
    )


QUIET = [("A", "128", "0.03", "0.1"), ("A", "384", "0.045", "0.3")]
NOISY = [("B", "4000", "inf", "0.9"), ("B", "4000", "0.2", ""), ("B", "4000", "0.1", "0.5")]


def told(*arguments, **options) -> str:
    return plain_text("".join(noise_table(study(*arguments, **options), "lime")))


def test_it_has_the_range_of_each_network_s_cells():
    text = told(QUIET + NOISY)
    assert "128 to 384" in text
    assert "0.03 to 0.045" in text
    assert "10 to 30 %" in text
    assert "0.1 to ∞" in text
    assert "2 of 3" in text


def test_it_warns_of_noise_in_networks_that_learned_alone():
    assert "In 2 of 5 cells of networks that learned, noise exceeds 0.1" in told(QUIET + NOISY)
    assert "noise exceeds" not in told(QUIET)
    assert "noise exceeds" not in told(QUIET + NOISY, learned=("A",))


def test_without_standard_errors_it_says_nothing():
    assert told([("A", "50", "", "")]) == ""
