"""Networks of firms at rest and their closed form, worked out link by link; every refusal."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascade_twin import plain_shares, random_network, system_of
from chainwright import System, stress
from chainwright.errors import (
    InfeasibleError,
    LabelError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.stress import Blow, Shock, lifted
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_records import FirmRecorder
from chainwright.system import Links

SEEDS = st.integers(0, 50_000)
FEW = settings(max_examples=20, deadline=None)


def drawn(seed):
    """Return arrays of a random network whose outputs are in part unknown, too low, or fit."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 9))
    sales, sector, market, roles, revenue = random_network(rng, n, 3 * n)
    output = revenue * rng.choice([np.nan, 0.5, 1.0, 1.8], n)
    return sales, sector, market, roles, output


@given(
    seed=SEEDS,
    pooling=st.sampled_from(["market", "suppliers"]),
    step=st.sampled_from([1.0, 7.0]),
    ratio=st.sampled_from([4.0, 2.5]),
)
@FEW
def test_a_network_at_rest_is_that_of_its_links_one_by_one(seed, pooling, step, ratio):
    sales, sector, market, roles, output = drawn(seed)
    system, _ = system_of(sales, sector, market, roles, output)
    links, n = system.links, len(sector)
    found = FirmEconomy.of(links, step_days=step, pooling=pooling, capital_ratio=ratio)
    out, bought = sales.sum(axis=1), sales.sum(axis=0)
    yearly, unknown, low = [], 0, 0
    for i in range(n):
        if np.isnan(output[i]):
            unknown += 1
            yearly.append(max(out[i], bought[i]))
        else:
            low += output[i] < out[i] * (1 - 1e-9)
            yearly.append(max(output[i], out[i]))
    per = step / 365.0
    for i in range(n):
        idle = sum(sales[i, j] for j in range(n) if yearly[j] == 0)
        assert found.x0[i] == pytest.approx(yearly[i] * per)
        assert found.Y[i] == pytest.approx((yearly[i] - out[i] + idle) * per, abs=1e-12)
        added = max(0.0, yearly[i] - bought[i]) if yearly[i] else 0.0
        assert found.VA[i] == pytest.approx(added, abs=1e-10)
        assert found.K[i] == pytest.approx(ratio * added, abs=1e-10)
    stocks = {}
    for i, j in zip(*np.nonzero(sales), strict=True):
        of = (sector[i], market[i]) if pooling == "market" else (sector[i],)
        stocks.setdefault((j, of), []).append(i)
    assert len(found.A) == len(stocks)
    for j in range(n):
        for g in range(found.buyer_starts[j], found.buyer_starts[j + 1]):
            mine = found.order[found.stock_starts[g] : found.stock_starts[g + 1]]
            sellers = links.supplier[mine].tolist()
            assert set(links.buyer[mine]) == {j}
            first = sellers[0]
            of = (sector[first], market[first]) if pooling == "market" else (sector[first],)
            assert sorted(sellers) == sorted(stocks.pop((j, of)))
            assert links.sectors.codes[found.stock_product[g]] == f"s{sector[first]}"
            used = sum(sales[i, j] for i in sellers) / yearly[j] if yearly[j] else 0.0
            assert found.A[g] == pytest.approx(used)
            assert (found.stock_of_link[mine] == g).all()
    assert not stocks
    told = [english.split(" ")[:6] for english, _ in found.notes]
    wanted = []
    if unknown:
        wanted.append(f"Output of {unknown} of {n} firms".split(" "))
    if low:
        wanted.append(f"The stated output of {low} of".split(" "))
    assert told == wanted
    for _, chinese in found.notes:
        assert chinese.startswith(f"{n} 家企业中有 ")


@given(seed=SEEDS)
@FEW
def test_the_closed_form_upstream_is_the_chance_that_a_walk_arrives(seed):
    sales, sector, market, roles, revenue = random_network(np.random.default_rng(seed), 6, 14)
    revenue = sales.sum(axis=1) * 1.2 + 0.01
    system, table = system_of(sales, sector, market, roles, revenue)
    found = stress.systemic_risk(system, essential=table, revenue="output").upstream_at_rest()
    _, up = plain_shares(sales, sector, roles, revenue, None)
    out = sales.sum(axis=1)
    for k in range(6):
        reach = np.zeros(6)  # chance that a walk along the customers of each firm reaches k
        for _ in range(400):
            reach = up @ reach
            reach[k] = 1.0
        assert found[k] == pytest.approx((out * reach).sum() / out.sum(), rel=1e-9)


@pytest.fixture(scope="module")
def network():
    firms = pd.DataFrame({"firm": list("abc"), "sector": ["10", "24", "25"]})
    rows = {"supplier": ["b", "c"], "buyer": ["c", "a"], "value": [1.0, 3.0]}
    return System(links=Links.of_table(
        pd.DataFrame(rows), firms
    ))  # fmt: skip


CUT = Shock((Blow("supply_cut", links=(("b", "c"),), share=0.5),))
REFUSED = {
    "no such mode": (lambda s: stress.systemic_risk(s, mode="slow"), ParameterError,
                     "one of reference, fixpoint"),
    "no such substitution": (lambda s: stress.cascade(s, "a", substitution="some"), ParameterError,
                             "one of market, none"),
    "no such revenue": (lambda s: stress.cascade(s, "a", revenue="sales"), ParameterError,
                        "one of output"),
    "a tolerance of all": (lambda s: stress.cascade(s, "a", tolerance=1.0), ParameterError,
                           "from 0 to below 1"),
    "a stop of nothing": (lambda s: stress.cascade(s, "a", stop=0.0), ParameterError,
                          "above 0 and below 1"),
    "no sample": (lambda s: stress.systemic_risk(s, sample=0), ParameterError,
                  "at least one firm"),
    "nobody is hit": (lambda s: stress.cascade(s, {}), ParameterError, "at least one firm"),
    "a stranger is hit": (lambda s: stress.cascade(s, {"d": 1.0}), TableError,
                          "a firm of the links"),
    "more than all of it": (lambda s: stress.cascade(s, {"a": 1.2}), TableError, "1.2"),
    "a stranger fails": (lambda s: stress.systemic_risk(s, firms=["z"]), UnknownCodeError, "z"),
    "output that is not known": (lambda s: stress.cascade(s, "a", revenue="output"),
                                 MissingPartError, "the output of 2 firms that sell"),
    "a fixed point without a leak": (lambda s: stress.cascade(s, "a", mode="fixpoint"),
                                     InfeasibleError, "no revenue is given"),
    "costs of a stranger": (lambda s: stress.cascade(s, "a", costs={"z": 1.0}), UnknownCodeError,
                            "firm of the links"),
    "costs below purchases": (lambda s: stress.cascade(s, "a", costs={"a": 2.0}), ParameterError,
                              "at least the purchases in the links of 'a', 3"),
    "costs without end": (lambda s: stress.cascade(s, "a", costs={"a": np.inf}), ParameterError,
                          "at least the purchases"),
    "a cut in a cascade": (lambda s: stress.cascade(s, CUT), ParameterError, "supply_cut"),
    "a step of no length": (lambda s: FirmEconomy.of(s.links, step_days=0.0), ParameterError,
                            "days above zero"),
    "no such pooling": (lambda s: FirmEconomy.of(s.links, pooling="all"), ParameterError,
                        "one of market, suppliers"),
    "no such record": (lambda s: FirmRecorder(FirmEconomy.of(s.links), 2, ("profit",)),
                       ParameterError, "profit"),
    "no closed form": (lambda s: stress.systemic_risk(both_ways()).upstream_at_rest(),
                       InfeasibleError, "sell to each other alone"),
    "nothing to lift it to": (lambda s: lifted(s, np.zeros(3)), MissingPartError, "flows"),
}  # fmt: skip


def both_ways():
    """Return two firms that sell to each other alone."""
    sales = np.array([[0.0, 1.0], [1.0, 0.0]])
    firms = pd.DataFrame({"firm": list("ab"), "sector": ["10", "24"]})
    i, j = np.nonzero(sales)
    names = firms["firm"].to_numpy()
    rows = pd.DataFrame({"supplier": names[i], "buyer": names[j], "value": 1.0})
    return System(links=Links.of_table(rows, firms))


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_asked_of_a_network_is_refused_in_its_words(network, kind):
    ask, error, said = REFUSED[kind]
    with pytest.raises(error) as caught:
        ask(network)
    assert said in str(caught.value)


@pytest.mark.parametrize("shape", [(2,), (3, 1), (4,)])
def test_losses_that_are_not_one_a_firm_are_refused_with_both_shapes(shape):
    rows = [
        ("intermediate", "N", "10", "N", "10", 1.0),
        ("final", "N", "10", "N", "household", 9.0),
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    table = System.from_table(pd.DataFrame(rows, columns=columns))
    firms = pd.DataFrame({"firm": list("abc"), "sector": "10", "region": "N"})
    link = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    both = table.joined(System(links=Links.of_table(link, firms)))
    with pytest.raises(LabelError, match=r"must be \(3,\), one number a firm"):
        lifted(both, np.zeros(shape))
    with pytest.raises(ParameterError, match="nothing that is lost"):
        lifted(both, np.zeros(3))
