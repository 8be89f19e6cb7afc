"""Which nodes and sites go down together."""

import numpy as np
import pytest

from chainwright.diagnose.maker.outage_scenarios import outage_scenarios
from chainwright.errors import ParameterError, UnknownCodeError
from toy_makers import maker, two_products


@pytest.fixture(scope="module")
def toy():
    return two_products().maker


def members(found, network, code):
    x = found.codes.index(code)
    nodes = [network.nodes.codes[n] for n in np.flatnonzero(found.down(x))]
    return nodes, [network.sites.codes[s] for s in np.flatnonzero(found.out(x))]


@pytest.mark.parametrize(
    "asked",
    [
        ("site", "A1", ["a@A1"], ["A1"]),
        ("node", "a@A1", ["a@A1"], []),
        ("supplier", "SA", ["a@A1", "a@A2"], ["A1", "A2"]),
        ("region", "CHN:Anhui", ["F1@P1", "F2@P2"], ["P1", "P2"]),
        ("place", "JPN", ["b@B"], ["B"]),
        ("item", "a", ["a@A1", "a@A2"], []),
    ],
)
def test_each_word_takes_its_nodes_and_sites(toy, asked):
    by, code, nodes, sites = asked
    found = outage_scenarios(toy, by)
    assert members(found, toy.network, code) == (nodes, sites)


def test_every_node_is_in_one_site_one_region_and_one_country(toy):
    for by in ("site", "node", "region", "place", "item"):
        found = outage_scenarios(toy, by)
        np.testing.assert_array_equal(found.nodes.sum(axis=0), np.ones(5))


def test_the_maker_itself_is_no_supplier(toy):
    assert outage_scenarios(toy, "supplier").codes == ("SA", "SB")


def test_those_asked_for_come_once_and_in_that_order(toy):
    found = outage_scenarios(toy, "site", ["B", "A1", "B"])
    assert found.codes == ("B", "A1")
    assert len(found) == 2
    assert found.take(np.array([1])).codes == ("A1",)


def test_a_code_that_is_not_there_is_refused_with_those_that_are_near(toy):
    with pytest.raises(UnknownCodeError, match="Did you mean CHN:Anhui"):
        outage_scenarios(toy, "region", ["CHN:Anhu"])
    with pytest.raises(ParameterError, match="one of site, node"):
        outage_scenarios(toy, "street")


def test_a_site_that_is_only_a_store_is_an_outage_too():
    held = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier place region", ("P", "S", "CHN", ""), ("W", "", "DEU", "Hessen")],
        sourcing=["item supplier site", ("a", "S", "P")],
        stocks=["item site quantity", ("a", "W", 20)],
    ).maker
    assert outage_scenarios(held, "site").codes == ("P", "W")
    assert outage_scenarios(held, "region").codes == ("DEU:Hessen",)
    found = outage_scenarios(held, "place")
    assert members(found, held.network, "DEU") == ([], ["W"])
    assert members(found, held.network, "CHN") == (["a@P"], ["P"])


def test_sites_that_are_not_known_go_down_as_one_by_supplier():
    held = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S"), ("b", "S")],
    ).maker
    found = outage_scenarios(held, "site")
    assert members(found, held.network, "S/?") == (["a@S/?", "b@S/?"], ["S/?"])
    assert not len(outage_scenarios(held, "place"))
