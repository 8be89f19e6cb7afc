"""The command ``carbon factors``."""

import io

import pandas as pd
import pytest

from chainwright.cli import main


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "factors", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_factors_of_a_place_are_printed_for_people(capsys):
    code, out, err = run(capsys, "--set", "grid-province", "--region", "330500")
    assert (code, err) == (0, "")
    assert "0.4974" in out
    assert "tCO2/MWh" in out


def test_headings_in_chinese(capsys):
    code, out, _ = run(capsys, "--set", "heat", "--lang", "zh")
    assert code == 0
    assert "因子集" in out


def test_csv_has_publisher_validity_and_whether_it_is_verified(capsys):
    _, out, _ = run(capsys, "--set", "cn-industry", "--item", "natural_gas", "--format", "csv")
    frame = pd.read_csv(io.StringIO(out))
    assert frame["value"].tolist()[:3] == [389.31, 0.0153, 0.99]
    assert not frame["verified"].iloc[:3].any()
    assert (frame["valid_from"].iloc[:3] == "2015-07-06").all()


def test_the_first_rows_alone_go_to_a_file_with_their_origin(capsys, tmp_path):
    target = tmp_path / "factors.csv"
    code, out, _ = run(capsys, "--top", 2, "-o", target)
    assert (code, out) == (0, "")
    assert len(pd.read_csv(target)) == 2
    assert target.with_name("factors.csv.origin.json").exists()


def test_an_unknown_set_is_a_message(capsys):
    code, out, err = run(capsys, "--set", "cn-industri")
    assert (code, out) == (2, "")
    assert "Did you mean cn-industry" in err
