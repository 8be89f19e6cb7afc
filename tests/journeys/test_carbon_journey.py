"""A new user with a city: its codes, a messy file, accounts and footprints, summed up on paper."""

import io
import json
import math

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from chainwright.cli import main
from chainwright.errors import CodeError, UnknownCodeError
from chainwright.records import Store
from chainwright.system import System, read_firms, read_readings

GRID, GAS, HEAT = 0.4974, 21.6219, 0.11
"""Zhejiang 2023 [tCO2/MWh], natural gas [tCO2 per 10^4 Nm3], heat bought [tCO2/GJ]."""

PLAIN = {"grid_electricity", "own_zero_carbon", "own_pv", "pipeline_gas", "heat_bought"}
BURNT = {
    "coal", "coke", "liquefied_gas", "oil", "byproduct_gas", "biomass", "process_inputs",
    "process_gases", "electricity_exported", "heat_exported", "green_power", "sinks", "captured",
    "offsets", "fuel_properties",
}  # fmt: skip


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journey") / "city"
    size = ("--firms", "40", "--months", "13", "--codes", "1", "--advice", "1", "--seed", "7")
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "demo", "-o", str(folder), *size])
    assert not stopped.value.code
    return folder


@pytest.fixture(scope="module")
def system(city):
    firms = read_firms(city / "firms.parquet")
    return System(firms=firms, readings=read_readings(city / "readings.parquet"))


@pytest.fixture(scope="module")
def paper(city):
    """Return sums by firm and kind over the last 12 months, by plain tables alone."""
    frame = pd.read_parquet(city / "readings.parquet").astype({"firm": str, "kind": str})
    frame = frame[frame["period"].astype(str) > "2025-10"]
    sums = frame.pivot_table(index="firm", columns="kind", values="value", aggfunc="sum")
    return sums.fillna(0.0)


@pytest.fixture(scope="module")
def rating(system):
    account = carbon.account(system)
    return carbon.rate(account, months=[account.periods[-1]])


@pytest.fixture(scope="module")
def plain(paper, rating):
    """Return the firms that use power, gas and heat alone and are rated."""
    rated = set(rating.table().dropna(subset=["grade"])["firm"])
    unused = paper[[kind for kind in BURNT if kind in paper]].abs().sum(axis=1) == 0
    held = paper[unused & paper.index.isin(rated)]
    assert len(held) > 3
    return held


def test_emissions_of_plain_firms_are_those_of_a_spreadsheet(plain, rating):
    for firm, used in plain.iterrows():
        own = used["own_zero_carbon"] + used["own_pv"]
        gross = used["pipeline_gas"] * GAS + used["heat_bought"] * HEAT
        gross += (used["grid_electricity"] + own) * GRID
        row = rating.row(firm)
        assert row["gross"] == pytest.approx(gross, rel=1e-5)
        assert row["neutralised"] == pytest.approx(own * GRID, rel=1e-9)
        assert row["net"] == pytest.approx(gross - own * GRID, rel=1e-5)
        assert row["neutrality"] == pytest.approx(own * GRID / gross, rel=1e-5)
        assert row["intensity"] == pytest.approx(row["net"] / used["value_added"], rel=1e-9)


def test_grades_and_their_probability_follow_from_the_peers(rating):
    frame = rating.table().dropna(subset=["grade"])
    edges = [0.6, 0.8, 1.2, 2.0]
    for _, row in frame.iterrows():
        of = row["peer_class"]
        section = not of[:1].isdigit()
        peers = frame if section else frame[frame["gbt4754"].str.startswith(of)]
        if not section:
            assert row["peers"] == len(peers)
            mean = peers["net"].sum() / peers["value_added"].sum()
            assert row["ratio"] == pytest.approx(row["intensity"] / mean, rel=1e-9)
        assert row["grade"] == 1 + sum(row["ratio"] > edge for edge in edges)
        s = row["half_width"] / 1.96
        chances = [
            0.5 * math.erfc(-math.log(edge / row["ratio"]) / s / math.sqrt(2)) for edge in edges
        ]
        on_paper = np.diff([0.0, *chances, 1.0])
        told = row[[f"probability_{g}" for g in range(1, 6)]].to_numpy(dtype=float)
        assert told == pytest.approx(on_paper, abs=2e-3)


def test_the_city_on_eighty_columns_begins_with_its_figures_in_either_language(
    city, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    code, english, said = run(capsys, "carbon", "city", city, "--top", 3)
    assert code == 0
    heading = "\n".join(english.splitlines()[:3])
    assert "Net emission" in heading
    assert heading.index("Unit") < heading.index("Net emission")
    assert "\nUnits: Net emission tCO2, L tCO2/10^4 CNY\n" in english
    assert "浙江" not in said
    code, chinese, said = run(capsys, "carbon", "city", city, "--top", 3, "--lang", "zh")
    assert code == 0
    assert "区县" in chinese
    assert "district" not in chinese
    assert "whole city" not in chinese
    assert "浙江省，湖州市施行" in said
    assert "Zhejiang" not in said


def test_a_bank_elsewhere_trusts_a_code_and_refuses_one_that_was_touched(city, tmp_path, capsys):
    firm = min(pd.read_parquet(city / "firms.parquet")["firm"])
    with Store.open(city / "city.db") as store:
        text = store.code(firm)["text"]
    (tmp_path / "code.txt").write_text(text, "utf-8")
    (tmp_path / "trust.json").write_bytes((city / "trust.json").read_bytes())
    words = ("--trust", tmp_path / "trust.json", "--at", "2026-12-01")
    code, out, _ = run(capsys, "carbon", "code", "verify", tmp_path / "code.txt", *words)
    assert code == 0
    assert out.startswith("This is not an official code. Signed by Demo bureau")
    touched = text[:60] + ("A" if text[60] != "A" else "B") + text[61:]
    (tmp_path / "code.txt").write_text(touched, "utf-8")
    code, out, _ = run(capsys, "carbon", "code", "verify", tmp_path / "code.txt", *words)
    assert code != 0
    assert "Net emission" not in out
    with pytest.raises(CodeError):
        carbon.verify(touched, carbon.TrustList.read(tmp_path / "trust.json"))


def test_a_messy_file_says_each_wrong_cell_and_a_clean_one_changes_the_grade(
    city, rating, plain, tmp_path, capsys
):
    firm = plain.index[0]
    months = ["2025年11月", "2025年12月", *(f"2026-{m:02d}" for m in range(1, 11))]
    rows = [
        line
        for month in months
        for line in (
            f'{firm},外购电量,,{month},"１０.5",万kWh,计费',
            f'{firm},管道燃气,天然气,{month},"1,２34.5",立方米,实测',
            f'{firm},工业增加值,,{month},"1,200",万元,实测',
        )
    ]
    wrong = [
        f"{firm},煤炭,烟煤,2026年3月,-5,吨,实测",
        f"{firm},煤炭,烟煤,2099年3月,5,吨,实测",
        f"{firm},煤炭,烟煤,2026年4月,5,马力,实测",
    ]
    head = "统一社会信用代码,数据种类,品目,月份,数值,单位,数据质量"
    clean, messy = tmp_path / "clean.csv", tmp_path / "messy.csv"
    clean.write_bytes("\r\n".join([head, *rows]).encode("gbk"))
    messy.write_bytes("\r\n".join([head, *rows, *wrong]).encode("gbk"))
    preview = carbon.read_meters([messy], firms=rating.system.firms)
    assert len(preview.accepted) == 36
    told = preview.rejected.set_index("address")["found"].to_dict()
    assert told == {
        "line 38, column 5": "-5",
        "line 39, column 4": "2099年3月",
        "line 40, column 6": "马力",
    }
    values = preview.accepted.groupby("kind", observed=True)["value"].sum()
    assert values["grid_electricity"] == pytest.approx(1260.0)
    assert values["pipeline_gas"] == pytest.approx(12 * 0.12345)
    assert values["value_added"] == pytest.approx(14400.0)
    into = ("--firms", city / "firms.parquet", "--into", city / "city.db", "--by", "Zhang")
    code, _, said = run(capsys, "carbon", "intake", messy, *into, "--confirm")
    assert code != 0
    assert "Traceback" not in said
    code, _, _ = run(capsys, "carbon", "intake", clean, *into, "--confirm")
    assert code == 0
    ask = ("carbon", "rate", city / "city.db", "--firm", firm, "--format", "csv")
    code, out, _ = run(capsys, *ask)
    row = pd.read_csv(io.StringIO(out)).iloc[0]
    used = plain.loc[firm]
    net = 1260.0 * GRID + 12 * 0.12345 * GAS + used["heat_bought"] * HEAT
    assert row["net"] == pytest.approx(net, rel=1e-5)
    assert row["value_added"] == pytest.approx(14400.0)
    assert row["grade"] == 1
    with Store.open(city / "city.db") as store:
        history = store.revisions(firm, "grid_electricity", "", "2026-05")
        assert len(history) == 2


def test_lines_say_why_and_another_factor_set_says_the_difference(rating, plain):
    account, firm = rating.account, plain.index[0]
    lines = account.lines(firm, "2026-10").table()
    main_lines = lines[lines["scope"] != "2 market"]
    by_hand = main_lines["activity"] * main_lines["factor"] * main_lines["gwp"]
    known = main_lines["emission"].notna()
    assert np.allclose((by_hand * main_lines["conversion"])[known], main_lines["emission"][known])
    assert (lines["rule_en"] != "").all()
    assert (lines["rule_zh"] != "").all()
    signs = np.signbit(lines[["in_gross", "in_neutralised", "in_market"]].to_numpy(dtype=float))
    zero = lines[["in_gross", "in_neutralised", "in_market"]].to_numpy(dtype=float) == 0
    assert not (signs & zero).any()
    alone = carbon.account(carbon.alone(account.system, firm))
    rounded = carbon.account(carbon.alone(account.system, firm), factors="cn-rounded")
    change = carbon.compare_accounts(alone, rounded)
    table = change.table()
    assert table["difference"].sum() == pytest.approx(
        np.nansum(rounded.net) - np.nansum(alone.net), abs=1e-9
    )
    split = carbon.decompose(account, firm, "2025-10", "2026-10").table()
    effects = ["activity", "structure", "intensity", "factor", "direct"]
    told = split.iloc[0]
    assert told[effects].sum() == pytest.approx(told["change"], abs=1e-9)
    small = split[effects].abs().to_numpy(dtype=float)
    assert not ((small > 0) & (small < 1e-10)).any()  # no rounding is told as an effect


def test_footprints_steel_and_certificates_are_those_on_paper(tmp_path, capsys):
    (tmp_path / "processes.csv").write_text(
        "process,unit,output,primary_share\nore,kg,1,\npower,kWh,1,\nsteel,kg,1,0.6\npart,kg,100,1\n"
    )
    (tmp_path / "exchanges.csv").write_text(
        "process,kind,item,amount,unit\nore,emission,co2,0.05,kg\nore,input,power,0.02,kWh\n"
        "power,emission,co2,0.5777,kg\npower,input,steel,0.0001,kg\nsteel,emission,co2,1.9,kg\n"
        "steel,input,ore,1.6,kg\nsteel,input,power,0.3,kWh\npart,input,steel,120,kg\n"
        "part,input,power,50,kWh\npart,emission,co2,4,kg\n"
    )
    T = np.array([[0, 0.02, 0, 0], [0, 0, 1e-4, 0], [1.6, 0.3, 0, 0], [0, 0.5, 1.2, 0]])
    by_hand = np.linalg.solve(np.eye(4) - T, [0.05, 0.5777, 1.9, 0.04])
    found = carbon.footprints(carbon.read_processes(tmp_path)).table().set_index("product")
    told = found.loc[["ore", "power", "steel", "part"], "footprint"]
    assert told.to_numpy() == pytest.approx(by_hand, rel=1e-9)
    routes = carbon.steel_routes().table().set_index("route")["footprint"]
    assert routes["hydrogen_dri_eaf"] == pytest.approx(0.4891 + 4.8567 * 0.5306, abs=1e-3)
    assert routes["bf_bof"] == 2.3
    (tmp_path / "goods.csv").write_text("good,cn_code,country,tonnes\nslab,72071111,TUR,100\n")
    code, out, _ = run(
        capsys, "carbon", "cbam", tmp_path / "goods.csv", "--year", 2026, "--price", 80,
        "--format", "csv",
    )  # fmt: skip
    assert code == 0
    row = pd.read_csv(io.StringIO(out)).iloc[0]
    assert row["certificates"] == pytest.approx(254.1 - 132.99, abs=1e-9)
    assert row["cost"] == pytest.approx(9688.80, abs=1e-6)


def test_advice_becomes_projects_and_a_notebook_shows_and_refuses(
    city, system, plain, tmp_path, capsys
):
    firm = plain.index[1]
    store, table = city / "city.db", tmp_path / "advice.csv"
    assert run(capsys, "carbon", "advise", city, "--firm", firm, "-o", table)[0] == 0
    names = ("--owner", "Wang", "--by", "Li", "--firm", firm, "--prefix", "A-")
    names += ("--currency", "CNY", "--year", 2026)
    code, _, said = run(capsys, "projects", "propose", store, table, *names)
    assert code == 0, said
    code, out, _ = run(capsys, "projects", "list", store, "--format", "json")
    assert code == 0
    held = json.loads(out)
    rows = held["rows"] if isinstance(held, dict) and "rows" in held else held
    advised = pd.read_csv(table).query("applies and payback == payback and cut > 0")
    rivals = advised["one_of"].fillna("")
    first_of_rivals = advised[(rivals == "") | ~rivals.duplicated()]
    assert len(first_of_rivals) < len(advised)
    assert [row["project"] for row in rows] == sorted("A-" + first_of_rivals["measure"])
    account = carbon.account(system)
    for answer in (account, account.lines(firm), carbon.rate(account)):
        assert repr(answer).startswith(f"<{type(answer).__name__} of ")
        assert "<table" in answer._repr_html_()
    with pytest.raises(UnknownCodeError):
        account.lines("nobody")
    with pytest.raises(UnknownCodeError):
        carbon.account(system, factors="cn-industri")
