"""WIOD 2011 as a product system: 1,435 footprints beside a dense solve and beside the accounts."""

import numpy as np
import pytest

from chainwright import System, accounts, carbon
from real import data

REGIONS, SECTORS = 41, 35


@pytest.fixture(scope="module")
def raw():
    """Return flows, final use and outputs as the file has them, and tonnes made up by sector."""
    with np.load(data("wiod2013") / "wiot_2011.npz") as file:
        used, final = file["Z"].astype(float), file["F"].astype(float)
    made = used.sum(axis=1) + final.sum(axis=1)
    dirt = np.tile(0.01 * 1.3 ** np.arange(SECTORS)[::-1], REGIONS)
    return used, final, made, made * dirt * np.repeat(1.0 + np.arange(REGIONS) / 20.0, SECTORS)


@pytest.fixture(scope="module")
def economy(raw):
    system = System.read(data("wiod2013"), year=2011)
    return System(flows=system.flows.with_stressors("co2", "t", raw[3]))


@pytest.fixture(scope="module")
def expected(raw):
    """Return tonnes per million dollars of each product: (1 - A') y = q."""
    used, _, made, tonnes = raw
    some = made > 0.0
    recipe, direct = np.zeros_like(used), np.zeros_like(made)
    recipe[:, some] = used[:, some] / made[some]
    direct[some] = tonnes[some] / made[some]
    return np.linalg.solve(np.eye(len(made)) - recipe.T, direct)


@pytest.fixture(scope="module")
def found(economy):
    return carbon.footprints(carbon.product_system(economy, of="co2"), tolerance=1e-12)


def test_all_products_have_the_footprint_of_a_dense_solve(found, expected):
    np.testing.assert_allclose(found.footprint, expected, rtol=1e-9)
    assert found.solved.method == "series"
    assert (found.solved.lower <= expected * (1.0 + 1e-12)).all()
    assert (found.solved.upper >= expected * (1.0 - 1e-12)).all()


def test_final_demand_embodies_what_the_accounts_say_region_by_region(economy, found, raw):
    users = raw[1].reshape(len(found.footprint), REGIONS, -1).sum(axis=2)
    ours = found.footprint @ users
    table = accounts.footprint(economy, of="co2").table()
    theirs = table[table["part"] == "produced"].groupby("consumer")["amount"].sum()
    for code, amount in zip(economy.flows.nodes.regions.codes, ours, strict=True):
        assert theirs[code] == pytest.approx(amount, rel=1e-8)
    # 85 t in 2.9e9 go to products that use inputs, by rounding, and make nothing
    assert ours.sum() == pytest.approx(raw[3].sum(), rel=1e-7)


def test_what_a_product_embodies_by_country_is_what_the_accounts_say(economy, found, raw):
    countries, values = found.by("country")
    final = raw[1].reshape(len(found.footprint), REGIONS, -1).sum(axis=2)
    codes = list(economy.flows.nodes.regions.codes)
    bought = final[:, codes.index("DEU")]
    ours = dict(zip(countries, bought @ values, strict=True))
    table = accounts.footprint(economy, of="co2", home="DEU").table()
    table = table[(table["part"] == "produced") & (table["consumer"] == "DEU")]
    assert len(table) == REGIONS
    for row in table.itertuples():
        assert row.amount == pytest.approx(ours[row.region], rel=1e-8)


def test_value_added_in_a_dollar_of_any_product_is_a_dollar_less_what_is_no_value_added(
    economy, raw
):
    used, _, made, _ = raw
    products = carbon.product_system(economy, of="value_added")
    found = carbon.footprints(products, tolerance=1e-12)
    some = made > 0.0
    np.testing.assert_allclose(found.footprint[some], 1.0, rtol=1e-9)
    direct = 1.0 - used.sum(axis=0)[some] / made[some]
    np.testing.assert_allclose(products.direct[some], direct, rtol=1e-9, atol=1e-12)
