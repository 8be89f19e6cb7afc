"""The ledger: statuses in their order, money and effects never mixed, overdue milestones."""

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.records import ProjectLedger
from chainwright.records.proposed_projects import unpaid_measures
from chainwright.tables import schema
from store_worlds import FIRMS, small_store

CNY = {"currency": "10^4 CNY", "year": 2026}
TODAY = "2026-11-22"


@pytest.fixture
def ledger(tmp_path):
    with small_store(tmp_path / "city.db") as store:
        yield ProjectLedger(store)


def added(ledger, code="P1", **members):
    given = {"kind": "energy_saving", "owner": "Wang", "by": "Li", "budget": 120.0, **CNY}
    given |= {"effect_unit": "tCO2 a year", "promised": 800.0, "region": "330502"}
    ledger.add(code, **{**given, **members})
    return code


def running(ledger, code="P1", **members):
    added(ledger, code, **members)
    ledger.move(code, "approved", by="Li")
    ledger.move(code, "running", by="Li")
    return code


def row_of(ledger, code="P1", today=TODAY):
    table = ledger.table(today=today)
    return table[table["project"] == code].iloc[0]


def columns(name):
    return [column.column for column in schema(name)]


def test_a_project_is_worked_through_from_proposal_to_a_verified_effect(ledger):
    added(ledger, title_zh="余热利用", firm=FIRMS[0], milestones={"order": "2026-11-10"})
    ledger.move("P1", "approved", by="Zhao")
    ledger.spend("P1", 30.0, date="2026-11-02", by="Wang", note="boiler")
    ledger.spend("P1", 15.5, date="2026-11-05", by="Wang")
    ledger.spend("P1", -5.5, date="2026-11-06", by="Wang", note="returned")
    ledger.move("P1", "running", by="Wang")
    ledger.milestone("P1", "built", due="2027-03-01", by="Wang")
    ledger.milestone("P1", "order", done="2026-11-12", by="Wang")
    ledger.close("P1", by="Wang")
    ledger.effect(
        "P1",
        640.0,
        stage="verified",
        date="2027-10-01",
        verified_by="TÜV",
        evidence="meter 7",
        by="Li",
    )
    row = row_of(ledger)
    assert (row["status"], row["spent"], row["budget"]) == ("done", 40.0, 120.0)
    assert (row["promised"], row["verified"]) == (800.0, 640.0)
    assert (row["verified_by"], row["verified_on"]) == ("TÜV", "2027-10-01")
    assert (row["milestones"], row["milestones_done"], row["overdue"]) == (2, 1, 0)
    assert row["next_milestone"] == ""
    assert row["firm"] == FIRMS[0]
    assert ledger.store.check_audit() == 12


def test_tables_have_the_columns_of_their_schemas_even_without_a_row(ledger):
    for tables in (ledger.tables(), {"project_summary": ledger.summary()}):
        for name, frame in tables.items():
            assert list(frame.columns) == columns(name)
            assert not len(frame)
    running(ledger, milestones={"order": ""})
    ledger.spend("P1", 1.0, date="2026-11-02", by="Wang")
    full = {**ledger.tables(today=TODAY), "project_summary": ledger.summary(by="kind")}
    for name, frame in full.items():
        assert list(frame.columns) == columns(name)
        assert len(frame) == 1
        for column in schema(name):
            number = column.type in {"float", "integer"}
            assert pd.api.types.is_numeric_dtype(frame[column.column]) == number, column.column


def test_a_milestone_is_overdue_from_the_day_after_until_it_is_done_or_the_project_closed(ledger):
    running(ledger, milestones={"order": "2026-11-21", "built": "2026-11-22"})
    assert row_of(ledger)["overdue"] == 1
    assert row_of(ledger, today="2026-11-23")["overdue"] == 2
    assert row_of(ledger)[["next_milestone", "next_due"]].tolist() == ["order", "2026-11-21"]
    ledger.milestone("P1", "order", due="2026-12-01", by="Li")
    assert row_of(ledger)["overdue"] == 0
    assert row_of(ledger)["next_milestone"] == "built"
    ledger.milestone("P1", "built", done="2026-12-02", by="Li")
    assert row_of(ledger, today="2027-01-01")["overdue"] == 1
    ledger.close("P1", by="Li", stopped=True, reason="no heat left")
    assert row_of(ledger, today="2027-01-01")["overdue"] == 0
    assert row_of(ledger)["reason"] == "no heat left"


def test_today_is_that_of_the_clock_of_the_store(ledger):
    running(ledger, milestones={"past": "2026-10-31", "next": "2026-11-02"})
    assert ledger.table()["overdue"].tolist() == [1]  # the clock stands in November 2026


def test_statuses_follow_each_other_and_a_stop_needs_a_reason(ledger):
    added(ledger)
    for status in ("running", "done", "proposed"):
        with pytest.raises(ParameterError, match="what follows proposed"):
            ledger.move("P1", status, by="Li")
    with pytest.raises(ParameterError, match="'reason'"):
        ledger.close("P1", by="Li", stopped=True)
    with pytest.raises(ParameterError, match="approved, running, done, stopped"):
        ledger.move("P1", "finished", by="Li")
    ledger.move("P1", "approved", by="Li")
    with pytest.raises(ParameterError, match="running or stopped"):
        ledger.close("P1", by="Li")
    ledger.move("P1", "running", by="Li")
    ledger.close("P1", by="Li")
    with pytest.raises(ParameterError, match=r"what follows done \(nothing\)"):
        ledger.move("P1", "stopped", by="Li", reason="late")
    with pytest.raises(ParameterError, match="not closed"):
        ledger.milestone("P1", "more", due="2027-01-01", by="Li")
    assert row_of(ledger)["status"] == "done"


def test_money_needs_an_approved_project_with_a_currency(ledger):
    added(ledger)
    with pytest.raises(ParameterError, match="was approved"):
        ledger.spend("P1", 1.0, date="2026-11-02", by="Li")
    added(ledger, "free", budget=None, currency="", year=None)
    ledger.move("free", "approved", by="Li")
    with pytest.raises(ParameterError, match="with a currency"):
        ledger.spend("free", 1.0, date="2026-11-02", by="Li")
    with pytest.raises(ParameterError, match="a finite number"):
        ledger.spend("P1", np.nan, date="2026-11-02", by="Li")
    with pytest.raises(ParameterError, match="a date, YYYY-MM-DD"):
        ledger.spend("P1", 1.0, date="2/11/2026", by="Li")
    with pytest.raises(ParameterError, match="a date"):
        ledger.spend("P1", 1.0, date="", by="Li")
    assert not len(ledger.tables()["project_spending"])


def test_an_effect_is_verified_by_somebody_with_evidence_once_the_project_runs(ledger):
    added(ledger)
    given = {"stage": "verified", "date": "2027-01-01", "by": "Li"}
    with pytest.raises(ParameterError, match="who verified it and the evidence"):
        ledger.effect("P1", 1.0, verified_by="TÜV", **given)
    with pytest.raises(ParameterError, match="running or done"):
        ledger.effect("P1", 1.0, verified_by="TÜV", evidence="x", **given)
    with pytest.raises(ParameterError, match="promised or verified"):
        ledger.effect("P1", 1.0, by="Li", date="2027-01-01", stage="hoped")
    added(ledger, "vague", effect_unit="", promised=None)
    with pytest.raises(ParameterError, match="with a unit of effect"):
        ledger.effect("vague", 1.0, by="Li", date="2027-01-01")
    ledger.effect("P1", 900.0, by="Li", date="2027-01-01")
    ledger.effect("P1", 850.0, by="Li", date="2026-12-01")  # written later, of an earlier date
    assert row_of(ledger)["promised"] == 900.0
    assert np.isnan(row_of(ledger)["verified"])


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"kind": " "}, "'kind'"),
        ({"owner": ""}, "'owner'"),
        ({"by": ""}, "'by'"),
        ({"code": ""}, "'project'"),
        ({"budget": -1.0}, "at least 0"),
        ({"budget": np.inf}, "a finite number"),
        ({"currency": ""}, "with a currency and the year"),
        ({"year": None}, "with a currency and the year"),
        ({"effect_unit": ""}, "with a unit of effect"),
        ({"start": "2026-02-30"}, "a date"),
        ({"start": "2026-03-01", "end": "2026-02-01"}, "a date from 2026-03-01 on"),
        ({"milestones": {"order": "soon"}}, r"milestones\[order\]"),
    ],
)
def test_a_project_that_is_not_as_it_must_be_is_refused(ledger, members, message):
    with pytest.raises(ParameterError, match=message):
        added(ledger, **{"code": "P1", **members})
    assert not len(ledger.table())


def test_a_code_is_new_and_a_project_that_is_named_is_there(ledger):
    added(ledger)
    with pytest.raises(ParameterError, match="one that is not there yet"):
        added(ledger)
    with pytest.raises(UnknownCodeError, match="Known are P1"):
        ledger.move("P2", "approved", by="Li")
    with pytest.raises(ParameterError, match="when it is due, or done"):
        ledger.milestone("P1", "order", by="Li")
    with pytest.raises(ParameterError, match="what is reached"):
        ledger.milestone("P1", " ", due="2027-01-01", by="Li")
    assert len(ledger.table()) == 1


def test_a_summary_never_adds_different_money_or_units(ledger):
    running(ledger, "a")
    added(ledger, "b", budget=80.0, promised=None)
    added(ledger, "c", currency="million USD", budget=1.0)
    added(ledger, "d", effect_unit="m3 a year", promised=5.0, budget=None)
    added(ledger, "e", region="330503", budget=7.0)
    added(ledger, "f", budget=1000.0, promised=1000.0)
    ledger.spend("a", 12.0, date="2026-11-02", by="Li")
    ledger.close("f", by="Li", stopped=True, reason="no grant")
    found = ledger.summary(by="region", today=TODAY).set_index(
        ["group", "currency", "effect_unit"], drop=False
    )
    own = found.loc[("330502", "10^4 CNY", "tCO2 a year")]
    assert own[["projects", "proposed", "running", "stopped"]].tolist() == [3, 1, 1, 1]
    assert own[["budget", "spent", "promised"]].tolist() == [200.0, 12.0, 800.0]
    assert np.isnan(own["verified"])
    assert own["unverified"] == 1
    assert found.loc[("330502", "million USD", "tCO2 a year"), "budget"] == 1.0
    assert np.isnan(found.loc[("330502", "10^4 CNY", "m3 a year"), "budget"])
    assert found.loc[("330503", "10^4 CNY", "tCO2 a year"), "budget"] == 7.0
    assert found["projects"].sum() == 6


@pytest.mark.parametrize("by", ["chain", "region", "kind"])
def test_sums_over_all_groups_are_those_of_the_ledger(ledger, by):
    for i in range(9):
        members = {"chain": f"c{i % 2}", "region": f"r{i % 3}", "kind": f"k{i % 4}"}
        running(ledger, f"P{i}", **members, milestones={"m": "2026-11-01"})
        ledger.spend(f"P{i}", float(i), date="2026-11-02", by="Li")
    table, found = ledger.table(today=TODAY), ledger.summary(by=by, today=TODAY)
    for name in ("budget", "spent", "promised", "overdue", "milestones"):
        assert found[name].sum() == table[name].sum()
    assert (found["by"] == by).all()
    assert sorted(found["group"]) == sorted(table[by].unique())


def test_a_ledger_is_summed_by_chain_region_or_kind_alone(ledger):
    with pytest.raises(ParameterError, match="chain, region or kind"):
        ledger.summary(by="owner")


def test_running_projects_stand_first_and_the_latest_of_them_at_the_top(ledger):
    added(ledger, "a")
    running(ledger, "b")
    running(ledger, "c", milestones={"m": "2026-11-01"})
    added(ledger, "d")
    ledger.move("d", "stopped", by="Li", reason="x")
    assert ledger.table(today=TODAY)["project"].tolist() == ["c", "b", "a", "d"]
    added(ledger, "e", firm=FIRMS[1])
    assert ledger.table(firm=FIRMS[1])["project"].tolist() == ["e"]


def repair():
    kinds = {"measure": ["m1", "m2", "m3"], "taken": [True, True, False]}
    costs = {"cost": [10.0, np.nan, 3.0], "loss_avoided": [40.0, 7.0, 0.0]}
    words = {"kind": ["reserve", "second_source", "reserve"], "users": ["R0", "R0;R1", "R0"]}
    return pd.DataFrame({**kinds, **costs, **words, "source": ["quote", "", ""]})


def test_the_measures_of_a_repair_become_projects(ledger):
    codes = ledger.from_repair(
        repair(), owner="Wang", by="Li", currency="million CNY", year=2018, chain="chips"
    )
    assert codes == ["m1", "m2"]
    table = ledger.table().set_index("project")
    assert table["budget"].tolist()[0] == 10.0
    assert np.isnan(table.loc["m2", "budget"])
    assert table["promised"].tolist() == [40.0, 7.0]
    assert set(table["effect_unit"]) == {"million CNY of expected loss avoided"}
    assert table["region"].tolist() == ["R0", "R0;R1"]
    assert table["kind"].tolist() == ["reserve", "second_source"]
    assert set(table["chain"]) == {"chips"}
    assert set(table["status"]) == {"proposed"}
    assert table.loc["m1", "source"] == "quote"


def test_advice_becomes_projects_that_save_tonnes(ledger):
    advice = pd.DataFrame({"measure": ["led"], "cost": [2.0], "saving_tco2_per_year": [11.0]})
    advice["name_zh"] = "照明改造"
    codes = ledger.from_repair(advice, owner="W", by="Li", firm=FIRMS[0], prefix="F0-", **CNY)
    row = row_of(ledger, codes[0])
    assert codes == ["F0-led"]
    assert (row["effect_unit"], row["promised"], row["kind"]) == (
        "tCO2 a year",
        11.0,
        "energy_saving",
    )
    assert (row["title_zh"], row["title_en"]) == ("照明改造", "led")


def test_a_table_of_advice_becomes_projects_as_it_was_written(ledger):
    advice = pd.DataFrame(
        {
            "measure": ["led", "kiln"],
            "applies": [True, False],
            "invest": [2.0, 9.0],
            "cut": [11.0, 90.0],
            "source_cost": ["quote", ""],
        }
    )
    codes = ledger.from_repair(advice, owner="W", by="Li", firm=FIRMS[0], **CNY)
    row = row_of(ledger, "led")
    assert codes == ["led"]  # what is not for the firm is no project
    assert (row["budget"], row["promised"], row["source"]) == (2.0, 11.0, "quote")
    assert (row["effect_unit"], row["kind"]) == ("tCO2 a year", "energy_saving")


def test_of_rivals_the_first_alone_is_promised(ledger):
    advice = pd.DataFrame(
        {
            "measure": ["heat_pump", "led", "gas_boiler", "traps"],
            "applies": True,
            "invest": [4.0, 2.0, 1.0, 0.5],
            "cut": [40.0, 11.0, 30.0, 5.0],
            "one_of": ["boiler", "", "boiler", None],
        }
    )
    codes = ledger.from_repair(advice, owner="W", by="Li", firm=FIRMS[0], **CNY)
    assert codes == ["heat_pump", "led", "traps"]
    assert ledger.table()["promised"].sum() == 56.0


def advice_with_losers():
    return pd.DataFrame(
        {
            "measure": ["heat_pump", "gas_boiler", "led", "idle", "kiln"],
            "applies": [True, True, True, True, False],
            "invest": [4.0, 1.0, 2.0, 0.5, 9.0],
            "cut": [40.0, 30.0, 11.0, 0.0, 90.0],
            "payback": [np.nan, 2.0, 0.4, 1.0, np.nan],
            "one_of": ["boiler", "boiler", "", "", ""],
        }
    )


def test_what_never_pays_back_or_cuts_nothing_is_left_out_and_gives_way_to_its_rival(ledger):
    codes = ledger.from_repair(advice_with_losers(), owner="W", by="Li", **CNY)
    assert codes == ["gas_boiler", "led"]
    assert unpaid_measures(advice_with_losers()) == ["heat_pump", "idle"]
    assert unpaid_measures(repair()) == []


def test_what_never_pays_back_becomes_a_project_when_it_is_asked_for(ledger):
    given = {"owner": "W", "by": "Li", "unpaid": True, **CNY}
    assert ledger.from_repair(advice_with_losers(), **given) == ["heat_pump", "led", "idle"]


def test_a_plan_that_never_pays_back_is_told(ledger):
    advice = advice_with_losers().iloc[[0, 3]]
    with pytest.raises(ParameterError, match="pays back, or unpaid=True"):
        ledger.from_repair(advice, owner="W", by="Li", **CNY)
    assert not len(ledger.table())


def test_a_plan_goes_in_whole_or_not_at_all(ledger):
    given = {"owner": "Wang", "by": "Li", "currency": "CNY", "year": 2018}
    added(ledger, "m2")
    with pytest.raises(ParameterError, match="not there yet"):
        ledger.from_repair(repair(), **given)
    assert ledger.table()["project"].tolist() == ["m2"]
    with pytest.raises(ParameterError, match="loss_avoided or saving_tco2_per_year"):
        ledger.from_repair(repair().drop(columns="loss_avoided"), **given)
    with pytest.raises(ParameterError, match="a plan with a measure"):
        ledger.from_repair(repair().assign(taken=False), **given)


def test_each_change_is_in_the_audit_with_what_was_before(ledger):
    added(ledger)
    ledger.move("P1", "approved", by="Zhao", reason="board")
    found = ledger.store.audit().iloc[0]
    assert (found["who"], found["what"], found["about"]) == ("Zhao", "project", "P1")
    assert found["before"] == '{"reason": "", "status": "proposed"}'
    assert found["after"] == '{"reason": "board", "status": "approved"}'
