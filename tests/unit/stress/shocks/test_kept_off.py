"""What stabilises takes a part off a blow: exact delivery by delivery, in every engine."""

import numpy as np
import pytest

import chainwright as cw
from ario_economies import random_blows, random_system
from chainwright.errors import ParameterError, TableError
from chainwright.stress import (
    Blow,
    Economy,
    InventoryModel,
    Shock,
    cascade,
    inoperability,
    interdependency,
    partially_binding,
    run,
    scan,
    simulate_pooled,
    systemic_risk,
)
from chainwright.stress.sectors.open_deliveries import OpenDeliveries
from chainwright.stress.shocks.kept_off import KeptOff
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Safeguard, Safeguards


@pytest.fixture(scope="module")
def china():
    return cw.System.demo("country")


def laid_out(cuts, shape, users, step):
    """Return the share of every delivery that is closed, to nodes and to final users."""
    closed, final = np.zeros(shape), np.zeros((shape[0], users))
    for cut in cuts:
        size = cut.share * cut.course[step]
        at = np.ix_(cut.sellers, cut.buyers)
        closed[at] = np.maximum(closed[at], size)
        at = np.ix_(cut.sellers, cut.users)
        final[at] = np.maximum(final[at], size)
    return closed, final


@pytest.mark.parametrize("seed", range(8))
def test_every_cut_delivery_is_multiplied_by_what_is_left_and_no_other(seed):
    system = random_system(seed)
    economy, words = Economy.of(system), SectorWords(system.flows)
    regions, products = economy.regions.codes, economy.products.codes
    node = economy.flows.nodes.codes[1]
    some = [
        Safeguard("a", "stabilise", (regions[0],), 0.5, products[0]),
        Safeguard("b", "stabilise", (node, regions[0]), 0.25, origins=(regions[1],)),
        Safeguard("c", "stabilise", (regions[1],), 1.0, products[1], (regions[0], "X")),
    ]
    blows = random_blows(economy, seed, 12, ["cut", "cut", "cut"])
    kept = KeptOff(words, some)
    n, rows, users = economy.n, economy.n + economy.r, len(economy.flows.users)
    node_region = np.array([c.split(":")[0] for c in economy.flows.nodes.codes])
    user_region = np.array(economy.flows.users.regions.codes)[economy.flows.users.region]
    row_region = np.array([c.split(":")[0] for c in economy.codes])
    row_product = np.array(products)[economy.row_product]
    left, left_final = np.ones((rows, n)), np.ones((rows, users))
    of = row_product == products[0]
    left[np.ix_(of, node_region == regions[0])] *= 0.5
    left_final[np.ix_(of, user_region == regions[0])] *= 0.5
    of = row_region == regions[1]
    mine = (node_region == regions[0]) | (np.arange(n) == 1)
    left[np.ix_(of, mine)] *= 0.75
    left_final[np.ix_(of, user_region == regions[0])] *= 0.75
    of = (row_product == products[1]) & np.isin(row_region, [regions[0], "X"])
    left[np.ix_(of, node_region == regions[1])] = 0.0
    left_final[np.ix_(of, user_region == regions[1])] = 0.0
    for cut in blows.cuts:  # one by one: where several meet the largest that is left counts
        parts = kept.cut(cut)
        for step in (0, 5, 11):
            before = laid_out([cut], (rows, n), users, step)
            after = laid_out(parts, (rows, n), users, step)
            assert after[0] == pytest.approx(before[0] * left, abs=1e-15)
            assert after[1] == pytest.approx(before[1] * left_final, abs=1e-15)
        # no delivery stands in two parts, and what is kept off wholly in none
        times = sum(laid_out([p], (rows, n), users, int(p.course.argmax()))[0] > 0 for p in parts)
        assert np.max(times, initial=0) <= 1
    together = tuple(part for cut in blows.cuts for part in kept.cut(cut))
    opened = OpenDeliveries(economy, SectorBlows(12, 1.0, cuts=together))
    expected = np.max([laid_out([c], (rows, n), users, 5)[0] * left for c in blows.cuts], axis=0)
    assert opened.at(5) == pytest.approx(1.0 - expected[opened.rows])


def test_half_a_cover_of_nodes_halves_what_they_lose_of_capacity_and_capital(china):
    nodes = china.flows.nodes.codes
    shut = Blow("capacity", nodes=nodes[:2], share=0.8, days=5)
    flood = Blow("capital", nodes=nodes[:2], share=0.4, days=5, recovery="linear", recovery_days=30)
    drop = Blow("demand_drop", buyers=china.flows.nodes.regions.codes[0], share=0.3, days=5)
    held = china.with_safeguards(
        Safeguard("power", "stabilise", (nodes[0],), 0.5),
        Safeguard("work", "stabilise", (nodes[0],), 0.5),
        Safeguard("route", "stabilise", (nodes[1],), 0.9, china.flows.nodes.sectors.codes[0]),
    )
    blows = sector_blows(held, Shock((shut, flood, drop)), 10)
    # two covers of half leave a quarter; a cover of deliveries saves no capacity
    assert blows.capacity[0].share == pytest.approx([0.2, 0.8])
    assert blows.capital[0].damage == pytest.approx([0.1, 0.4])
    assert blows.demand[0].share == 0.3
    given = sector_blows(china.flows, Shock((shut,)), 10, safeguards=held.safeguards)
    assert given.capacity[0].share == pytest.approx([0.2, 0.8])
    assert sector_blows(china, Shock((shut,)), 10).capacity[0].share == pytest.approx([0.8, 0.8])


def test_a_blow_that_is_kept_off_wholly_never_strikes(china):
    node = china.flows.nodes.codes[3]
    shut = Shock((Blow("capacity", nodes=node, share=0.5, days=5),))
    whole = china.with_safeguards(Safeguard("all", "stabilise", (node,), 1.0))
    blows = sector_blows(whole, shut, 10)
    assert blows.first_step == 10 == blows.steps
    economy = Economy.of(china)
    calm = simulate_pooled(economy, blows, InventoryModel())
    assert calm.production == pytest.approx(np.tile(economy.x0, (10, 1)))


def test_the_first_step_is_that_in_which_any_blow_holds(china):
    node, region = china.flows.nodes.codes[3], china.flows.nodes.regions.codes[0]
    late = Blow("capacity", nodes=node, share=0.5, start_day=7, days=5)
    drop = Blow("demand_drop", buyers=region, share=0.3, start_day=4, days=5)
    builders = {china.flows.nodes.sectors.codes[27]: 1.0}
    fall = Blow(
        "capital", nodes=node, share=0.1, start_day=3, days=5, recovery="rebuild",
        recovery_days=30, rebuilding=builders,
    )  # fmt: skip
    assert sector_blows(china, Shock((late,)), 20).first_step == 7
    assert sector_blows(china, Shock((late, drop)), 20).first_step == 4
    assert sector_blows(china, Shock((late, drop, fall)), 20).first_step == 3
    assert sector_blows(china, Shock((late,)), 5).first_step == 5


def test_words_that_do_not_fit_are_all_named_at_once(china):
    region, product = china.flows.nodes.regions.codes[0], china.flows.nodes.sectors.codes[3]
    held = china.with_safeguards(
        Safeguard("a", "reserve", ("nowhere",), 1.0, "no product"),
        Safeguard("b", "backup_capacity", (region,), 0.1, product),
        Safeguard("c", "second_source", (region,), 0.1, product, (region,)),
        Safeguard("d", "strengthen", (region,), 0.1, after_days=3.0),
        Safeguard("e", "reserve", (region, f"{region}:{product}"), 1.0, product),
    )
    shut = Shock((Blow("capacity", nodes=china.flows.nodes.codes[0], share=0.5, days=5),))
    with pytest.raises(TableError) as told:
        run(held, shut, days=5)
    where = [breach.where for breach in told.value.breaches]
    assert where == [
        "'a', product", "'a', users", "'b', product", "'c', origins", "'d', after_days",
        "'e', users",
    ]  # fmt: skip
    assert "more than once" in str(told.value)
    wrong = china.with_safeguards(Safeguard("f", "stabilise", (f"{region}x",), 0.1))
    with pytest.raises(TableError, match=f"Did you mean.*{region}"):
        sector_blows(wrong, shut, 5)


def test_a_reserve_of_what_nobody_there_uses_is_refused():
    system = random_system(3)
    economy = Economy.of(system)
    used = np.array([economy.A_C[:, f] for f in range(economy.n)])
    f, p = np.argwhere(used == 0.0)[0]
    code, product = economy.flows.nodes.codes[f], economy.products.codes[p]
    held = system.with_safeguards(Safeguard("r", "reserve", (code,), 1.0, product))
    shut = Shock((Blow("capacity", nodes=code, share=0.5, days=5),))
    with pytest.raises(TableError, match="takes nothing of it"):
        run(held, shut, days=5)


def test_engines_refuse_by_name_what_they_cannot_hold_ready(china):
    idle = Safeguard("spare line", "backup_capacity", (china.flows.nodes.regions.codes[0],), 0.2)
    held, node = china.with_safeguards(idle), china.flows.nodes.codes[7]
    shut = Shock((Blow("capacity", nodes=node, share=0.4, days=5),))
    for ask in (
        lambda: inoperability(held, shut, days=5),
        lambda: partially_binding(held, shut, days=5),
        lambda: interdependency(held),
        lambda: scan(held, of="regions"),
    ):
        with pytest.raises(ParameterError, match="'spare line' \\(backup_capacity\\)"):
            ask()
    firms = cw.System.demo("firms", firms=60, links=150).with_safeguards(idle)
    for ask in (lambda: cascade(firms, "F07"), lambda: systemic_risk(firms, firms=["F07"])):
        with pytest.raises(ParameterError, match="'spare line'"):
            ask()
    assert len(held.with_parts(safeguards=Safeguards()).safeguards) == 0


def test_other_engines_take_what_stabilises(china):
    node = china.flows.nodes.codes[7]
    shut = Shock((Blow("capacity", nodes=node, share=0.4, days=5),))
    half = Shock((Blow("capacity", nodes=node, share=0.2, days=5),))
    held = china.with_safeguards(Safeguard("power", "stabilise", (node,), 0.5))
    ours, other = inoperability(held, shut, days=5), inoperability(china, half, days=5)
    assert ours.direct == pytest.approx(other.direct)
    ours, other = partially_binding(held, shut, days=5), partially_binding(china, half, days=5)
    assert ours.table().equals(other.table())
    assert not ours.table().equals(partially_binding(china, shut, days=5).table())
