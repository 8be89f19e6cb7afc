"""The command that takes in a maker's files."""

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system import intake_template, read_maker


@pytest.fixture
def template(tmp_path):
    intake_template(tmp_path / "maker.xlsx")
    return tmp_path / "maker.xlsx"


def run(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["bom", *map(str, words)])
    assert stop.value.code == 0
    return capsys.readouterr()


def test_a_preview_says_all_and_stores_nothing(template, capsys, tmp_path):
    said = run(capsys, template, "-o", tmp_path / "out")
    assert "30 rows read = 30 matched + 0 possible + 0 rejected" in said.out
    assert "products.demand_per_week" in said.out
    assert "Nothing is stored yet" in said.err
    assert not (tmp_path / "out").exists()


def test_it_is_stored_when_confirmed(template, capsys, tmp_path):
    run(capsys, template, "-o", tmp_path / "out", "--confirm", "--currency", "CNY", "--year", 2026)
    maker = read_maker(tmp_path / "out")
    assert len(maker.tables["bill"]) == 5
    assert str(maker.money) == "CNY of 2026"


def test_the_preview_speaks_chinese(template, capsys):
    said = run(capsys, template, "--lang", "zh")
    assert "读入 30 行 = 匹配 30 + 待选 0 + 拒绝 0" in said.out


def test_columns_alone(template, capsys):
    said = run(capsys, template, "--columns")
    assert said.out.startswith("Columns")
    assert "rows read" not in said.out


def test_a_template_is_written_and_no_file_is_read(capsys, tmp_path):
    said = run(capsys, "--template", tmp_path / "t.xlsx", "--lang", "zh")
    assert (tmp_path / "t.xlsx").is_file()
    assert said.out == ""


def test_what_must_be_picked_is_written_filled_in_and_read(template, capsys, tmp_path):
    extra = tmp_path / "stock.csv"
    extra.write_text("Item code,Stock quantity\nMCU-33,5\nGhost,7\n", encoding="utf-8")
    picks = tmp_path / "picks.csv"
    said = run(capsys, template, extra, "--save-picks", picks, "--save-preview", tmp_path / "p")
    assert "Possible: 1 to pick, in 1 rows" in said.out
    assert "Ghost" in said.out
    assert (tmp_path / "p" / "intake.csv").is_file()
    frame = pd.read_csv(picks, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame.assign(pick="MCU-32").to_csv(picks, index=False)
    with pytest.raises(SystemExit) as stop:
        main(["bom", str(template), str(extra), "--picks", str(picks), "-o", "x", "--confirm"])
    assert stop.value.code == 2
    assert "Ghost" in capsys.readouterr().err
    out = tmp_path / "out"
    run(capsys, template, extra, "--picks", picks, "-o", out, "--confirm", "--leave-out")
    assert len(read_maker(out).tables["stocks"]) == 5


def test_confirming_without_a_folder_is_refused(template, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["bom", str(template), "--confirm"])
    assert stop.value.code == 2
    assert "a folder to store it in" in capsys.readouterr().err
