"""What is held ready among firms: the sector model where each node is a firm, and plain cases."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import ParameterError, TableError
from chainwright.stress import Blow, Economy, InventoryModel, Shock, run_firms, simulate_pooled
from chainwright.stress import cascade as run_cascade
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.firms.firm_records import BY_FIRM
from chainwright.stress.firms.held_by_firms import held_by_firms
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.firm_blows import LinkCut
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.sector_blows import SupplyCut
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Links, Safeguard
from firm_worlds import as_firms, random_flows

THIN = InventoryModel(rationing="proportional", stock_days=6.0)
STEPS = 50

HELD = {
    "a reserve of a region": [Safeguard("store", "reserve", ("r1",), 2.0, product="s1")],
    "a reserve of a node, late, part of it kept": [
        Safeguard("own", "reserve", ("r2:s0",), 9.0, product="s1", after_days=4, hold_back=0.4)
    ],
    "reserves of one origin, a region and a node each": [
        Safeguard("of r0", "reserve", ("r1", "r2:s3"), 1.0, product="s1", origins=("r0",))
    ],
    "backup capacity": [
        Safeguard("idle", "backup_capacity", ("r0:s1", "r1:s1"), 0.5, after_days=5)
    ],
    "a long plate": [Safeguard("plate", "strengthen", ("r0",), 0.2)],
    "cover": [
        Safeguard("power", "stabilise", ("r0:s1",), 0.6),
        Safeguard("work", "stabilise", ("s1",), 0.3),
    ],
    "all of them": [
        Safeguard("a", "reserve", ("r1",), 1.0, product="s1"),
        Safeguard("b", "reserve", ("r1:s2",), 1.0, product="s1"),
        Safeguard("c", "backup_capacity", ("r2",), 0.3, after_days=2),
        Safeguard("d", "strengthen", ("r0:s1",), 0.1),
        Safeguard("e", "stabilise", ("r1",), 0.5),
    ],
}
MODELS = {
    "thin stocks": THIN,
    "psi 1, documented": InventoryModel(
        stock_days=8.0, psi=1.0, rationing="priority", scarcity="documented"
    ),
    "weeks": InventoryModel(rationing="proportional", stock_days=30.0, step="week"),
}
SOFT = Shock((Blow("capacity", nodes="r2:s3", share=0.3, start_day=2, days=9),))
HARD = Shock((Blow("capacity", products="s1", share=0.9, start_day=2, days=25),))


@pytest.fixture(scope="module")
def table():
    return random_flows(np.random.default_rng(4), density=1.0)


def both(table, held, *, model=THIN, shock=HARD, cut=None):
    """Return the records of a table, and of its nodes as firms, with the same things held."""
    days, links = model.step_days, as_firms(table)
    economy, firms = Economy.of(table, days), FirmEconomy.of(links, step_days=days)
    blows = sector_blows(table, shock, STEPS, days, safeguards=held)
    among = firm_blows(links, shock, STEPS, days, safeguards=held)
    if cut is not None:
        sellers, buyers, share, course = cut
        nobody = np.zeros(0, dtype=np.intp)
        closed = SupplyCut(9, sellers, buyers, nobody, share, course)
        blows = replace(blows, cuts=(closed,))
        at = np.flatnonzero(np.isin(links.supplier, sellers) & np.isin(links.buyer, buyers))
        among = replace(among, cuts=(LinkCut(9, at, np.full(len(at), share), course),))
    one = simulate_pooled(economy, blows, model, safeguards=held_safeguards(economy, held))
    other = simulate_firms(
        firms, among, model, safeguards=held_by_firms(firms, held), record=BY_FIRM
    )
    return one, other


def the_same(one, other):
    scale = one.economy.x0.max()
    for name in ("production", "capacity", "intermediate_demand", "unmet_final"):
        made = one.of(name)
        assert np.abs(made - other.of(name)).max() <= 1e-9 * scale, name
    assert np.array_equal(one.short_step, other.short_step)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("held", HELD)
def test_with_a_firm_a_region_and_sector_it_is_the_sector_model(table, held, model):
    one, other = both(table, HELD[held], model=MODELS[model])
    the_same(one, other)
    assert (one.reserves is None) == (other.reserves is None)
    if other.reserves is not None:
        for name in ("held", "released", "left"):
            mine, theirs = getattr(one.reserves, name), getattr(other.reserves, name)
            assert theirs == pytest.approx(mine, rel=1e-9, abs=1e-9 * one.reserves.held.max())
        assert np.array_equal(one.reserves.first_step, other.reserves.first_step)
        if model == "thin stocks":
            assert other.reserves.released.sum() > 0.0
    if other.backup is not None:
        assert other.backup.made == pytest.approx(one.backup.made, rel=1e-9)
        assert other.backup.could == pytest.approx(one.backup.could, rel=1e-9)
        assert other.backup.made.sum() > 0.0


@pytest.mark.parametrize("replaceable", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("size", [0.0, 0.3, 1.0])
def test_a_second_source_moves_what_is_cut_off_as_in_the_sector_model(table, replaceable, size):
    course = np.where((np.arange(STEPS) > 2) & (np.arange(STEPS) < 30), 1.0, 0.0)
    sellers, buyers = np.array([1], dtype=np.intp), np.arange(4, 12)
    held = [Safeguard("second", "second_source", ("r1",), size, product="s1", after_days=3)]
    model = replace(THIN, replaceable=replaceable)
    one, other = both(table, held, model=model, shock=SOFT, cut=(sellers, buyers, 0.8, course))
    the_same(one, other)
    bare, _ = both(table, [], model=model, shock=SOFT, cut=(sellers, buyers, 0.8, course))
    users = slice(4, 8)
    lost = [(r.economy.x0 - r.production)[:, users].sum() for r in (bare, one)]
    if size > replaceable:
        assert lost[1] < lost[0]
    else:
        assert lost[1] == pytest.approx(lost[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("pooling", ["market", "suppliers"])
def test_holding_nothing_changes_no_bit(pooling):
    links = System.demo("firms", firms=200, links=700, seed=3).links
    economy = FirmEconomy.of(links, pooling=pooling)
    blows = firm_blows(links, Shock((Blow("capacity", firms="F003", share=1.0),)), 30)
    empty = [Safeguard("none", "reserve", ("F001",), 0.0, product=links.sectors.codes[0])]
    runs = [
        simulate_firms(economy, blows, THIN, safeguards=held, record=["production"])
        for held in (None, held_by_firms(economy, empty))
    ]
    assert np.array_equal(runs[0].of("production"), runs[1].of("production"))


def pair(sold=365.0, output=730.0):
    """Return a supplier a (sector 1) and a user u (sector 2) that has no other supplier."""
    firms = pd.DataFrame(
        {
            "firm": ["a", "b", "u"],
            "sector": ["1", "1", "2"],
            "region": ["W", "W", "E"],
            "output": [sold, sold, output],
        }
    )
    rows = pd.DataFrame([("a", "u", sold)], columns=["supplier", "buyer", "value"])
    return System(links=Links.of_table(rows, firms))


OUT = Shock((Blow("capacity", firms="a", share=1.0, start_day=0, days=200),))


@pytest.mark.parametrize("weeks", [1.0, 3.0])
def test_weeks_of_reserve_are_weeks_of_output(weeks):
    """A user out of its only supplier lives on its stock, then on the reserve, then stands."""
    system = pair()
    store = Safeguard("store", "reserve", ("u",), weeks, product="1")
    model = InventoryModel(stock_days=10.0, psi=0.1, rationing="proportional")
    lost = []
    for held in (system, system.with_safeguards(store)):
        answer = run_firms(held, OUT, days=150, model=model)
        lost.append(answer.runs["suppliers"].lost[2])
    daily = 730.0 / 365.0
    assert (lost[0] - lost[1]) / daily == pytest.approx(7.0 * weeks, abs=1e-6)
    use = answer.runs["suppliers"].reserves
    assert use.held[0] == pytest.approx(7.0 * weeks)
    assert use.left[0] == pytest.approx(0.0, abs=1e-9)


def test_what_is_held_back_is_never_released():
    store = Safeguard("store", "reserve", ("E",), 4.0, product="1", hold_back=0.25)
    answer = run_firms(pair().with_safeguards(store), OUT, days=150)
    use = answer.runs["suppliers"].reserves
    assert use.held[0] == pytest.approx(28.0)
    assert use.left[0] == pytest.approx(7.0)
    assert use.held == pytest.approx(use.released + use.left)


def test_a_region_shares_one_reserve_in_proportion_to_what_is_lacking():
    firms = pd.DataFrame(
        {
            "firm": ["a", "u", "v"],
            "sector": ["1", "2", "2"],
            "region": ["W", "E", "E"],
            "output": [4 * 365.0, 730.0, 2190.0],
        }
    )
    rows = pd.DataFrame(
        [("a", "u", 365.0), ("a", "v", 3 * 365.0)], columns=["supplier", "buyer", "value"]
    )
    system = System(links=Links.of_table(rows, firms))
    store = Safeguard("store", "reserve", ("E",), 2.0, product="1")
    model = InventoryModel(stock_days=10.0, psi=0.1, rationing="proportional")
    bare, kept = (
        run_firms(held, OUT, days=100, model=model).runs["suppliers"]
        for held in (system, system.with_safeguards(store))
    )
    saved = (bare.lost - kept.lost)[1:] / np.array([2.0, 6.0])
    assert kept.reserves.held.tolist() == pytest.approx([56.0])
    assert saved == pytest.approx([14.0, 14.0], abs=1e-6)


def test_capacity_that_is_switched_on_serves_what_the_shut_firm_cannot():
    system = pair()
    idle = Safeguard("idle", "backup_capacity", ("a",), 1.0, after_days=3)
    answer = run_firms(system.with_safeguards(idle), OUT, days=60)
    found = answer.runs["suppliers"]
    assert found.lost[2] == pytest.approx(0.0, abs=1e-6)
    used = answer.tables()["stress_safeguards"].set_index("end").loc["suppliers"]
    assert used["released"] == pytest.approx(found.backup.made[0])
    assert used["first_day"] == 4.0  # orders come back the day after it stands ready


def test_a_reserve_where_markets_deliver_serves_each_market_of_the_product():
    links = System.demo("firms", firms=300, links=1500, seed=5).links
    economy = FirmEconomy.of(links, pooling="market")
    product = links.sectors.codes[int(links.sector[int(np.argmax(links.sales))])]
    held = [Safeguard("store", "reserve", (links.regions.codes[0],), 3.0, product=product)]
    ready = held_by_firms(economy, held).reserves[0]
    mine = links.region[links.buyer] == 0
    mine &= links.sector[links.supplier] == links.sectors.place[product]
    live = economy.x0[links.buyer] > 0.0
    assert ready.money == pytest.approx(3 * 7 / 365 * links.value[mine & live].sum())
    assert (links.region[economy.stock_buyer[ready.stocks]] == 0).all()


def test_cover_keeps_part_of_a_cut_off_the_links_that_it_is_for():
    system = pair()
    cut = Shock((Blow("supply_cut", links=(("a", "u"),), share=1.0),))
    for one, left in (
        (Safeguard("contract", "stabilise", ("u",), 0.75, product="1"), 0.25),
        (Safeguard("route", "stabilise", ("E",), 0.5, origins=("a",)), 0.5),
        (Safeguard("other", "stabilise", ("u",), 0.5, origins=("b",)), 1.0),
        (Safeguard("power", "stabilise", ("u",), 0.5), 1.0),
    ):
        blows = firm_blows(system.with_safeguards(one), cut, 10)
        assert blows.cuts[0].share.tolist() == [left]
    shut = firm_blows(system.with_safeguards(Safeguard("p", "stabilise", ("W",), 0.4)), OUT, 5)
    assert shut.capacity[0].share.tolist() == [0.6]
    ruin = Shock((Blow("capital", firms="a", share=0.5),))
    ruined = firm_blows(system.with_safeguards(Safeguard("p", "stabilise", ("1",), 0.4)), ruin, 5)
    assert ruined.capital[0].damage.tolist() == [0.3]


def test_a_cascade_of_a_shock_knows_cover_and_refuses_the_rest():
    system = pair()
    half = Safeguard("power", "stabilise", ("a",), 0.5)
    shock = Shock((Blow("capacity", firms="a", share=0.8),))
    found = run_cascade(system.with_safeguards(half), shock, essential="linear")
    assert found.down_shock.tolist() == pytest.approx([0.4, 0.0, 0.0])
    with pytest.raises(ParameterError, match="'power' \\(stabilise\\)"):
        run_cascade(system.with_safeguards(half), ["a"])
    store = Safeguard("store", "reserve", ("u",), 1.0, product="1")
    with pytest.raises(ParameterError, match="'store' \\(reserve\\)"):
        run_cascade(system.with_safeguards(store), shock)


def test_what_is_held_and_what_it_did_is_told():
    store = Safeguard("store", "reserve", ("u",), 2.0, product="1")
    second = Safeguard("second", "second_source", ("u",), 0.5, product="1")
    answer = run_firms(pair().with_safeguards(store, second), OUT, days=120)
    notes = dict(answer.runs["suppliers"].notes)
    told = next(note for note in notes if note.startswith("Held ready"))
    assert told.startswith("Held ready: 1 reserve, 1 second source. Reserves released 14")
    assert notes[told].startswith("已备：1 项储备、1 项第二来源。")
    assert any("where it has none, nothing moves" in note for note in notes)
    assert any("add nothing" in note for note, _ in answer.runs["market"].notes)
    assert [one["name"] for one in answer.parameters["safeguards"]] == ["second", "store"]
    table = answer.tables()["stress_safeguards"]
    assert set(table["end"]) == {"market", "suppliers"}
    assert table.loc[table["safeguard"] == "store", "held"].tolist() == pytest.approx([14.0, 14.0])
    assert table.loc[table["safeguard"] == "second", "held"].isna().all()
    assert "stress_safeguards" not in run_firms(pair(), OUT, days=20).tables()


def test_all_that_is_wrong_is_said_at_once():
    wrong = [
        Safeguard("a", "reserve", ("u", "E"), 1.0, product="1"),
        Safeguard("b", "reserve", ("b",), 1.0, product="1"),
        Safeguard("c", "reserve", ("x",), 1.0, product="9"),
        Safeguard("d", "backup_capacity", ("a",), 1.0, product="1"),
        Safeguard("e", "reserve", ("u",), 1.0, product="1", origins=("u",)),
    ]
    with pytest.raises(TableError) as stopped:
        run_firms(pair().with_safeguards(*wrong), OUT, days=9)
    told = [str(breach) for breach in stopped.value.breaches]
    for start in (
        "'a', users: found u more than once",
        "'b', users: found 'b', which buys nothing of it",
        "'c', product: found '9'",
        "'c', users: found 'x'",
        "'d', product: found 1, expected nothing",
        "'e', origins: found no firm",
    ):
        assert any(text.startswith(start) for text in told), (start, told)
    assert len(told) == 6
    with pytest.raises(TableError, match="'s', users"):
        run_firms(pair().with_safeguards(Safeguard("s", "stabilise", ("x",), 0.5)), OUT, days=9)


def test_what_is_replaceable_counts_where_firms_keep_to_their_suppliers_alone():
    firms = pd.DataFrame(
        {"firm": ["a", "b", "u"], "sector": ["1", "1", "2"], "output": [400.0, 400.0, 800.0]}
    )
    rows = pd.DataFrame(
        [("a", "u", 200.0), ("b", "u", 200.0)], columns=["supplier", "buyer", "value"]
    )
    system = System(links=Links.of_table(rows, firms))
    cut = Shock((Blow("supply_cut", links=(("a", "u"),), share=1.0, days=100),))
    lost = {}
    for replaceable in (0.0, 0.5, 1.0):
        model = replace(THIN, replaceable=replaceable)
        answer = run_firms(system, cut, days=60, model=model)
        lost[replaceable] = answer.runs["suppliers"].lost[2]
        assert abs(answer.runs["market"].lost).max() < 1e-9
    assert lost[0.0] > lost[0.5] > lost[1.0] >= 0.0
    second = Safeguard("second", "second_source", ("u",), 0.5, product="1")
    kept = run_firms(
        system.with_safeguards(second), cut, days=60, model=replace(THIN, replaceable=0.0)
    )
    assert kept.runs["suppliers"].lost[2] == pytest.approx(lost[0.5])
