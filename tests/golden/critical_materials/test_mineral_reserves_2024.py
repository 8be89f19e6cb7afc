"""Reserves of 2024 for China, Japan and the Union: what a planner looks for comes first."""

import numpy as np
import pytest

from chainwright.plan import OutageModel, mineral_reserves
from trades import baci, rows_of_2024

FIRST = {  # standing "ranked", the most weeks of imports first
    "CHN": "720293 BRA, 252800 TUR, 283691 CHL, 260600 GIN, 711021 RUS",
    "JPN": "810411 CHN, 720293 BRA, 252800 TUR, 810194 CHN, 280470 VNM",
    "EU27": "252800 TUR, 850511 CHN, 810411 CHN, 720293 BRA, 283691 CHL",
}

DOUBTFUL = {"CHN": {"811212"}, "EU27": {"280480", "250490", "280429"}}
"""Quantities and values of the source tell of different suppliers: beryllium of Madagascar ..."""

NET_EXPORTS = {
    "CHN": {"810411", "850511", "810194", "811292", "280469", "811010", "251110"},
    "JPN": {"740311", "810820", "810320"},
    "EU27": {"282200", "283692", "711011"},
}

UNION = {"BEL", "DEU", "FRA", "ITA", "NLD", "ESP", "SWE", "AUT", "FIN", "POL"}


@pytest.fixture(scope="module", params=FIRST)
def answer(request):
    return request.param, mineral_reserves(baci(2024), request.param)


def test_the_first_five_are_those_a_planner_names(answer):
    home, found = answer
    table = found.table()
    told = ", ".join(
        f"{p} {d}" for p, d in zip(table["product"][:5], table["driver"], strict=False)
    )
    assert told == FIRST[home]
    assert (table["standing"][:5] == "ranked").all()


def test_what_home_sells_or_the_source_doubts_comes_late(answer):
    home, found = answer
    standing = found.table().set_index("product")["standing"]
    assert DOUBTFUL.get(home, set()) <= set(standing.index[standing == "doubtful"])
    assert NET_EXPORTS[home] <= set(standing.index[standing == "net_exporter"])
    assert len(standing) == 30


def test_every_reserve_is_between_4_days_and_20_weeks_of_imports(answer):
    _, found = answer
    weeks = found.table()["reserve_weeks_of_imports"]
    assert weeks.notna().all()
    assert weeks.min() > 0.5
    assert weeks.max() < 20.0


def test_shares_of_the_first_suppliers_are_those_of_the_file(answer):
    home, found = answer
    rows = rows_of_2024()
    if home == "EU27":
        assert found.table().set_index("product").loc["850511", "top_share"] == pytest.approx(
            0.910, abs=5e-4
        )
        return
    bought = rows[rows["importer"] == home].dropna(subset="quantity")
    table = found.table().set_index("product")
    for product, of_one in bought.groupby("product"):
        quantity = of_one.groupby("exporter")["quantity"].sum()
        assert table.loc[product, "imports"] == pytest.approx(quantity.sum())
        assert table.loc[product, "top_supplier"] == quantity.idxmax()
        assert table.loc[product, "top_share"] == pytest.approx(quantity.max() / quantity.sum())


def test_trade_within_the_union_is_no_import():
    found = mineral_reserves(baci(2024), "EU27", draws=20)
    suppliers = set(found.tables()["mineral_reserves_suppliers"]["supplier"])
    assert not suppliers & UNION
    assert {"CHN", "GBR", "TUR"} <= suppliers


def test_of_the_world_market_of_niobium_little_is_left_without_brazil():
    found = mineral_reserves(baci(2024), "JPN", draws=20)
    p = found.supplies.products.index("720293")
    need = found.needs[p]
    brazil = [found.supplies.places[s] for s in need.suppliers].index("BRA")
    assert need.others[brazil] == pytest.approx(0.25, abs=0.05)
    p = found.supplies.products.index("251110")
    assert found.needs[p].others[0] > 0.6  # baryte: China is one of several


def test_longer_outages_higher_levels_and_rates_never_shrink_a_reserve():
    def weeks(rule="quantile", level=0.9, **more):
        found = mineral_reserves(
            baci(2024), "JPN", draws=200, rule=rule, level=level, outages=OutageModel(**more)
        )
        return np.nan_to_num(found.reserve)

    for rule in ("quantile", "economic"):
        base = weeks(rule)
        assert (weeks(rule, median_weeks=20.0) >= base).all()
        assert (weeks(rule, rate=0.2) >= base).all()
        assert (weeks(rule, rate=0.02) <= base).all()
    assert (weeks(level=0.95) >= weeks(level=0.9)).all()
    assert weeks("economic", rate=0.3).sum() > weeks("economic").sum()
