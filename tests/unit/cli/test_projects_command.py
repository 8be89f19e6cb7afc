"""The commands on stores and projects, as somebody at a terminal meets them."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.records import ProjectLedger, Store
from chainwright.tables import write
from store_worlds import FIRMS, readings, said, small_store

ADD = ["--kind", "energy_saving", "--owner", "王工", "--by", "Li"]
MONEY = ["--budget", "120", "--currency", "10^4 CNY", "--year", "2026"]
VERIFIED = ["--verified-by", "TÜV", "--evidence", "meter 7"]
EFFECT = ["--promised", "800", "--effect-unit", "tCO2 a year"]


def run(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main([str(word) for word in words])
    printed = capsys.readouterr()
    return stop.value.code or 0, printed.out, printed.err


@pytest.fixture
def city(tmp_path):
    small_store(tmp_path / "city.db").close()
    return tmp_path / "city.db"


def worked(capsys, city):
    """Walk a project through its life at the terminal."""
    steps = [
        ["add", city, "P1", *ADD, *MONEY, *EFFECT, "--region", "330502", "--title-zh", "余热利用"],
        ["add", city, "P2", *ADD, "--milestone", "order=2026-11-10", "--chain", "battery"],
        ["move", city, "P1", "approved", "--by", "Zhao"],
        ["spend", city, "P1", "30", "--date", "2026-11-02", "--by", "Li", "--note", "boiler"],
        ["spend", city, "P1", "-2.5", "--date", "2026-11-03", "--by", "Li"],
        ["move", city, "P1", "running", "--by", "Zhao"],
        ["milestone", city, "P1", "built", "--due", "2026-11-20", "--by", "Li"],
        ["effect", city, "P1", "640", "--date", "2027-10-01", "--by", "Li", *VERIFIED],
    ]
    for step in steps:
        assert run(capsys, "projects", *step)[:2] == (0, "")


def test_a_project_is_followed_from_the_terminal(capsys, city):
    worked(capsys, city)
    code, out, _ = run(capsys, "projects", "list", city, "--format", "csv", "--today", "2026-11-22")
    found = pd.read_csv(io.StringIO(out)).set_index("project")
    assert code == 0
    assert found.loc["P1", ["spent", "budget", "verified", "overdue"]].tolist() == [
        27.5,
        120,
        640,
        1,
    ]
    assert found.index.tolist() == ["P1", "P2"]
    assert found.loc["P2", "overdue"] == 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Project", "Status", "running", "Budget", "Source: city.db", "waste heat"]),
        ("zh", ["项目", "状态", "实施中", "预算", "来源：city.db", "余热利用"]),
    ],
)
def test_a_ledger_prints_well_in_both_languages(capsys, city, lang, words):
    worked(capsys, city)
    run(capsys, "projects", "add", city, "P3", *ADD, "--title-en", "waste heat")
    code, out, err = run(capsys, "projects", "list", city, "--lang", lang, "--today", "2026-11-22")
    assert (code, err) == (0, "")
    for word in words:
        assert word in out
    code, out, _ = run(capsys, "projects", "summary", city, "--by", "region", "--lang", lang)
    assert code == 0
    assert "330502" in out
    assert "27.5" in out
    _, out, _ = run(capsys, "projects", "summary", city, "--by", "kind", "--lang", lang)
    assert {"en": "energy_saving", "zh": "节能改造"}[lang] in out


def test_a_folder_gets_all_parts_of_the_ledger_with_their_origin(capsys, city, tmp_path):
    worked(capsys, city)
    out = tmp_path / "out"
    words = ["projects", "list", city, "--today", "2026-11-22", "--format", "json", "-o", out]
    assert run(capsys, *words)[0] == 0
    tables = {p.name for p in out.iterdir() if not p.name.endswith(".origin.json")}
    assert tables == {
        "projects.json",
        "project_milestones.json",
        "project_spending.json",
        "project_effects.json",
    }
    note = json.loads((out / "projects.json.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"] == {"today": "2026-11-22"}
    assert note["origin"]["system"] == {"records": {"file": "city.db", "format": "store"}}


def test_the_list_of_one_firm_has_its_parts_alone(capsys, city, tmp_path):
    worked(capsys, city)
    run(
        capsys,
        "projects",
        "add",
        city,
        "P3",
        *ADD,
        "--firm",
        FIRMS[0],
        "--milestone",
        "a=2027-01-01",
    )
    out = tmp_path / "out"
    run(capsys, "projects", "list", city, "--firm", FIRMS[0], "--format", "csv", "-o", out)
    assert pd.read_csv(out / "projects.csv")["project"].tolist() == ["P3"]
    assert pd.read_csv(out / "project_milestones.csv")["milestone"].tolist() == ["a"]
    assert not len(pd.read_csv(out / "project_spending.csv"))


def test_a_written_plan_becomes_projects_in_the_money_that_it_says(capsys, city, tmp_path):
    plan = pd.DataFrame({"measure": ["m1"], "cost": [10.0], "loss_avoided": [40.0], "taken": True})
    write(plan, tmp_path / "plan.csv", units={"cost": "million CNY of 2018"}, origin={})
    words = ["projects", "propose", city, tmp_path / "plan.csv", "--owner", "Wang", "--by", "Li"]
    assert run(capsys, *words)[0] == 0
    with Store.open(city) as store:
        row = ProjectLedger(store).table().iloc[0]
    assert (row["currency"], row["year"], row["budget"]) == ("million CNY", 2018, 10.0)
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "not there yet" in err
    write(plan, tmp_path / "other.parquet", units={"cost": "CNY"}, origin={})
    words = [*words[:3], tmp_path / "other.parquet", *words[4:]]
    code, _, err = run(capsys, *words)
    assert (code, "the table is in CNY" in err) == (2, True)
    assert run(capsys, *words, "--currency", "CNY", "--year", "2020", "--prefix", "x-")[0] == 0


def test_what_never_pays_back_is_named_and_left_out_until_it_is_asked_for(capsys, city, tmp_path):
    plan = pd.DataFrame({"measure": ["led", "pump"], "applies": True, "invest": 1.0, "cut": 9.0})
    write(plan.assign(payback=[2.0, None]), tmp_path / "a.csv", units={"cost": "CNY"}, origin={})
    words = ["projects", "propose", city, tmp_path / "a.csv", "--owner", "W", "--by", "Li"]
    words += ["--currency", "CNY", "--year", "2026"]
    code, _, err = run(capsys, *words)
    assert (code, err.splitlines()[-1].rpartition(": ")[2]) == (0, "pump")
    assert run(capsys, *words, "--unpaid", "--prefix", "x-")[::2] == (0, "")
    with Store.open(city) as store:
        assert set(ProjectLedger(store).table()["project"]) == {"led", "x-led", "x-pump"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["projects", "list", "no.db"], "There is no store"),
        (["projects", "add", "CITY", "P", *ADD, "--milestone", "soon"], "name=date"),
        (["projects", "move", "CITY", "P", "approved", "--by", "Li"], "no known project"),
        (["projects", "propose", "CITY", "no.csv", "--owner", "W", "--by", "L"], "no file"),
        (["projects", "propose", "CITY", "CITY", "--owner", "W", "--by", "L"], "neither a .csv"),
        (["projects", "add", "CITY", "P", *ADD, "--budget", "1"], "with a currency and the year"),
        (["store", "create", "CITY"], "not there yet"),
        (["store", "check", "no.db"], "There is no store"),
        (["store", "history", "CITY", "--firm", "A"], "--kind, --period"),
        (["store", "backup", "CITY", "CITY"], "not there yet"),
    ],
)
def test_a_fault_is_a_message_and_changes_nothing(capsys, city, monkeypatch, words, message):
    monkeypatch.chdir(city.parent)
    with Store.open(city) as store:
        before = store.digest()
    code, out, err = run(capsys, *[str(city) if word == "CITY" else word for word in words])
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    with Store.open(city) as store:
        assert store.digest() == before
    assert [p.name for p in city.parent.iterdir()] == ["city.db"]


def test_a_store_is_made_checked_and_copied_at_the_terminal(capsys, tmp_path):
    path = tmp_path / "new.db"
    assert run(capsys, "store", "create", path)[:2] == (0, "")
    assert run(capsys, "store", "check", path)[1] == "In order. Rows: none\n"
    with Store.open(path) as store:
        store.put_firms(pd.DataFrame({"firm": FIRMS}), by="Li")
        digest, head = store.digest(), store.audit()["sha256"].iloc[0]
    _, out, _ = run(capsys, "store", "check", path, "--head", head)
    assert out == f"In order. Rows: audit 2, firm 2\nThe last change has the hash {head}\n"
    code, out, _ = run(capsys, "store", "backup", path, tmp_path / "copy.db")
    assert (code, digest in out) == (0, True)
    with Store.open(tmp_path / "copy.db") as copy:
        assert copy.digest() == digest


def test_the_history_of_a_store_of_its_intakes_and_of_one_reading(capsys, city):
    with Store.open(city) as store:
        store.add_readings(readings(said(7.0)), by="Li", file="a.csv")
        store.add_readings(readings(said(8.0)), by="Wang")
    _, out, _ = run(capsys, "store", "history", city, "--format", "csv")
    assert pd.read_csv(io.StringIO(out))["what"].tolist() == ["readings"] * 2 + ["firm"] * 2
    _, out, _ = run(capsys, "store", "history", city, "--of", "intakes", "--lang", "zh")
    assert "录入批次" in out.replace("\n", "")
    assert "a.csv" in out
    one = ["--firm", FIRMS[0], "--kind", "grid_electricity", "--period", "2026-10"]
    _, out, _ = run(capsys, "store", "history", city, *one, "--format", "csv")
    assert pd.read_csv(io.StringIO(out))["value"].tolist() == [8.0, 7.0]
