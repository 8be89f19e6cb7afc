"""Laws of cuts among firms: what holds for any network and any part that is cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.firms.firm_records import BY_FIRM
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.system import Links
from firm_worlds import as_firms, random_flows

DAYS = 25
MODEL = InventoryModel(stock_days=8.0, restoration_days=10.0)


def links_of(seed):
    return as_firms(random_flows(np.random.default_rng(seed)))


def cut(links: Links, places, share):
    codes = links.axis.codes
    pairs = tuple((codes[links.supplier[i]], codes[links.buyer[i]]) for i in places)
    return Shock((Blow("supply_cut", links=pairs, share=share, start_day=2, days=10),))


def ran(links, shock):
    return simulate_firms(
        FirmEconomy.of(links), firm_blows(links, shock, DAYS), MODEL, record=BY_FIRM
    )


def some_links(links, seed, count=4):
    apart = np.flatnonzero(links.supplier != links.buyer)
    return np.random.default_rng(seed).choice(apart, size=min(count, len(apart)), replace=False)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 50), share=st.floats(0.05, 1.0))
def test_a_cut_never_makes_orders_out_of_nothing(seed, share):
    links = links_of(seed)
    calm = ran(links, Shock((Blow("capacity", firms=links.axis.codes[0], share=0.0, days=1),)))
    hit = ran(links, cut(links, some_links(links, seed), share))
    assert np.isfinite(hit.of("production")).all()
    assert (hit.of("production") >= 0.0).all()
    before = slice(0, 2)
    same = hit.of("production")[before] - calm.of("production")[before]
    assert np.abs(same).max() <= 1e-9 * calm.of("production").max()
    # on the day of the cut all that is ordered is at most what was ordered at rest
    total = hit.of("intermediate_demand")[2].sum()
    assert total <= calm.of("intermediate_demand")[2].sum() * (1.0 + 1e-9)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 50))
def test_a_cut_of_almost_nothing_changes_almost_nothing(seed):
    links = links_of(seed)
    hit = ran(links, cut(links, some_links(links, seed), 1e-9))
    calm = ran(links, Shock((Blow("capacity", firms=links.axis.codes[0], share=0.0, days=1),)))
    apart = np.abs(hit.of("production") - calm.of("production")).max()
    assert apart <= 1e-6 * calm.of("production").max()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 50), share=st.floats(0.1, 1.0))
def test_cut_suppliers_are_asked_for_less_and_their_rivals_for_no_less(seed, share):
    links = links_of(seed)
    places = some_links(links, seed, count=1)
    seller, buyer = links.supplier[places[0]], links.buyer[places[0]]
    hit = ran(links, cut(links, places, share)).of("intermediate_demand")[2]
    calm = ran(links, cut(links, places, share)).of("intermediate_demand")[1]
    sells = links.value[places[0]] / 365.0
    assert hit[seller] <= calm[seller] - share * sells * (1.0 - 1e-9) + 1e-9 * calm.max()
    rivals = (links.buyer == buyer) & (links.sector[links.supplier] == links.sector[seller])
    others = np.setdiff1d(links.supplier[rivals], [seller])
    assert (hit[others] >= calm[others] * (1.0 - 1e-9)).all()
    if len(others):
        gained = (hit[others] - calm[others]).sum()
        assert gained <= share * sells * (1.0 + 1e-6) + 1e-9 * calm.max()
