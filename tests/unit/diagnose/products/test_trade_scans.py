"""All importers and products of a year, and over years: tables, blocs, thresholds, churn."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.diagnose import (
    DependenceThresholds,
    lasting_dependence,
    trade_dependence,
)
from chainwright.diagnose.products.dependence_thresholds import above
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import Axis, Exports, Trade
from chainwright.units import Money
from trades import made, trade_of, traded

COLUMNS = ["exporter", "importer", "product", "value"]
HELD = [("A", "B", "x", 9.0), ("A", "C", "x", 4.0), ("B", "C", "x", 1.0)]
"""B and C depend on A for x: import HHI 1 and .68, world HHI .87, no exports of C."""

FREE = [("A", "B", "x", 5.0), ("C", "B", "x", 5.0), ("D", "B", "x", 5.0), ("B", "C", "x", 40.0)]
"""B imports from three and exports more than it imports."""


def frame(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def years(*lists, **more):
    return trade_of({2000 + k: frame(rows) for k, rows in enumerate(lists)}, **more)


def pair(table, importer, product="x"):
    at = (table["importer"] == importer) & (table["product"] == product)
    return table[at].iloc[0]


def test_the_weightiest_dependence_comes_first():
    table = trade_dependence(traded(3)).table()
    flagged = table["dependent"].to_numpy()
    assert flagged.any()
    assert not flagged.all()
    assert flagged.tolist() == sorted(flagged, reverse=True)
    weight = (table["imports"] * table["import_hhi"]).to_numpy()
    for part in (flagged, ~flagged):
        assert weight[part].tolist() == sorted(weight[part], reverse=True)


def test_only_pairs_with_imports_have_a_row():
    system = traded(3)
    table = trade_dependence(system, blocs=[]).table()
    year = system.trade.year()
    assert (table["imports"] > 0.0).all()
    assert len(table) == len({*zip(year.importer, year.product, strict=True)})


def test_a_country_has_no_cdi_and_the_reason_is_in_its_row():
    table = trade_dependence(years(HELD), blocs=["A+B"]).table()
    c = pair(table, "C")
    assert table["cdi1"].isna().all()
    assert "CDI2 of a single country is 1" in c["reason_en"]
    assert "单一国家的 CDI2 恒为 1" in c["reason_zh"]
    assert "exports none" in c["reason_en"]
    assert pd.isna(c["imports_per_exports"])
    assert c["c3"]


def test_a_bloc_has_its_cdi_and_no_such_reason():
    row = pair(trade_dependence(years(HELD), blocs=["B+C"]).table(), "B+C")
    assert (row["cdi1"], row["cdi2"]) == (1.0, pytest.approx(13 / 14))
    assert row["cdi3"] == pytest.approx(13.0)
    assert bool(row["cdi_dependent"])
    assert row["reason_en"] == NO_EXPORTS
    assert row["suppliers"] == 1


def test_a_bloc_that_mostly_buys_from_itself_is_not_dependent():
    rows = [*HELD, ("B", "C", "x", 90.0)]
    found = trade_dependence(years(rows), blocs=["B+C"])
    row = pair(found.table(), "B+C")
    assert row["cdi1"] == 1.0
    assert row["cdi2"] == pytest.approx(13 / 104)
    assert row["cdi3"] == pytest.approx(13 / 91)
    only_two = DependenceThresholds(imports_per_exports=0.1)
    assert not pair(
        trade_dependence(years(rows), blocs=["B+C"], thresholds=only_two).table(), "B+C"
    )["cdi_dependent"]
    all_three = DependenceThresholds(imports_per_exports=0.1, extra_share=0.1)
    assert pair(trade_dependence(years(rows), blocs=["B+C"], thresholds=all_three).table(), "B+C")[
        "cdi_dependent"
    ]


NO_EXPORTS = "The importer exports none of it, so C3 holds without a number."


def test_thresholds_are_crossed_strictly_above():
    rows = [("A", "B", "x", 1.0), ("C", "B", "x", 1.0)]
    at = DependenceThresholds(import_hhi=0.5, world_hhi=0.5)
    row = pair(trade_dependence(years(rows), thresholds=at).table(), "B")
    assert (row["import_hhi"], row["c1"], row["c2"], row["c3"]) == (0.5, False, False, True)
    below = DependenceThresholds(import_hhi=0.49, world_hhi=0.49)
    assert pair(trade_dependence(years(rows), thresholds=below).table(), "B")["dependent"]
    with pytest.raises(ParameterError, match="import_hhi"):
        DependenceThresholds(import_hhi=1.5)
    assert above(np.array([np.nan, 1.0]), 0.5).tolist() == [False, True]


def test_what_was_asked_is_kept():
    found = trade_dependence(traded(3), year=2020, blocs=["P00+P01", "EU27"])
    told = found.parameters
    assert told["year"] == 2020
    assert told["blocs"] == {"P00+P01": ["P00", "P01"]}
    assert told["import_hhi"] == 0.4


def test_units_are_those_of_the_trade_and_names_those_of_its_lists():
    found = trade_dependence(traded(3))
    assert found.units["imports"] == "thousand USD"
    assert found.units_of("trade_dependence_products")["world_trade"] == "thousand USD"
    baci = years(HELD, classification="HS2017", money=Money("USD"))
    assert trade_dependence(baci).names("product")["720293"].endswith("ferro-niobium")
    assert trade_dependence(baci).names("top_supplier", "zh")["BRA"] == "巴西"
    assert trade_dependence(baci).names("imports") == {}


def test_the_products_name_who_would_be_missed():
    rows = trade_dependence(years(HELD)).products()
    assert rows["top_exporter"].tolist() == ["A"]
    assert rows["world_loss"].tolist() == [pytest.approx(13 / 14)]
    assert (rows["importers_hit"][0], rows["importers"][0]) == (2, 2)
    assert rows["dependent_importers"][0] == 2


def test_two_of_the_last_three_years_make_it_last():
    held, free = HELD, [*FREE, ("A", "C", "x", 1.0)]
    for lists, lasts in (
        ([held, held, free], True),
        ([free, held, held], True),
        ([held, free, free], False),
        ([held, held, free, free], False),
        ([free, free, held, held], True),
    ):
        table = lasting_dependence(years(*lists)).table()
        row = pair(table, "B")
        assert bool(row["lasting"]) is lasts
        assert row["years_flagged"] == sum(rows is held for rows in lists)
        assert row["years_seen"] == len(lists)
        assert row["stability"] == pytest.approx(row["years_flagged"] / len(lists))
        assert bool(row["dependent"]) is (lists[-1] is held)


def test_with_two_years_it_is_not_said_whether_it_lasts():
    found = lasting_dependence(years(HELD, HELD))
    assert not found.said
    assert found.table()["lasting"].isna().all()
    assert not found.lasting.any()


def test_places_and_products_may_come_and_go():
    first = [("A", "B", "y", 5.0), ("A", "B", "x", 9.0)]
    found = lasting_dependence(years(first, HELD, HELD), blocs=[])
    assert found.importers == ("A", "B", "C")
    assert found.products == ("x", "y")
    table = found.table()
    gone = pair(table, "B", "y")
    assert (gone["years_seen"], gone["years_flagged"], gone["imports"]) == (1, 1, 0.0)
    assert gone["top_supplier"] == ""
    assert np.isnan(gone["top_share"])
    assert pair(table, "C")["years_seen"] == 2


def test_the_floor_leaves_small_pairs_out_of_the_count():
    found = lasting_dependence(years(HELD, HELD, HELD), floor=6.0)
    assert set(found.table()["importer"]) == {"B"}
    assert found.counted(0).sum() == 1
    assert found.parameters["floor"] == 6.0


def test_churn_counts_who_is_free_later_and_still_imports():
    free = [*FREE, ("A", "C", "x", 1.0)]
    none = [("A", "D", "x", 1.0)]
    churn = lasting_dependence(years(HELD, free, HELD)).churn().set_index("lag")
    one, two = churn.loc[1], churn.loc[2]
    assert (one["pairs"], one["no_longer"]) == (3, 1)  # B is free in between, C depends on B then
    assert (two["pairs"], two["no_longer"], two["churn"]) == (2, 0, 0.0)
    stopped = lasting_dependence(years(HELD, none)).churn().set_index("lag")
    assert stopped.loc[1, "pairs"] == 0
    assert np.isnan(stopped.loc[1, "churn"])


def test_each_year_of_a_span_is_the_scan_of_that_year():
    system = traded(11, years=range(2001, 2006), places=7, products=9)
    found = lasting_dependence(system, blocs=["P00+P01"])
    for y, year in enumerate(found.years):
        one = trade_dependence(system, year=year, blocs=["P00+P01"])
        wanted = {
            (one.measures.places.codes[c], one.measures.products.codes[p])
            for c, p in zip(*np.nonzero(one.dependent), strict=True)
        }
        held = {
            (found.importers[c], found.products[p])
            for c, p in zip(*np.nonzero(found.flagged(y)), strict=True)
        }
        assert held == wanted


def test_years_are_read_one_at_a_time_and_each_once():
    held = {year: traded(year).trade.year(2019) for year in (1, 2, 3)}
    asked = []

    def read(year):
        asked.append(year)
        return held[year]

    base = traded(1).trade
    trade = Trade((1, 2, 3), read, base.read_exports, "given", Money(), base.origin)
    lasting_dependence(System(trade=trade))
    assert sorted(asked) == [1, 2, 3]


@pytest.mark.parametrize("ask", [trade_dependence, lasting_dependence])
def test_exports_alone_do_not_tell_who_depends(ask):
    one = Exports(Axis("place", ("A",)), Axis("product", ("x",)), np.ones((1, 1)), 2020)
    with pytest.raises(MissingPartError, match="bilateral flows"):
        ask(System(trade=Trade.of_exports({2020: one})))
    with pytest.raises(MissingPartError, match="trade"):
        ask(System.demo("country"))


def test_years_and_blocs_must_be_known():
    system = years(HELD)
    with pytest.raises(ParameterError, match="2000"):
        lasting_dependence(system, years=[1999])
    with pytest.raises(ParameterError, match="years"):
        lasting_dependence(system, years=[])
    with pytest.raises(UnknownCodeError, match="Z"):
        trade_dependence(system, blocs=["A+Z"])


def test_ten_thousand_pairs_stay_categories():
    table = trade_dependence(trade_of({2020: made(1, places=20, products=40)})).table()
    assert isinstance(table["product"].dtype, pd.CategoricalDtype)
    assert isinstance(table["top_supplier"].dtype, pd.CategoricalDtype)
