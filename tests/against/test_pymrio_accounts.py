"""Our accounts of stressors against pymrio's `calc_all`, array by array."""

import numpy as np
import pandas as pd
import pymrio
import pytest

from chainwright import System
from chainwright.accounts import ghosh, leontief, stressor_accounts

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what pymrio warns of is not ours to mend
]

REGIONS, SECTORS, CATEGORIES, LOADS = 3, 7, 2, 4


def made_up():
    """Return a pymrio system of three regions, made up, with some cells and a stock below zero."""
    rng = np.random.default_rng(99)
    regions = [f"R{r}" for r in "CAB"]  # not in the order of the alphabet
    nodes = pd.MultiIndex.from_product(
        [regions, [f"s{s}" for s in range(SECTORS)]], names=["region", "sector"]
    )
    users = pd.MultiIndex.from_product(
        [regions, [f"c{c}" for c in range(CATEGORIES)]], names=["region", "category"]
    )
    loads = pd.Index([f"e{e}" for e in range(LOADS)], name="stressor")
    n, m = len(nodes), len(users)
    deliveries = rng.lognormal(0.0, 2.0, (n, n)) * (rng.random((n, n)) < 0.7)
    final = rng.lognormal(1.0, 1.0, (n, m)) * n
    final[:, 1] *= rng.choice([-0.1, 1.0], n)
    io = pymrio.IOSystem(
        Z=pd.DataFrame(deliveries, index=nodes, columns=nodes),
        Y=pd.DataFrame(final, index=nodes, columns=users),
    )
    io.loads = pymrio.Extension(
        "loads",
        F=pd.DataFrame(rng.lognormal(0.0, 1.0, (LOADS, n)), index=loads, columns=nodes),
        F_Y=pd.DataFrame(rng.lognormal(0.0, 1.0, (LOADS, m)), index=loads, columns=users),
        unit=pd.DataFrame({"unit": ["kt"] * LOADS}, index=loads),
    )
    return io


@pytest.fixture(scope="module", params=["made_up", "load_test"])
def pair(request):
    """Pymrio's system with everything calculated, and ours of the same tables."""
    io = made_up() if request.param == "made_up" else pymrio.load_test()
    system = System.from_pymrio(io)
    io.calc_all(include_ghosh=True)
    return io, system, stressor_accounts(system)


def equal(ours, theirs):
    """Whether two arrays agree to 1e-10 of the largest cell."""
    theirs = np.asarray(theirs, dtype=np.float64)
    return bool(np.abs(ours.reshape(theirs.shape) - theirs).max() <= 1e-10 * np.abs(theirs).max())


def accounts_of(io):
    """Return the extensions of a pymrio system."""
    return [getattr(io, name) for name in io.get_extensions()]


def rows_of(found, extension):
    """Return where the stressors of an extension stand among ours."""
    names = [", ".join(i) if isinstance(i, tuple) else i for i in extension.F.index]
    return found.stressors.axis.index(names)


def test_output_coefficients_and_the_inverse_are_pymrio_s(pair):
    io, system, found = pair
    assert equal(found.output, io.x)
    assert equal(found.input_coefficients, io.A)
    assert equal(leontief(system.flows).inverse(), io.L)


def test_the_ghosh_inverse_is_pymrio_s(pair):
    io, system, _ = pair
    n = len(system.flows.nodes)
    assert equal(leontief(system.flows).ghosh(np.eye(n)), io.G)
    found = ghosh(system, {system.flows.nodes.codes[0]: 0.1})
    assert equal(found.output_change, found.primary_change @ io.G.to_numpy())


def test_every_account_by_node_is_pymrio_s(pair):
    io, _, found = pair
    for extension in accounts_of(io):
        rows = rows_of(found, extension)
        assert equal(found.intensities[rows], extension.S)
        assert equal(found.multipliers[rows], extension.M)
        assert equal(found.production[rows], extension.D_pba)
        assert equal(found.exports[rows], extension.D_exp)


def test_every_account_by_product_is_pymrio_s(pair):
    io, _, found = pair
    for extension in accounts_of(io):
        rows = rows_of(found, extension)
        assert equal(found.consumption[rows], extension.D_cba)
        assert equal(found.imports[rows], extension.D_imp)


def test_every_account_by_region_is_pymrio_s(pair):
    io, system, found = pair
    regions = list(system.flows.users.regions.codes)
    assert found.consumers.codes == tuple(regions)
    for extension in accounts_of(io):
        rows = rows_of(found, extension)
        assert equal(found.production_by_region[rows], extension.D_pba_reg[regions])
        assert equal(found.consumption_by_region[rows], extension.D_cba_reg[regions])
        assert equal(found.imports_by_region[rows], extension.D_imp_reg[regions])
        assert equal(found.exports_by_region[rows], extension.D_exp_reg[regions])


def test_what_final_users_put_out_is_the_difference_of_pymrio_s_accounts(pair):
    io, system, found = pair
    regions = list(system.flows.users.regions.codes)
    for extension in accounts_of(io):
        by_product = extension.D_cba.T.groupby(level="region").sum().T[regions]
        difference = (extension.D_cba_reg[regions] - by_product).to_numpy()
        scale = np.abs(extension.D_cba_reg.to_numpy()).max()
        gap = np.abs(found.final_users[rows_of(found, extension)] - difference)
        assert gap.max() <= 1e-10 * scale
