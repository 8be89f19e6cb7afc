"""Concentration, hidden sources and tiers against sums done by hand and against plain search."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.diagnose.maker.share_bounds import concentration_bounds
from chainwright.diagnose.maker.tier_confidence import TierConfidence
from chainwright.system import Chain, Chains, System
from toy_makers import maker, one_chip, random_maker, two_products

EVIDENCE = {"source": "a", "page": "1", "printed": "x", "date": "2024"}


def sources(*rows, sites=None):
    """Return a system of one part `a` with sources (supplier, site, share)."""
    owners = {site: who for who, site, _ in rows if site}
    told = sites or {}
    return maker(
        products=["item demand_per_week price", ("F", 10, 10)],
        parts=["item unit_cost", ("a", 1)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", *sorted({(who,) for who, _, _ in rows})],
        sites=[
            "site supplier place",
            ("P", "", "CHN"),
            *((site, who, told.get(site, "CHN")) for site, who in owners.items()),
        ],
        sourcing=[
            "item supplier site share",
            ("F", "", "P", 1),
            *(("a", who, site, share) for who, site, share in rows),
        ],
    )


def bounds(system, by, item="a"):
    network = system.maker.network
    found = concentration_bounds(network, node_groups(system.maker, by))
    at = network.items.place[item]
    return found.low[at], found.high[at]


@pytest.mark.parametrize(
    ("rows", "by", "low", "high"),
    [
        # all is known: 0.5^2 + 0.3^2 + 0.2^2
        ([("S", "s", 0.5), ("T", "t", 0.3), ("U", "u", 0.2)], "supplier", 0.38, 0.38),
        ([("S", "s", 0.5), ("T", "t", 0.3), ("U", "u", 0.2)], "place", 1.0, 1.0),
        # one of two shares is not known: it is the rest
        ([("S", "s", 0.7), ("T", "t", None)], "supplier", 0.58, 0.58),
        # 0.4 is known; 0.6 is between two: 0.4^2 + 2 * 0.3^2, or 0.4^2 + 0.6^2
        ([("S", "s", 0.4), ("T", "t", None), ("U", "u", None)], "supplier", 0.34, 0.52),
        # nothing is known: thirds, or all at one
        ([("S", "s", None), ("T", "t", None), ("U", "u", None)], "supplier", 1 / 3, 1.0),
        # the rest may go to the same supplier: 0.8^2 + 0.2^2 at most
        ([("S", "s", 0.2), ("T", "t", 0.4), ("T", "t2", None)], "supplier", 0.68, 0.68),
        # two sites of one supplier
        ([("S", "s1", 0.5), ("S", "s2", 0.5)], "supplier", 1.0, 1.0),
        ([("S", "s1", 0.5), ("S", "s2", 0.5)], "site", 0.5, 0.5),
    ],
)
def test_bounds_of_concentration_are_those_worked_out_by_hand(rows, by, low, high):
    assert bounds(sources(*rows), by) == pytest.approx((low, high))


def test_a_source_of_unknown_country_is_a_country_of_its_own_or_the_largest():
    rows = [("S", "s", 0.5), ("T", "t", 0.3), ("U", "u", 0.2)]
    system = sources(*rows, sites={"s": "CHN", "t": "JPN", "u": ""})
    assert bounds(system, "place") == pytest.approx((0.38, 0.7**2 + 0.3**2))
    both = sources(*rows, sites={"s": "CHN", "t": "", "u": ""})
    assert bounds(both, "place") == pytest.approx((0.38, 1.0))
    assert bounds(system, "supplier") == pytest.approx((0.38, 0.38))


def test_what_has_no_share_and_what_has_no_country_go_to_the_same_country_at_most():
    rows = [("S", "s", 0.3), ("T", "t", 0.2), ("U", "u", 0.2), ("V", "v", None)]
    system = sources(*rows, sites={"s": "CHN", "t": "JPN", "u": "", "v": "CHN"})
    # CHN has 0.3 and the rest of 0.3; the 0.2 of unknown country are of their own, or there too
    assert bounds(system, "place") == pytest.approx((0.6**2 + 2 * 0.2**2, 0.8**2 + 0.2**2))


def test_an_item_of_no_source_has_no_concentration():
    system = one_chip()
    for by in ("site", "supplier", "place"):
        low, high = bounds(system, by, "G")
        assert np.isnan(low)
        assert np.isnan(high)


@pytest.mark.parametrize("seed", range(6))
def test_shares_drawn_within_what_is_known_never_leave_the_bounds_by_supplier(seed):
    system = random_maker(seed, items=8)
    network = system.maker.network
    groups = node_groups(system.maker, "supplier")
    found = concentration_bounds(network, groups)
    rng = np.random.default_rng(seed)
    for item in range(len(network.items)):
        nodes = np.flatnonzero(network.given & (network.node_item == item))
        if not len(nodes):
            assert np.isnan(found.low[item])
            continue
        share = network.share[nodes]
        silent = np.isnan(share)
        rest = max(0.0, 1.0 - np.nansum(share))
        for _ in range(25):
            drawn = np.where(silent, 0.0, share)
            if silent.any():
                drawn[silent] = rest * rng.dirichlet(np.full(silent.sum(), 0.3))
            drawn = drawn / drawn.sum()
            summed = np.bincount(groups.of_node[nodes], drawn)
            index = (summed**2).sum()
            assert found.low[item] - 1e-9 <= index <= found.high[item] + 1e-9


@pytest.fixture(scope="module", params=[*range(5), "two", "chip"])
def system(request):
    named = {"two": two_products, "chip": one_chip}
    return named[request.param]() if request.param in named else random_maker(request.param)


@pytest.fixture(scope="module")
def spent(system):
    return diagnose.concentration(system)


def test_purchase_shares_of_each_grouping_add_up_to_one(spent):
    for _, rows in spent.table().groupby("by"):
        shares = rows["purchase_share"]
        if shares.notna().any():
            assert shares.sum() == pytest.approx(1.0)
            assert (shares.dropna() >= 0).all()
        whole = rows["purchase_per_week"].sum()
        known = rows.dropna(subset=["purchase_share"])
        np.testing.assert_allclose(known["purchase_share"] * whole, known["purchase_per_week"])


def test_every_grouping_divides_the_same_purchases(spent):
    summed = spent.table().groupby("by")["purchase_per_week"].sum()
    np.testing.assert_allclose(summed, summed.iloc[0])
    deeper = spent.table().groupby("by")["deeper_per_week"].sum()
    np.testing.assert_allclose(deeper, deeper.iloc[0])


def test_the_index_is_the_sum_of_squares_and_its_bounds_hold_the_unknown(spent):
    table, index = spent.table(), spent.summary().set_index("by")
    assert index.index.tolist() == ["place", "region", "supplier", "site"]
    for by, rows in table.groupby("by"):
        share = rows.set_index("group")["purchase_share"].fillna(0.0)
        if share.sum() == 0:
            assert np.isnan(index.loc[by, "hhi_low"])
            continue
        unknown = share.get("", 0.0)
        named = share.drop("", errors="ignore")
        low = (named**2).sum()
        together = low - named.max() ** 2 + (named.max() + unknown) ** 2 if len(named) else 1.0
        assert index.loc[by, "hhi_low"] == pytest.approx(low)
        assert index.loc[by, "hhi_high"] == pytest.approx(together)
        assert index.loc[by, "unknown_share"] == pytest.approx(unknown)
        assert index.loc[by, "largest_share"] == pytest.approx(named.max())
        assert named[index.loc[by, "largest"]] == named.max()


def test_revenue_that_stops_is_part_of_the_revenue_that_is_touched(spent, system):
    table = spent.table()
    whole = np.nansum(system.maker.network.demand * system.maker.network.price)
    stopped = table["revenue_stopped_per_week"].fillna(0.0)
    assert (stopped <= table["revenue_touched_per_week"].fillna(whole) + 1e-9).all()
    assert (table["products_stopped"] <= table["products_touched"]).all()
    assert (table["revenue_touched_per_week"].fillna(0.0) <= whole + 1e-9).all()


def plain(held):
    """Return a maker's chain as plain dictionaries: components and makers of each item."""
    tables = held.tables
    below = {code: set() for code in held.network.items.codes}
    for row in tables["bill"].to_dict("records"):
        below[row["parent"]].add(row["component"])
    who = {code: set() for code in below}
    for row in tables["sourcing"].to_dict("records"):
        owner = row["supplier"]
        if not owner and row["site"]:
            sites = tables["sites"].set_index("site")["supplier"]
            owner = sites.get(row["site"], "")
        who[row["item"]].add(owner)
    return below, who


def stopped_without(lost, below, who):
    """Return what can never be made again without a supplier, from the bottom up."""
    dead = set()
    while True:
        more = {
            item
            for item in below
            if item not in dead and (who[item] == {lost} or below[item] & dead)
        }
        if not more:
            return dead
        dead |= more


def test_what_stops_without_a_supplier_is_what_plain_search_finds(system):
    found = diagnose.common_suppliers(system)
    below, who = plain(system.maker)
    products = system.maker.tables["products"]["item"].tolist()
    hidden = found.hidden_table()
    for row in found.table().to_dict("records"):
        dead = stopped_without(row["group"], below, who)
        sole = {item for item in below if who[item] == {row["group"]}}
        assert row["items_stopped"] == len(dead), row["group"]
        assert row["products_stopped"] == len(dead & set(products))
        assert row["sole_items"] == len(sole)
        seen = set(hidden.loc[hidden["group"] == row["group"], "hidden_item"])
        assert seen == {item for item in dead - sole if len(who[item]) >= 2}
        assert row["hidden_items"] == len(seen)


def test_each_way_down_to_a_hidden_source_is_a_way_of_the_bill(system):
    found = diagnose.common_suppliers(system)
    below, who = plain(system.maker)
    for row in found.hidden_table().to_dict("records"):
        way = row["path"].split(" < ")
        assert way[0] == row["hidden_item"]
        assert way[-1] == row["sole_item"]
        assert len(way) == row["steps"] + 1
        assert all(lower in below[upper] for upper, lower in pairwise(way))
        assert who[way[-1]] == {row["group"]}
        assert row["groups_at_item"] == len(who[way[0]]) >= 2
        assert row["is_source"] == (row["group"] in who[way[0]])


def test_single_sources_are_those_of_plain_counting(system):
    table = diagnose.single_sources(system).table().set_index("item")
    sourcing = system.maker.tables["sourcing"]
    for item, row in table.iterrows():
        own = sourcing[sourcing["item"] == item]
        assert row["sources"] == len(own)
        if row["finding"] == "no source known":
            assert own.empty
        for finding, column in (("one site", "only_site"), ("one supplier", "only_supplier")):
            if row["finding"] == finding:
                told = {"only_site": "site", "only_supplier": "supplier"}[column]
                assert set(own[told]) == {row[column]}
        for by in ("site", "supplier", "place"):
            low, high = row[f"hhi_{by}_low"], row[f"hhi_{by}_high"]
            assert np.isnan(low) == own.empty
            assert own.empty or 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-9


# --- tiers: a made map and made trade, confidence multiplied by hand -----------------------


def metals():
    """Return a map: ore > metal > wire, ore > salt > wire; supply and links of any evidence."""
    names = ("ore", "metal", "salt", "wire")
    nodes = pd.DataFrame(
        {
            "node": names,
            "name_en": [n.title() for n in names],
            "name_zh": ["矿石", "金属", "盐", "线材"],
            "stage": ["resource", "material", "material", "component"],
            "hs": ["260300", "740311", "283325", "740811"],
            "final": [0, 0, 0, 1],
        }
    ).assign(kind="material", gbt4754="3240", confidence="ours", **EVIDENCE)
    links = pd.DataFrame(
        [
            ("ore", "metal", "documented"),
            ("ore", "salt", "survey"),
            ("metal", "wire", "ours"),
            ("salt", "wire", "documented"),
        ],
        columns=["from_node", "to_node", "confidence"],
    ).assign(necessity="essential", **EVIDENCE)
    supply = pd.DataFrame(
        [
            ("ore", "CHL", 0.7, "documented"),
            ("ore", "PER", 0.2, "survey"),
            ("metal", "CHN", 0.5, "survey"),
        ],
        columns=["node", "place", "share", "confidence"],
    ).assign(basis="production", year=2023, **EVIDENCE)
    return System(chains=Chains(Chain.of_tables("metals", nodes, links, supply)))


def wires(**part):
    told = {"hs": "", "chain_node": "", "gbt4754": ""} | part
    return maker(
        products=["item demand_per_week price", ("F", 10, 100)],
        parts=[f"item {' '.join(told)}", ("w", *told.values())],
        bill=["parent component quantity", ("F", "w", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier place", ("P", "", "CHN"), ("K", "V", "KOR")],
        sourcing=["item supplier site", ("F", "", "P"), ("w", "V", "K")],
    )


LEVELS = {
    "chain_node": 0.9,
    "hs": 0.6,
    "metal": 0.8,  # a link of ours
    "salt": 0.95,  # documented
    ("metal", "ore"): 0.95,
    ("salt", "ore"): 0.9,
    ("ore", "CHL"): 0.9,
    ("ore", "PER"): 0.8,
    ("metal", "CHN"): 0.8,
    "trade": 0.7,
}


@pytest.mark.parametrize(
    ("part", "rule"), [({"chain_node": "metals:wire"}, "chain_node"), ({"hs": "740811"}, "hs")]
)
def test_confidence_is_the_product_along_the_best_way_up(part, rule):
    found = diagnose.supplier_tiers(wires(**part).joined(metals())).table()
    found = found[found["kind"] == "inferred"].set_index(["chain_node", "place"])
    match = LEVELS[rule]
    metal = found.loc[("metals:metal", "CHN")]
    assert metal["confidence"] == pytest.approx(match * LEVELS["metal"] * LEVELS["metal", "CHN"])
    assert (metal["tier"], metal["share"], metal["rule"]) == (2, 0.5, rule)
    salt = found.loc[("metals:salt", "")]
    assert salt["confidence"] == pytest.approx(match * LEVELS["salt"])
    assert salt["missing"] == "origin"
    best = max(
        LEVELS["metal"] * LEVELS["metal", "ore"],
        LEVELS["salt"] * LEVELS["salt", "ore"],
    )
    for place, share in (("CHL", 0.7), ("PER", 0.2)):
        row = found.loc[("metals:ore", place)]
        assert row["confidence"] == pytest.approx(match * best * LEVELS["ore", place])
        assert (row["tier"], row["share"]) == (3, share)
        assert row["path"] == "wire < salt < ore"
    words = {0.6: "high", 0.3: "medium", 0.0: "low"}
    for value, word in found[["confidence", "confidence_word"]].to_numpy():
        assert word == next(name for least, name in words.items() if value >= least)


def test_trade_beside_a_map_is_by_the_country_where_the_part_is_made():
    rows = [
        (2022, "CHL", "KOR", "740311", 60.0),
        (2022, "JPN", "KOR", "740311", 20.0),
        (2022, "KOR", "KOR", "740311", 900.0),
        (2022, "JPN", "KOR", "283325", 5.0),
        (2022, "DEU", "CHN", "740311", 70.0),
        (2021, "PER", "KOR", "740311", 10.0),
    ]
    columns = ["year", "exporter", "importer", "product", "value"]
    trade = System.from_trade_table(
        pd.DataFrame([r for r in rows if r[1] != r[2]], columns=columns), classification="HS2017"
    )
    system = wires(chain_node="metals:wire").joined(metals(), trade)
    found = diagnose.supplier_tiers(system).table()
    bought = found[found["basis"] == "imports"].set_index(["chain_node", "place"])["share"]
    assert bought.to_dict() == {
        ("metals:metal", "CHL"): 0.75,
        ("metals:metal", "JPN"): 0.25,
        ("metals:salt", "JPN"): 1.0,
    }
    worth = found[found["basis"] == "imports"].set_index(["chain_node", "place"])["confidence"]
    assert worth["metals:metal", "CHL"] == pytest.approx(0.9 * 0.8 * LEVELS["trade"])
    assert worth["metals:salt", "JPN"] == pytest.approx(0.9 * 0.95 * LEVELS["trade"])
    earlier = diagnose.supplier_tiers(system, year=2021).table()
    bought = earlier[earlier["basis"] == "imports"]
    assert bought["place"].tolist() == ["PER"]


@pytest.mark.parametrize(("scale", "least"), [*product((0.5, 1.0), (0.0, 0.3, 0.6))])
def test_what_is_trusted_too_little_is_left_out_and_its_part_is_a_gap(scale, least):
    levels = TierConfidence(chain_node=0.9 * scale, least=least)
    system = wires(chain_node="metals:wire").joined(metals())
    table = diagnose.supplier_tiers(system, confidence=levels).table()
    inferred = table[table["kind"] == "inferred"]
    assert (inferred["confidence"] >= least).all()
    whole = diagnose.supplier_tiers(
        system, confidence=TierConfidence(chain_node=0.9, least=0.0)
    ).table()
    every = whole[whole["kind"] == "inferred"]
    assert len(inferred) == int((every["confidence"] * scale >= least - 1e-12).sum())
    gap = (table["item"] == "w") & (table["missing"] == "deeper tier")
    assert gap.any() == inferred.empty


@pytest.mark.parametrize(
    ("code", "missing"),
    [("metals:wire", "deeper tier"), ("metals:rod", "chain map"), ("wood:wire", "chain map")],
)
def test_only_a_node_that_no_map_has_is_called_strange(code, missing):
    table = diagnose.supplier_tiers(wires(chain_node=code).joined(metals()), depth=0).table()
    gap = table[(table["item"] == "w") & (table["kind"] == "unknown")].iloc[0]
    assert (gap["missing"], gap["chain_node"]) == (missing, code)
    assert ("names no node" in gap["reason_en"]) == (missing == "chain map")


def test_tiers_of_given_rows_are_the_makers_own_sources(system):
    table = diagnose.supplier_tiers(system).table()
    given = table[table["kind"] == "given"]
    sourcing = system.maker.tables["sourcing"]
    sited = sourcing[sourcing["site"] != ""]
    told = set(zip(given["item"], given["site"], strict=True)) - {
        pair for pair in zip(given["item"], given["site"], strict=True) if not pair[1]
    }
    assert told == set(zip(sited["item"], sited["site"], strict=True))
    assert (given["tier"] <= given["tier_longest"]).all() or given["tier"].isna().any()
    assert not table.loc[table["kind"] == "inferred", "in_figures"].any()
