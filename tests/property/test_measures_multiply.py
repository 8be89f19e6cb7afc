"""Laws of bundles: what is saved is never more than what is used, in whatever order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from advised_firms import measures_of
from chainwright.carbon.advice.bundles import bundle_of
from chainwright.carbon.advice.firm_energy import FirmEnergy

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=6)
KINDS = st.sampled_from(["grid_electricity", "coal", "grid_electricity;coal"])


def firm(power, coal, green):
    used, factor = np.array([power, coal]), np.array([0.5, 2.0])
    gross = float(used @ factor)
    neutralised = 0.5 * min(green, power)
    return FirmEnergy(
        firm="A",
        gbt4754="1711",
        kinds=("grid_electricity", "coal"),
        items=("", "bituminous"),
        amount=used,
        emission_factor=factor,
        tce=np.array([0.1229, 0.7143]),
        price=np.ones((2, 3)),
        price_assumed=np.zeros(2, dtype=bool),
        grid=0.5,
        power_price=np.ones(3),
        green=green,
        gross=gross,
        neutralised=neutralised,
        net=gross - neutralised,
        window_months=12,
    )


@settings(max_examples=60, deadline=None)
@given(
    shares=SHARES,
    kinds=st.lists(KINDS, min_size=6, max_size=6),
    power=st.floats(0, 1e6),
    coal=st.floats(0, 1e5),
    green=st.floats(0, 1e6),
    seed=st.integers(0, 99),
)
def test_no_order_saves_more_than_is_used_and_all_orders_save_the_same(  # noqa: PLR0917 - drawn
    shares, kinds, power, coal, green, seed
):
    held = measures_of(
        **{
            f"m{i}": {"saving_low": s, "saving_high": s, "kinds": kinds[i]}
            for i, s in enumerate(shares)
        }
    )
    energy = firm(power, coal, green)
    one = bundle_of(held, energy, range(len(held)))
    other = bundle_of(held, energy, np.random.default_rng(seed).permutation(len(held)).tolist())
    scale = max(energy.gross, 1.0)
    assert (one.saved.sum(axis=0) <= energy.amount[:, None] * (1 + 1e-12)).all()
    np.testing.assert_allclose(one.net[-1], other.net[-1], rtol=0, atol=1e-9 * scale)
    assert (one.cut >= -1e-9 * scale).all()
    assert (one.net[-1] >= -1e-9 * scale).all()
    left = energy.amount[0] * np.prod(
        [1 - s for s, k in zip(shares, kinds, strict=False) if "grid" in k]
    )
    np.testing.assert_allclose(
        energy.amount[0] - one.saved[:, 0, 1].sum(), left, rtol=0, atol=1e-9 * scale
    )
