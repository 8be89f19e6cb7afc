"""Certificates beside a spreadsheet of decimals over the published files."""

from decimal import Decimal
from random import Random

import pandas as pd
import pytest

import border_twin as sheet
from chainwright import carbon
from chainwright.carbon.border.cbam_tables import CbamTables, country_code

ALL = CbamTables.of_opencbam()


def drawn(number, seed):
    """Return goods that have one default value and a benchmark: country, code, tonnes."""
    draw = Random(seed)  # noqa: S311 - test values
    countries = sorted({row["country"] for row in sheet.held("default_values_2621.json")})
    codes = sorted(sheet.by_code("benchmarks_2620.json"))
    found = []
    while len(found) < number:
        country, code = draw.choice(countries), draw.choice(codes)
        row = sheet.default_row(country, code)
        if row is None or country == sheet.OTHER:
            continue
        rows = sheet.by_code("default_values_2621.json")
        if len(rows[row["country"], row["cn_code"].replace(" ", "")]) > 1:
            continue  # a value for each route: asked for by route
        found.append((country, code, f"{draw.randrange(1, 10**6) / 1000:.3f}"))
    return found


@pytest.mark.parametrize("year", sheet.REMAINS)
def test_drawn_goods_need_the_certificates_of_the_spreadsheet(year):
    goods = drawn(60, year)
    asked = pd.DataFrame(
        {
            "good": [f"g{k}" for k in range(len(goods))],
            "cn_code": [code for _, code, _ in goods],
            "country": [country_code(country) for country, _, _ in goods],
            "tonnes": [float(tonnes) for _, _, tonnes in goods],
        }
    )
    found = carbon.cbam(asked, year=year, price=75.5, tables=ALL).of_goods.set_index("good")
    for k, (country, code, tonnes) in enumerate(goods):
        embedded, free, certificates = sheet.with_default(country, code, year, tonnes)
        row = found.loc[f"g{k}"]
        told = f"{country} {code} {year}"
        assert row["embedded"] == pytest.approx(float(embedded), rel=1e-12), told
        assert row["free"] == pytest.approx(float(free), rel=1e-12, abs=1e-12), told
        assert row["certificates"] == pytest.approx(float(certificates), rel=1e-9, abs=1e-9), told
        assert row["cost"] == pytest.approx(75.5 * float(certificates), rel=1e-9, abs=1e-7)


def test_a_complex_good_with_actual_emissions_adds_the_allocation_of_its_precursors():
    goods = pd.DataFrame(
        [("billets", "72071111", "TUR", 250.0, "C", 1.9, 3000.0)],
        columns=["good", "cn_code", "country", "tonnes", "route", "actual", "paid"],
    )
    used = pd.DataFrame(
        [
            ("billets", "pig iron", "72011011", 0.9, "", "actual"),
            ("billets", "sponge iron", "72031000", 0.15, "", "default"),
        ],
        columns=["good", "precursor", "cn_code", "tonnes_per_tonne", "route", "basis"],
    )
    found = carbon.cbam(
        goods, year=2029, price=60.0, correction=0.9, precursors=used, tables=ALL
    ).of_goods.iloc[0]
    share = Decimal("0.775") * Decimal("0.9")
    process, _ = sheet.benchmark("72071111", "A", "C", 2029)
    pig, _ = sheet.benchmark("72011011", "A", None, 2029)
    sponge, _ = sheet.benchmark("72031000", "B", None, 2029)
    specific = share * (process + Decimal("0.9") * pig + Decimal("0.15") * sponge)
    embedded, free, credit = Decimal("1.9") * 250, specific * 250, Decimal(3000) / 60
    assert found["free_specific"] == pytest.approx(float(specific), rel=1e-12)
    assert found["embedded"] == float(embedded)
    assert found["credit"] == float(credit)
    assert found["certificates"] == pytest.approx(float(embedded - free - credit), rel=1e-12)
    assert found["cost"] == pytest.approx(60.0 * float(embedded - free - credit), rel=1e-12)


def test_marked_up_values_are_the_published_ones_not_the_formula():
    rows = [r for r in sheet.held("default_values_2621.json") if r["total"] != "DASH"]
    assert len(sheet.held("default_values_2621.json")) - len(rows) == 465
    apart = 0
    for row in rows[::97]:
        key = row["country"], row["cn_code"].replace(" ", "")
        if len(sheet.by_code("default_values_2621.json")[key]) > 1:
            continue
        code, country = row["cn_code"].replace(" ", ""), country_code(row["country"])
        held = ALL.default(country, code)
        for year in (2026, 2027, 2028, 2031):
            assert held.of(year) == float(row[f"markup_{min(year, 2028)}"])
            m = {2026: "1.1", 2027: "1.2"}.get(year, "1.3")
            m = "1.01" if row["sector"] == "Fertilisers" else m
            apart += abs(held.of(year) - float(Decimal(row["total"]) * Decimal(m))) > 0.00051
    assert apart >= 1


def test_a_default_value_whose_route_has_no_benchmark_takes_the_highest_and_says_so():
    rows = sheet.by_code("default_values_2621.json")
    country, code = next(
        (country, code)
        for (country, _), (row, *more) in rows.items()
        for code in [row["cn_code"].replace(" ", "")]
        if len(code) == 8
        and not more
        and row["total"] != "DASH"
        and code in sheet.by_code("benchmarks_2620.json")
        and row["route"] is not None
        and sheet.benchmark(code, "B", row["route"], 2026)[1] not in {None, row["route"]}
    )
    goods = {"good": ["one"], "cn_code": [code], "country": [country_code(country)]}
    asked = pd.DataFrame({**goods, "tonnes": [10.0]})
    found = carbon.cbam(asked, year=2026, correction=1.0, tables=ALL).of_goods.iloc[0]
    value, route = sheet.benchmark(code, "B", None, 2026)
    assert (found["benchmark"], found["route"]) == (float(value), route)
    assert found["bound"] == "lower"
    assert "the highest holds: a lower bound" in found["reason_en"]
