"""Arrays of `SupplyNetwork` and what `MakerAssumptions` fill in, beside the tables themselves."""

from functools import cache
from math import inf, isnan

import numpy as np
import pytest

from chainwright import System, diagnose
from chainwright.diagnose import MakerAssumptions
from chainwright.errors import ParameterError
from chainwright.system import read_maker, write_maker
from maker_twins import PlainMaker
from toy_makers import maker
from wild_makers import wild

SEEDS = pytest.mark.parametrize("seed", range(12))


@cache
def both(seed):
    system = wild(1800 + seed, prices=seed % 2 == 0, margins=seed % 3 != 0)
    return system.maker, PlainMaker(system.maker)


def same(found, truth):
    np.testing.assert_allclose(np.asarray(found, dtype=float), list(truth), rtol=1e-12, atol=1e-12)


@SEEDS
def test_items_are_products_then_parts_then_what_the_bill_alone_names(seed):
    held, plain = both(seed)
    network = held.network
    assert network.items.codes == tuple(plain.items)
    same(network.demand, [plain.demand(k) for k in plain.items])
    for column in ("price", "margin"):
        truth = [plain.products[k][column] if k in plain.products else np.nan for k in plain.items]
        same(getattr(network, column), truth)


@SEEDS
def test_nodes_are_rows_of_sourcing_then_items_without_any(seed):
    held, plain = both(seed)
    network = held.network
    assert network.nodes.codes == tuple(s.code for s in plain.sources)
    places = {k: i for i, k in enumerate(plain.items)}
    assert network.node_item.tolist() == [places[s.item] for s in plain.sources]
    assert network.given.tolist() == [s.given for s in plain.sources]
    assert network.own.tolist() == [s.own for s in plain.sources]
    sites = (*network.sites.codes, "?")
    assert [sites[i] for i in network.node_site] == [s.site for s in plain.sources]
    who = (*network.suppliers.codes, "")
    assert [who[i] for i in network.node_supplier] == [s.supplier for s in plain.sources]
    for name in ("share", "capacity", "recovery"):
        same(getattr(network, name), [getattr(s, name) for s in plain.sources])
    same(network.node_price, [s.price for s in plain.sources])


@SEEDS
def test_sites_are_those_of_the_table_then_one_for_each_supplier_without(seed):
    held, plain = both(seed)
    network = held.network
    bare = dict.fromkeys(s.site for s in plain.sources if s.given and not s.known_site)
    assert set(network.sites.codes) == {*plain.sites, *bare}
    assert network.sites.codes[: len(plain.sites)] == tuple(plain.sites)
    for i, code in enumerate(network.sites.codes):
        row = plain.sites.get(code)
        owner = row["supplier"] if row else code.removesuffix("/?")
        assert (*network.suppliers.codes, "")[network.site_supplier[i]] == owner
        own = row["capacity_per_week"] if row else np.nan
        same([network.site_capacity[i]], [own])


@SEEDS
def test_requirement_plan_and_reach_are_those_of_plain_recursion(seed):
    held, plain = both(seed)
    network = held.network
    same(network.requirement, [plain.requirement(k) for k in plain.items])
    same(network.planned, [plain.planned(s) for s in plain.sources])
    same(network.sources_of, [len(plain.known(k)) for k in plain.items])
    same(network.pooled_stock, [plain.held(k) for k in plain.items])

    def units(low, high):
        return float(low == high) + sum(q * units(p, high) for p, q in plain.users(low))

    reach = network.reach.toarray() if hasattr(network.reach, "toarray") else network.reach
    for i, low in enumerate(plain.items):
        same(reach[i], [units(low, high) for high in plain.items])
    assert np.allclose(reach @ network.demand, network.requirement, rtol=1e-12)


@SEEDS
def test_bill_and_stock_hold_each_row_of_their_tables(seed):
    held, plain = both(seed)
    network = held.network
    rows = {(parent, component): q for parent, component, q in plain.bill}
    dense = network.bill.toarray()
    assert np.count_nonzero(dense) == len(rows)
    items = plain.items
    for (parent, component), q in rows.items():
        assert dense[items.index(component), items.index(parent)] == q
    sites = (*network.sites.codes, "")
    found = [
        (items[i], sites[s], q)
        for i, s, q in zip(network.stock_item, network.stock_site, network.stock, strict=True)
    ]
    assert found == plain.stocks


@SEEDS
@pytest.mark.parametrize("spare", [0.0, 0.1, 2.0])
def test_assumed_capacities_are_the_plan_and_a_spare_share(seed, spare):
    held, plain = both(seed)
    found = MakerAssumptions(spare_share=spare).capacity(held.network)
    for value, source in zip(found, plain.sources, strict=True):
        truth = plain.able(source, spare)
        assert value == (inf if truth == inf else pytest.approx(truth))
        if not source.given and isnan(source.capacity):
            assert value == inf


@SEEDS
@pytest.mark.parametrize("weeks", [0.0, 12.0, 40.0])
def test_assumed_weeks_to_recover_stand_where_neither_row_nor_site_tells(seed, weeks):
    held, plain = both(seed)
    found = MakerAssumptions(recovery_weeks=weeks).recovery(held.network)
    truth = [weeks if isnan(s.recovery) else s.recovery for s in plain.sources]
    assert np.array_equal(found, truth)


def test_assumptions_out_of_range_are_refused():
    for wrong in ({"spare_share": -0.1}, {"recovery_weeks": -1.0}, {"recovery_weeks": 1e4}):
        with pytest.raises(ParameterError):
            MakerAssumptions(**wrong)


@pytest.mark.parametrize("seed", range(4))
def test_a_maker_that_is_written_and_read_gives_the_same_answers(seed, tmp_path):
    held, _ = both(seed)
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    one, two = held.network, again.network
    assert one.nodes.codes == two.nodes.codes
    for name in ("share", "capacity", "recovery", "node_price", "stock", "site_capacity"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    first = diagnose.survival(System(maker=held), outages=(3,)).table()
    other = diagnose.survival(System(maker=again), outages=(3,)).table()
    assert first.equals(other)


def test_shares_that_are_not_known_divide_what_the_known_ones_leave():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 2), ("F", "b", 1), ("F", "c", 1)],
        suppliers=["supplier", ("S",), ("T",), ("U",)],
        sourcing=[
            "item supplier share",
            *[("a", "S", 0.5), ("a", "T", None), ("a", "U", None)],
            *[("b", "S", None), ("b", "T", None)],
            *[("c", "S", 1.0), ("c", "T", None)],
        ],
    )
    network = system.maker.network
    planned = dict(zip(network.nodes.codes, network.planned, strict=True))
    assert planned == pytest.approx(
        {
            "a@S/?": 10,
            "a@T/?": 5,
            "a@U/?": 5,
            "b@S/?": 5,
            "b@T/?": 5,
            "c@S/?": 10,
            "c@T/?": 0,
            "F@?": 10,
        }
    )
    assert network.given.tolist() == [True] * 7 + [False]
    assert MakerAssumptions().capacity(network)[-1] == inf


def test_a_site_that_shares_its_capacity_holds_its_nodes_and_no_share_of_the_plan_does():
    system = maker(
        products=["item demand_per_week margin", ("F", 10, 3), ("G", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=["site supplier capacity_per_week", ("X", "S", 24), ("Y", "T", None)],
        sourcing=[
            "item supplier site share",
            *[("a", "S", "X", 0.5), ("a", "T", "Y", 0.5), ("b", "S", "X", 1)],
        ],
    )
    network = system.maker.network
    able = dict(zip(network.nodes.codes, MakerAssumptions().capacity(network), strict=True))
    assert able["a@X"] == able["b@X"] == inf
    assert able["a@Y"] == pytest.approx(5.5)
    rows = diagnose.survival(system, outages=(4,))
    table = rows.table().set_index("scenario")
    assert table.loc["Y", "survives_for_ever"]  # X makes 24: all of a and of b
    assert not table.loc["Y", "capacity_assumed"]
    assert table.loc["X", "capacity_assumed"]
    losses = rows.tables()["survival_losses"].set_index("scenario")["loss"]
    assert losses["X"] == pytest.approx(4 * (4.5 * 3 + 10 * 1))
