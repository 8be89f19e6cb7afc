"""CBAM beside opencbam: default values, benchmarks, mark-ups, free allocation."""

from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from json import loads

import numpy as np
import pandas as pd
import pytest
from opencbam.engine.constants import cbam_factor
from opencbam.engine.defaults import get_default_value, get_marked_up_default
from opencbam.engine.reference import DataSource, Route, get_benchmark

from chainwright.carbon.border.cbam_tables import OTHER, CbamTables, country_code
from chainwright.carbon.border.certificates import cbam
from chainwright.errors import UnknownCodeError
from chainwright.params import table

pytestmark = pytest.mark.against

ALL = CbamTables.of_opencbam()


def names():
    """Return the name that opencbam has for each of our codes."""

    held = files("opencbam").joinpath("engine/data/default_values_2621.json")
    return {country_code(r["country"]): r["country"] for r in loads(held.read_text("utf-8"))}


def drawn(count):
    rows = ALL.defaults.sample(count, random_state=7)
    return list(rows[["country", "cn_code", "route"]].itertuples(index=False, name=None))


def test_default_values_are_the_same_for_a_thousand_rows():
    name, compared = names(), 0
    for country, code, route in drawn(1000):
        try:
            theirs = get_default_value(name[country], code, route=route or None)
        except ValueError:  # white or grey clinker
            with pytest.raises(UnknownCodeError):
                ALL.default(country, code, route)
            continue
        ours = ALL.default(country, code, route)
        assert (ours is None) == (theirs is None)
        if ours is None:
            continue
        assert Decimal(str(ours.total)) == theirs
        for year in (2026, 2027, 2028, 2031):
            published = get_marked_up_default(name[country], code, year, route=route or None)
            if country == ours.country:
                assert Decimal(str(ours.of(year))) == published
        compared += 1
    assert compared > 900


def test_benchmarks_are_the_same_for_every_code_column_and_route():
    columns = {"A": DataSource.ACTUAL, "B": DataSource.DEFAULT}
    compared = 0
    for row in ALL.benchmarks.drop_duplicates(["cn_code", "column", "route"]).itertuples():
        for year in (2026, 2029):
            theirs = get_benchmark(
                row.cn_code,
                data_source=columns[row.column],
                route=Route(row.route) if row.route else None,
                year=year,
            )
            ours = ALL.benchmark(row.cn_code, row.column, route=row.route, year=year)
            assert Decimal(str(ours.value)) == theirs
            compared += 1
    assert compared > 2000


def test_the_share_that_remains_is_the_same():
    ours = {int(row["year"]): Decimal(row["factor"]) for row in table("cbam_years")}
    assert all(cbam_factor(year) == share for year, share in ours.items())
    assert len(ours) == 9


def test_published_mark_ups_follow_the_formula_but_for_the_known_few():
    frame = ALL.defaults.merge(of_sector(), on=["country", "cn_code", "route", "total"])
    off, far, asked = 0, 0, 0
    for year, share in ((2026, "0.10"), (2027, "0.20"), (2028, "0.30")):
        for row in frame.itertuples():
            published = getattr(row, f"marked_{year}")
            if np.isnan(row.total) or np.isnan(published):
                continue
            mark = Decimal("0.01") if row.sector == "Fertilisers" else Decimal(share)
            exact = Decimal(str(row.total)) * (1 + mark)
            formula = exact.quantize(Decimal("0.001"), ROUND_HALF_UP)
            gap = abs(Decimal(str(published)) - formula)
            asked += 1
            off += gap == Decimal("0.001")
            far += gap > Decimal("0.001")
    assert (asked, off, far) == (32778, 805, 10)


def of_sector():

    held = files("opencbam").joinpath("engine/data/default_values_2621.json")
    number = {"DASH": np.nan, "NA": np.nan}
    return pd.DataFrame(
        [
            {
                "country": country_code(r["country"]),
                "cn_code": r["cn_code"].replace(" ", ""),
                "route": r["route"] or "",
                "total": number.get(r["total"]) if r["total"] in number else float(r["total"]),
                "sector": r["sector"],
            }
            for r in loads(held.read_text("utf-8"))
        ]
    ).drop_duplicates()


def test_certificates_of_many_goods_are_those_of_the_formula():
    rows, due = [], []
    name = names()
    for i, (country, code, route) in enumerate(drawn(400)):
        if country == OTHER or route or len(code) < 8:
            continue
        marked = get_marked_up_default(name[country], code, 2026)
        try:
            mark = get_benchmark(code, data_source=DataSource.DEFAULT, year=2026)
        except ValueError:
            continue
        if marked is None or mark is None:
            continue
        rows.append((f"g{i}", code, country, 10.0))
        due.append(float(max(Decimal(0), 10 * (marked - cbam_factor(2026) * mark))))
    asked = pd.DataFrame(rows, columns=["good", "cn_code", "country", "tonnes"])
    found = cbam(asked, year=2026, tables=ALL)
    assert len(rows) > 30
    assert found.of_goods["certificates"].tolist() == pytest.approx(due, abs=1e-12)
