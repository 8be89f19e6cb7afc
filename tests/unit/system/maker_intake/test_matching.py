"""Rows matched across tables: every one matched, possible or rejected, with its cell."""

import pandas as pd
import pytest

from cell_tables import said
from chainwright.sources.maker_tables import MAKER_TABLES
from chainwright.system import Maker, System
from chainwright.system.maker_intake.assembly import assembled, undecided
from chainwright.system.maker_intake.matching import match
from chainwright.system.maker_intake.picks import Picks, read_picks
from chainwright.system.maker_intake.showing import counts_table, findings_table, picks_table

BASE = {
    "products": ["item demand_per_week", ("SUV-1", 40)],
    "bill": ["parent component quantity", ("SUV-1", "ECU-7", 2), ("ECU-7", "MCU-32", 3)],
    "suppliers": ["supplier name", ("V-1", "North Electronics Co., Ltd."), ("V-2", "River Seats")],
    "sites": ["site supplier name", ("S-1", "V-1", "North 1"), ("S-2", "V-2", "Wuhan plant")],
    "sourcing": ["item supplier site share", ("ECU-7", "V-1", "S-1", 1)],
}


NONE = pd.DataFrame()


def matched(*, picks=None, **tables):
    given = said(**{**BASE, **tables})
    done = match(given, read_picks(picks))
    findings = findings_table(done.work, given)
    findings = findings[~findings["reason_en"].str.startswith("No source is given")]
    return done, findings, counts_table(done.work, given).iloc[0]


def stored(done):
    frames = assembled(done)
    return Maker.of_tables("toy", **frames).tables


def picked(kind, found, pick):
    return pd.DataFrame({"kind": [kind], "found": [found], "pick": [pick]})


def only(findings, status):
    rows = findings[findings["status"] == status]
    return list(zip(rows["address"], rows["found"], strict=True))


def test_tables_in_order_are_matched_whole_with_nothing_to_say():
    done, findings, counts = matched()
    assert findings.empty
    assert counts["read"] == counts["matched"] == 8
    assert not list(undecided(done.work, NONE))


def test_the_demo_maker_comes_back_as_it_is():
    maker = System.demo("maker").maker
    frames = {t: [list(f), *f.itertuples(index=False, name=None)] for t, f in maker.tables.items()}
    given = said(**frames)
    done = match(given, Picks())
    (row,) = findings_table(done.work, given).to_dict("records")
    assert row["reason_en"].startswith("No source is given for 65 of the items: ")
    assert row["reason_en"].count(",") == 11
    again = Maker.of_tables("again", **assembled(done))
    assert again.origin.sha256 == maker.origin.sha256


def test_the_code_is_what_most_rows_write_and_not_the_first_way():
    done, findings, _ = matched(
        bill=[
            "parent component quantity",
            ("SUV-1", "ecu-7", 1),
            *(("ecu-7", f"M-{i}", 1) for i in range(6)),
        ],
        parts=["item name", ("ecu-7", "Unit"), ("ECU-7", "Unit")],
        sourcing=[
            "item supplier site share",
            ("ECU-7", "V-1", "S-1", 0.5),
            ("ECU-7", "", "S-2", 0.5),
        ],
    )
    assert "ECU-7" in set(stored(done)["parts"]["item"])
    assert list(stored(done)["bill"]["parent"]) == ["SUV-1", *["ECU-7"] * 6]
    told = findings[findings["reason_en"].str.startswith("Taken as ECU-7")]
    assert list(told["address"]) == ["parts!A2", "bill!A3", "bill!B2"]


def test_items_without_a_source_and_products_without_a_bill_are_told_first():
    given = said(
        **{
            **BASE,
            "products": ["item demand_per_week", ("SUV-1", 40), ("CITY-1", 5)],
            "sourcing": ["item supplier site share", ("ecu 7", "V-1", "S-1", 1)],
        }
    )
    done = match(given, Picks())
    findings = findings_table(done.work, given)
    assert list(findings["found"]) == ["CITY-1", "MCU-32", "ecu 7"]
    assert findings["reason_en"][0].startswith("No bill says what CITY-1 is made of")
    assert "for 2 of the items: MCU-32, SUV-1." in findings["reason_en"][1]
    assert "有 2 种物料未给出货源：MCU-32, SUV-1。" in findings["reason_zh"][1]
    assert not list(undecided(done.work, NONE))


def test_other_spellings_and_names_are_the_same_thing():
    done, findings, counts = matched(
        bill=["parent component quantity", ("suv 1", "ＥＣＵ－7", 2), ("ecu7", "MCU-32", 3)],
        sourcing=[
            "item supplier site",
            ("ECU_7", "NORTH ELECTRONICS", "North 1"),
            ("mcu 32", "River Seats Ltd", "wuhan plant"),
        ],
    )
    assert counts["matched"] == counts["read"]
    assert set(findings["status"]) == {"taken"}
    tables = stored(done)
    assert list(tables["bill"]["parent"]) == ["SUV-1", "ecu7"]
    assert tables["sourcing"][["supplier", "site"]].to_numpy().tolist() == [
        ["V-1", "S-1"],
        ["V-2", "S-2"],
    ]


def test_an_item_that_only_a_source_or_stock_names_is_rejected_at_its_cell():
    _, findings, counts = matched(stocks=["item quantity", ("Zebra", 3), ("ECU-7", 4)])
    assert only(findings, "rejected") == [("stocks!A2", "Zebra")]
    assert (counts["rejected"], counts["matched"]) == (1, 9)


def test_a_near_item_is_possible_until_it_is_picked():
    stocks = ["item quantity", ("MCU-33", 3)]
    done, findings, counts = matched(stocks=stocks)
    assert only(findings, "possible") == [("stocks!A2", "MCU-33")]
    assert "MCU-32" in findings["candidates"].iloc[0]
    assert counts["possible"] == 1
    assert [b.found for b in undecided(done.work, NONE)] == ["'MCU-33'"]
    done, findings, counts = matched(stocks=stocks, picks=picked("item", "mcu-33", "MCU-32"))
    assert counts["matched"] == counts["read"]
    assert list(stored(done)["stocks"]["item"]) == ["MCU-32"]


def test_a_slip_among_listed_codes_is_possible_and_new_where_it_is_picked_so():
    parts = ["item unit_cost", ("BAT-01", 1), ("BAT-O1", 1)]
    bill = ["parent component quantity", ("SUV-1", "BAT-01", 1), ("SUV-1", "BAT-O1", 1)]
    sourcing = ["item supplier", ("BAT-01", "V-1")]
    _, findings, counts = matched(parts=parts, bill=bill, sourcing=sourcing)
    assert only(findings, "possible") == [("parts!A3", "BAT-O1"), ("bill!B3", "BAT-O1")]
    assert counts["possible"] == 2
    tables = {"parts": parts, "bill": bill, "sourcing": sourcing}
    done, findings, _ = matched(**tables, picks=picked("item", "BAT-O1", "new"))
    assert not only(findings, "possible")
    assert len(stored(done)["parts"]) == 2
    done, _, _ = matched(**tables, picks=picked("item", "BAT-O1", "BAT-01"))
    assert list(assembled(done)["parts"]["item"]) == ["BAT-01"]


def test_a_supplier_near_to_none_is_new_and_one_that_is_near_is_possible():
    done, findings, _ = matched(
        sourcing=["item supplier", ("ECU-7", "Brand New Bolts"), ("MCU-32", "Nroth Electronics")]
    )
    assert only(findings, "taken") == [("sourcing!B2", "Brand New Bolts")]
    assert only(findings, "possible") == [("sourcing!B3", "Nroth Electronics")]
    assert "Brand New Bolts" in set(stored(done)["suppliers"]["supplier"])


def test_new_suppliers_near_to_one_another_are_asked_about():
    _, findings, _ = matched(
        sourcing=[
            "item supplier",
            ("ECU-7", "Golden Bridge Tools"),
            ("MCU-32", "Golden Bridge Tools"),
            ("SUV-1", "Golden Bridge Tool"),
        ]
    )
    assert only(findings, "possible") == [("sourcing!B4", "Golden Bridge Tool")]


def test_a_pick_that_names_nothing_known_is_a_breach_with_its_row():
    done, _, _ = matched(
        stocks=["item quantity", ("MCU-33", 3)], picks=picked("item", "MCU-33", "MCU-77")
    )
    (breach,) = done.work.wrong_picks
    assert breach.where == "row 2, column 'pick'"
    assert "MCU-77" in breach.found


def test_a_row_left_out_by_a_pick_is_counted_apart():
    done, findings, counts = matched(
        stocks=["item quantity", ("MCU-33", 3), ("ECU-7", 1)],
        picks=picked("item", "MCU-33", "剔除"),
    )
    assert only(findings, "left out") == [("stocks!A2", "MCU-33")]
    assert (counts["left_out"], counts["possible"], counts["rejected"]) == (1, 0, 0)
    assert not list(undecided(done.work, NONE))
    assert list(stored(done)["stocks"]["item"]) == ["ECU-7"]


def test_one_word_for_sites_of_two_suppliers_is_two_sites():
    done, _, _ = matched(
        sourcing=["item supplier site", ("ECU-7", "V-1", "Annex"), ("MCU-32", "V-2", "Annex")]
    )
    sites = stored(done)["sites"]
    added = sites[sites["name"] == "Annex"]
    assert sorted(added["supplier"]) == ["V-1", "V-2"]
    assert len(set(added["site"])) == 2


def test_a_site_of_another_supplier_is_rejected_and_a_new_supplier_there_is_asked_about():
    _, findings, _ = matched(
        sourcing=["item supplier site", ("ECU-7", "V-2", "S-1"), ("MCU-32", "Qux", "S-1")]
    )
    assert only(findings, "rejected") == [("sourcing!B2", "V-2")]
    assert only(findings, "possible") == [("sourcing!B3", "Qux")]


def test_sites_without_a_column_of_suppliers_are_those_of_the_sources():
    done, findings, _ = matched(sites=["site name", ("S-1", "North 1"), ("S-2", "Wuhan plant")])
    assert findings.empty
    owners = stored(done)["sites"].set_index("site")["supplier"]
    assert owners["S-1"] == "V-1"
    assert owners["S-2"] == ""


def test_in_house_is_the_maker_itself_and_neither_supplier_nor_site_is_rejected():
    done, findings, _ = matched(
        sites=["site supplier", ("HOME", ""), ("S-1", "V-1")],
        sourcing=["item supplier site", ("SUV-1", "自制", "HOME"), ("ECU-7", "", "")],
    )
    assert only(findings, "rejected") == [("sourcing!3:3", "")]
    assert stored(done)["sourcing"].loc[0, "supplier"] == ""


def test_a_row_without_site_is_the_row_of_the_same_supplier_with_one():
    done, findings, counts = matched(
        sourcing=[
            "item supplier site share price",
            ("ECU-7", "V-1", "", None, 9.0),
            ("ECU-7", "V-1", "S-1", 1, None),
        ]
    )
    assert findings.empty
    assert counts["matched"] == counts["read"]
    (row,) = stored(done)["sourcing"].to_dict("records")
    assert (row["site"], row["share"], row["price"]) == ("S-1", 1.0, 9.0)


def test_shares_that_do_not_sum_to_one_are_asked_about_scaled_or_emptied():
    sourcing = [
        "item supplier site share",
        ("ECU-7", "V-1", "S-1", 0.6),
        ("ECU-7", "V-2", "S-2", 0.6),
    ]
    _, findings, counts = matched(sourcing=sourcing)
    assert only(findings, "possible") == [("sourcing!D2", "ECU-7"), ("sourcing!D3", "ECU-7")]
    assert "1.2" in findings["reason_en"].iloc[0]
    assert counts["possible"] == 2
    done, _, _ = matched(sourcing=sourcing, picks=picked("shares", "ECU-7", "scale"))
    assert list(stored(done)["sourcing"]["share"]) == [0.5, 0.5]
    done, _, _ = matched(sourcing=sourcing, picks=picked("shares", "ECU-7", "留空"))
    assert stored(done)["sourcing"]["share"].isna().all()


def test_a_loop_is_named_at_each_of_its_rows_and_nothing_else_is_rejected():
    loop = [("A", "B", 1), ("B", "C", 1), ("C", "A", 1), ("C", "D", 1)]
    done, findings, _ = matched(
        bill=["parent component quantity", ("SUV-1", "ECU-7", 1), *loop, ("SUV-1", "SUV-1", 1)]
    )
    rejected = only(findings, "rejected")
    assert {address for address, _ in rejected} == {"bill!B3", "bill!B4", "bill!B5", "bill!B7"}
    loops = findings[findings["reason_en"].str.startswith("The loop")]
    assert loops["reason_en"].str.contains("A > B > C > A").all()
    assert loops["reason_zh"].str.contains("循环").all()
    assert len(stored(done)["bill"]) == 2


def test_every_loop_of_a_knot_is_found():
    pairs = [(a, b, 1) for a in "ABCDE" for b in "ABCDE" if a != b]
    done, _, counts = matched(
        bill=["parent component quantity", ("SUV-1", "ECU-7", 1), *pairs],
    )
    assert counts["rejected"] > 0
    assert len(stored(done)["bill"]) >= 1


def test_other_quantities_of_one_pair_add_up_and_equal_ones_are_asked_about():
    bill = ["parent component quantity", ("SUV-1", "ECU-7", 2), ("SUV-1", "ECU-7", 3)]
    done, findings, _ = matched(bill=bill)
    assert set(findings["status"]) == {"taken"}
    assert list(stored(done)["bill"]["quantity"]) == [5.0]
    bill = [*bill, ("SUV-1", "ECU-7", 3)]
    _, findings, counts = matched(bill=bill)
    assert counts["possible"] == 3
    done, _, _ = matched(bill=bill, picks=picked("pair", "book.xlsx!bill", "add"))
    assert list(stored(done)["bill"]["quantity"]) == [8.0]
    done, _, counts = matched(bill=bill, picks=picked("pair", "book.xlsx!bill", "once"))
    assert list(stored(done)["bill"]["quantity"]) == [5.0]
    assert counts["matched"] == counts["read"]


def test_the_latest_count_of_a_stock_is_kept_and_bins_of_that_day_add_up():
    done, findings, counts = matched(
        stocks=[
            "item site quantity date",
            ("ECU-7", "S-1", 5, "2026-01-01"),
            ("ECU-7", "S-1", 7, "2026-02-01"),
            ("ECU-7", "S-1", 8, "2026-02-01"),
        ]
    )
    assert counts["matched"] == counts["read"]
    assert list(stored(done)["stocks"]["quantity"]) == [15.0]
    assert findings["reason_en"].str.contains("older count").any()


def test_a_stock_at_an_unknown_place_is_in_a_store_of_the_makers_own():
    done, findings, _ = matched(stocks=["item site quantity", ("ECU-7", "Central store", 5)])
    assert only(findings, "taken") == [("stocks!B2", "Central store")]
    sites = stored(done)["sites"].set_index("site")
    assert sites.loc["Central store", "supplier"] == ""


def test_a_stock_at_a_supplier_is_at_its_one_site():
    done, findings, _ = matched(
        stocks=["item site quantity", ("ECU-7", "River Seats", 5), ("MCU-32", "V-2", 5)]
    )
    assert not only(findings, "rejected")
    assert set(stored(done)["stocks"]["site"]) == {"S-2"}


@pytest.mark.parametrize(
    ("table", "rows", "where"),
    [
        ("products", ["item demand_per_week", ("SUV-1", 40), ("CITY-1", None)], "products!B3"),
        ("products", ["item demand_per_week", ("SUV-1", 40), ("CITY-1", -1)], "products!B3"),
        (
            "bill",
            ["parent component quantity", ("SUV-1", "ECU-7", 1), ("SUV-1", "X", 0)],
            "bill!C3",
        ),
        ("suppliers", ["supplier credit_code", ("V-1", "123"), ("V-2", "")], "suppliers!B2"),
        (
            "sites",
            ["site supplier latitude_deg", ("S-1", "V-1", 91), ("S-2", "V-2", 1)],
            "sites!C2",
        ),
        ("parts", ["item gbt4754", ("ECU-7", "99999")], "parts!B2"),
        ("stocks", ["item quantity date", ("ECU-7", 1, "2026-13-01")], "stocks!C2"),
        (
            "alternates",
            ["item supplier fixed_cost_low fixed_cost_high", ("ECU-7", "V-2", 5, 4)],
            "alternates!C2",
        ),
        ("sourcing", ["item supplier share", ("ECU-7", "V-1", 1.5)], "sourcing!C2"),
    ],
)
def test_what_the_checks_of_a_maker_would_refuse_is_rejected_at_its_cell(table, rows, where):
    done, findings, counts = matched(**{table: rows})
    assert where in [address for address, _ in only(findings, "rejected")]
    assert counts["rejected"] == 1
    assert stored(done)


def test_a_cell_that_is_wrong_takes_its_row_along_only_where_it_is_needed():
    done, _, _ = matched(
        suppliers=["supplier name credit_code", ("V-1", "North", "123"), ("V-2", "River", "")],
    )
    suppliers = stored(done)["suppliers"]
    assert list(suppliers["credit_code"]) == ["", ""]
    assert list(suppliers["name"]) == ["North", "River"]


def test_rows_on_one_thing_are_joined_and_clashes_name_the_other_cell():
    done, findings, counts = matched(
        parts=[
            "item name unit_cost hs",
            ("ECU-7", "Control unit", None, "853710"),
            ("ecu-7", "", 900, ""),
            ("ECU-7", "", 950, ""),
        ]
    )
    (row,) = stored(done)["parts"].to_dict("records")
    assert (row["name"], row["unit_cost"], row["hs"]) == ("Control unit", 900.0, "853710")
    assert only(findings, "rejected") == [("parts!C4", "950")]
    assert "parts!2:2" in findings["reason_en"].iloc[0]
    assert counts["rejected"] == 1


def test_a_product_among_the_parts_is_a_product_alone():
    done, _, counts = matched(parts=["item name", ("SUV-1", "Family SUV"), ("ECU-7", "")])
    tables = stored(done)
    assert list(tables["parts"]["item"]) == ["ECU-7"]
    assert list(tables["products"]["name"]) == ["Family SUV"]
    assert counts["matched"] == counts["read"]


def test_things_without_a_code_are_known_by_their_names():
    done, findings, _ = matched(
        suppliers=["name place", ("North Electronics Co., Ltd.", "China"), ("River", "江苏")],
        sites=["site supplier", ("S-1", "north electronics")],
        sourcing=["item supplier site", ("ECU-7", "North Electronics", "S-1")],
    )
    assert not only(findings, "rejected")
    suppliers = stored(done)["suppliers"]
    assert list(suppliers["place"]) == ["CHN", "CHN"]
    assert list(suppliers["supplier"]) == ["North Electronics Co., Ltd.", "River"]


def test_places_are_read_and_regions_written_in_one_way():
    done, findings, _ = matched(
        sites=[
            "site supplier place region",
            ("S-1", "V-1", "中国", "江苏省"),
            ("S-2", "V-2", "", "Jiangsu"),
            ("S-3", "V-2", "Chnia", ""),
        ]
    )
    assert only(findings, "possible") == [("sites!C4", "Chnia")]
    sites = stored(done)["sites"]
    assert list(sites["place"]) == ["CHN", "CHN", ""]
    assert list(sites["region"]) == ["江苏省", "江苏省", ""]
    assert sites.shape[0] == 3


def test_a_table_that_is_needed_and_lacking_is_told():
    given = said(bill=BASE["bill"])
    done = match(given, Picks())
    assert [b.where for b in undecided(done.work, NONE)] == ["products", "sourcing"]


def test_the_picks_to_fill_in_have_a_row_a_word():
    given = said(
        **{**BASE, "stocks": ["item quantity", ("MCU-33", 3), ("MCU-33", 4), ("ECU-7", 1)]}
    )
    done = match(given, Picks())
    picks = picks_table(done.work, given)
    (row,) = picks.to_dict("records")
    assert (row["kind"], row["found"], row["rows"], row["cell"]) == ("item", "MCU-33", 2, "A2")
    assert row["candidate_1"] == "MCU-32"
    assert 0.8 <= row["score_1"] < 1.0
    assert row["pick"] == ""


def test_leaving_out_takes_along_what_is_left_alone():
    done, _, _ = matched(
        bill=["parent component quantity", ("SUV-1", "ECU-7", 1), ("ECU-7", "LOST", -1)],
        stocks=["item quantity", ("LOST", 4)],
    )
    tables = stored(done)
    assert tables["stocks"].empty
    assert done.lost["stocks"] == 1
    assert set(tables) == set(MAKER_TABLES)


def test_a_wrong_cell_is_not_carried_to_another_row_on_the_same_thing():
    done, findings, _ = matched(
        parts=["item unit_cost gbt4754", ("ECU-7", 900, ""), ("ECU-7", None, "99999")]
    )
    assert only(findings, "rejected") == [("parts!C3", "99999")]
    (row,) = stored(done)["parts"].to_dict("records")
    assert (row["unit_cost"], row["gbt4754"]) == (900.0, "")
