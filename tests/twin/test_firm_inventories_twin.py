"""The model of firms with inventories against loops over firms and links in plain Python."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.system import Links


def plain(links, hit, lost, *, steps, stock, market):
    """Output by step and firm: one firm loses a share of capacity for ever, from day 0 on.

    Stocks by (buyer, sector), orders by link, or, where markets deliver, by (buyer, sector) and
    firm of the market.
    """
    n, tau, psi = links.n, 60.0, 0.8
    x = [max(o, s) / 365 for o, s in zip(links.output, links.sales, strict=True)]
    bought, sold = {}, [0.0] * n
    rows = list(zip(links.supplier.tolist(), links.buyer.tolist(), links.value, strict=True))
    for g, f, v in rows:
        key = (f, int(links.sector[g]))
        bought[key] = bought.get(key, 0.0) + v
        sold[g] += v
    A = {(f, p): v / (x[f] * 365) for (f, p), v in bought.items()}
    final = [x[g] - sold[g] / 365 for g in range(n)]
    held = {k: stock * x[k[0]] * a for k, a in A.items()}
    weight = {
        key: {
            g: (
                (sold[g] if links.sector[g] == key[1] else 0.0)
                if market
                else sum(
                    v for s, f, v in rows if (s, f) == (g, key[0]) and links.sector[s] == key[1]
                )
            )
            for g in range(n)
        }
        for key in A
    }

    def shared(asked, q):
        orders = {}
        for key, amount in asked.items():
            total = sum(w * q[g] for g, w in weight[key].items())
            for g, w in weight[key].items():
                if w > 0:
                    orders[g, key] = amount * w * q[g] / total if total > 0 else 0.0
        return orders

    orders = shared({k: x[k[0]] * a for k, a in A.items()}, [1.0] * n)
    alpha, made, told = [1.0] * n, list(x), []
    for t in range(steps):
        demand = [final[g] + sum(o for (s, _), o in orders.items() if s == g) for g in range(n)]
        if t > 1:
            for g in range(n):
                zeta = (demand[g] - made[g]) / demand[g] if demand[g] > 0 else 0.0
                change = (1.25 - alpha[g]) * zeta + (1.0 - alpha[g] if zeta == 0 else 0.0)
                alpha[g] = max(1.0, alpha[g] + change / 365)
        able = [x[g] * (1.0 - (lost if g == hit else 0.0)) * alpha[g] for g in range(n)]
        wanted = [min(d, c) for d, c in zip(demand, able, strict=True)]
        made = []
        for f in range(n):
            share = 1.0
            for (buyer, p), a in A.items():
                if buyer == f and wanted[f] > 0 and a > 2.7e-8:
                    share = min(share, held[f, p] / (psi * stock * wanted[f] * a))
            made.append(wanted[f] * share)
        rho = [m / d if d > 0 else 0.0 for m, d in zip(made, demand, strict=True)]
        for (g, key), amount in orders.items():
            held[key] += rho[g] * amount
        asked = {}
        for (f, p), a in A.items():
            held[f, p] -= made[f] * a
            gap = max(0.0, stock * wanted[f] * a - held[f, p])
            asked[f, p] = gap / tau + made[f] * a
        q = [c / y if y > 0 else 1.0 for c, y in zip(able, x, strict=True)]
        orders = shared(asked, q)
        told.append(made)
    return np.array(told)


@st.composite
def networks(draw):
    n = draw(st.integers(3, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j and rng.random() < 0.5] or [
        (0, 1)
    ]
    codes = [f"f{i}" for i in range(n)]
    rows = {"supplier": [codes[i] for i, _ in pairs], "buyer": [codes[j] for _, j in pairs]}
    value = rng.lognormal(0.0, 1.0, len(pairs))
    total = np.zeros(n)
    for (i, j), v in zip(pairs, value, strict=True):
        total[i] += v
        total[j] += v
    output = total * 1.2 + rng.random(n) + 0.1
    firms = pd.DataFrame({"firm": codes, "sector": rng.choice(["a", "b"], n), "output": output})
    return Links.of_table(pd.DataFrame({**rows, "value": value}), firms)


@pytest.mark.parametrize("pooling", ["market", "suppliers"])
@given(
    links=networks(),
    hit=st.integers(0, 2),
    lost=st.floats(0.0, 1.0),
    stock=st.sampled_from([3.0, 10.0, 90.0]),
)
@settings(max_examples=25, deadline=None)
def test_kernels_equal_loops_in_plain_python(pooling, links, hit, lost, stock):
    blow = Blow("capacity", firms=links.axis.codes[hit], share=lost)
    blows = firm_blows(links, Shock((blow,)), 25)
    economy = FirmEconomy.of(links, pooling=pooling)
    run = simulate_firms(
        economy,
        blows,
        InventoryModel(rationing="proportional", stock_days=stock),
        record=["production"],
    )
    expected = plain(links, hit, lost, steps=25, stock=stock, market=pooling == "market")
    scale = economy.x0.max()
    assert np.abs(run.of("production") - expected).max() <= 1e-10 * scale
