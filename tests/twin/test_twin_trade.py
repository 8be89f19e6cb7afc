"""Dependence in trade against plain twins, column by column, on raw materials and made-up trade."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.system import groups
from trade_twins import EU27, Market, capability, rows, slope, spare
from trades import made, materials, rows_of_2022, rows_of_2024, rows_of_links, trade_of

UNION = {"EU27": EU27}
PAIR = {"P00+P01": ["P00", "P01"]}


def frames(name):
    """Return {year: frame} and the blocs of a case."""
    if name == "baci":
        return {2022: rows_of_2022(), 2024: rows_of_2024()}, UNION
    if name == "links":
        links = rows_of_links()
        return {y: links[links["year"] == y] for y in range(2018, 2025)}, UNION
    return {2019 + k: made(9 + k, places=7, products=12, fill=0.25) for k in range(6)}, PAIR


CASES = ["baci", "links", "made"]


@cache
def prepared(name):
    """Return the system, the markets of its years, their frames and the blocs."""
    given, blocs = frames(name)
    system = materials() if name == "links" else trade_of(given)
    markets = {year: Market(rows(frame), blocs) for year, frame in given.items()}
    return system, markets, given, blocs


@pytest.fixture(params=CASES)
def case(request):
    return prepared(request.param)


def held(column):
    """Return a column as floats: NaN where it is empty."""
    return column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def assert_columns(frame, twin, *, but=()):
    """Assert that a frame agrees with a list of twin rows, column by column."""
    wanted = pd.DataFrame(twin)
    for name in wanted.columns.difference(list(but)):
        if wanted[name].map(lambda v: isinstance(v, str)).any():
            assert list(frame[name].astype(str)) == list(wanted[name]), name
        else:
            np.testing.assert_allclose(
                held(frame[name]),
                wanted[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan),
                rtol=1e-9,
                atol=1e-12,
                err_msg=name,
            )


def test_the_twin_s_union_is_that_of_the_list():
    assert sorted(groups()["EU27"]) == sorted(EU27)


@pytest.mark.parametrize("joined", [True, False])
def test_every_pair_of_importer_and_product(case, joined):
    system, markets, given, blocs = case
    year = max(markets)
    market = markets[year] if joined else Market(rows(given[year]), {})
    found = diagnose.trade_dependence(system, year=year, blocs=list(blocs) if joined else [])
    frame = found.table()
    keys = list(zip(frame["importer"], frame["product"], strict=True))
    assert sorted(keys) == sorted(market.imports)
    assert_columns(frame, [market.pair(*key) for key in keys])
    products = found.products()
    assert sorted(products["product"]) == sorted(market.exports)
    assert_columns(products, [market.product(p) for p in products["product"]])


def test_lasting_pairs_by_counting_years(case):
    system, markets, _, blocs = case
    years = sorted(markets)
    frame = diagnose.lasting_dependence(system, blocs=list(blocs)).table()
    flags, seen = {}, {}
    for year in years:
        for key in markets[year].imports:
            seen.setdefault(key, set()).add(year)
            if markets[year].pair(*key)["dependent"]:
                flags.setdefault(key, set()).add(year)
    keys = list(zip(frame["importer"], frame["product"], strict=True))
    assert sorted(keys) == sorted(flags)
    twin = [
        {
            "years_seen": len(seen[key]),
            "years_flagged": len(flags[key]),
            "dependent": years[-1] in flags[key],
            "lasting": len(flags[key] & set(years[-3:])) >= 2 if len(years) > 2 else None,
            "imports": sum(markets[years[-1]].imports.get(key, {}).values()),
        }
        for key in keys
    ]
    assert_columns(frame, twin)


HOMES = [
    *(("baci", home) for home in ("CHN", "EU27", "JPN")),
    *(("links", home) for home in ("CHN", "EU27", "JPN", "DEU")),
    *(("made", home) for home in ("P02", "P00+P01")),
]


@cache
def answered(name, home):
    """Return the answer for one home, and what the twin needs for it."""
    system, _, given, blocs = prepared(name)
    members = blocs.get(home, [home])
    others = {b: m for b, m in blocs.items() if b == home or not set(m) & set(members)}
    markets = {year: Market(rows(frame), others) for year, frame in given.items()}
    found = diagnose.dependence(system, home=home, years=list(markets), blocs=list(blocs))
    return found, home, members, markets, given


@pytest.fixture(params=HOMES, ids=":".join)
def at_home(request):
    return answered(*request.param)


def indicators(markets, year, home, product):
    """Return the twin's row of a year, None where nothing is imported."""
    return markets[year].pair(home, product) if (home, product) in markets[year].imports else None


def test_the_years_of_a_home(at_home):
    found, home, _, markets, _ = at_home
    frame = found.tables()["dependence_years"]
    keys = list(zip(frame["product"], frame["year"], strict=True))
    wanted = [(p, y) for y in markets for i, p in markets[y].imports if i == home]
    assert sorted(keys) == sorted(wanted)
    twin = [markets[year].pair(home, product) for product, year in keys]
    assert_columns(frame, twin, but=("top_exporter", "loss_if_top_exporter_fails"))


def test_suppliers_and_substitutes_of_a_home(at_home):
    found, home, _, markets, _ = at_home
    years = sorted(markets)
    last = markets[years[-1]]
    tables = found.tables()
    listed = tables["dependence_suppliers"]
    for product, frame in listed.groupby("product"):
        bought, known = last.imports[home, product], last.quantity[home, product]
        total = sum(bought.values())
        order = sorted(bought, key=lambda s, b=bought: (-b[s], s))
        assert sorted(frame["supplier"]) == sorted(order)
        twin = [
            {
                "value": bought[s],
                "share": bought[s] / total,
                "quantity": sum(known[s]) if known.get(s) else math.nan,
            }
            for s in frame["supplier"]
        ]
        assert_columns(frame, twin)
        assert list(frame["value"]) == sorted(frame["value"], reverse=True)
        assert list(frame["rank"]) == list(range(1, len(frame) + 1))
    others = tables["dependence_substitutes"]
    quantities = [y for y in years if y > years[-1] - 5 and any(markets[y].exported.values())]
    for product, frame in others.groupby("product"):
        bought, sold = last.imports[home, product], last.exports[product]
        top = min(bought, key=lambda s, b=bought: (-b[s], s))
        elsewhere = {e: sold[e] - bought.get(e, 0.0) for e in sold if e not in {home, top}}
        best = sorted((a for a in elsewhere.values() if a > 1e-9), reverse=True)[:5]
        np.testing.assert_allclose(frame["elsewhere"], best, rtol=1e-9)
        more = spare(markets, product, quantities) if len(quantities) > 1 else None
        twin = [
            {
                "elsewhere": elsewhere[e],
                "to_home": bought.get(e, 0.0),
                "world_share": sold[e] / sum(sold.values()),
                "cover": elsewhere[e] / bought[top],
                "spare_quantity": more[e] if more else math.nan,
            }
            for e in frame["substitute"]
        ]
        assert_columns(frame, twin)


def test_the_products_of_a_home(at_home):
    found, home, members, markets, given = at_home
    years = sorted(markets)
    last = markets[years[-1]]
    able = capability(rows(given[years[-1]]), set(members))
    quantities = [y for y in years if y > years[-1] - 5 and any(markets[y].exported.values())]
    frame = found.table()
    total = sum(sum(b.values()) for (i, _), b in last.imports.items() if i == home)
    twin = []
    for product in frame["product"]:
        each = {y: indicators(markets, y, home, product) for y in years}
        flags = [y for y in years if each[y] and each[y]["dependent"]]
        by_cdi = [y for y in years if each[y] and each[y]["cdi_dependent"]]
        now = each[years[-1]]
        enough, bloc = len(years) > 2, home in last.blocs
        recent = set(years[-3:])
        row = {
            "imports": 0.0,
            "import_share": 0.0,
            "years_seen": sum(r is not None for r in each.values()),
            "years_flagged": len({*flags, *by_cdi}),
            "stability": len({*flags, *by_cdi}) / len(years),
            "lasting": len(recent & set(flags)) >= 2 if enough else None,
            "cdi_lasting": len(recent & set(by_cdi)) >= 2 if enough and bloc else None,
            "import_hhi_trend": slope([(y, r["import_hhi"]) for y, r in each.items() if r]),
            "top_share_trend": slope([(y, r["top_share"]) for y, r in each.items() if r]),
        }
        if now:
            row |= {k: v for k, v in now.items() if k != "loss_if_top_exporter_fails"}
            row |= {"home_loss": now["loss_if_top_exporter_fails"]}
            row["import_share"] = now["imports"] / total
            world = last.product(product)
            row |= {k: world[k] for k in ("world_loss", "importers_hit", "importers")}
            rca, density, own = able[product]
            row |= {"rca": rca, "density": density}
            row |= {
                "home_world_share": now["exports"] / sum(last.exports[product].values()),
            }
            failing = world["top_exporter"]
            lost = last.exported[product].get(failing, 0.0) or math.nan
            if not quantities:
                lost = math.nan
            more = spare(markets, product, quantities) if len(quantities) > 1 else None
            instead = (
                min(lost, sum(a for e, a in more.items() if e != failing))
                if more and not math.isnan(lost)
                else math.nan
            )
            row |= {
                "lost_quantity": lost,
                "replaceable_quantity": instead,
                "replaceable_share": instead / lost,
            }
            told = frame.set_index("product").loc[product, "nearest"]
            best = sorted(own.values(), reverse=True)[:3]
            assert [text.split()[1] for text in told.split("; ") if text] == [
                f"{phi:.2f}" for phi in best
            ]
        twin.append(row)
    imported = np.array(["exports" in row for row in twin])
    assert (frame["imports"] > 0.0).tolist() == imported.tolist()
    assert_columns(frame[imported], [row for row in twin if "exports" in row])
    if not imported.all():
        assert_columns(frame[~imported], [row for row in twin if "exports" not in row])
        assert set(frame["finding"][~imported]) == {"not imported"}
    level = list(frame["finding"].map(list(diagnose.DEPENDENCE_FINDINGS).index))
    assert level == sorted(level)
    weight = (frame["imports"] * frame["import_hhi"]).fillna(0.0)
    for _, same in weight.groupby(frame["finding"]):
        assert list(same) == sorted(same, reverse=True)
