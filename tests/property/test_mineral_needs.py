"""Needs of reserves: plain twins on any numbers, and what can only raise a reserve."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.plan import OutageModel, Replacement, mineral_reserves, reserve_gap
from chainwright.plan.minerals.outage_need_kernels import outage_needs
from mineral_worlds import mineral_trade, plain_need

share = st.floats(0.0, 1.0)
amount = st.floats(0.0, 1e3)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    use=st.floats(0.1, 1e3),
    rest=st.floats(-50.0, 50.0),
    failing=st.lists(amount, min_size=1, max_size=3),
)
def test_needs_in_many_outages_are_those_of_the_plain_twin(seed, use, rest, failing):
    rng = np.random.default_rng(seed)
    draws, ramps = 7, Replacement()
    weeks = rng.integers(1, 60, draws)
    shares, saved, delivered = rng.random((3, draws))
    others = rng.random(len(failing))
    out = np.zeros((len(failing), draws))
    outage_needs(
        use, rest, np.array(failing), others, weeks, shares, saved, delivered, ramps.ramps(60), out
    )
    for k, each in enumerate(failing):
        for d in range(draws):
            outage = (weeks[d], shares[d], saved[d], delivered[d])
            plain = plain_need(outage, ramps, use=use, rest=rest, failing=each, others=others[k])
            assert abs(out[k, d] - plain) <= 1e-9 * max(1.0, plain)


@settings(max_examples=60, deadline=None)
@given(
    use=st.floats(1.0, 1e3),
    imports=amount,
    out=share,
    more=share,
    weeks=st.integers(1, 60),
)
def test_a_deeper_or_longer_outage_never_needs_less(use, imports, out, more, weeks):
    known = {"home_production": use / 7.0, "substitution": more}
    base = reserve_gap(use, imports, out=out, weeks=weeks, **known)
    deeper = reserve_gap(use, imports, out=max(out, more), weeks=weeks, **known)
    longer = reserve_gap(use, imports, out=out, weeks=weeks + 1, **known)
    assert deeper.reserve >= base.reserve
    assert longer.reserve >= base.reserve
    assert (np.diff(base.gap) <= 1e-12 * use).all()


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    shares=st.lists(st.integers(1, 50), min_size=2, max_size=5),
    level=st.floats(0.05, 0.95),
    rate=st.floats(0.0, 0.5),
)
def test_a_higher_level_rate_or_length_never_shrinks_a_reserve(seed, shares, level, rate):
    places = ("AUS", "BRA", "CHL", "PER", "ZAF")
    rows = [
        (place, "JPN", "ore", 3.0 * s, float(s)) for place, s in zip(places, shares, strict=False)
    ]
    trade = mineral_trade(rows)

    def reserve(level=level, rate=rate, weeks=9.0, rule="economic"):
        model = OutageModel(rate=rate, median_weeks=weeks)
        found = mineral_reserves(
            trade, "JPN", draws=40, seed=seed, level=level, rule=rule, outages=model
        )
        return found.reserve[0]

    for rule in ("economic", "quantile"):
        base = reserve(rule=rule)
        assert reserve(rate=rate + 0.3, rule=rule) >= base
        assert reserve(weeks=15.0, rule=rule) >= base
        assert reserve(level=min(1.0, level + 0.05), rule=rule) >= base
