"""Tables of answers on a maker as they stand on a page: names, units, money, what is not known."""

import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.report.maker.maker_grids import MakerGrids, money_scale, unit_of, unit_word
from chainwright.report.wording import Words
from chainwright.tables import Column
from chainwright.units import Money
from toy_makers import maker, two_products

EN, ZH = Words("en"), Words("zh")


def without_prices():
    """Return one product of one part, of which no money is known."""
    return maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", ""), ("A", "S")],
        sourcing=["item supplier site", ("F", "", "P"), ("a", "S", "A")],
    )


@pytest.fixture(scope="module")
def ranking():
    return diagnose.exposure(two_products())


@pytest.mark.parametrize(
    ("top", "en", "zh"),
    [
        (5.0, (1.0, "CNY"), (1.0, "元")),
        (2.5e4, (1e3, "thousand CNY"), (1.0, "元")),
        (3e5, (1e3, "thousand CNY"), (1e4, "万元")),
        (4e8, (1e6, "m CNY"), (1e4, "万元")),
        (8.3e9, (1e6, "m CNY"), (1e8, "亿元")),
        (2e10, (1e9, "bn CNY"), (1e8, "亿元")),
        (float("nan"), (1.0, "CNY"), (1.0, "元")),
    ],
)
def test_money_is_divided_so_that_the_largest_amount_is_easy_to_read(top, en, zh):
    assert money_scale(Money("CNY"), top, EN) == en
    assert money_scale(Money("CNY"), top, ZH) == zh


def test_money_without_a_currency_is_never_divided():
    assert money_scale(Money(), 1e12, EN) == (1.0, "currency not stated")
    assert money_scale(Money("CNY", 2026, "million"), 1e12, EN)[0] == 1.0


@pytest.mark.parametrize(
    ("unit", "en", "zh"),
    [
        ("week", "weeks", "周"),
        ("money/week", "M/week", "M/周"),
        ("share", "%", "%"),
        ("1", "", ""),
        ("", "", ""),
        ("units/week", "units/week", "件/周"),
        ("money/unit", "M/unit", "M/件"),
        ("own", "", ""),
    ],
)
def test_units_are_words_of_the_language(unit, en, zh):
    assert (unit_word(unit, "M", EN), unit_word(unit, "M", ZH)) == (en, zh)


def test_a_loss_is_counted_in_money_or_in_units_as_it_was_weighed(ranking):
    column = Words.column("maker_exposure", "loss_at_recovery")
    assert unit_of(ranking, column) == "money"
    in_units = diagnose.exposure(without_prices())
    assert in_units.parameters["weight"] == "output"
    assert unit_of(in_units, column) == "units"


def test_a_grid_has_a_cell_for_each_row_and_column(ranking):
    columns = ["rank", "scenario", "place", "time_to_survive_weeks", "gap_weeks", "finding"]
    frame = ranking.table()
    grid = MakerGrids(EN).grid(
        ranking, "maker_exposure", frame, columns, title="T", rows=3, remark="reason"
    )
    assert [c.heading for c in grid.columns][:2] == ["Rank", "Outage"]
    assert [c.unit for c in grid.columns][3:5] == ["weeks", "weeks"]
    assert [c.numeric for c in grid.columns] == [True, False, False, True, True, False]
    assert len(grid.rows) == len(grid.remarks) == 3
    assert grid.where.startswith("3 of 5 rows")
    for row, told in zip(grid.rows, frame.head(3).to_dict("records"), strict=True):
        assert row[0] == str(told["rank"])
        assert row[1] == told["scenario"]
        assert row[2] in {"China", "Japan"}
        assert row[4] == f"{told['gap_weeks']:.1f}"
    zh = MakerGrids(ZH).grid(
        ranking, "maker_exposure", frame, columns, title="T", rows=9, remark="reason"
    )
    assert zh.rows[0][2] in {"中国", "日本"}
    assert zh.where.startswith("全部 5 行")
    assert zh.remarks == frame["reason_zh"].tolist()


def column(type_, unit=""):
    return Column("x", type_, unit, "X", "叉", "", "", "")


@pytest.mark.parametrize(
    ("of", "value", "shown"),
    [
        (column("float", "week"), 1.25, "1.2"),
        (column("float", "week"), float("inf"), "∞"),
        (column("float", "week"), float("nan"), "–"),
        (column("float", "share"), 0.256, "25.6"),
        (column("float", "units"), 12345.6, "12,346"),
        (column("float", "units"), 0.12345, "0.1235"),
        (column("integer", "1"), 1234, "1,234"),
        (column("integer", "1"), pd.NA, "–"),
        (column("boolean"), True, "yes"),
        (column("boolean"), pd.NA, "–"),
        (column("string"), "", "–"),
        (Column("unit", "string", "", "U", "单位", "", "", ""), "week", "weeks"),
        (Column("place", "string", "", "P", "国", "", "", ""), "a1", "Alpha"),
        (column("string"), "a1", "Alpha (a1)"),
        (column("string"), "b", "b"),
        (column("float", "money"), 1234.0, "1,234"),
    ],
)
def test_a_cell_is_shown_as_a_reader_expects(of, value, shown):
    assert MakerGrids(EN).cell(of, value, {"a1": "Alpha", "b": "b"}) == shown


def test_scaled_money_has_a_decimal_while_it_is_small():
    money = column("float", "money/week")
    assert MakerGrids(EN).cell(money, 12_340_000.0, {}, scale=1e6) == "12.3"
    assert MakerGrids(EN).cell(money, 12_340_000_000.0, {}, scale=1e6) == "12,340"
    assert MakerGrids(ZH).cell(column("string"), "a1", {"a1": "阿"}) == "阿（a1）"
