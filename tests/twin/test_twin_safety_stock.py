"""Safety stock against a plain twin: every column of both tables, and the best by enumeration."""

import numpy as np
import pytest

from chainwright import plan
from safety_twin import Chain, as_tables, chain_row, of_willems, random_chain, stage_rows
from willems import chain_tables


def differences(found, chain, rate, ends):
    """Return what differs between the answer and the twin, both tables, every column."""
    tables = found.tables()
    stages, row = tables["safety_stock"], tables["safety_stock_chains"].to_dict("records")[0]
    quoted = dict(zip(stages["stage"], stages["service_time_out_days"], strict=True))
    assert chain.allowed(quoted)
    told = {r["stage"]: r for r in stages.to_dict("records")}
    plain = stage_rows(chain, quoted, rate)
    assert told.keys() == plain.keys()
    pairs = [(n, c, told[n][c], v) for n, p in plain.items() for c, v in p.items()]
    whole = chain_row(chain, quoted, rate, ends)
    pairs += [("chain", c, row[c], v) for c, v in whole.items() if v is not None]
    assert row["bound"] <= row["holding_cost"] * (1 + 1e-12)
    assert row["gap"] == pytest.approx(
        1 - row["bound"] / row["holding_cost"] if whole["holding_cost"] else 0
    )
    return [
        p for p in pairs if not (p[2] == p[3] or p[2] == pytest.approx(p[3], rel=1e-9, abs=1e-9))
    ]


@pytest.mark.parametrize("number", range(1, 11))
def test_every_column_of_a_chain_of_willems_is_what_the_words_say(number):
    stages, arcs = chain_tables(number)
    found = plan.safety_stock(plan.read_stages(stages, arcs))
    chain = Chain(*of_willems(stages, arcs))
    assert differences(found, chain, 0.2, (0.2, 0.4)) == []
    shares = found.table()["cost_share"].to_numpy()
    assert shares.sum() == pytest.approx(1)
    assert np.all(np.diff(shares) <= 1e-12)


@pytest.mark.parametrize("times", ["up", "mean", "max", "quantile"])
@pytest.mark.parametrize("pooling", ["recursive", "exact"])
def test_every_column_of_a_random_chain_is_what_the_words_say(pooling, times):
    rng = np.random.default_rng(len(times) + 10 * len(pooling))
    for _ in range(6):
        rows, arcs = random_chain(rng, int(rng.integers(2, 7)))
        network = plan.read_stages(*as_tables(rows, arcs))
        found = plan.safety_stock(network, holding_rate=0.3, pooling=pooling, stage_times=times)
        chain = Chain(rows, arcs, pooling=pooling, times=times)
        assert differences(found, chain, 0.3, (0.3, 0.3)) == []


@pytest.mark.parametrize("pooling", ["recursive", "exact"])
def test_no_plan_in_whole_days_costs_less_than_the_plan_of_a_random_chain(pooling):
    rng = np.random.default_rng(8)
    for _ in range(12):
        rows, arcs = random_chain(rng, int(rng.integers(2, 6)))
        network = plan.read_stages(*as_tables(rows, arcs))
        found = plan.safety_stock(network, holding_rate=0.3, pooling=pooling, gap=1e-9)
        best = Chain(rows, arcs, pooling=pooling).best(0.3)
        assert found.cost == pytest.approx(best, rel=1e-9, abs=1e-9)
