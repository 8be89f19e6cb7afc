import gzip

import openpyxl
import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.records import Store
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
    assert "尚未保存" in err
    assert "外购电量" in out
    assert not {"grid_electricity", "measured", "reading"} & set(out.split())
    *_, told = run(capsys, "intake", sent)
    assert "Nothing is kept" in told
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


FIRMS = ("A", "B")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "city.db"
    with Store.create(path) as made:
        made.put_firms(pd.DataFrame({"firm": FIRMS, "name_zh": ["甲厂", "乙厂"]}), by="Li")
    return path


def held(path):
    with Store.open(path, read_only=True) as store:
        rows = store.readings().to_pylist()
    return {(r["firm"], r["kind"], r["period"]): r["value"] for r in rows}


def test_into_a_store_keeps_what_the_preview_shows_and_says_who(capsys, sent, store):
    code, out, err = run(capsys, "intake", sent, "--into", store, "--by", "Wang", "--confirm")
    assert code == 0, err
    assert "1.2345" in out
    assert f"kept: {store}" in err
    assert held(store) == {("A", "grid_electricity", "2025-03"): 1.2345}
    with Store.open(store, read_only=True) as opened:
        said = opened.intakes().iloc[0]
        assert (said["who"], said["file"], said["added"]) == ("Wang", "3月.csv", 1)


def test_into_a_store_twice_adds_nothing(capsys, sent, store):
    for _ in range(2):
        assert run(capsys, "intake", sent, "--into", store, "--by", "Li", "--confirm")[0] == 0
    with Store.open(store, read_only=True) as opened:
        assert opened.intakes()["added"].tolist() == [0, 1]
        assert len(opened.readings()) == 1


def test_without_confirm_a_store_stays_as_it_was(capsys, sent, store):
    code, _, err = run(capsys, "intake", sent, "--into", store, "--by", "Li")
    assert code == 0
    assert "Nothing is kept yet" in err
    assert held(store) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--confirm",), "the name of who confirms"),
        (("--by", "Li", "--firm", "Z", "--confirm"), "A firm|Z"),
    ],
)
def test_a_store_needs_somebody_and_firms_of_its_registry(capsys, sent, store, words, said):
    code, _, err = run(capsys, "intake", sent, "--into", store, *words)
    assert code != 0
    assert any(part in err for part in said.split("|")), err
    assert "Traceback" not in err
    assert held(store) == {}


def test_a_rejected_cell_keeps_the_store_and_the_file_as_they_were(capsys, sent, store, tmp_path):
    sent.write_text(f"{FILE}B,2025-03,-1\n", encoding="utf-8")
    words = ("intake", sent, "--into", store, "--by", "Li", "-o", tmp_path / "r.csv", "--confirm")
    code, out, err = run(capsys, *words)
    assert code != 0
    assert "line 3, column 3" in out
    assert "3月.csv, line 3, column 3" in err
    assert held(store) == {}
    assert not (tmp_path / "r.csv").exists()
    code, _, err = run(capsys, *words, "--leave-out")
    assert code == 0, err
    assert list(held(store)) == [("A", "grid_electricity", "2025-03")]
    assert read_readings(tmp_path / "r.csv").value.tolist() == [1.2345]


def test_a_store_that_is_not_there_is_an_error_and_nothing_is_made(capsys, sent, tmp_path):
    path = tmp_path / "none.db"
    code, _, err = run(capsys, "intake", sent, "--into", path, "--by", "Li", "--confirm")
    assert code != 0
    assert "There is no store" in err
    assert not path.exists()


def test_a_file_and_a_store_take_both_or_neither(capsys, sent, tmp_path):
    words = ("--into", tmp_path / "none.db", "--by", "Li", "--confirm")
    code, _, _ = run(capsys, "intake", sent, "-o", tmp_path / "r.csv", *words)
    assert code != 0
    assert not (tmp_path / "r.csv").exists()


def test_a_folder_that_is_not_there_is_told_before_the_store_is_written(capsys, sent, store):
    out = store.parent / "none" / "r.csv"
    words = ("--into", store, "--by", "Li", "-o", out, "--confirm")
    code, _, err = run(capsys, "intake", sent, *words)
    assert code != 0
    assert "There is no folder" in err
    assert held(store) == {}


def test_a_packed_file_goes_into_a_store(capsys, store, tmp_path):
    path = tmp_path / "3月.csv.gz"
    path.write_bytes(gzip.compress(FILE.encode("gbk")))
    code, out, _ = run(capsys, "intake", path, "--into", store, "--by", "Li", "--confirm")
    assert code == 0
    assert "GB 18030" in out
    assert held(store) == {("A", "grid_electricity", "2025-03"): 1.2345}


def test_what_is_said_beside_the_files_is_used(capsys, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("月份,数值\n3月,5\n", encoding="utf-8")
    out = tmp_path / "r.csv"
    said = ("--firm", "A", "--kind", "oil", "--item", "diesel", "--unit", "kg", "--year", "2024")
    code, _, err = run(capsys, "intake", path, *said, "-o", out, "--confirm")
    assert code == 0, err
    got = read_readings(out).table()
    assert got[["firm", "kind", "item", "period", "value"]].to_numpy().tolist() == [
        ["A", "oil", "diesel", "2024-03", 0.005]
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "moon"), "grid_electricity"),
        (("--today", "yesterday"), "yesterday"),
        (("--stamps", "middle"), "middle"),
        (("--firms", "none.csv"), "none.csv"),
        (("--shares", "none.csv"), "none.csv"),
    ],
)
def test_what_cannot_be_is_an_error_in_words(capsys, sent, words, said):
    code, _, err = run(capsys, "intake", sent, *words)
    assert code != 0
    assert said in err
    assert "Traceback" not in err


def test_months_after_today_are_rejected(capsys, sent):
    code, out, _ = run(capsys, "intake", sent, "--today", "2025-02-28")
    assert code == 0
    assert "no later than 2025-02-28" in out
    code, out, _ = run(capsys, "intake", sent, "--today", "2025-03-01", "--lang", "zh")
    assert "拒绝：0" in out


def test_shares_of_meters_are_read_from_a_file(capsys, tmp_path):
    meters, shares = tmp_path / "m.csv", tmp_path / "s.csv"
    meters.write_text("户号,月份,用电量(MWh)\n7,2025-03,10\n", encoding="utf-8")
    shares.write_text("meter,firm,share\n7,A,0.4\n7,B,0.6\n", encoding="utf-8")
    out = tmp_path / "r.csv"
    code, _, err = run(capsys, "intake", meters, "--shares", shares, "-o", out, "--confirm")
    assert code == 0, err
    assert read_readings(out).value.tolist() == [4.0, 6.0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_long_tables_are_cut_and_say_how_many_more(capsys, tmp_path, lang):
    path = tmp_path / "m.csv"
    rows = "".join(f"F{i:02},2025-03,{i + 1}\n" for i in range(25))
    path.write_text(f"企业,月份,用电量(MWh)\n{rows}", encoding="utf-8")
    code, out, _ = run(capsys, "intake", path, "--lang", lang)
    assert code == 0
    assert ("Readings that can be kept: 25" if lang == "en" else "可保存的读数：25") in out
    assert ("5 more are not shown" if lang == "en" else "另有 5 行未显示") in out
    assert "F19 " in out
    assert "F20 " not in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_preview_speaks_one_language(capsys, sent, lang):
    sent.write_text(f"{FILE}A,2025-04,-1\n", encoding="utf-8")
    _, out, _ = run(capsys, "intake", sent, "--lang", lang)
    assert ("An amount of 0 or more" in out) == (lang == "en")
    assert ("不小于 0 的数量" in out) == (lang == "zh")
    assert ("taken as measured" in out) == (lang == "en")


def test_the_template_filled_in_goes_into_a_store(capsys, store, tmp_path):
    path = tmp_path / "t.xlsx"
    assert run(capsys, "template", path, "--lang", "zh")[0] == 0
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book.worksheets[0][1]]
    row = {"企业": "甲厂", "月份": "2025年3月", "外购电量 (MWh)": 12.5}
    book.worksheets[0].append([row.get(head) for head in heads])
    book.save(path)
    table = tmp_path / "firms.csv"
    table.write_text("firm,name_zh\nA,甲厂\nB,乙厂\n", encoding="utf-8")
    words = ("--firms", table, "--into", store, "--by", "Li", "--confirm")
    code, _, err = run(capsys, "intake", path, *words)
    assert code == 0, err
    assert held(store) == {("A", "grid_electricity", "2025-03"): 12.5}
