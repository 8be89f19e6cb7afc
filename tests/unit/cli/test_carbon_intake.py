import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system import read_readings

FILE = '企业,月份,用电量（kWh）\nA,2025-03,"1,234.5"\n'


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture
def sent(tmp_path):
    path = tmp_path / "3月.csv"
    path.write_bytes(FILE.encode("gbk"))
    return path


def test_a_preview_keeps_nothing(capsys, sent, tmp_path):
    code, out, err = run(capsys, "intake", sent, "--lang", "zh", "--save-preview", tmp_path / "p")
    assert code == 0
    assert "1.2345" in out
    assert "GB 18030" in out
    assert "Nothing is kept" in err
    assert (tmp_path / "p" / "meter_readings.csv").is_file()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_what_is_confirmed_is_read_back(capsys, sent, tmp_path, ending):
    path = tmp_path / f"readings.{ending}"
    code, _, err = run(capsys, "intake", sent, "-o", path, "--confirm")
    assert code == 0, err
    assert read_readings(path).value.tolist() == [1.2345]


def test_a_rejected_cell_stops_the_whole(capsys, sent, tmp_path):
    sent.write_text(FILE + "A,2025-04,-1\n", encoding="utf-8")
    path = tmp_path / "readings.csv"
    code, out, err = run(capsys, "intake", sent, "-o", path, "--confirm")
    assert code != 0
    assert "0 or more" in err
    assert "line 3, column 3" in out
    assert not path.exists()
    code, _, err = run(capsys, "intake", sent, "--confirm")
    assert code != 0
    assert "-o FILE" in err


def test_the_template_is_written(capsys, tmp_path):
    code, _, _ = run(capsys, "template", tmp_path / "t.xlsx", "--lang", "zh")
    assert code == 0
    heads = pd.read_excel(tmp_path / "t.xlsx", engine="calamine").columns
    assert heads[0] == "企业"
    assert "外购电量 (MWh)" in heads
