"""What a shock means among firms: firms, links, sizes, by hand."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import MissingPartError, ParameterError, TableError
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.firm_words import MANY, FirmWords
from chainwright.stress.shocks.refusals import refuse
from chainwright.system import Links

FIRMS = pd.DataFrame(
    {
        "firm": ["f0", "f1", "f2", "f3", "f4"],
        "sector": ["m", "k", "m", "k", "m"],
        "region": ["A", "A", "B", "B", "C"],
        "output": [10.0, 30.0, 20.0, np.nan, 5.0],
    }
)
SALES = pd.DataFrame(
    {
        "supplier": ["f0", "f0", "f1", "f2", "f3", "f3"],
        "buyer": ["f1", "f2", "f3", "f0", "f1", "f4"],
        "value": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    }
)
NET = Links.of_table(SALES, FIRMS)


def resolved(*blows, steps=4, step_days=1.0):
    """Return these blows among the firms."""
    return firm_blows(NET, Shock(blows), steps, step_days)


def cut(**fields):
    """Return the links that a cut hits, as pairs."""
    (found,) = resolved(Blow("supply_cut", **({"share": 1.0} | fields))).cuts
    return [
        (f"f{s}", f"f{b}")
        for s, b in zip(NET.supplier[found.links], NET.buyer[found.links], strict=True)
    ]


def test_firms_are_hit_by_code_region_sector_or_node():
    def hit(**words):
        return resolved(Blow("capacity", share=0.5, **words)).capacity[0].nodes.tolist()

    assert hit(firms=("f3", "f0")) == [0, 3]
    assert hit(regions="B") == [2, 3]
    assert hit(products="m") == [0, 2, 4]
    assert hit(regions=("A", "C"), products="m") == [0, 4]
    assert hit(nodes=("A:k", "C:m")) == [1, 4]


def test_shares_may_be_by_firm_sector_or_region():
    def sizes(shares, **words):
        loss = resolved(Blow("capacity", shares=shares, **words)).capacity[0]
        return dict(zip(loss.nodes.tolist(), loss.share.tolist(), strict=True))

    assert sizes({"f1": 0.1, "f4": 0.2}) == {1: 0.1, 4: 0.2}
    assert sizes({"k": 0.3}) == {1: 0.3, 3: 0.3}
    assert sizes({"A": 0.1, "C": 0.2}, products="m") == {0: 0.1, 4: 0.2}
    assert sizes({"B:k": 0.7}) == {3: 0.7}


def test_cuts_are_links():
    assert cut(links=[("f3", "f1"), ("f0", "f2")]) == [("f0", "f2"), ("f3", "f1")]
    assert cut(firms="f0") == [("f0", "f1"), ("f0", "f2")]
    assert cut(firms="f0", buyers="B") == [("f0", "f2")]
    assert cut(regions="A") == [("f0", "f2"), ("f1", "f3")]
    assert cut(buyers="A") == [("f2", "f0"), ("f3", "f1")]
    assert cut(regions="B", buyers="C:m") == [("f3", "f4")]
    assert cut(products="k", buyers="f4") == [("f3", "f4")]


def test_cuts_have_the_size_of_their_supplier():
    (found,) = resolved(Blow("supply_cut", shares={"f0": 0.2, "f3": 0.9})).cuts
    assert found.share.tolist() == [0.2, 0.2, 0.9, 0.9]


def test_damage_is_split_by_output_and_by_sales_where_that_is_not_known():
    (loss,) = resolved(Blow("capital", regions="B", money=62.0)).capital
    assert loss.damage == pytest.approx([62 * 20 / 31, 62 * 11 / 31])


def test_final_demand_of_firms_drops():
    (drop,) = resolved(Blow("demand_drop", products="k", share=0.4)).demand
    assert (drop.firms.tolist(), drop.share.tolist()) == ([1, 3], [0.4, 0.4])


def test_rebuilding_names_sectors_of_firms():
    blow = Blow(
        "capital",
        firms="f0",
        share=0.5,
        days=2,
        start_day=1,
        recovery="rebuild",
        recovery_days=14,
        rebuilding={"m": 1.0},
    )
    (loss,) = resolved(blow).capital
    assert [NET.sectors.codes[i] for i in loss.rebuilding] == ["m"]
    assert (loss.start, loss.rebuild_from, loss.tau_steps) == (1, 3, 14.0)
    assert resolved(blow).psi(0).tolist() == [0.0] * 5
    assert resolved(blow).psi().tolist() == [0.5, 0.0, 0.0, 0.0, 0.0]


def test_psi_is_the_largest_loss_over_time_or_that_of_a_step():
    blows = resolved(
        Blow("capacity", firms=("f0", "f1"), share=0.5, days=2),
        Blow("capacity", firms=("f1", "f2"), share=0.8, start_day=1, days=1),
        Blow("capital", firms="f2", share=0.7, start_day=3),
        Blow("capital", firms="f2", share=0.6, start_day=3),
    )
    assert blows.psi(0).tolist() == [0.5, 0.5, 0.0, 0.0, 0.0]
    assert blows.psi(1).tolist() == [0.5, 0.8, 0.8, 0.0, 0.0]
    assert blows.psi(2).tolist() == [0.0, 0.0, 0.0, 0.0, 0.0]
    assert blows.psi().tolist() == [0.5, 0.8, 1.0, 0.0, 0.0]


def test_a_cut_alone_stops_no_firm():
    assert resolved(Blow("supply_cut", firms="f0", share=1.0)).psi().tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("blow", "told"),
    [
        (Blow("capacity", firms=("f9", "f0"), share=1.0), "blow 1, 'firms': found 'f9'"),
        (Blow("capacity", regions="D", share=1.0), "a region of the firms"),
        (Blow("capacity", products="x", share=1.0), "a sector of the firms"),
        (Blow("capacity", nodes="A:x", share=1.0), "blow 1, 'nodes': found 'A:x'"),
        (Blow("capacity", regions="C", products="k", share=1.0), "no firm and no link"),
        (Blow("supply_cut", links=[("f0", "f3")], share=1.0), "buyer of the firm 'f0'"),
        (Blow("supply_cut", links=[("f0", "f77")], share=1.0), "a firm of this system"),
        (Blow("supply_cut", firms="f4", share=1.0), "no firm and no link"),
        (Blow("supply_cut", firms="f0", buyers="Z", share=1.0), "blow 1, 'buyers': found 'Z'"),
        (Blow("capacity", firms="f0", share=1.5), "blow 1, 'share'"),
    ],
)
def test_what_is_wrong_among_firms_is_told_where_it_stands(blow, told):
    with pytest.raises(TableError) as refused:
        resolved(blow)
    assert told in str(refused.value)


def test_a_shock_on_firms_is_checked_against_the_links_of_a_system():
    system = System(links=NET)
    shock = Shock((Blow("capacity", firms="f0", share=1.0),))
    assert shock.checked(system) is shock
    by_sector = Shock((Blow("capacity", products="m", share=1.0),))
    assert by_sector.checked(system) is by_sector
    with pytest.raises(MissingPartError, match="links"):
        shock.checked(System())


def test_near_codes_are_sought_among_those_that_begin_or_end_alike():
    codes = [f"firm-{i:06d}" for i in range(MANY + 1)]
    firms = pd.DataFrame({"firm": codes, "sector": "m"})
    rows = pd.DataFrame({"supplier": [codes[0]], "buyer": [codes[1]], "value": [1.0]})
    words = FirmWords(Links.of_table(rows, firms))
    assert words._like("xxxx-000017") == ["firm-000017", "firm-010017"]


@pytest.mark.parametrize(("steps", "step_days"), [(0, 1.0), (3, -1.0)])
def test_steps_without_length_are_refused(steps, step_days):
    with pytest.raises(ParameterError, match="firm_blows"):
        resolved(Blow("capacity", firms="f0", share=1.0), steps=steps, step_days=step_days)


def test_an_engine_refuses_by_name_what_it_cannot_represent():
    shock = Shock(
        (
            Blow("capacity", firms="f0", share=1.0),
            Blow("capital", firms="f1", share=0.1, days=3, recovery="linear", recovery_days=9),
            Blow("supply_cut", firms="f1", buyers="f2", share=0.1),
        )
    )
    assert refuse("cascade", shock, kinds=["demand_drop"], recoveries=["rebuild"]) is None
    with pytest.raises(ParameterError) as refused:
        refuse("cascade", shock, kinds=["capital"], recoveries=["linear"], fields=["buyers"])
    message = str(refused.value)
    for part in ("cascade engine", "blow 2: kind 'capital'", "blow 3: 'buyers'", "linear"):
        assert part in message
    assert "blow 1" not in message
