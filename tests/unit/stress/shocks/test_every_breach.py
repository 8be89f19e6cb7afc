"""Each thing that can be wrong with a blow, word by word: where, found, expected, what to do."""

from math import inf, nan

import numpy as np
import pytest

from chainwright.errors import Breach, ParameterError, TableError
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.own_breaches import breaches_of, own_breaches
from chainwright.stress.shocks.refusals import refuse
from chainwright.stress.shocks.sector_hits import hits_in, sector_blows
from worlds import competitive, national, world

RECOVERS = {"days": 3, "recovery": "linear", "recovery_days": 10}
REBUILT = {
    "kind": "capital",
    "days": 5,
    "recovery": "rebuild",
    "recovery_days": 60,
    "rebuilding": {"s0": 1.0},
}
TWO = "Make two blows of it."
ONCE = ("each code once", "Leave out the others.")
QUOTES = ("a code, as text", "Write the code in quotes.")
SIZE = ("a number from 0 to 1", "0.25 is a quarter.")
LASTS = "Say how long it takes."

OWN = {
    "a kind of another spelling": (
        {"kind": "capasity"},
        ("kind", "'capasity'", "one of capacity, capital, supply_cut, demand_drop",
         "Did you mean capacity, capital?"),
    ),
    "a kind like nothing known": (
        {"kind": "zzz"},
        ("kind", "'zzz'", "one of capacity, capital, supply_cut, demand_drop",
         "Choose one of them."),
    ),
    "a recovery of another spelling": (
        {**RECOVERS, "recovery": "linaer"},
        ("recovery", "'linaer'",
         "one of at_once, linear, convex, convex_scaled, concave, rebuild",
         "Did you mean linear?"),
    ),
    "nodes and regions": (
        {"nodes": ("R0:s0", "R0:s1"), "regions": "R1"},
        ("nodes", "2 node(s) beside regions or products", "nodes, or regions and products", TWO),
    ),
    "firms and regions": (
        {"nodes": (), "firms": "f1", "regions": "R1"},
        ("firms", "firms or links beside nodes, regions or products", "one of the two levels",
         "Make two shocks of it, one a level."),
    ),
    "links and regions": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b")], "regions": "R1"},
        ("links", "firms or links beside nodes, regions or products", "one of the two levels",
         "Make two shocks of it, one a level."),
    ),
    "links and firms": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b")], "firms": "c"},
        ("links", "links beside firms", "firms, or links", TWO),
    ),
    "nothing hit": (
        {"nodes": ()},
        ("regions", "nothing that is hit", "nodes, regions, products, firms or links",
         "Say what is hit."),
    ),
    "buyers of a loss of capacity": (
        {"buyers": "R1"},
        ("buyers", "buyers of a blow of kind 'capacity'", "none",
         "Buyers belong to a supply_cut or a demand_drop."),
    ),
    "buyers of capital": (
        {"kind": "capital", "buyers": "R1"},
        ("buyers", "buyers of a blow of kind 'capital'", "none",
         "Buyers belong to a supply_cut or a demand_drop."),
    ),
    "buyers of links": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b")], "buyers": "c"},
        ("buyers", "buyers beside links", "none", "A link names its buyer."),
    ),
    "links that lose demand": (
        {"kind": "demand_drop", "nodes": (), "links": [("a", "b")]},
        ("links", "links of a blow of kind 'demand_drop'", "none", "Use kind 'supply_cut'."),
    ),
    "a code that is a number": (
        {"nodes": (), "products": (14,)}, ("products", "14", *QUOTES),
    ),
    "a code without letters": ({"nodes": ("",)}, ("nodes", "''", *QUOTES)),
    "a code twice": ({"nodes": ("R0:s0",) * 2}, ("nodes", "'R0:s0' more than once", *ONCE)),
    "a buyer twice": (
        {"kind": "supply_cut", "buyers": ("R1", "R1")},
        ("buyers", "'R1' more than once", *ONCE),
    ),
    "a share twice": (
        {"share": None, "shares": (("s0", 0.1), ("s0", 0.2))},
        ("shares", "'s0' more than once", *ONCE),
    ),
    "a link of three": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b", "c")]},
        ("links", "('a', 'b', 'c')", "a supplier and a buyer, as texts", "Name both firms."),
    ),
    "a link to nobody": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "")]},
        ("links", "('a', '')", "a supplier and a buyer, as texts", "Name both firms."),
    ),
    "a link twice": (
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b")] * 2},
        ("links", "('a', 'b') more than once", "each link once", "Leave out the others."),
    ),
    "more than all": ({"share": 1.5}, ("share", "1.5", *SIZE)),
    "less than nothing": ({"share": -0.1}, ("share", "-0.1", *SIZE)),
    "no number": ({"share": nan}, ("share", "nan", *SIZE)),
    "a word": ({"share": "half"}, ("share", "'half'", *SIZE)),
    "a truth": ({"share": True}, ("share", "True", *SIZE)),
    "more than all of a sector": (
        {"share": None, "shares": {"s0": 0.5, "s1": 2.0}}, ("shares", "2.0 for s1", *SIZE),
    ),
    "no size": (
        {"share": None},
        ("share", "none of them", "one of share, shares", "Say once how much is lost."),
    ),
    "no size of capital": (
        {"kind": "capital", "share": None},
        ("share", "none of them", "one of share, shares and money", "Say once how much is lost."),
    ),
    "two sizes": (
        {"shares": {"s0": 0.2}},
        ("share", "more than one of them", "one of share, shares", "Say once how much is lost."),
    ),
    "money of capacity": (
        {"share": None, "money": 3.0},
        ("money", "money of a blow of kind 'capacity'", "none", "Say a share."),
    ),
    "money below nothing": (
        {"kind": "capital", "share": None, "money": -3.0},
        ("money", "-3.0", "money, zero or more", "Say the damage as a number."),
    ),
    "money without end": (
        {"kind": "capital", "share": None, "money": inf},
        ("money", "inf", "money, zero or more", "Say the damage as a number."),
    ),
    "a start before the first day": (
        {"start_day": -0.5},
        ("start_day", "-0.5", "a day, 0 or later", "Day 0 is the first day of a run."),
    ),
    "a start that never comes": (
        {"start_day": inf},
        ("start_day", "inf", "a day, 0 or later", "Day 0 is the first day of a run."),
    ),
    "no days": (
        {"days": 0.0},
        ("days", "0.0", "a number of days above 0", "Leave it out for no end."),
    ),
    "a recovery of what never ends": (
        {"recovery": "linear", "recovery_days": 10},
        ("days", "no end, and the recovery 'linear'", "the days before it recovers",
         "Say how long it holds at full size."),
    ),
    "a recovery that is no number": (
        {**RECOVERS, "recovery_days": "ten"},
        ("recovery_days", "'ten'", "a number of days", "Say a number."),
    ),
    "days of a recovery at once": (
        {"days": 3, "recovery_days": 10},
        ("recovery_days", "10 of the recovery 'at_once'", "0",
         "Name the recovery, such as 'linear', or leave the days out."),
    ),
    "a line of no days": (
        {**RECOVERS, "recovery_days": 0},
        ("recovery_days", "0", "more than 0 days", LASTS),
    ),
    "a convex curve of half a day": (
        {**RECOVERS, "recovery": "convex", "recovery_days": 0.5},
        ("recovery_days", "0.5", "1 or more days", LASTS),
    ),
    "a concave curve of two days": (
        {**RECOVERS, "recovery": "concave", "recovery_days": 2},
        ("recovery_days", "2", "more than 2 days", LASTS),
    ),
    "half a recovery of a line": (
        {**RECOVERS, "half_recovery_days": 4},
        ("half_recovery_days", "4 of the recovery 'linear'", "none",
         "It belongs to the recovery 'concave'."),
    ),
    "half a recovery after all of it": (
        {**RECOVERS, "recovery": "concave", "half_recovery_days": 12},
        ("half_recovery_days", "12", "more than 1 and less than the 10 days of recovery",
         "Say when half is back."),
    ),
    "rebuilt for nothing": (
        {**REBUILT, "rebuild_factor": 0.0},
        ("rebuild_factor", "0.0", "a number above 0", "1 is usual."),
    ),
    "rebuilders of what recovers": (
        {**RECOVERS, "rebuilding": {"s0": 1.0}},
        ("rebuilding", "sectors that rebuild, of the recovery 'linear'", "none",
         "They belong to the recovery 'rebuild'."),
    ),
    "capacity rebuilt": (
        {**REBUILT, "kind": "capacity"},
        ("recovery", "'rebuild' of a blow of kind 'capacity'", "another recovery",
         "Only destroyed capital is rebuilt."),
    ),
    "rebuilt by nobody": (
        {**REBUILT, "rebuilding": ()},
        ("rebuilding", "none", "sectors and their shares",
         "Such as rebuilding = { construction = 0.55, manufacturing = 0.45 }."),
    ),
    "rebuilt too much by one": (
        {**REBUILT, "rebuilding": {"s0": 1.2}},
        ("rebuilding", "1.2 for s0", "a number from 0 to 1", "Say its share."),
    ),
    "rebuilt by half": (
        {**REBUILT, "rebuilding": {"s0": 0.3, "s1": 0.2}},
        ("rebuilding", "shares that add up to 0.5", "a sum of 1",
         "Shares of all that is rebuilt."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", OWN)
def test_what_is_wrong_with_a_blow_in_itself_is_said_word_by_word(which):
    fields, (field, *told) = OWN[which]
    blow = Blow(**{"kind": "capacity", "nodes": "R0:s0", "share": 0.5, **fields})
    wanted = Breach(f"blow 3, '{field}'", *told)
    found = breaches_of(blow, 2)
    assert wanted in found
    with pytest.raises(TableError) as refused:
        Shock((blow,), name_en="Odd").checked()
    assert str(refused.value).startswith("The shock 'Odd' cannot be used")
    assert f"blow 1, '{field}': found {told[0]}, expected {told[1]}. {told[2]}" in str(
        refused.value
    )


def test_a_shock_of_no_blows_says_what_to_give():
    told = Breach("blows", "none", "what happens", "Give it at least one Blow.")
    assert own_breaches(()) == [told]
    with pytest.raises(ParameterError, match="'blows' parameter of Shock must be Blow objects"):
        Shock(("embargo",))


def test_breaches_of_several_blows_come_in_the_order_of_the_blows():
    good = Blow("capacity", nodes="R0:s0", share=0.5)
    late = Blow("capacity", nodes="R0:s0", share=2.0, start_day=-1.0)
    odd = Blow("capasity", nodes="R0:s0", share=0.5)
    with pytest.raises(TableError, match="in 3 places") as refused:
        Shock((good, late, odd, good)).checked(world(1))
    assert [breach.where for breach in refused.value.breaches] == [
        "blow 2, 'share'", "blow 2, 'start_day'", "blow 3, 'kind'",
    ]  # fmt: skip


WORLD, NATION, MIXED = world(1), national(2), competitive(2)
CODES = "Known are R0, R1, R2"
PRODUCTS = "Known are s0, s1, s2."
AWAY = "The table does not hold what is made abroad; deliveries from there can be cut."

IN_TABLE = {
    "a node that is not there": (
        WORLD, {"nodes": "R0:s9"}, ("nodes", "'R0:s9'", "a node of this table", "R0:s"),
    ),
    "a region that is not there": (
        WORLD, {"nodes": (), "regions": "R9"},
        ("regions", "'R9'", "a region of this table", CODES),
    ),
    "a product that is not there": (
        WORLD, {"nodes": (), "products": "s9"},
        ("products", "'s9'", "a product of this table", PRODUCTS),
    ),
    "a word like nothing there": (
        WORLD, {"nodes": (), "products": "zzzzz"},
        ("products", "'zzzzz'", "a product of this table", PRODUCTS),
    ),
    "a share of a sector that is not there": (
        WORLD, {"nodes": (), "share": None, "shares": {"s0": 0.1, "s7": 0.2}},
        ("shares", "'s7'", "a product of this table", PRODUCTS),
    ),
    "a share of a node that is not there": (
        WORLD, {"nodes": (), "share": None, "shares": {"R0:s0": 0.1, "R7:s0": 0.2}},
        ("shares", "'R7:s0'", "a node of this table", "R0:s0"),
    ),
    "a buyer that is not there": (
        WORLD, {"kind": "supply_cut", "buyers": "R9"},
        ("buyers", "'R9'", "a buyer in this table", CODES),
    ),
    "a rebuilder that is not there": (
        WORLD, {**REBUILT, "rebuilding": {"s8": 1.0}},
        ("rebuilding", "'s8'", "a sector", PRODUCTS),
    ),
    "firms": (
        WORLD, {"nodes": (), "firms": "f1"},
        ("firms", "firms or links", "nodes, regions or products",
         "Ask a model of firms, or lift the shock to sectors first."),
    ),
    "capacity abroad": (
        NATION, {"nodes": "X:s1"},
        ("nodes", "only rows from abroad, for a blow of kind 'capacity'", "home nodes", AWAY),
    ),
    "demand for what is made abroad": (
        NATION, {"kind": "demand_drop", "nodes": (), "regions": "Y"},
        ("regions", "only rows from abroad, for a blow of kind 'demand_drop'", "home nodes", AWAY),
    ),
    "imports of a table that mixes them": (
        MIXED, {"kind": "supply_cut", "nodes": (), "regions": ("N", "abroad")},
        ("regions", "'abroad'", "a home region",
         "The table mixes imports and home deliveries: System(flows.split_imports())."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", IN_TABLE)
def test_what_does_not_fit_a_table_is_said_word_by_word(which):
    system, fields, (field, found, expected, remedy) = IN_TABLE[which]
    blow = Blow(**{"kind": "capacity", "nodes": "R0:s0", "share": 0.5, **fields})
    good = Blow("demand_drop", share=0.1, buyers=system.flows.nodes.regions.codes[0])
    with pytest.raises(TableError) as refused:
        hits_in(system, Shock((good, blow)))
    told = [(b.where, b.found, b.expected, b.remedy) for b in refused.value.breaches]
    assert (f"blow 2, '{field}'", found, expected) in [row[:3] for row in told]
    assert [row for row in told if row[2] == expected and remedy in row[3]]
    assert {b.where.partition(",")[0] for b in refused.value.breaches} == {"blow 2"}


def test_damage_above_capital_names_the_node_its_capital_and_the_last_blow_that_hits_it():
    flood = Blow("capital", nodes="R0:s0", share=0.6, days=9, recovery="linear", recovery_days=4)
    storm = Blow("capital", nodes=("R0:s0", "R0:s1"), share=0.5, start_day=5, days=2)
    capital = np.full(9, 10.0)
    with pytest.raises(TableError) as refused:
        sector_blows(WORLD, Shock((flood, storm)), 20, capital=capital)
    (told,) = refused.value.breaches
    assert told.where == "blow 2, 'share'"
    assert told.found == "damage of 11 at R0:s0 by 2 blows"
    assert told.expected == f"at most its capital, 10 {WORLD.flows.money}"
    apart = Shock((flood, Blow("capital", nodes="R0:s0", share=0.5, start_day=12)))
    assert len(sector_blows(WORLD, apart, 20, capital=capital).capital) == 2


def test_an_engine_refuses_all_it_lacks_at_once_each_by_its_blow():
    shock = Shock(
        (
            Blow("supply_cut", regions="R0", share=0.5),
            Blow("capacity", regions="R0", share=0.5, **RECOVERS),
            Blow("capital", regions="R0", money=1.0),
        )
    )
    with pytest.raises(ParameterError) as refused:
        refuse(
            "made-up", shock, kinds=["supply_cut"], recoveries=["linear"], fields=["money", "days"]
        )
    assert str(refused.value) == (
        "The 'shock' parameter of the made-up engine must be one that it can represent: without "
        "blows of kind supply_cut, blows of recovery linear, the field days, the field money. Got "
        "\"blow 1: kind 'supply_cut'; blow 2: recovery 'linear'; blow 2: 'days'; "
        "blow 3: 'money'\"."
    )
    assert refuse("made-up", shock, kinds=["demand_drop"]) is None
