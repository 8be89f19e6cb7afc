"""The made-up network of firms: of the sizes that were asked for, heavy-tailed, adding up."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from chainwright import System, stress
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.sources.demo_firms import demo_firms
from chainwright.system import Links


def arrays(made):
    return made.supplier, made.buyer, made.value, made.firms["output"].to_numpy()


def strong(made):
    n = len(made.firms)
    graph = coo_array((made.value, (made.supplier, made.buyer)), shape=(n, n))
    return np.bincount(connected_components(graph, connection="strong")[1]).max()


@pytest.mark.parametrize(("firms", "links"), [(2, 1), (50, 400), (3000, 9000)])
def test_it_has_the_firms_and_links_that_were_asked_for(firms, links):
    made = demo_firms(firms=firms, links=links, seed=1)
    key = made.supplier.astype(np.int64) * firms + made.buyer
    assert len(made.firms) == firms
    assert len(key) == len(np.unique(key)) == links
    assert (np.diff(key) > 0).all()
    assert (made.supplier != made.buyer).all()


def test_the_same_seed_gives_the_same_network_and_another_one_another():
    first, again, other = (demo_firms(firms=400, links=1200, seed=s) for s in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(arrays(first), arrays(again), strict=True))
    assert not np.array_equal(first.supplier, other.supplier)


def test_every_firm_makes_more_than_it_sells_to_firms_and_more_than_it_buys():
    made = demo_firms(seed=5)
    output = made.firms["output"].to_numpy()
    sales = np.bincount(made.supplier, made.value, len(output))
    purchases = np.bincount(made.buyer, made.value, len(output))
    assert (made.value > 0).all()
    assert (sales <= 0.98 * output * (1 + 1e-12)).all()
    assert (purchases <= 0.9 * output * (1 + 1e-12)).all()


def test_sizes_and_degrees_have_heavy_tails_and_a_large_part_is_strongly_connected():
    made = demo_firms(seed=7)
    output = np.sort(made.firms["output"].to_numpy())
    customers = np.bincount(made.supplier, minlength=len(output))
    assert output[-100:].sum() > 0.15 * output.sum()
    assert 200 < customers.max() < 1000
    assert 4_500 < strong(made) < 7_500


def test_the_nation_of_91595_firms_is_of_the_shape_of_the_measured_one():
    made = demo_firms(firms=91_595, links=230_000)
    assert 30_000 < strong(made) < 45_000
    assert 500 < np.bincount(made.supplier).max() < 1_500
    assert made.firms["sector"].nunique() == 611


@pytest.mark.parametrize(
    ("firms", "sectors", "size"), [(500, 85, 2), (30_000, 268, 3), (70_000, 611, 4)]
)
def test_sectors_are_as_fine_as_a_hundred_firms_in_each_allow(firms, sectors, size):
    found = demo_firms(firms=firms, links=2 * firms).firms["sector"]
    assert found.nunique() == sectors
    assert set(found.str.replace(".", "").str.len()) == {size}


@pytest.mark.parametrize("seed", [7, 8])
def test_few_failures_take_much_along_and_none_nearly_all(seed):
    system = System.demo("firms", seed=seed)
    links = system.links
    large = np.argsort(-links.sales, kind="stable")[:300]
    codes = [links.axis.codes[k] for k in large]
    risk = stress.systemic_risk(system, firms=codes, tolerance=1e-4, sample=1).table()["risk"]
    assert 0.05 < risk.max() < 0.7
    assert 40 < (risk > 0.01).sum() < 200
    assert (risk > 0.1).sum() < 20


def test_it_says_that_it_is_made_up():
    system = System.demo("firms", firms=60, links=100)
    assert system.has == {"firms", "links"}
    for part in ("firms", "links"):
        assert system.origin[part]["notes"][0].startswith("made up: no number is a fact")
    assert System.read("demo:firms").links.n == 10_000


def test_its_tables_are_such_as_are_read():
    system = System.demo("firms", firms=300, links=900, seed=2)
    given = system.firms.table[["firm", "sector", "region", "output"]]
    again = Links.of_table(system.links.table(), given)
    for name in ("supplier", "buyer", "value", "sector", "region", "output"):
        assert np.array_equal(getattr(again, name), getattr(system.links, name))


@pytest.mark.parametrize(
    ("size", "said"),
    [({"firms": 1}, "at least 2"), ({"links": 0}, "from 1"), ({"firms": 9, "links": 40}, "to 14")],
)
def test_a_network_that_cannot_be_is_refused(size, said):
    with pytest.raises(ParameterError, match=said):
        demo_firms(**size)


def test_sizes_are_those_of_the_demos_that_have_them():
    with pytest.raises(ParameterError, match="of the network of firms"):
        System.demo("maker", firms=3)
    with pytest.raises(ParameterError, match="of the network of firms"):
        System.demo("firms", makers=3)
    with pytest.raises(UnknownCodeError, match="no known demo"):
        System.demo("nation")
