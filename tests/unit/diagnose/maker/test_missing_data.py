"""Missing data: each number at both ends of its range, by hand and against a full solve."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System, diagnose
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.errors import MissingPartError, ParameterError
from random_makers import drawn
from toy_makers import maker, two_products

RANGES = diagnose.MissingRanges()


def by_subject(found):
    return found.table().set_index(["kind", "subject"])


@pytest.fixture(scope="module")
def toy():
    return diagnose.missing_data(two_products())


def altered(system, **frames):
    """Return the same maker with some tables in place of its own."""
    kept = {name: frame.copy() for name, frame in system.maker.tables.items()} | frames
    made = type(system.maker).of_tables("toy", currency="CNY", **kept)
    return System(maker=made)


def with_recovery(system, site, weeks):
    sites = system.maker.tables["sites"].copy()
    sites.loc[sites["site"] == site, "recovery_weeks"] = weeks
    return altered(system, sites=sites)


def test_what_is_missing_of_the_hand_worked_case_is_three_times_to_recover(toy):
    table = toy.table()
    assert table["kind"].tolist() == ["recovery"] * 3
    assert set(table["subject"]) == {"P1", "P2", "A2"}
    assert table["examined"].all()
    assert toy.examined == 3


def test_both_ends_of_a_recovery_are_those_worked_by_hand(toy):
    row = by_subject(toy).loc[("recovery", "P1")]
    # F1: 5 (40 t - 20) at 2, 12 and 26 weeks
    assert row["loss_low_end"] == pytest.approx(300)
    assert row["loss_now"] == pytest.approx(2300)
    assert row["loss_high_end"] == pytest.approx(5100)
    assert row["change"] == pytest.approx(4800)
    assert row["time_to_survive_low_end_weeks"] == pytest.approx(0.5)
    assert (row["rank_now"], row["rank_low_end"], row["rank_high_end"]) == (
        1,
        4,
        1,
    )  # A2, B: as much
    assert row["taken"] == 12.0
    assert row["unit"] == "week"


def test_the_order_is_top_changes_then_change_of_loss(toy):
    assert toy.table()["subject"].tolist() == ["P1", "P2", "A2"]
    first = diagnose.missing_data(two_products(), top=1)
    changes = first.table()["top_changes"].to_numpy() > 0
    assert changes.any()
    assert (np.diff(changes.astype(int)) <= 0).all()


@pytest.mark.parametrize("site", ["P1", "P2", "A2"])
@pytest.mark.parametrize("end", ["low", "high"])
def test_an_end_is_what_exposure_says_of_the_maker_with_that_number_filled_in(toy, site, end):
    row = by_subject(toy).loc[("recovery", site)]
    filled = with_recovery(two_products(), site, row[f"{end}_end"])
    table = diagnose.exposure(filled).table().set_index("scenario")
    assert row[f"loss_{end}_end"] == pytest.approx(table.loc[site, "loss_at_recovery"])
    assert row[f"rank_{end}_end"] == table.loc[site, "rank"]


def test_a_known_number_is_not_missing():
    filled = with_recovery(two_products(), "A2", 5.0)
    subjects = set(diagnose.missing_data(filled).table()["subject"])
    assert subjects == {"P1", "P2"}


def unknown_capacity():
    """Two sources of one part, the capacity of one not given; no stock; no stock of b either."""
    return maker(
        products=["item demand_per_week price margin", ("F", 100, 10, 2)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier recovery_weeks", ("X", "S", 4), ("Y", "S", 4), ("P", "", 4)],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("F", "", "P", 1, 110),
            ("a", "S", "X", 0.5, 60),
            ("a", "S", "Y", 0.5, None),
        ],
        stocks=["item site quantity", ("F", "P", 100)],
    )


def test_both_ends_of_a_capacity_are_those_worked_by_hand():
    row = by_subject(diagnose.missing_data(unknown_capacity())).loc[("capacity", "a@Y")]
    # X down for 4 weeks: 400 wanted, 100 in stock, Y makes 4 * 50, 4 * 55 or 4 * 100
    assert row["scenario"] == "X"
    assert (row["low_end"], row["taken"], row["high_end"]) == pytest.approx((50, 55, 100))
    assert row["loss_low_end"] == pytest.approx(2 * 100)
    assert row["loss_now"] == pytest.approx(2 * 80)
    assert row["loss_high_end"] == pytest.approx(0)
    assert row["time_to_survive_low_end_weeks"] == pytest.approx(2.0)
    assert np.isnan(row["time_to_survive_high_end_weeks"])  # for ever


def test_a_stock_that_is_not_given_is_tried_up_to_its_high_end():
    row = by_subject(diagnose.missing_data(unknown_capacity())).loc[("stock", "a")]
    # F's own stock covers 1 week; a's 4 weeks are 400
    assert (row["taken"], row["low_end"], row["high_end"]) == (0.0, 0.0, 400.0)
    assert row["scenario"] == "X"
    assert row["loss_low_end"] == pytest.approx(160)
    assert row["loss_high_end"] == pytest.approx(0)
    assert row["outages"] == 2  # X down, or Y


def test_the_capacity_of_an_only_source_is_not_asked_for():
    found = diagnose.missing_data(two_products())
    assert "capacity" not in set(found.table()["kind"])


def without_source():
    """Return the hand-worked case with a part c of F2 of which no source is known."""
    bill = two_products().maker.tables["bill"]
    more = bill.iloc[[0]].assign(parent="F2", component="c", quantity=2.0)
    return altered(two_products(), bill=pd.concat([bill, more], ignore_index=True))


def test_a_part_of_unknown_source_is_a_new_outage_with_a_rank():
    found = diagnose.missing_data(without_source())
    row = by_subject(found).loc[("source", "c")]
    # down for 12 weeks without stock of it: F2 loses 480 - 30 at a margin of 2
    assert row["loss_high_end"] == pytest.approx(900)
    assert row["loss_low_end"] == 0.0
    assert row["time_to_survive_high_end_weeks"] == pytest.approx(0.75)
    assert np.isnan(row["time_to_survive_low_end_weeks"])
    assert row[["rank_now", "rank_low_end"]].isna().all()
    assert row["rank_high_end"] == 3  # after P1 and, of the same loss and gap, P2
    assert "If one site makes it all" in row["reason_en"]


def without_place():
    sites = two_products().maker.tables["sites"].copy()
    sites.loc[sites["site"] == "A2", ["place", "region"]] = ""
    return altered(two_products(), sites=sites)


def test_a_site_of_unknown_place_is_tried_where_its_items_are_made_too():
    found = diagnose.missing_data(without_place(), by="region")
    row = by_subject(found).loc[("place", "A2")]
    both = diagnose.missing_data(two_products()).base.programme.impact([2, 3], 12.0).loss
    alone = dict(zip(found.base.scenarios.codes, found.base.loss, strict=True))
    assert row["scenario"] in {"CHN:Jiangsu", "CHN:Anhui"}
    if row["scenario"] == "CHN:Jiangsu":
        assert row["loss_high_end"] == pytest.approx(both)
    assert row["loss_low_end"] == pytest.approx(alone[row["scenario"]])
    assert row["loss_high_end"] > row["loss_low_end"]
    assert row["scenario"] in row["reason_zh"]


def test_places_are_not_asked_for_where_outages_are_of_sites():
    assert "place" not in set(diagnose.missing_data(without_place()).table()["kind"])


def without_margin():
    products = two_products().maker.tables["products"].copy()
    products.loc[products["item"] == "F1", "margin"] = np.nan
    return altered(two_products(), products=products)


def test_a_missing_margin_is_a_share_of_the_price_at_both_ends():
    found = diagnose.missing_data(without_margin())
    row = by_subject(found).loc[("margin", "F1")]
    assert (row["low_end"], row["taken"], row["high_end"]) == pytest.approx((0.6, 1.8, 3.6))
    assert row["scenario"] == "P1"
    assert row["loss_low_end"] == pytest.approx(460 * 0.6)
    assert row["loss_high_end"] == pytest.approx(460 * 3.6)
    assert found.counted_in["loss"] == "CNY"
    units = diagnose.missing_data(without_margin(), weight="output")
    assert "margin" not in set(units.table()["kind"])


@pytest.mark.parametrize("seed", range(5))
def test_what_is_not_examined_has_a_bound_that_holds(seed):
    few = diagnose.missing_data(drawn(seed, parts=14), examine=1).table()
    full = by_subject(diagnose.missing_data(drawn(seed, parts=14), examine=99))
    open_ = few[~few["examined"]]
    assert open_["change"].isna().all()
    assert open_["scenario"].eq("").all()
    assert (few["examined"].to_numpy()[:-1] >= few["examined"].to_numpy()[1:]).all()
    assert len(full) == len(few)
    for _, row in open_.iterrows():
        other = full.loc[(row["kind"], row["subject"])]
        if other["examined"]:
            assert other["change"] <= row["change_at_most"] * (1 + 1e-6) + 1e-6
    for kind in ("capacity", "stock"):
        assert (few.loc[few["examined"], "kind"] == kind).sum() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_ends_agree_with_a_full_solve_of_the_altered_maker(seed):
    system = drawn(seed)
    found = diagnose.missing_data(system, examine=50)
    table = found.table()
    for _, row in table[table["kind"].isin(["capacity", "stock"])].head(6).iterrows():
        if not row["examined"]:
            continue
        filled = filled_in(system, row["kind"], row["subject"], row["high_end"])
        after = diagnose.exposure(filled).table().set_index("scenario")
        assert row["loss_high_end"] == pytest.approx(
            after.loc[row["scenario"], "loss_at_recovery"], rel=1e-6, abs=1e-6
        )
        assert row["rank_high_end"] >= 1


def filled_in(system, kind, subject, value):
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    if kind == "capacity":
        item, site = subject.split("@")
        here = (tables["sourcing"]["item"] == item) & (tables["sourcing"]["site"] == site)
        tables["sourcing"].loc[here, "capacity_per_week"] = value
        return altered(system, sourcing=tables["sourcing"])
    stocks = tables["stocks"]
    more = stocks.iloc[[0]].assign(item=subject, site="", quantity=value)
    return altered(system, stocks=pd.concat([stocks, more], ignore_index=True))


@pytest.mark.parametrize("seed", range(4))
def test_more_stock_or_capacity_never_raises_a_loss(seed):
    table = diagnose.missing_data(drawn(seed), examine=50).table()
    better = table[table["kind"].isin(["capacity", "stock"]) & table["examined"]]
    slack = 1e-6 * (1.0 + better["loss_low_end"])
    assert (better["loss_high_end"] <= better["loss_low_end"] + slack).all()
    worse = table[(table["kind"] == "recovery") & table["examined"]]
    assert (worse["loss_high_end"] >= worse["loss_low_end"] - 1e-6).all()


def test_all_on_the_demo_is_told_with_how_many_were_solved():
    found = diagnose.missing_data(System.demo("maker"), examine=10)
    counts = found.table().groupby("kind")["examined"].agg(["sum", "size"])
    assert counts.loc["recovery", "sum"] == 50
    assert counts.loc["capacity", "sum"] == 10
    assert counts.loc["stock", "sum"] == 10
    assert counts.loc["source", "sum"] == counts.loc["source", "size"]
    assert f"{found.examined:,} solved again" in repr(found)
    assert found.table()["reason_zh"].str.endswith("。").all()


def test_ranges_are_the_askers_and_out_of_range_is_refused():
    wide = diagnose.missing_data(
        two_products(), ranges=diagnose.MissingRanges(recovery_weeks_high=52.0)
    )
    assert set(wide.table()["high_end"]) == {52.0}
    assert wide.parameters["recovery_weeks_high"] == 52.0
    with pytest.raises(ParameterError, match="recovery_weeks_low"):
        diagnose.MissingRanges(recovery_weeks_low=-1.0)
    for name in ("top", "examine"):
        with pytest.raises(ParameterError, match=name):
            diagnose.missing_data(two_products(), **{name: 0})


def test_a_range_always_holds_what_is_taken_now():
    found = diagnose.missing_data(
        two_products(), assumptions=MakerAssumptions(recovery_weeks=40.0)
    ).table()
    assert (found["low_end"] <= found["taken"]).all()
    assert (found["taken"] <= found["high_end"]).all()


def test_nothing_missing_is_an_empty_table():
    sites = two_products().maker.tables["sites"].assign(recovery_weeks=5.0)
    found = diagnose.missing_data(altered(two_products(), sites=sites))
    assert found.table().empty
    assert found.examined == 0
    assert RANGES.stock_weeks_high == 4.0


def test_a_system_without_a_maker_is_refused():
    with pytest.raises(MissingPartError, match="maker"):
        diagnose.missing_data(System.demo("country"))
