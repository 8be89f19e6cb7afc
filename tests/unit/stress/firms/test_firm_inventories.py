"""The model with inventories over firms: the sector model where each node is a firm."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import InfeasibleError, MissingPartError, ParameterError
from chainwright.stress import Blow, Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.firms.firm_records import BY_FIRM
from chainwright.stress.firms.firm_stocks import FirmStocks, stock_targets
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Links
from firm_worlds import as_firms, random_flows

THIN = InventoryModel(rationing="proportional", stock_days=6.0)
MODELS = {
    "as BoARIO": InventoryModel.boario(),
    "thin stocks": THIN,
    "weights at rest, priority, documented": InventoryModel(
        stock_days=8.0, orders="noalt", rationing="priority", scarcity="documented"
    ),
    "weeks": InventoryModel(rationing="proportional", stock_days=30.0, step="week"),
}
SHOCKS = {
    "capacity, linear": [
        Blow("capacity", regions="r0", share=0.7, days=20, recovery="linear", recovery_days=30)
    ],
    "capital, curve": [
        Blow("capital", nodes=("r0:s1", "r1:s2"), share=0.6, start_day=3, days=9,
             recovery="convex", recovery_days=40)
    ],
    "rebuilding": [
        Blow("capital", regions="r1", share=0.3, days=7, recovery="rebuild", recovery_days=90,
             rebuilding={"s0": 0.4, "s2": 0.6})
    ],
    "two at once": [
        Blow("capacity", products="s1", share=0.9, days=20),
        Blow("capital", nodes="r2:s3", share=1.0, start_day=5, days=30),
    ],
}  # fmt: skip


def network(seed=1, firms=400, links=1200):
    return System.demo("firms", firms=firms, links=links, seed=seed).links


def ran(links, *blows, steps=60, model=THIN, pooling="suppliers", **options):
    resolved = firm_blows(links, Shock(blows), steps, model.step_days)
    return simulate_firms(FirmEconomy.of(links, pooling=pooling), resolved, model, **options)


def largest(links, rank=0):
    return links.axis.codes[int(np.argsort(-links.sales)[rank])]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("shock", SHOCKS)
def test_with_a_firm_a_region_and_sector_it_is_the_sector_model(shock, model):
    system = random_flows(np.random.default_rng(4))
    links, model, shock = as_firms(system), MODELS[model], Shock(tuple(SHOCKS[shock]))
    days = model.step_days
    economy = Economy.of(system, days)
    sectors = simulate_pooled(economy, sector_blows(system, shock, 50, days), model)
    firms = simulate_firms(
        FirmEconomy.of(links, step_days=days), firm_blows(links, shock, 50, days), model,
        record=BY_FIRM,
    )  # fmt: skip
    scale = economy.x0.max()
    for name in ("production", "capacity", "intermediate_demand", "unmet_final"):
        assert np.abs(sectors.of(name) - firms.of(name)).max() <= 1e-9 * scale, name
    for name in ("alpha", "rebuild_demand", "rebuild_delivered"):
        assert np.allclose(sectors.of(name), firms.of(name), rtol=1e-9, atol=1e-9 * scale), name
    assert sectors.production.min() < 0.95 * economy.x0.max()
    assert np.array_equal(sectors.short_step, firms.short_step)
    bound = firms.short_stock >= 0
    product = firms.economy.stock_product[firms.short_stock[bound]]
    assert np.array_equal(sectors.short_product[bound], product)
    assert sectors.ended_en == firms.ended_en


@pytest.mark.parametrize("pooling", ["market", "suppliers"])
def test_without_a_shock_nothing_moves(pooling):
    links = network()
    run = ran(links, Blow("capacity", firms="F001", share=0.0), steps=100, pooling=pooling)
    economy = run.economy
    assert np.abs(run.lost).max() <= 1e-11 * economy.x0.max() * 100
    assert run.unmet.max() <= 1e-11 * economy.x0.max() * 100
    assert (run.short_step == -1).all()


@pytest.mark.parametrize("pooling", ["market", "suppliers"])
def test_what_is_made_is_delivered_or_stocked_each_day(pooling):
    links = network(seed=2)
    shut = Blow("capacity", firms=(largest(links), largest(links, 5)), share=0.8, days=10)
    T = 40
    run = ran(links, shut, steps=T, pooling=pooling, record=BY_FIRM, stocks_on=range(T))
    economy = run.economy
    made, unmet, final = run.of("production"), run.of("unmet_final"), run.of("final_demand")
    to_final = (final - unmet).sum(axis=1)
    use = np.array([(x[economy.stock_buyer] * economy.A).sum() for x in made])
    stocks = np.array([run.stocks[t].sum() for t in range(T)])
    gained = np.diff(
        stocks, prepend=float((economy.A * 6.0 * economy.x0[economy.stock_buyer]).sum())
    )
    assert np.allclose(made.sum(axis=1), to_final + use + gained, rtol=1e-10)
    assert min(run.stocks[t].min() for t in range(T)) >= -1e-12 * economy.x0.max()
    assert (made <= run.of("capacity") * (1 + 1e-12)).all()
    assert run.lost.sum() > run.direct.sum() * 0.5


def test_firms_permuted_permute_the_losses():
    links = network(seed=3)
    rng = np.random.default_rng(0)
    new = rng.permutation(links.n)  # firm i of the first is firm new[i] of the second
    back = np.argsort(new)
    supplier, buyer = new[links.supplier], new[links.buyer]
    order = np.lexsort((buyer, supplier))
    other = replace(
        links,
        axis=links.axis.take(back),
        supplier=supplier[order].astype(np.int32),
        buyer=buyer[order].astype(np.int32),
        value=links.value[order],
        sector=links.sector[back],
        market=links.market[back],
        region=links.region[back],
        output=links.output[back],
    )
    shut = Blow("capacity", firms=largest(links), share=1.0, days=15)
    for pooling in ("market", "suppliers"):
        first, second = (ran(of, shut, pooling=pooling) for of in (links, other))
        assert np.allclose(first.lost, second.lost[new], rtol=1e-9, atol=1e-9 * first.lost.max())


def test_money_times_a_thousand_changes_no_share():
    links = network(seed=5)
    other = replace(links, value=links.value * 1000.0, output=links.output * 1000.0)
    shut = Blow("capacity", firms=largest(links), share=1.0, days=15)
    first, second = ran(links, shut), ran(other, shut)
    assert np.allclose(first.lost * 1000.0, second.lost, rtol=1e-9, atol=1e-6 * first.lost.max())


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    monkeypatch.setattr("chainwright.stress.firms.firm_stocks.SMALL", 0)
    links = network(seed=6)
    shut = Blow("capacity", firms=largest(links), share=1.0, days=15)
    for pooling in ("market", "suppliers"):
        one, two = (ran(links, shut, pooling=pooling, threads=k) for k in (1, 2))
        assert np.array_equal(one.lost, two.lost)
        assert np.array_equal(one.short_step, two.short_step)


def test_of_a_cut_link_the_other_suppliers_of_the_sector_take_over():
    firms = pd.DataFrame(
        {"firm": list("abcd"), "sector": ["1", "1", "2", "2"], "output": [20.0, 20.0, 30.0, 30.0]}
    )
    rows = [("a", "c", 10.0), ("b", "c", 10.0), ("a", "d", 10.0)]
    table = pd.DataFrame(rows, columns=["supplier", "buyer", "value"])
    links = Links.of_table(table, firms)
    cut = Blow("supply_cut", links=(("a", "c"), ("a", "d")), share=1.0)
    run = ran(links, cut, steps=80, record=["production", "intermediate_demand"])
    made, asked = run.of("production"), run.of("intermediate_demand")
    assert asked[0, 1] == pytest.approx(20.0 / 365)  # b is asked in place of a
    assert made[-1, 2] > 0.5 * 30.0 / 365
    assert made[-1, 3] < 1e-6 * 30.0 / 365  # d has no other supplier
    assert run.economy.products.codes[run.economy.stock_product[run.short_stock[3]]] == "1"
    market = ran(links, cut, steps=80, pooling="market")
    assert np.abs(market.lost).max() < 1e-9


def test_any_firm_of_a_market_is_milder_than_no_new_supplier():
    links = network(seed=7)
    for rank in (0, 3, 10):
        shut = Blow("capacity", firms=largest(links, rank), share=1.0, days=25)
        mild, hard = (ran(links, shut, pooling=p).lost.sum() for p in ("market", "suppliers"))
        assert mild <= hard * (1 + 1e-9)


def test_less_final_demand_is_asked_of_firms_alone_and_lost_upstream():
    links = network(seed=8)
    code = largest(links, 2)
    run = ran(links, Blow("demand_drop", firms=code, share=1.0), record=["final_demand"], steps=30)
    firm = links.axis.place[code]
    assert run.of("final_demand")[:, firm].max() == 0.0
    assert run.unmet.max() < 1e-9 * run.economy.x0.max()
    assert run.lost[firm] > 0.0


def test_output_that_is_not_known_or_too_low_is_assumed_and_said():
    firms = pd.DataFrame({"firm": list("abc"), "sector": "1", "output": [np.nan, 3.0, 0.0]})
    rows = pd.DataFrame({"supplier": ["a", "b"], "buyer": ["b", "c"], "value": [5.0, 4.0]})
    economy = FirmEconomy.of(Links.of_table(rows, firms))
    assert (economy.x0 * 365).tolist() == pytest.approx([5.0, 4.0, 0.0])
    assert (economy.Y * 365).tolist() == pytest.approx([0.0, 4.0, 0.0])  # c makes nothing
    assert "Output of 1 of 3 firms is not given" in economy.notes[0][0]
    assert "below their sales" in economy.notes[1][0]
    run = simulate_firms(economy, FirmBlows(3, 9, 1.0), THIN)
    assert np.abs(run.lost).max() < 1e-12


def test_stocks_of_essential_inputs_alone_limit_where_that_is_asked_for():
    links = network(seed=9)
    economy = FirmEconomy.of(links)
    bound = []
    for inputs in ("all", "essential"):
        model = InventoryModel(rationing="proportional", inputs=inputs)
        targets = stock_targets(economy, model)
        stocks = FirmStocks(economy, FirmBlows(links.n, 1, 1.0), model, targets)
        bound.append(stocks._bound > 0.0)
    assert bound[1].sum() < bound[0].sum()
    assert not (bound[1] & ~bound[0]).any()


def test_what_cannot_be_run_is_refused():
    links = network()
    economy = FirmEconomy.of(links)
    with pytest.raises(ParameterError, match="step"):
        simulate_firms(economy, FirmBlows(400, 3, 7.0), THIN)
    with pytest.raises(ParameterError, match="threads"):
        simulate_firms(economy, FirmBlows(400, 3, 1.0), THIN, threads=0)
    with pytest.raises(ParameterError, match="pooling"):
        FirmEconomy.of(links, pooling="none")
    with pytest.raises(ParameterError, match="record"):
        ran(links, Blow("capacity", firms="F001", share=0.5), record=["stocks"])
    with pytest.raises(ParameterError, match="damage"):
        ran(links, Blow("capital", firms="F001", money=1e12))
    with pytest.raises(MissingPartError, match="production"):
        ran(links, Blow("capacity", firms="F001", share=0.5), steps=2).of("production")
    nothing = replace(links, value=links.value * 0.0, output=links.output * 0.0)
    with pytest.raises(InfeasibleError, match="No firm makes anything"):
        FirmEconomy.of(nothing)


def test_damage_of_firms_that_buy_nothing_of_a_builder_is_rebuilt_by_all_builders():
    firms = pd.DataFrame(
        {"firm": list("abc"), "sector": ["1", "F", "F"], "output": [50.0, 30.0, 10.0]}
    )
    rows = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    links = Links.of_table(rows, firms)
    hit = Blow("capital", firms="a", share=0.1, days=1, recovery="rebuild", recovery_days=10,
               rebuilding={"F": 1.0})  # fmt: skip
    run = ran(links, hit, steps=200, record=["rebuild_demand", "capital_to_recover"])
    asked, left = run.of("rebuild_demand"), run.of("capital_to_recover")
    assert asked[0].sum() == 0.0
    assert asked[1, 1] == pytest.approx(3.0 * asked[1, 2])
    assert asked[1].sum() == pytest.approx(0.1 * run.economy.K[0] / 10.0)
    assert left[-1, 0] < 0.2 * left[0, 0]


def three_suppliers():
    """Return a network in which one buyer gets 60, 30 and 10 from three firms of one sector."""
    firms = pd.DataFrame(
        {
            "firm": ["a", "b", "c", "user"],
            "sector": ["part", "part", "part", "good"],
            "output": [600.0, 300.0, 100.0, 3650.0],
        }
    )
    links = pd.DataFrame(
        {"supplier": ["a", "b", "c"], "buyer": ["user"] * 3, "value": [365.0, 182.5, 60.833]}
    )
    return Links.of_table(links, firms)


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        # a keeps half of its 60 %; the 30 % that are cut off go to b and c as 3 to 1
        ({"a": 0.5}, (0.3, 0.525, 0.175)),
        ({"a": 1.0}, (0.0, 0.75, 0.25)),
        ({"a": 0.5, "b": 1.0}, (0.3, 0.0, 0.7)),
        # nobody is whole: what is cut off goes to nobody
        ({"a": 0.5, "b": 0.5, "c": 0.5}, (0.3, 0.15, 0.05)),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, (0.0, 0.0, 0.0)),
    ],
)
def test_what_a_cut_takes_off_goes_to_suppliers_that_are_whole_or_to_nobody(cuts, expected):
    blows = [Blow("supply_cut", links=((code, "user"),), share=s) for code, s in cuts.items()]
    records = ran(three_suppliers(), *blows, steps=1, record=BY_FIRM)
    ordered = records.of("intermediate_demand")[0, :3]
    total = (365.0 + 182.5 + 60.833) / 365.0
    assert ordered / total == pytest.approx(expected, abs=1e-5)


def test_a_half_cut_of_every_supplier_takes_half_of_the_use_out_of_stock_each_day():
    codes = ("a", "b", "c")
    blows = [Blow("supply_cut", links=((code, "user"),), share=0.5) for code in codes]
    model = InventoryModel(stock_days=10.0, psi=0.8, restoration_days=1e6)
    short = ran(three_suppliers(), *blows, steps=12, model=model, record=BY_FIRM)
    made = short.of("production")[:, 3] / 10.0
    # two days of use may go before a stock limits: half a day of use goes each day
    assert made[:4] == pytest.approx(np.ones(4), abs=1e-9)
    assert made[5] < 1.0
