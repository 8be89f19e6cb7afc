"""Makers that nobody expects: odd codes and sizes, nothing there, changes that change nothing."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from chainwright import System, diagnose
from chainwright.errors import TableError
from maker_twins import PlainMaker
from toy_makers import maker, two_products
from wild_makers import wild

BYS = ("site", "node", "supplier", "region", "place", "item")
PRODUCTS, BILL = "item demand_per_week price margin", "parent component quantity"
TAIL = "@/:; ü车 "


def odd(code):
    return f"{code}{TAIL}{code}"


def plainly(value):
    """Return a text or code without what `odd` adds."""
    if not isinstance(value, str):
        return value
    for prefix in "FpSV":
        for i in range(9):
            value = value.replace(odd(f"{prefix}{i}"), f"{prefix}{i}")
    return value


@cache
def base(seed):
    return wild(1200 + seed)


def numbers(table, key):
    """Return the figures of a table by its key, in the order of keys."""
    kept = table.set_index(key).select_dtypes(["number", "bool"]).sort_index()
    return kept.astype(float)


def alike(one, other, key):
    pd.testing.assert_frame_equal(
        numbers(one, key), numbers(other, key), rtol=1e-6, atol=1e-5, check_dtype=False
    )


def altered(system, **frames):
    kept = {name: frame.copy() for name, frame in system.maker.tables.items()} | frames
    return System(maker=type(system.maker).of_tables("toy", currency="CNY", **kept))


@pytest.mark.parametrize("seed", range(6))
def test_odd_codes_give_the_same_answers_by_other_names(seed):
    strange = wild(1200 + seed, names=odd)
    by = BYS[seed]
    for ask in (diagnose.survival, diagnose.exposure):
        one = ask(base(seed), by=by, outages=(5,)).table()
        other = ask(strange, by=by, outages=(5,)).table()
        assert one["scenario"].tolist() == [plainly(c) for c in other["scenario"]]
        assert one["products_short"].tolist() == [plainly(c) for c in other["products_short"]]
        assert one["reason_en"].tolist() == [plainly(c) for c in other["reason_en"]]
        assert one["reason_zh"].tolist() == [plainly(c) for c in other["reason_zh"]]
        alike(one, other.assign(scenario=other["scenario"].map(plainly)), "scenario")


@pytest.mark.parametrize("seed", range(6))
def test_odd_codes_give_the_same_sources_by_other_names(seed):
    strange = wild(1200 + seed, names=odd)
    for ask, key in (
        (diagnose.single_sources, "item"),
        (diagnose.common_suppliers, "group"),
    ):
        one, other = ask(base(seed)).table(), ask(strange).table()
        pd.testing.assert_frame_equal(one, other.map(plainly), check_dtype=False)
        assert one[key].is_unique
    one = diagnose.concentration(base(seed)).table()
    other = diagnose.concentration(strange).table()
    pd.testing.assert_frame_equal(one, other.map(plainly), check_dtype=False)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_rows_in_the_tables_changes_no_figure(seed):
    system, rng = base(seed), np.random.default_rng(seed)
    mixed = {
        name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        for name, frame in system.maker.tables.items()
        if name != "products"  # of products with the same loss those that stand first are kept
    }
    other = altered(system, **mixed)
    by = BYS[(seed + 3) % 6]
    one = diagnose.exposure(system, by=by, outages=(5,)).table()
    two = diagnose.exposure(other, by=by, outages=(5,)).table()
    alike(one.drop(columns="rank"), two.drop(columns="rank"), "scenario")
    alike(diagnose.single_sources(system).table(), diagnose.single_sources(other).table(), "item")
    assert len(one)
    for group in ("supplier", "place"):
        alike(
            diagnose.common_suppliers(system, by=group).table(),
            diagnose.common_suppliers(other, by=group).table(),
            "group",
        )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_an_item_counted_in_another_unit_is_survived_as_long(seed, factor):
    system = base(seed)
    items = PlainMaker(system.maker)
    chosen = next(iter(items.parts))
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    tables["bill"].loc[tables["bill"]["component"] == chosen, "quantity"] *= factor
    tables["bill"].loc[tables["bill"]["parent"] == chosen, "quantity"] /= factor
    tables["stocks"].loc[tables["stocks"]["item"] == chosen, "quantity"] *= factor
    mine = tables["sourcing"]["item"] == chosen
    tables["sourcing"].loc[mine, "capacity_per_week"] *= factor
    tables["sites"]["capacity_per_week"] = np.nan  # it is counted in units of several items
    plain = altered(system, sites=tables["sites"])
    other = altered(system, **tables)
    by = BYS[seed]
    one = diagnose.survival(plain, by=by, outages=(5,)).table()
    two = diagnose.survival(other, by=by, outages=(5,)).table()
    assert len(one)
    alike(one, two, "scenario")


@pytest.mark.parametrize("seed", range(6))
def test_money_in_thousandths_scales_losses_and_spend_and_moves_no_rank(seed):
    system = base(seed)
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    tables["products"][["price", "margin"]] *= 1e3
    tables["parts"]["unit_cost"] *= 1e3
    tables["sourcing"]["price"] *= 1e3
    one = diagnose.exposure(system).table().set_index("scenario")
    two = diagnose.exposure(altered(system, **tables)).table().set_index("scenario")
    money = [
        "loss_at_recovery",
        "lost_revenue_at_recovery",
        "spend_per_week",
        "deeper_spend_per_week",
        "base_loss_at_recovery",
    ]
    for column in money:
        truth = (one[column] * 1e3).to_numpy()
        np.testing.assert_allclose(two.loc[one.index, column], truth, rtol=1e-6, atol=1e-2)
    assert one.index.tolist() == two.index.tolist()
    assert one["quadrant"].tolist() == two["quadrant"].tolist()


def test_a_tiny_and_a_huge_product_of_one_part_are_worked_by_hand():
    system = maker(
        products=[PRODUCTS, ("F", 1e9, 5e-6, 2e-6), ("G", 1e-6, 4e9, 1e9)],
        bill=[BILL, ("F", "a", 1e-6), ("G", "a", 1e9), ("G", "F", 1e-6)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("X", "S"), ("P", "")],
        sourcing=[
            "item supplier site capacity_per_week",
            ("F", "", "P", 2e9),
            ("G", "", "P", 2e-6),
            ("a", "S", "X", 1e5),
        ],
        stocks=["item quantity", ("a", 3000.0), ("F", 1e9), ("G", 2e-6)],
    )
    rows = diagnose.survival(system, by="item").table().set_index("scenario")
    # Of a 1000 a week go into F and 1000 into G; F lasts 1 week, G 2: 2000 t - 3000 <= 3000.
    assert rows["time_to_survive_weeks"].to_dict() == pytest.approx({"a": 3, "F": 1, "G": 2})
    # a, 12 weeks: 18,000 short; G loses 1 by unit of a, 10,000 at most, then F loses 2.
    assert rows["loss_at_recovery"].to_dict() == pytest.approx(
        {"a": 10_000 + 2 * 8_000, "F": 22_000, "G": 10_000}
    )
    together = diagnose.survival(system, of=["P"]).table()
    assert together["loss_at_recovery"].tolist() == pytest.approx([32_000])


def one_chain(**more):
    """Return F from one a; P at home, X of S; a stock of 15 F."""
    tables = {
        "products": [PRODUCTS, ("F", 10, 5, 2)],
        "bill": [BILL, ("F", "a", 1)],
        "suppliers": ["supplier", ("S",)],
        "sites": ["site supplier place region", ("X", "S", "CHN", "N"), ("P", "", "CHN", "N")],
        "sourcing": ["item supplier site", ("F", "", "P"), ("a", "S", "X")],
        "stocks": ["item site quantity", ("F", "", 15)],
    }
    return maker(**tables | more)


def test_everything_in_one_country_leaves_the_stock_alone():
    system = one_chain()
    for by, code in (("place", "CHN"), ("region", "CHN:N")):
        row = diagnose.exposure(system, by=by).table().set_index("scenario").loc[code]
        assert (row["nodes"], row["sole_items"]) == (2, 2)
        assert row["time_to_survive_weeks"] == pytest.approx(1.5)
        assert row["loss_at_recovery"] == pytest.approx(2 * (120 - 15))
        assert row["supplier"] == ""
        assert row["finding"] == "exposed"
    common = diagnose.common_suppliers(system, by="place").table()
    assert common.loc[0, ["group", "products_stopped", "items_stopped"]].tolist() == ["CHN", 1, 2]


def test_a_length_of_no_weeks_loses_nothing():
    table = diagnose.survival(one_chain(), outages=(0, 2)).tables()["survival_losses"]
    none = table[table["weeks"] == 0]
    assert none["loss"].tolist() == [0.0, 0.0]
    assert none["lost_units"].tolist() == [0.0, 0.0]
    assert none["products_short"].tolist() == ["", ""]
    assert table.loc[table["weeks"] == 2, "loss"].tolist() == pytest.approx([10.0, 10.0])


def test_a_maker_without_suppliers_has_no_outage_of_one():
    system = maker(
        products=[PRODUCTS, ("F", 10, 5, 2)],
        bill=[BILL, ("F", "a", 1)],
        sites=["site", ("P",)],
        sourcing=["item site", ("F", "P"), ("a", "P")],
    )
    assert diagnose.survival(system, by="supplier").table().empty
    assert diagnose.exposure(system, by="region").table().empty
    only = diagnose.exposure(system).table()
    assert only["scenario"].tolist() == ["P"]
    assert only["loss_at_recovery"].tolist() == pytest.approx([240.0])
    assert only["spend_per_week"].tolist() == [0.0]
    assert diagnose.single_sources(system).table()["kind"].tolist() == ["product", "made"]
    spent = diagnose.concentration(system).table()
    assert spent["purchase_per_week"].fillna(0.0).sum() == 0.0


def test_a_product_of_which_no_bill_is_given_stands_and_falls_with_its_own_source():
    system = one_chain(
        products=[PRODUCTS, ("F", 10, 5, 2), ("G", 4, 9, 3)],
        sourcing=["item supplier site", ("F", "", "P"), ("a", "S", "X"), ("G", "S", "")],
    )
    rows = diagnose.survival(system).table().set_index("scenario")
    assert rows.loc["S/?", "loss_at_recovery"] == pytest.approx(4 * 12 * 3)
    assert rows.loc["P", "products_short"] == "F"
    table = diagnose.single_sources(system).table().set_index("item")
    assert table.loc["G", "finding"] == "one supplier"
    assert table.loc["G", "revenue_per_week"] == 36.0


def test_a_product_without_a_price_leaves_revenue_open_only_where_it_is_lost():
    system = one_chain(
        products=[PRODUCTS, ("F", 10, None, 2), ("G", 4, 9, 3)],
        sourcing=["item supplier site", ("F", "", "P"), ("a", "S", "X"), ("G", "S", "")],
    )
    rows = diagnose.survival(system).table().set_index("scenario")
    assert rows["lost_revenue_at_recovery"].isna().to_dict() == {"P": True, "X": True, "S/?": False}
    assert rows.loc["S/?", "lost_revenue_at_recovery"] == pytest.approx(4 * 12 * 9)
    flags = diagnose.single_sources(system).table().set_index("item")
    assert np.isnan(flags.loc["a", "revenue_per_week"])
    assert flags.loc["a", "unpriced_products"] == 1


def test_a_product_that_is_sold_at_a_loss_weighs_nothing_but_is_still_missed():
    system = one_chain(products=[PRODUCTS, ("F", 10, 5, -2)])
    row = diagnose.exposure(system).table().set_index("scenario").loc["P"]
    assert row["loss_at_recovery"] == 0.0
    assert row["lost_revenue_at_recovery"] == pytest.approx(5 * 105)
    assert row["time_to_survive_weeks"] == pytest.approx(1.5)
    assert row["finding"] == "exposed"


def test_a_maker_that_nobody_buys_from_survives_everything():
    system = one_chain(products=[PRODUCTS, ("F", 0, 5, 2)])
    rows = diagnose.survival(system, by="place").table()
    assert rows["survives_for_ever"].tolist() == [True]
    assert rows["time_to_survive_weeks"].isna().all()
    assert diagnose.exposure(system).table()["finding"].unique().tolist() == ["never felt"]
    assert diagnose.missing_data(system).table()["change"].isna().all()


def test_a_part_that_nothing_needs_is_said_to_be_needless_and_not_to_have_other_sources():
    spare = one_chain(
        parts=["item unit_cost", ("z", 1), ("y", 1)],
        sites=["site supplier", ("X", "S"), ("P", ""), ("Z", "S"), ("W", "S")],
        sourcing=[
            "item supplier site",
            *[("F", "", "P"), ("a", "S", "X"), ("a", "S", "W")],
            *[("z", "S", "Z"), ("y", "S", "Z"), ("y", "S", "X")],
        ],
    )
    rows = diagnose.exposure(spare).table().set_index("scenario")
    assert rows.loc["Z", "reason_en"].startswith("Nothing that it makes is needed. ")
    assert rows.loc["Z", "reason_zh"].startswith("该处所制物料均非计划所需。")
    told = rows.loc["X", "reason_en"]
    assert told.startswith("Of its 2 items 1 is needed, with other sources. ")
    assert rows.loc["W", "reason_en"].startswith("Its item has other sources. ")
    assert rows.loc["P", "reason_en"].startswith("Only source of F. Stock lasts 1.5 weeks")
    assert rows["sole_items"].to_dict() == {"P": 1, "X": 0, "W": 0, "Z": 0}


def test_where_the_maker_buys_nothing_at_all_no_share_is_told():
    system = maker(
        products=[PRODUCTS, ("F", 10, 5, 2), ("G", 10, 5, 1)],
        bill=[BILL, ("F", "a", 1)],
        sites=["site", ("P",), ("Q",)],
        sourcing=["item site", ("F", "P"), ("a", "P"), ("G", "Q")],
    )
    rows = diagnose.exposure(system).table()
    assert rows["spend_share"].isna().all()
    assert not rows["reason_en"].str.contains("nan").any()
    assert rows.loc[0, "reason_en"].endswith("The maker itself buys nothing there.")


def test_site_supplier_item_and_product_may_share_one_code():
    system = maker(
        products=[PRODUCTS, ("P", 10, 5, 2)],
        bill=[BILL, ("P", "X", 1)],
        suppliers=["supplier", ("X",)],
        sites=["site supplier", ("X", "X"), ("P", "")],
        sourcing=["item supplier site", ("P", "", "P"), ("X", "X", "X")],
        stocks=["item site quantity", ("X", "X", 5)],
    )
    for by in ("site", "supplier", "item"):
        row = diagnose.survival(system, by=by).table().set_index("scenario").loc["X"]
        assert row["time_to_survive_weeks"] == pytest.approx(0.5)
        assert row["by"] == by
    lost = diagnose.survival(system, by="supplier", stock_at_node="lost").table()
    assert lost["time_to_survive_weeks"].tolist() == [0.0]


def test_sources_that_would_have_one_name_are_refused_with_their_rows():
    joined = [
        "item supplier site",
        ("F", "", "P"),
        ("a", "S", "b@X"),
        ("a@b", "S", "X"),
        ("b", "S", "S/?"),
        ("b", "S", ""),
    ]
    with pytest.raises(TableError) as caught:
        one_chain(
            bill=[BILL, ("F", "a", 1), ("F", "a@b", 1), ("F", "b", 1)],
            sites=["site supplier", ("X", "S"), ("P", ""), ("b@X", "S"), ("S/?", "S")],
            sourcing=joined,
        )
    told = str(caught.value)
    assert "'a@b@X', as they do that of row 3" in told
    assert "'S/?', a site of sites.csv" in told
    assert len(caught.value.breaches) == 2
    apart = [*joined[:2], ("a", "S", "b@X"), ("a@b", "S", "P2"), ("b", "S", "S/?")]
    fine = one_chain(
        bill=[BILL, ("F", "a", 1), ("F", "a@b", 1), ("F", "b", 1)],
        sites=["site supplier", ("P2", "S"), ("P", ""), ("b@X", "S"), ("S/?", "S")],
        sourcing=apart,
    )
    assert fine.maker.network.nodes.codes == ("F@P", "a@b@X", "a@b@P2", "b@S/?")
    assert diagnose.survival(fine).table()["scenario"].tolist() == ["P2", "P", "b@X", "S/?"]


def test_a_region_of_unknown_country_may_be_that_of_the_same_name():
    def flag(first, second):
        system = one_chain(
            sites=[
                "site supplier place region",
                ("P", "", "CHN", "N"),
                ("X", "S", *first),
                ("Y", "S", *second),
            ],
            sourcing=["item supplier site", ("F", "", "P"), ("a", "S", "X"), ("a", "S", "Y")],
        )
        found = diagnose.single_sources(system).table().set_index("item")["single_region"]["a"]
        return None if pd.isna(found) else bool(found)

    assert flag(("CHN", "E"), ("CHN", "E")) is True
    assert flag(("CHN", "E"), ("CHN", "W")) is False
    assert flag(("CHN", "E"), ("JPN", "E")) is False
    assert flag(("CHN", "E"), ("", "E")) is None
    assert flag(("CHN", "E"), ("", "W")) is False
    assert flag(("", "E"), ("", "E")) is True
    assert flag(("CHN", "E"), ("CHN", "")) is None
    assert flag(("CHN", ""), ("JPN", "")) is False


def test_no_stock_at_all_means_no_week_and_all_stock_in_the_world_means_many():
    empty = diagnose.survival(two_products(), of=["B"]).table()["time_to_survive_weeks"]
    assert empty.tolist() == pytest.approx([2.5])
    plenty = diagnose.survival(two_products(stock_b=1e9), of=["B"]).table()
    assert plenty["time_to_survive_weeks"].tolist() == pytest.approx([(1e9 + 20) / 40])
    assert plenty["loss_at_recovery"].tolist() == [0.0]
    assert not plenty["exposed"].any()
