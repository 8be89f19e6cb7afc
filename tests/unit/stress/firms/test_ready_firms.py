"""What firms hold ready: who can move what, what is released, what is kept off, stock by stock."""

import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_reserve_kernels import release_to_firms
from chainwright.stress.firms.held_by_firms import HeldByFirms, held_by_firms
from chainwright.stress.firms.ready_firms import FirmsMoving
from chainwright.stress.shocks.firm_blows import FirmBlows, LinkCut
from chainwright.stress.shocks.firm_safeguard_words import firms_ready
from chainwright.stress.shocks.firm_words import FirmWords
from chainwright.stress.shocks.kept_off_firms import KeptOffFirms
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss
from chainwright.system import Safeguard
from firm_worlds import as_firms, random_flows


@pytest.fixture(scope="module")
def table():
    return random_flows(np.random.default_rng(9))


@pytest.fixture(scope="module")
def links(table):
    return as_firms(table)


@pytest.fixture(scope="module")
def economy(links):
    return FirmEconomy.of(links)


def breaches(economy, *safeguards):
    with pytest.raises(TableError, match="safeguards") as caught:
        held_by_firms(economy, safeguards)
    return [(breach.where, breach.found) for breach in caught.value.breaches]


def bought(links, firms, sector, sellers=None):
    """Return what some firms buy of a sector in a year, link by link."""
    total = 0.0
    for seller, buyer, value in zip(links.supplier, links.buyer, links.value, strict=True):
        code, other = links.axis.codes[seller], links.axis.codes[buyer]
        named = sellers is None or code in sellers or code.split(":")[0] in sellers
        if other in firms and code.endswith(sector) and named:
            total += value
    return total


@pytest.mark.parametrize(
    ("users", "origins"), [(("r1:s2",), ()), (("r1:s2",), ("r0",)), (("r2:s0",), ("r1:s1",))]
)
def test_weeks_are_of_what_firms_buy_of_a_sector_and_of_its_origins(links, economy, users, origins):
    kept = Safeguard("store", "reserve", users, 3.0, product="s1", origins=origins)
    expected = 21.0 / 365.0 * bought(links, users, "s1", origins or None)
    if expected == 0.0:
        assert breaches(economy, kept) == [
            ("'store', users", f"{users[0]!r}, which buys nothing of it")
        ]
        return
    held = held_by_firms(economy, [kept]).reserves
    assert [one.money for one in held] == pytest.approx([expected])
    assert {economy.links.axis.codes[economy.stock_buyer[k]] for k in held[0].stocks} == {*users}


def test_a_region_and_a_sector_are_all_their_firms(links, economy):
    region = [code for code in links.axis.codes if code.startswith("r1:")]
    sector = [code for code in links.axis.codes if code.endswith(":s3")]
    for word, firms in (("r1", region), ("s3", sector)):
        (held,) = held_by_firms(
            economy, [Safeguard("store", "reserve", (word,), 1.0, product="s0")]
        ).reserves
        assert held.money == pytest.approx(7.0 / 365.0 * bought(links, firms, "s0"))
        assert held.users == word
    (idle,) = held_by_firms(economy, [Safeguard("i", "backup_capacity", ("s3",), 0.5)]).capacity
    assert [links.axis.codes[f] for f in idle.nodes] == sector


def test_what_is_of_no_size_holds_nothing(economy):
    none = [
        Safeguard("a", "reserve", ("r1",), 0.0, product="s1"),
        Safeguard("b", "second_source", ("r1",), 0.0, product="s1"),
        Safeguard("c", "stabilise", ("r1",), 0.5),
    ]
    assert not held_by_firms(economy, none)
    assert not HeldByFirms()


def test_words_that_are_wrong_are_told_at_once(economy):
    told = breaches(
        economy,
        Safeguard("a", "reserve", ("r9",), 1.0, product="s1"),
        Safeguard("b", "reserve", ("r1",), 1.0, product="s9"),
        Safeguard("c", "backup_capacity", ("r1",), 1.0, product="s1"),
        Safeguard("d", "reserve", ("r1", "r1:s1"), 1.0, product="s1"),
        Safeguard("e", "reserve", ("r1",), 1.0, product="s1", origins=("r0:s2",)),
    )
    assert [where for where, _ in told] == [
        "'a', users", "'b', product", "'c', product", "'d', users", "'e', origins",
    ]  # fmt: skip
    assert told[3][1] == "r1:s1 more than once"
    assert told[4][1] == "no firm"


def shut(links, steps=9, start=2):
    course = np.zeros(steps)
    course[start:6] = 1.0
    loss = CapacityLoss(0, np.array([3]), np.array([0.5]), course)
    return FirmBlows(links.n, steps, 1.0, capacity=(loss,))


def test_second_sources_raise_the_share_of_their_stocks_from_their_day_on(links, economy):
    held = held_by_firms(
        economy,
        [
            Safeguard("a", "second_source", ("r1",), 0.6, product="s1", after_days=1.0),
            Safeguard("b", "second_source", ("r1:s2",), 0.9, product="s1", after_days=3.0),
        ],
    )
    moving = FirmsMoving(economy, 0.25, held, shut(links))
    assert set(moving.at(2)) == {0.25}
    assert moving.at(3) is moving.at(4)
    for step, best in ((3, {"r1:s2": 0.6}), (5, {"r1:s2": 0.9})):
        share = moving.at(step)
        for k in range(economy.G):
            buyer = links.axis.codes[economy.stock_buyer[k]]
            of_it = links.sectors.codes[economy.stock_product[k]] == "s1"
            expected = 0.6 if of_it and buyer.startswith("r1:") else 0.25
            expected = best.get(buyer, expected) if of_it else expected
            assert share[k] == expected
    assert FirmsMoving(economy, 0.7, held, shut(links)).at(4).min() == 0.7


def test_nothing_moves_before_any_blow(links, economy):
    held = held_by_firms(economy, [Safeguard("a", "second_source", ("r1",), 0.6, product="s1")])
    moving = FirmsMoving(economy, 0.0, held, FirmBlows(links.n, 9, 1.0))
    assert moving.at(8).max() == 0.0


def test_a_system_of_links_alone_has_nothing_ready(table, links):
    assert tuple(firms_ready(links)) == ()
    assert tuple(firms_ready(table)) == ()
    ready = table.with_safeguards(Safeguard("a", "stabilise", ("r1",), 0.5))
    assert [one.name for one in firms_ready(ready)] == ["a"]


@pytest.mark.parametrize("seed", range(5))
def test_reserves_fill_stocks_one_after_the_other_by_gap(seed):
    rng = np.random.default_rng(seed)
    n, G, J = 5, 12, 3
    buyer = np.sort(rng.integers(0, n, G))
    buyer_starts = np.searchsorted(buyer, np.arange(n + 1))
    members = [np.sort(rng.choice(G, int(rng.integers(1, G)), replace=False)) for _ in range(J)]
    first, stocks = np.cumsum([0, *map(len, members)]), np.concatenate(members)
    needed, wanted = rng.random(len(stocks)), rng.random(n) * 9.0
    starts, left = rng.integers(0, 3, J), rng.random(J) * 9.0
    floor, bound = left * rng.random(J), rng.random(G) * (rng.random(G) < 0.7)
    stock, limit, given = rng.random(G) * 3.0, np.full(n, -1.0), np.zeros(J)
    plain, rest, expected, served = stock.copy(), left.copy(), np.zeros(J), set()
    for j in range(J):
        mine = {
            int(stocks[u]): max(0.0, needed[u] * wanted[buyer[stocks[u]]] - plain[stocks[u]])
            for u in range(first[j], first[j + 1])
        }
        lacking = sum(mine.values())
        if starts[j] > 1 or lacking == 0.0:
            continue
        part = min(1.0, (rest[j] - floor[j]) / lacking)
        for k, gap in mine.items():
            plain[k] += part * gap
            served |= {int(buyer[k])} if gap > 0.0 else set()
        expected[j], rest[j] = part * lacking, rest[j] - part * lacking
    release_to_firms(
        1, first, stocks, needed, starts, floor, wanted, bound, buyer, buyer_starts, left, stock,
        limit, given,
    )  # fmt: skip
    np.testing.assert_allclose(given, expected, atol=1e-12)
    np.testing.assert_allclose(stock, plain, atol=1e-12)
    np.testing.assert_allclose(left, rest, atol=1e-12)
    for f in range(n):
        mine = [k for k in range(G) if buyer[k] == f and bound[k] > 0.0]
        most = min((plain[k] * bound[k] for k in mine), default=np.inf)
        assert limit[f] == (pytest.approx(most) if f in served else -1.0)


def test_cover_of_firms_lessens_what_they_lose_and_multiplies(links):
    kept = KeptOffFirms(
        FirmWords(links),
        [
            Safeguard("power", "stabilise", ("r1",), 0.5),
            Safeguard("work", "stabilise", ("r1:s2",), 0.2),
            Safeguard("route", "stabilise", ("r1",), 0.9, product="s0"),
        ],
    )
    firms = np.arange(links.n)
    loss = kept.capacity(CapacityLoss(0, firms, np.full(links.n, 0.8), np.ones(3)))
    nobody = np.zeros(0, np.intp)
    damage = kept.capital(
        CapitalLoss(
            blow=0, nodes=firms, damage=np.full(links.n, 10.0), of_capital=False, course=np.ones(3),
            start=0, rebuild_from=None, rebuilding=nobody, rebuilding_shares=np.zeros(0),
            tau_steps=1.0, factor=1.0,
        )
    )  # fmt: skip
    for f, code in enumerate(links.axis.codes):
        left = (0.5 if code.startswith("r1:") else 1.0) * (0.8 if code == "r1:s2" else 1.0)
        assert loss.share[f] == pytest.approx(0.8 * left)
        assert damage.damage[f] == pytest.approx(10.0 * left)


def test_cover_of_deliveries_is_for_its_links_alone(links):
    kept = KeptOffFirms(
        FirmWords(links),
        [
            Safeguard("route", "stabilise", ("r1",), 0.75, product="s0"),
            Safeguard("all of r2", "stabilise", ("r1:s1",), 0.5, origins=("r2",)),
            Safeguard("power", "stabilise", ("r1",), 0.5),
        ],
    )
    every = np.arange(len(links.supplier))
    cut = LinkCut(0, every, np.full(len(every), 0.8), np.ones(3))
    found = kept.cut(cut)
    assert cut.share.min() == 0.8  # the shock itself is as it was
    for e in every:
        seller = links.axis.codes[links.supplier[e]]
        buyer = links.axis.codes[links.buyer[e]]
        left = 0.25 if seller.endswith(":s0") and buyer.startswith("r1:") else 1.0
        left *= 0.5 if seller.startswith("r2:") and buyer == "r1:s1" else 1.0
        assert found.share[e] == pytest.approx(0.8 * left)


def test_cover_of_nobody_known_is_refused(links):
    with pytest.raises(TableError, match="'power', users"):
        KeptOffFirms(FirmWords(links), [Safeguard("power", "stabilise", ("r7",), 0.5)])
