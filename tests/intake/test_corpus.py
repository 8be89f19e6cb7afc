"""The corpus of messy files: each is understood as its outcome documents, cell by cell."""

from pathlib import Path

import pytest

from chainwright.sources.intake import understood
from intake import bills, cell_values, files_of_text, header_rows
from intake.outcome import outcome

CASES = files_of_text.CASES | header_rows.CASES | cell_values.CASES | bills.CASES
OUTCOMES = Path(__file__).parent / "outcomes"


def told(case, folder):
    return f"{case.about}\n\n{outcome(understood(case.write(folder)))}"


@pytest.mark.parametrize("name", CASES)
def test_a_messy_file_gives_the_documented_outcome(name, tmp_path):
    expected = (OUTCOMES / f"{name}.txt").read_text(encoding="utf-8")
    assert told(CASES[name], tmp_path) == expected


def test_the_corpus_is_large_and_each_outcome_has_its_case():
    groups = (files_of_text, header_rows, cell_values, bills)
    assert len(CASES) == sum(len(group.CASES) for group in groups) >= 60
    assert {path.stem for path in OUTCOMES.glob("*.txt")} == set(CASES)
