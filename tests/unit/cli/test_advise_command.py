"""The command ``carbon advise``."""

import io

import pandas as pd
import pytest

from advised_firms import table_of, town
from chainwright.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with five firms of a textile class and a year of readings."""
    path = tmp_path_factory.mktemp("town")
    system = town(classes=dict.fromkeys("ABCDE", "1713"), grid_electricity=190.0)
    system.firms.table.to_csv(path / "firms.csv", index=False)
    system.readings.table().to_csv(path / "readings.csv", index=False)
    return path


def run(capsys, folder, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "advise", str(folder), *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def frame_of(out):
    return pd.read_csv(io.StringIO(out), keep_default_na=False, na_values=[""])


def test_measures_are_printed_for_people_in_both_languages(capsys, folder):
    code, out, err = run(capsys, folder, "--firm", "A", "--top", 3)
    assert (code, err) == (0, "")
    assert "Payback" in out
    code, out, _ = run(capsys, folder, "--firm", "A", "--top", 3, "--lang", "zh")
    assert code == 0
    assert "投资回收期" in out


def test_a_price_and_a_table_of_ones_own_are_used(capsys, folder, tmp_path):
    path = tmp_path / "measures.csv"
    table_of(tenth={}).to_csv(path, index=False)
    words = ["--firm", "A", "--measures", path, "--price", "grid_electricity=500"]
    _, out, _ = run(capsys, folder, *words, "--format", "csv")
    frame = frame_of(out)
    assert frame["measure"].tolist() == ["tenth"]
    assert frame["payback"].tolist() == pytest.approx([2.0])
    assert frame["money_saved"].tolist() == pytest.approx([228 * 500])


def test_the_grade_after_a_bundle(capsys, folder):
    words = ["--firm", "A", "--take", "led", "--take", "pv_roof", "--format", "csv"]
    _, out, _ = run(capsys, folder, *words)
    frame = frame_of(out)
    assert frame["measure"].fillna("").tolist() == ["", "led", "pv_roof"]
    assert frame["ratio"].is_monotonic_decreasing
    _, out, _ = run(capsys, folder, "--firm", "A", "--grade", "--format", "csv")
    assert frame_of(out)["step"].tolist()[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--firm", "Z"], "'Z' is no known firm"),
        (["--firm", "A", "--price", "power=x"], "such as grid_electricity=700"),
        (["--firm", "A", "--price", "power=3"], "no known kind of energy"),
        (["--firm", "A", "--take", "leds"], "Did you mean led"),
        (["--firm", "A", "--month", "2020-01"], "2020-01"),
    ],
)
def test_an_error_is_a_message(capsys, folder, words, message):
    code, out, err = run(capsys, folder, *words)
    assert (code, out) == (2, "")
    assert message in err
