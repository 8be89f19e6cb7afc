"""Exposure, supply risk, prices, surges and mutual dependence against plain twins."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from product_twins import HomeTwin, mutual_twin, surge_twin
from trade_twins import EU27, rows
from trades import baci, made, rows_of_2024, trade_of

HOMES = {"CHN": ["CHN"], "USA": ["USA"], "EU27": EU27}


@cache
def flows():
    return rows(rows_of_2024())


@cache
def production():
    """Return made-up production: quantities of some places, for every product."""
    rng = np.random.default_rng(5)
    products = sorted({f[2] for f in flows()})
    cells = [
        {"place": place, "product": p, "year": 2024, "quantity": round(float(q), 1), "unit": "t",
         "stocks": round(float(q) / 4, 1), "stock_draw": round(float(q) / 50, 1),
         "source": "made up"}
        for p in products
        for place, q in zip(("CHN", "USA", "AUS", *EU27), rng.lognormal(9, 2, 30), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(cells)


@cache
def governance():
    places = sorted({f[0] for f in flows()} | {f[1] for f in flows()})
    rng = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "place": places,
            "score": rng.uniform(0, 10, len(places)).round(2),
            "trade_parameter": rng.choice([0.8, 1.0, 1.1], len(places)),
            "source": "made up",
        }
    )


def number(cell):
    return math.nan if cell is None or cell is pd.NA else float(cell)


def assert_rows(frame, wanted):
    assert set(frame.index) == set(wanted)
    for column in next(iter(wanted.values())):
        held = [number(cell) for cell in frame[column].astype("object")]
        asked = [number(wanted[key][column]) for key in frame.index]
        np.testing.assert_allclose(held, asked, rtol=1e-9, atol=1e-9, err_msg=column)


@pytest.fixture(params=HOMES)
def at_home(request):
    return request.param, HomeTwin(flows(), HOMES[request.param], request.param)


def at(home, column):
    """Return what the members of home have by product."""
    held = production()
    return held[held["place"].isin(HOMES[home])].groupby("product")[column].sum().to_dict()


def test_exposure_with_production_at_home(at_home):
    home, twin = at_home
    found = diagnose.import_exposure(baci(2024), production(), home=home)
    mine, drawn, stocks = (at(home, c) for c in ("quantity", "stock_draw", "stocks"))
    wanted = {p: twin.exposure(p, mine[p], drawn=drawn[p], stocks=stocks[p]) for p in sorted(mine)}
    frame = found.table().set_index("product")
    assert_rows(frame, wanted)
    for product, row in frame.iterrows():
        bought = twin.bought(product, 4)
        assert not bought or bought[row["top_supplier"]] == pytest.approx(max(bought.values()))
        cell = wanted[product]
        if not math.isnan(cell["apparent_use"]):
            assert row["stuck"] == (cell["exposure_to_top"] > 0.5 and cell["gap"] > 0.0)


@pytest.mark.parametrize("home", ["CHN", "USA", "AUS"])
def test_supply_risk_over_world_production_and_sourcing(home):
    twin = HomeTwin(flows(), [home])
    scores = dict(zip(governance()["place"], governance()["score"], strict=True))
    weights = dict(zip(governance()["place"], governance()["trade_parameter"], strict=True))
    found = diagnose.supply_risk(baci(2024), production(), governance(), home=home)
    wanted = {}
    for product, some in production().groupby("product"):
        amounts = dict(zip(some["place"], some["quantity"], strict=True))
        wanted[product] = twin.risk(product, amounts, scores, weights)
    assert_rows(found.table().set_index("product"), wanted)


def test_prices_of_what_home_sells_and_buys(at_home):
    home, twin = at_home
    frame = diagnose.quality_gap(baci(2024), home=home).table().set_index("product")
    wanted = {p: twin.quality(p) for p in frame.index}
    assert_rows(frame, wanted)
    traded = {f[2] for f in twin.flows if twin.name in f[:2]}
    assert set(frame.index) == traded


@pytest.mark.parametrize("home", ["CHN", "JPN"])
def test_who_leans_on_whom(home):
    frame = diagnose.mutual_dependence(baci(2024), home=home, blocs=()).table()
    wanted = mutual_twin(flows(), home)
    frame = frame.set_index("partner")
    assert_rows(frame, {partner: wanted[partner] for partner in frame.index})
    left = {p for p, row in wanted.items() if row["products_on_home"] or row["products_of_home"]}
    assert left <= {*frame.index}


@pytest.mark.parametrize("seed", range(3))
def test_surges_against_the_years_before(seed):
    frames = {2019 + k: made(seed + 10 * k, places=5, products=6, fill=0.7) for k in range(4)}
    found = diagnose.import_surge(trade_of(frames), home="P01").table().set_index("product")
    years = [rows(frame) for frame in frames.values()]
    assert_rows(found, {p: surge_twin(years, "P01", p) for p in found.index})
