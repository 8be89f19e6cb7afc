"""A shock run through firms, as users ask for it: two ends, tables by level, one entry."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import MissingPartError, ParameterError, TableError
from chainwright.stress import Blow, FirmRun, InventoryModel, Shock, StressRun, run, run_firms
from chainwright.stress.firms.firm_run_tables import losses
from chainwright.tables import schema
from firm_worlds import as_firms, random_flows


def made(firms=300, links=900, seed=2):
    return System.demo("firms", firms=firms, links=links, seed=seed)


def shut(system, share=1.0, days=20):
    links = system.links
    return Shock((Blow("capacity", firms=links.axis.codes[int(np.argmax(links.sales))],
                       share=share, days=days),))  # fmt: skip


def test_both_ends_are_shown_and_the_tables_have_their_schemas():
    system = made()
    answer = run_firms(system, shut(system), days=60)
    for name, frame in answer.tables().items():
        assert list(frame) == [c.column for c in schema(name)]
        assert set(frame["end"]) == {"market", "suppliers"}
    assert answer.reading().count("\n") == 1
    assert "替代" in answer.reading("zh")


def test_levels_add_up_to_all():
    system = made()
    table = run_firms(system, shut(system), days=60).table()
    for end in ("market", "suppliers"):
        mine = table[table["end"] == end]
        whole = mine[mine["level"] == "all"].iloc[0]
        for level in ("region", "sector", "firm"):
            part = mine[mine["level"] == level]
            for column in ("output_lost", "direct_lost", "value_added_lost", "unmet_final"):
                scale = abs(mine["output_lost"]).max()
                assert part[column].sum() == pytest.approx(whole[column], abs=1e-6 * scale)
        assert whole["output_lost"] >= whole["direct_lost"] * 0.9


def test_unmet_final_demand_up_to_rounding_is_nothing():
    system = made()
    answer = run_firms(system, shut(system), days=60)
    table = answer.table()
    for end, of in answer.runs.items():
        noise = 1e-12 * of.economy.x0.sum() * of.steps
        unmet = table[table["end"] == end]["unmet_final"]
        assert ((unmet == 0.0) | (unmet.abs() > noise)).all()
        assert (unmet > 0.0).any()
    of = answer.runs["market"]
    whole = of.economy.x0.sum() * of.steps
    for share, told in ((0.9e-12, 0.0), (1.1e-12, 1.1e-12 * whole)):
        unmet = np.zeros(of.economy.n)
        unmet[0] = share * whole
        found = losses("market", replace(of, unmet=unmet))
        assert found[found["level"] == "all"]["unmet_final"].iloc[0] == pytest.approx(
            told, rel=1e-9
        )


def test_days_add_up_to_the_run():
    system = made()
    answer = run_firms(system, shut(system), days=40)
    days, table = answer.by_day(), answer.table()
    for end in ("market", "suppliers"):
        whole = table[(table["end"] == end) & (table["level"] == "all")]["output_lost"].iloc[0]
        for level in ("all", "region", "sector"):
            mine = days[(days["end"] == end) & (days["level"] == level)]
            assert mine["output_lost"].sum() == pytest.approx(whole, rel=1e-9)
        assert mine["day"].max() == 39.0


def test_the_firm_that_fails_loses_most_and_says_when_and_why_others_stop():
    system = made()
    shock = shut(system)
    table = run_firms(system, shock, days=60).table()
    firms = table[(table["level"] == "firm") & (table["end"] == "suppliers")]
    hit = firms[firms["firm"] == shock.blows[0].firms[0]].iloc[0]
    assert hit["lowest_share"] == 0.0
    stopped = firms[firms["short_input"] != ""]
    assert len(stopped) > 0
    assert (stopped["short_day"] >= 0).all()
    assert stopped["short_input"].isin(system.links.sectors.codes).all()
    assert firms[firms["short_input"] == ""]["short_day"].isna().all()


def test_where_no_stock_binds_it_is_not_called_safe():
    system = made()
    answer = run_firms(system, shut(system, share=0.01, days=1), days=20)
    assert "not 'safe'" in answer.reading()
    assert "不等于安全" in answer.reading("zh")


def test_what_a_shock_names_chooses_the_engine():
    rng = np.random.default_rng(0)
    flows = random_flows(rng)
    links = as_firms(flows)
    both = flows.joined(System(links=links))
    sectors = Shock((Blow("capacity", regions="r0", share=0.5, days=5),))
    firms = Shock((Blow("capacity", firms="r0:s0", share=0.5, days=5),))
    assert isinstance(run(both, sectors, days=10), StressRun)
    assert isinstance(run(both, firms, days=10), FirmRun)
    assert isinstance(run(System(links=links), sectors, days=10), FirmRun)
    with pytest.raises(MissingPartError, match="links"):
        run(flows, firms, days=10)
    with pytest.raises(ParameterError, match="elasticity"):
        run(both, firms, days=10, elasticity=1.0)


def test_a_larger_shock_never_costs_less():
    system = made()
    lost = []
    for share in (0.2, 0.5, 1.0):
        table = run_firms(system, shut(system, share), days=50).table()
        lost.append(table[table["level"] == "all"]["output_lost"].to_numpy())
    assert (np.diff(np.array(lost), axis=0) >= -1e-9 * np.max(lost)).all()


def test_bad_questions_are_refused():
    system = made()
    with pytest.raises(TableError, match="F0"):
        run_firms(system, Shock((Blow("capacity", firms="F0", share=1.0),)))
    with pytest.raises(ParameterError, match="days"):
        run_firms(system, shut(system), days=0)


def test_progress_is_told_and_weeks_are_run():
    system, told = made(), []
    answer = run_firms(
        system,
        shut(system),
        days=70,
        model=InventoryModel(rationing="proportional", step="week"),
        progress=told.append,
    )
    assert told == ["market: 10 of 10 steps", "suppliers: 10 of 10 steps"]
    assert answer.by_day()["day"].max() == 63.0
    assert isinstance(answer.parameters["notes"], list)
    assert isinstance(answer.table(), pd.DataFrame)
