"""`chainwright carbon account`: what is printed, written and refused."""

import io
import json

import pandas as pd
import pytest

from chainwright import carbon
from chainwright.cli import main
from chainwright.cli.carbon_source import carbon_system, is_store
from chainwright.errors import MissingFileError
from chainwright.system import System


@pytest.fixture(scope="module")
def city():
    return System.demo("city", firms=6, months=14)


@pytest.fixture(scope="module")
def folder(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("city")
    city.firms.table.to_csv(path / "firms.csv", index=False)
    city.readings.table().to_parquet(path / "readings.parquet", index=False)
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "account", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


ZH = "2025-11至2026-10 共 12 个月的合计；因子集 cn-industry。\n"
WINDOW = "Sums of 12 months, 2025-11 to 2026-10; factor set cn-industry.\n"


def table(capsys, *words, said=WINDOW):
    code, out, err = run(capsys, *words, "--format", "csv")
    assert (code, err) == (0, said)
    return pd.read_csv(io.StringIO(out), dtype={"division": str, "gbt4754": str})


def test_every_firm_is_a_row_and_the_numbers_are_those_of_python(capsys, city, folder):
    frame = table(capsys, folder)
    ours = carbon.account(city, months=("2025-11", "2026-10")).table()
    pd.testing.assert_series_equal(frame["firm"], ours["firm"])
    pd.testing.assert_series_equal(frame["net"], ours["net"], check_exact=False)
    assert frame["division"].tolist() == ours["division"].tolist()


def test_the_totals_are_those_of_the_window_that_rates_firms(capsys, folder):
    frame = table(capsys, folder)
    with pytest.raises(SystemExit):
        main(["carbon", "rate", str(folder), "--format", "csv"])
    printed = capsys.readouterr()
    rated = pd.read_csv(io.StringIO(printed.out))
    assert printed.err.startswith(f"{WINDOW.strip()} zj-2021")
    nets = dict(zip(rated["firm"], rated["net"], strict=True))
    assert frame["net"].tolist() == pytest.approx([nets[firm] for firm in frame["firm"]])


def test_all_months_are_summed_when_they_are_asked_for(capsys, city, folder):
    frame = table(
        capsys, folder, "--months", "all", said=WINDOW.replace("12", "14").replace("25-11", "25-09")
    )
    assert frame["net"].tolist() == pytest.approx(carbon.account(city).table()["net"].tolist())


@pytest.mark.parametrize(
    ("lang", "words", "said"),
    [("en", "Gross", WINDOW), ("zh", "总排放量", ZH)],
)
def test_people_get_headings_in_their_language(capsys, folder, lang, words, said):
    code, out, err = run(capsys, folder, "--lang", lang, "--top", 2)
    assert (code, err) == (0, said)
    assert words in out


def test_lines_of_one_firm_in_one_month_sum_to_its_total(capsys, city, folder):
    firm = city.firms.axis.codes[2]
    frame = table(capsys, folder, "--firm", firm, "--lines", "--month", "2026-10", said="")
    whole = carbon.account(city)
    assert frame["in_gross"].sum() == pytest.approx(whole.gross[2, -1])
    assert set(frame["month"]) == {"2026-10"}
    assert (frame["rule_en"] != "").all()


def test_one_firm_and_some_months(capsys, city, folder):
    firm = city.firms.axis.codes[1]
    said = "Sums of 3 months, 2026-01 to 2026-03; factor set cn-industry.\n"
    frame = table(capsys, folder, "--firm", firm, "--months", "2026-01:2026-03", said=said)
    assert frame["firm"].tolist() == [firm]
    assert frame[["first_month", "last_month"]].iloc[0].tolist() == ["2026-01", "2026-03"]


def test_why_the_total_changed_sums_to_the_change(capsys, folder):
    frame = table(capsys, folder, "--change", "2025-10:2026-10", "--by", "firms", said="")
    parts = ["activity", "structure", "intensity", "factor", "direct"]
    assert frame[parts].iloc[0].sum() == pytest.approx(frame["change"].iloc[0])
    assert frame["unit"].iloc[0] == "total"


def test_another_factor_set_beside_the_first(capsys, folder):
    frame = table(capsys, folder, "--factors", "cn-industry", "--against", "ipcc-2006")
    difference = frame["net_second"] - frame["net_first"]
    assert difference.tolist() == pytest.approx(frame["difference"].tolist())


def test_all_tables_are_written_with_the_factor_set_in_their_origin(capsys, folder, tmp_path):
    code, _, _ = run(capsys, folder, "--format", "parquet", "-o", tmp_path / "out")
    assert code == 0
    names = {"accounts", "account_months", "account_parts", "account_notes"}
    assert {p.stem for p in (tmp_path / "out").glob("*.parquet")} == names
    note = json.loads((tmp_path / "out" / "accounts.parquet.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["factors"] == "cn-industry"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--lines"], "code of a firm"),
        (["--month", "2026-01"], "given with --lines"),
        (["--lines", "--firm", "x", "--change", "2025:2026"], "one of --lines"),
        (["--change", "2025"], "two periods"),
        (["--change", "2019:2020"], "from 2025-09 to 2026-10"),
        (["--firm", "nobody"], "no known firm"),
        (["--factors", "cn-industrie"], "Did you mean cn-industry"),
        (["--months", "2026-10:2026-01"], "the first and the last month"),
        (["--top", "0"], "at least one row"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_printed(capsys, folder, words, message):
    code, out, err = run(capsys, folder, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_source_that_is_none_is_named(capsys, tmp_path):
    code, out, err = run(capsys, tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "There is no" in err
    (tmp_path / "x.csv").write_text("a,b\n", encoding="utf-8")
    assert "neither demo:city" in run(capsys, tmp_path / "x.csv")[2]
    assert "no table of firms" in run(capsys, tmp_path)[2]


def test_a_store_is_a_source(city, tmp_path):
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    path = tmp_path / "city.db"
    with Store.create(path) as store:
        store.put_firms(city.firms.table, by="test")
        store.add_readings(city.readings.table(), by="test")
    assert is_store(path)
    assert not is_store(tmp_path)
    held = carbon_system(str(path))
    origin = held.origin["readings"]
    assert (origin["file"], origin["format"], origin["version"]) == ("city.db", "store", "intake 1")
    assert held.origin["firms"]["file"] == "city.db"
    ours, theirs = carbon.account(city), carbon.account(held)
    assert set(theirs.firms) == set(ours.firms)
    order = [theirs.firms.index(firm) for firm in ours.firms]
    assert theirs.net[order].ravel().tolist() == pytest.approx(ours.net.ravel().tolist())


def test_a_folder_without_readings_says_so(city, tmp_path):
    city.firms.table.to_parquet(tmp_path / "firms.parquet", index=False)
    with pytest.raises(MissingFileError, match="no table of readings"):
        carbon_system(str(tmp_path))
