"""The command ``carbon cbam``."""

import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.tables import example


@pytest.fixture
def goods(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text(example("cbam_goods"), encoding="utf-8")
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "cbam", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_certificates_come_with_their_bound_and_edition(goods, capsys):
    code, out, err = run(capsys, goods, "--year", 2026, "--price", 80, "--tables", "own")
    assert code == 0
    assert "121.1" in out
    assert "9,689" in out
    assert "148.523 certificates in all" in err
    assert "lower bound" in err
    code, out, err = run(capsys, goods, "--year", 2026, "--price", 80, "--correction", 0.98)
    assert code == 0
    assert "opencbam 0.1.0" in err
    assert "lower bound" not in err


def test_all_is_said_in_chinese_too(goods, capsys):
    _, out, err = run(capsys, goods, "--year", 2026, "--price", 80, "--lang", "zh")
    assert "证书数量" in out
    assert "下界" in err
    assert not any(word in err for word in ("package", "own table"))


def test_answers_go_to_files_with_their_origin(goods, capsys, tmp_path):
    to = tmp_path / "cbam.json"
    code, _, _ = run(capsys, goods, "--year", 2026, "--price", 80, "-o", to, "--format", "json")
    assert code == 0
    text = to.read_text("utf-8")
    assert json.loads(text)
    assert "121.11" in text


def test_tables_of_ones_own_are_taken_together(goods, capsys, tmp_path):
    values, marks = tmp_path / "values.csv", tmp_path / "marks.csv"
    values.write_text(example("cbam_values"), encoding="utf-8")
    marks.write_text(example("cbam_benchmarks"), encoding="utf-8")
    asked = ("--year", 2026, "--price", 80, "--values", values)
    code, _, err = run(capsys, goods, *asked)
    assert code == 2
    assert "--benchmarks" in err
    first = tmp_path / "first.csv"
    pd.read_csv(goods, dtype=str).head(1).to_csv(first, index=False)
    code, out, _ = run(capsys, first, *asked, "--benchmarks", marks, "--format", "csv")
    assert code == 0
    assert "121.11" in out


def test_what_is_wrong_is_a_message_and_no_traceback(goods, capsys):
    code, out, err = run(capsys, goods, "--year", 2026)
    assert code == 2
    assert out == ""
    assert "price=80" in err
    assert "Traceback" not in err
