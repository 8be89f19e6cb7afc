"""All 38 real chains run through survival, and last as long as their stocks do."""

from functools import cache

import numpy as np
import pytest

from chainwright.diagnose import OutageProgramme, survival
from chainwright.diagnose.maker.outage_scenarios import outage_scenarios
from chainwright.diagnose.maker.survival_runs import survived
from willems import CHAINS, willems_maker

COVER = 2.0


def used_up(network):
    """Return when each stage's own stock is used up, by walking the chain in plain Python.

    What a stage makes is 0 until its stock is used up at T, and then all that is asked of it; so
    what is asked by t is the sum of rates from the times T of its customers.
    """
    customers = [[] for _ in network.items.codes]
    bill = network.bill.tocoo()
    for part, user in zip(bill.row.tolist(), bill.col.tolist(), strict=True):
        customers[part].append(user)

    @cache
    def made(k):
        """Return from when on which rates are made, as (start, rate) pairs that add up."""
        asked = sorted(
            [(0.0, network.demand[k])] + [step for j in customers[k] for step in made(j)]
        )
        stock, rate, now = COVER * network.requirement[k], 0.0, 0.0
        for i, (start, more) in enumerate(asked):
            need = rate * (start - now)
            if need >= stock and rate > 0.0:
                break
            stock, now, rate = stock - need, start, rate + more
            later = asked[i + 1 :]
        else:
            later = []
        if rate == 0.0:
            return ()
        end = now + stock / rate
        rest = [step for step in later if step[0] > end]
        return ((end, rate + sum(s[1] for s in later if s[0] <= end)), *rest)

    return np.array([min((s[0] for s in made(k)), default=np.inf) for k in range(len(customers))])


@pytest.mark.parametrize("chain", CHAINS)
def test_every_stage_lasts_as_long_as_the_stock_below_it(chain):
    system = willems_maker(chain, cover_weeks=COVER)
    network = system.maker.network
    programme = OutageProgramme(network)
    codes = network.nodes.codes[:: max(1, len(network.nodes) // 150)]
    found = survived(programme, outage_scenarios(system.maker, "node", codes))
    assert programme.base_weeks == np.inf
    expected = used_up(network)
    assert expected.min() == pytest.approx(COVER)
    items = [network.node_item[network.nodes.place[code]] for code in codes]
    np.testing.assert_allclose(found.weeks, expected[items], rtol=1e-9)


@pytest.mark.parametrize("chain", CHAINS)
def test_outages_of_real_chains_lose_more_the_longer_they_are(chain):
    system = willems_maker(chain, cover_weeks=COVER)
    codes = system.maker.network.nodes.codes
    found = survival(system, by="node", of=codes[:: max(1, len(codes) // 5)], outages=(1, 2, 8, 20))
    losses, table = found.losses.loss, found.table()
    assert not losses[:, 1:3].any(), "two weeks are survived by all"
    assert (np.diff(losses[:, 1:], axis=1) >= 0.0).all()
    weight = OutageProgramme(system.maker.network).weights[found.products]
    np.testing.assert_allclose(found.losses.lost @ weight, losses, rtol=1e-6, atol=1e-6)
    assert (found.weeks >= COVER - 1e-9).all()
    assert (table["time_to_survive_weeks"].isna() == table["survives_for_ever"]).all()
    assert (table["exposed"] == (table["loss_at_recovery"] > 0.0)).all()
    assert (table["reason_zh"] != "").all()
    assert len(found.tables()["survival_losses"]) == 4 * len(table)
