"""Systems of pymrio, taken over and computed here, against pymrio's own accounts."""

import numpy as np
import pandas as pd
import pymrio
import pytest

import chainwright as cw

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what pymrio warns of is not ours to mend
]


@pytest.fixture(scope="module")
def solved():
    """Pymrio's small test system, all accounts computed by pymrio."""
    io = pymrio.load_test()
    io.calc_all()
    return io


@pytest.fixture(scope="module")
def taken(solved):
    return cw.System.from_pymrio(solved).flows


def equal(ours, theirs):
    """Whether two arrays agree to 1e-10 of the largest cell."""
    theirs = np.asarray(theirs, dtype=float)
    return np.abs(ours - theirs).max() <= 1e-10 * np.abs(theirs).max()


def test_labels_keep_pymrios_order(solved, taken):
    assert [tuple(code.split(":")) for code in taken.nodes.codes] == list(solved.Z.index)
    assert [tuple(code.split(":")) for code in taken.users.codes] == list(solved.Y.columns)


def test_output_and_coefficients_are_pymrios(solved, taken):
    assert equal(taken.output, solved.x.to_numpy().ravel())
    assert equal(taken.coefficients(), solved.A)


def test_the_inverse_and_the_multipliers_are_pymrios(solved, taken):
    inverse = np.linalg.inv(np.eye(len(taken.nodes)) - taken.coefficients())
    assert equal(inverse, solved.L)
    intensity = taken.stressors.matrix * taken.per_output
    assert equal(intensity[1:], solved.emissions.S)
    assert equal((intensity @ inverse)[1:], solved.emissions.M)
    assert equal((intensity @ inverse)[:1], solved.factor_inputs.M)


def regional(frame, regions):
    """Sum accounts over the sectors of each region, in the order of `regions`."""
    return frame.T.groupby(level="region").sum().T[list(regions)]


def test_production_and_consumption_accounts_are_pymrios(solved, taken):
    regions = taken.nodes.regions.codes
    inverse = np.linalg.inv(np.eye(len(taken.nodes)) - taken.coefficients())
    intensity = (taken.stressors.matrix * taken.per_output)[1:]
    multipliers = intensity @ inverse
    members = np.eye(len(regions))[taken.nodes.region]
    by_region = np.eye(len(regions))[taken.users.region]
    direct = taken.stressors.final[1:] @ by_region
    produced = taken.stressors.matrix[1:] @ members + direct
    consumed = multipliers @ (taken.final @ by_region) + direct
    assert equal(produced, solved.emissions.D_pba_reg[list(regions)])
    assert equal(consumed, solved.emissions.D_cba_reg[list(regions)])
    assert equal(taken.stressors.matrix[1:], solved.emissions.D_pba)
    assert equal(consumed - direct, regional(solved.emissions.D_cba, regions))


def test_units_and_money_come_over(solved, taken):
    assert taken.stressors.units == ("Mill USD", "kg", "kg")
    assert str(taken.money) == "Mill USD"
    assert taken.stressors.axis.codes[0] == "Value Added"


def test_a_system_of_exiobases_shape_goes_through_pymrio_and_comes_back_equal():
    rng = np.random.default_rng(3)
    codes = [r["code"] for r in cw.params.table("regions") if r["lists"] == "exiobase"]
    kinds = [r["code"] for r in cw.params.table("final_categories") if r["list"] == "exiobase"]
    products = [f"Product {i:02d}" for i in range(12)]
    nodes = pd.MultiIndex.from_product([codes, products], names=["region", "sector"])
    users = pd.MultiIndex.from_product([codes, kinds], names=["region", "category"])
    rows = pd.Index(["CO2 - combustion - air", "Employment"], name="stressor")
    n, m = len(nodes), len(users)
    satellite = pymrio.Extension(
        "satellite",
        F=pd.DataFrame(rng.random((2, n)), index=rows, columns=nodes),
        F_Y=pd.DataFrame(rng.random((2, m)), index=rows, columns=users),
        unit=pd.DataFrame({"unit": ["kg", "1000 p"]}, index=rows),
    )
    io = pymrio.IOSystem(
        Z=pd.DataFrame(rng.random((n, n)), index=nodes, columns=nodes),
        Y=pd.DataFrame(rng.random((n, m)) * 2, index=nodes, columns=users),
        unit=pd.DataFrame({"unit": "M.EUR"}, index=nodes),
    )
    io.satellite = satellite
    io.calc_all()
    flows = cw.System.from_pymrio(io, year=2022).flows
    assert (len(codes), n, m) == (49, 588, 343)
    assert equal(flows.output, io.x.to_numpy().ravel())
    assert flows.composite == frozenset({"WA", "WL", "WE", "WF", "WM"})
    intensity = flows.stressors.matrix * flows.per_output
    solved = np.linalg.solve((np.eye(n) - flows.coefficients()).T, intensity.T).T
    assert equal(solved, io.satellite.M)
    assert flows.stressors.units == ("kg", "1000 p")
    assert str(flows.money) == "M EUR of 2022"
