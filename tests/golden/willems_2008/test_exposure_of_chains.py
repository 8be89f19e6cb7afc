"""All 38 real chains run through exposure, and the ranking says what the chains say."""

import numpy as np
import pytest

from chainwright.diagnose import exposure
from willems import CHAINS, willems_maker

COVER = 2.0
TRIED = 9


def sinks_above(network, starts):
    """Return the products that some items go into, by walking the chain in plain Python."""
    users = [[] for _ in network.items.codes]
    bill = network.bill.tocoo()
    for part, user in zip(bill.row.tolist(), bill.col.tolist(), strict=True):
        users[part].append(user)
    reached = {}
    for start in starts:
        stack, seen = [start], {start}
        while stack:
            for user in users[stack.pop()]:
                if user not in seen:
                    seen.add(user)
                    stack.append(user)
        reached[start] = {k for k in seen if network.demand[k] > 0.0}
    return reached


@pytest.mark.parametrize("chain", CHAINS)
def test_each_stage_loses_what_hangs_on_it_and_no_more(chain):
    system = willems_maker(chain, cover_weeks=COVER)
    network = system.maker.network
    codes = list(network.sites.codes[:: max(1, len(network.sites) // TRIED)])
    found = exposure(system, of=codes, outages=(3, 9))
    table = found.table().set_index("scenario")
    assert sorted(table.index) == sorted(codes)
    assert table["rank"].tolist() == list(range(1, len(codes) + 1))
    loss = table["loss_at_recovery"].to_numpy()
    assert np.all(np.diff(loss) <= 1e-8 * loss.max())  # equal but for rounding: the gap decides
    items = {code: k for k, code in enumerate(network.items.codes)}
    needed = network.requirement[[items[site.removeprefix("at ")] for site in table.index]]
    np.testing.assert_array_equal(table["sole_items"], needed > 0.0)  # each stage is at one site
    assert not table["recovery_assumed"].any()
    assert (table["time_to_survive_weeks"].dropna() >= COVER * (1 - 1e-9)).all()

    above = sinks_above(network, [items[site.removeprefix("at ")] for site in codes])
    lost = found.tables()["maker_exposure_products"]
    worth = lost["lost_units"] * network.margin[[items[p] for p in lost["product"]]]
    assert worth.groupby(lost["scenario"]).sum().to_dict() == pytest.approx(
        table.loc[table["loss_at_recovery"] > 0, "loss_at_recovery"].to_dict(), rel=1e-6
    )
    for site, row in table.iterrows():
        item = items[site.removeprefix("at ")]
        mine = {items[p] for p in lost.loc[lost["scenario"] == site, "product"]}
        assert mine <= above[item]
        sold = list(above[item])
        weeks = max(0.0, row["time_to_recover_weeks"] - COVER)  # each product has its own stock
        most = (network.margin[sold] * network.demand[sold]).sum() * weeks
        assert row["loss_at_recovery"] <= most * (1 + 1e-9) + 1e-9
        if network.demand[item] > 0.0 and not network.bill[[item]].nnz:
            assert row["loss_at_recovery"] == pytest.approx(most, rel=1e-6)  # a sink by itself
    by_length = found.tables()["maker_exposure_losses"].pivot_table(
        index="scenario", columns="weeks", values="loss"
    )
    assert np.all(by_length[9.0] >= by_length[3.0] - 1e-9)
