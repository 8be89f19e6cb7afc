"""The part `trade`: years, exports, saving, blocs, revisions of codes, and its audit."""

import json
import pickle

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from chainwright import System
from chainwright.errors import (
    LabelError,
    MissingFileError,
    MissingPartError,
    ParameterError,
    TableError,
)
from chainwright.system import Exports, Trade, TradeYear, own_blocs
from chainwright.system.audited import audited
from chainwright.system.axis import Axis
from chainwright.system.trade_audit import odd_units
from layouts import trade as made
from layouts.trade import expected, rows_of


@pytest.fixture
def trade():
    return Trade.from_table(made.frame().assign(currency="thousand USD", unit="t"))


def flows(*rows, **asked):
    """Return trade of flows (exporter, importer, product, value, quantity) of 2022."""
    table = made.frame([(2022, *row) for row in rows])
    return Trade.from_table(table, **asked)


def test_a_year_that_is_not_at_hand_is_refused(trade):
    with pytest.raises(ParameterError, match=r"one of 2021, 2022\. Got 1999"):
        trade.year(1999)


def test_the_last_year_is_the_one_that_is_meant(trade):
    assert trade.year().year == 2022
    assert trade.exports().year == 2022


def test_trade_shows_what_it_is(trade):
    shown = "<Trade: bilateral flows of 2021-2022 in HS2017; thousand USD>"
    assert repr(trade) == shown
    one = Trade.from_table(made.frame(made.FLOWS[:4]))
    assert "of 2021 in HS2017" in repr(one)


def test_trade_of_exports_knows_no_importers():
    axis = Axis("place", ("A", "B")), Axis("product", ("x",))
    trade = Trade.of_exports({2020: Exports(*axis, np.ones((2, 1)), 2020)})
    assert trade.exports().value.tolist() == [[1.0], [1.0]]
    with pytest.raises(MissingPartError, match="knows who sells, not who buys"):
        trade.year()


def test_exports_of_quantities_need_quantities(trade):
    year = trade.year(2021)
    sold = year.exports(of="quantity")
    assert sold.value[sold.places.place["CHN"]].sum() == 25.0
    assert sold.value[sold.places.place["NAM"]].sum() == 0.0
    without = Trade.from_table(made.frame().drop(columns="quantity")).year()
    with pytest.raises(MissingPartError, match="quantities"):
        without.exports(of="quantity")


def test_held_years_can_be_sent_to_another_process(trade):
    held = Trade.of_years({y: trade.year(y) for y in trade.years})
    back = pickle.loads(pickle.dumps(held))  # noqa: S301 - our own bytes
    assert back.exports(2021).value.sum() == trade.exports(2021).value.sum()


def test_saved_trade_is_read_back_as_it_was(trade, tmp_path):
    trade.save(tmp_path / "saved")
    back = System.read(tmp_path / "saved").trade
    assert back.years == trade.years
    for year in trade.years:
        assert rows_of(back.year(year)) == expected(year)
    assert back.origin == trade.origin
    assert (back.money, back.quantity_unit) == (trade.money, "t")
    assert (back.classification, back.names) == (trade.classification, trade.names)
    assert back.year().places.names_zh == trade.year().places.names_zh
    assert System.read(tmp_path / "saved", year=2021).trade.years == (2021,)
    with pytest.raises(ParameterError, match="one of 2021, 2022"):
        System.read(tmp_path / "saved", year=1999)


def test_saved_years_are_sorted_and_plain_enough_for_any_program(trade, tmp_path):
    trade.save(tmp_path / "saved")
    table = pd.read_parquet(tmp_path / "saved" / "2021.parquet")
    assert list(table.columns) == ["exporter", "importer", "product", "value", "quantity"]
    keys = list(zip(table["product"], table["exporter"], table["importer"], strict=True))
    assert keys == sorted(keys)
    assert table["quantity"].isna().sum() == 1


def test_saved_exports_keep_codes_whose_values_are_all_nought(tmp_path):
    table = pd.DataFrame(
        [("A", "x", 1.0), ("B", "y", 0.0), ("B", "x", None)], columns=["place", "product", "value"]
    )
    Trade.from_table(table).save(tmp_path / "saved")
    exports = System.read(tmp_path / "saved").trade.exports()
    assert exports.places.codes == ("A", "B")
    assert exports.products.codes == ("x", "y")
    np.testing.assert_array_equal(exports.value, [[1.0, 0.0], [np.nan, 0.0]])


def test_trade_is_saved_over_saved_trade_but_not_over_other_files(trade, tmp_path):
    trade.save(tmp_path / "saved")
    trade.save(tmp_path / "saved")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(MissingFileError, match="holds other files"):
        trade.save(tmp_path / "mine")
    with pytest.raises(MissingFileError, match="There is no folder"):
        trade.save(tmp_path / "no" / "folder")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda f: (f / "trade.json").write_text('{"format'), "text that is cut off or broken"),
        (lambda f: (f / "trade.json").write_text('{"format": "x"}'), "'x', version None"),
        (lambda f: (f / "2021.parquet").write_bytes(b"PAR1"), "what is no whole Parquet file"),
        (lambda f: (f / "2021.parquet").write_bytes((f / "2022.parquet").read_bytes()), "rows"),
    ],
    ids=["cut off", "another format", "another file", "another year"],
)
def test_saved_trade_that_was_harmed_is_refused(harm, said, tmp_path):
    Trade.from_table(made.frame(made.FLOWS[:7])).save(tmp_path / "saved")
    harm(tmp_path / "saved")
    with pytest.raises(TableError, match=said):
        System.read(tmp_path / "saved")


def test_a_header_that_lacks_something_or_a_lost_year_is_refused(trade, tmp_path):
    trade.save(tmp_path / "saved")
    (tmp_path / "saved" / "2021.parquet").unlink()
    with pytest.raises(MissingFileError, match=r"2021\.parquet' is gone"):
        System.read(tmp_path / "saved")
    header = json.loads((tmp_path / "saved" / "trade.json").read_text())
    del header["rows"]
    (tmp_path / "saved" / "trade.json").write_text(json.dumps(header))
    with pytest.raises(TableError, match="no rows"):
        System.read(tmp_path / "saved")


def test_saving_reads_a_year_at_a_time(trade, tmp_path):
    read = []

    def one(year):
        read.append((year, sorted(f.name for f in tmp_path.rglob("*.parquet"))))
        return trade.year(year)

    lazy = Trade(trade.years, one, trade.read_exports, "given", trade.money, trade.origin, names={})
    lazy.save(tmp_path / "saved")
    assert read == [(2021, []), (2022, ["2021.parquet"])]


def test_a_bloc_is_one_place_and_its_inner_flows_are_left_out():
    given = flows(
        ("CHN", "DEU", "850511", 5.0, 2.0),
        ("CHN", "FRA", "850511", 7.0, 1.0),
        ("DEU", "FRA", "850511", 100.0, 1.0),
        ("FRA", "USA", "850511", 1.0, None),
        ("DEU", "USA", "850511", 2.0, 1.0),
    )
    joined = given.in_blocs("EU27")
    assert rows_of(joined.year()) == [
        ("CHN", "EU27", "850511", 12.0, 3.0),
        ("EU27", "USA", "850511", 3.0, None),
    ]
    assert any("EU27 counts as one place: AUT" in note for note in joined.origin.notes)
    exports = joined.exports()
    assert exports.value[exports.places.place["EU27"]].sum() == 3.0
    assert given.year().places.codes == ("CHN", "DEU", "FRA", "USA")


def test_exports_of_a_bloc_are_the_sum_of_its_members():
    table = pd.DataFrame(
        [("CHN", "x", 1.0), ("DEU", "x", 2.0), ("FRA", "x", 4.0)],
        columns=["place", "product", "value"],
    )
    exports = Trade.from_table(table).in_blocs("EU27").exports()
    assert dict(zip(exports.places.codes, exports.value[:, 0], strict=True)) == {
        "CHN": 1.0, "EU27": 6.0,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["mapping", "frame", "file"])
def test_blocs_of_ones_own_come_as_a_mapping_a_frame_or_a_file(form, tmp_path):
    given = {"Mekong": ["VN", "418", "KHM"], "Two": ["CHN", "USA"]}
    if form != "mapping":
        pairs = [(group, code) for group, codes in given.items() for code in codes]
        given = pd.DataFrame(pairs, columns=["group", "code"])
    if form == "file":
        path = tmp_path / "blocs.csv"
        given.to_csv(path, index=False)
        given = path
    assert own_blocs(given) == {"Mekong": ("VNM", "LAO", "KHM"), "Two": ("CHN", "USA")}


def test_blocs_of_ones_own_may_be_joined_with_named_ones(trade):
    joined = trade.in_blocs("EU27", own={"Rest": ["NAM", "IND"]})
    assert "Rest" in joined.year(2022).places.codes
    assert "EU27" in joined.year(2022).places.codes


def test_blocs_with_faults_are_refused_with_every_fault(tmp_path):
    path = tmp_path / "blocs.csv"
    path.write_text("group,code\nMine,CHM\nMine,DEU\nMine,DE\n,FRA\nCHN,USA\n")
    with pytest.raises(TableError) as refused:
        own_blocs(path)
    said = [(b.where, b.found) for b in refused.value.breaches]
    assert said == [
        ("row 2", "'CHM'"),
        ("row 4", "'DE' again, as in row 3"),
        ("row 5", "an empty cell"),
        ("row 6", "a bloc named 'CHN', which is the code of a country"),
    ]
    path.write_text("group,kode\nMine,CHN\n")
    with pytest.raises(TableError, match=r"no column 'code'.*Did you mean kode"):
        own_blocs(path)
    with pytest.raises(TableError, match="no row"):
        own_blocs({})
    with pytest.raises(MissingFileError, match="no file"):
        own_blocs(tmp_path / "none.csv")


def test_blocs_of_given_codes_are_not_held_against_countries():
    assert own_blocs({"South": ["44", "45"]}, countries=False) == {"South": ("44", "45")}


def test_blocs_that_share_a_member_or_are_unknown_are_refused(trade):
    with pytest.raises(LabelError, match="DEU is in both EU27 and Mine"):
        trade.in_blocs("EU27", own={"Mine": ["DEU", "USA"]})
    with pytest.raises(ParameterError, match="names of groups"):
        trade.in_blocs("EU28x")


def test_newer_codes_become_older_ones_and_are_summed():
    # 854142 and 854143 of 2022 (photovoltaic cells; modules) are 854140 of 2017
    given = flows(
        ("CHN", "DEU", "854142", 5.0, 2.0),
        ("CHN", "DEU", "854143", 7.0, None),
        ("CHN", "USA", "850511", 1.0, 1.0),
    )
    assert given.classification == "HS2022"
    older = given.in_classification("HS2017")
    assert rows_of(older.year()) == [
        ("CHN", "DEU", "854140", 12.0, None),
        ("CHN", "USA", "850511", 1.0, 1.0),
    ]
    assert older.classification == "HS2017"
    products = older.year().products
    assert older.names["850511"] == products.name(products.place["850511"])
    assert any("codes of HS2022 turned into those of HS2017" in n for n in older.origin.notes)
    assert older.exports().value.sum() == pytest.approx(13.0)


def test_a_code_with_several_partners_is_refused_or_parted_equally():
    given = flows(
        ("CHN", "DEU", "854140", 12.0, 6.0), ("CHN", "USA", "850511", 1.0, 1.0),
        classification="HS2017",
    )  # fmt: skip
    with pytest.raises(TableError, match=r"product '854140': found \d+: .*854142.*split='equal'"):
        given.in_classification("HS2022").year()
    parted = given.in_classification("HS2022", split="equal")
    year = parted.year()
    to_germany = year.importer == year.places.place["DEU"]
    assert to_germany.sum() > 1
    assert np.ptp(year.value[to_germany]) == 0.0
    assert year.value.sum() == pytest.approx(13.0)
    assert np.nansum(year.quantity) == pytest.approx(7.0)
    assert any("parted equally (an assumption)" in note for note in parted.origin.notes)


def test_exports_are_turned_into_other_codes_alike():
    given = flows(("CHN", "DEU", "854142", 5.0, 2.0), ("CHN", "DEU", "854143", 7.0, 1.0))
    known = Trade.of_exports({2022: given.exports()}, classification="HS2022")
    exports = known.in_classification("HS2017").exports()
    assert exports.products.codes == ("854140",)
    assert exports.places.codes == ("CHN", "DEU")
    assert exports.value.tolist() == [[12.0], [0.0]]


def test_lists_without_a_bridge_are_refused(trade):
    with pytest.raises(ParameterError, match="one of ISIC4"):
        trade.in_classification("HS2012")
    given = flows(("CHN", "DEU", "magnets", 1.0, 1.0))
    with pytest.raises(ParameterError, match=r"Got 'given'"):
        given.in_classification("HS2017")
    assert trade.in_classification("HS2017") is trade


def test_the_audit_of_trade_has_a_row_for_each_test_and_year(trade):
    table = System(trade=trade).check()
    assert list(table.columns) == ["test", "status", "place", "found"]
    assert set(table["status"]) <= {"PASS", "WARNING", "FAIL", "SKIPPED"}
    sizes = table[table["test"] == "size"].set_index("place")["found"]
    assert sizes["2021"].startswith("4 flows, 5 places, 3 products; total 160.5 thousand USD")
    unknown = table[table["test"] == "quantities that are not known"].set_index("place")["found"]
    assert unknown["2021"] == "1 flows, 1.87% of the value"
    assert audited(System(trade=trade)).tables().keys() == {"check"}


def test_the_audit_warns_of_gaps_jumps_and_odd_units():
    given = made.frame(
        [
            (2019, "CHN", "DEU", "850511", 1.0, 1.0),
            (2022, "CHN", "DEU", "850511", 1.0, 1.0),
            (2022, "CHN", "USA", "850511", 2.0, 1.0),
            (2022, "JPN", "USA", "850511", 900.0, 1.0),
        ]
    )
    table = System.from_trade_table(given).check()
    status = dict(zip(table["test"], table["status"], strict=True))
    assert status["currency"] == status["years"] == "WARNING"
    assert status["total against the year before"] == "WARNING"
    odd = table[table["test"] == "unit value"].iloc[0]
    assert odd["place"] == "2022: JPN to USA, 850511"
    assert odd["found"] == "450 times the median of the product; value 900"


def test_unit_values_are_held_against_the_median_of_their_product():
    rng = np.random.default_rng(3)
    n = 400
    axis = Axis("place", tuple(f"p{i:03d}" for i in range(n))), Axis("product", ("x", "y"))
    value, quantity = rng.lognormal(0, 3, n), rng.lognormal(0, 1, n)
    quantity[::17] = np.nan
    product = rng.integers(0, 2, n).astype(np.int32)
    ends = np.arange(n, dtype=np.int16), np.roll(np.arange(n, dtype=np.int16), 1)
    year = TradeYear(2020, *axis, *ends, product, value, quantity)
    frame = pd.DataFrame({"product": product, "worth": value / quantity})
    times = frame["worth"] / frame.groupby("product")["worth"].transform("median")
    wanted = times[(times > 100.0) | (times < 0.01)]
    rows, found = odd_units(year)
    assert set(rows) == set(wanted.index)
    np.testing.assert_allclose(found, times[rows])
    assert len(rows) > 0


def test_the_median_of_two_unit_values_is_between_them():
    year = flows(("CHN", "DEU", "x", 1.0, 1.0), ("CHN", "USA", "x", 150.0, 1.0)).year()
    assert len(odd_units(year)[0]) == 0
    year = flows(("CHN", "DEU", "x", 1.0, 1.0), ("CHN", "USA", "x", 250.0, 1.0)).year()
    assert odd_units(year)[1].tolist() == [pytest.approx(1.0 / 125.5)]


def test_trade_without_quantities_or_years_is_audited_too():
    plain = System.from_trade_table(made.frame().drop(columns="quantity")).check()
    assert "the table has none" in set(plain["found"])
    table = pd.DataFrame([("A", "x", 1.0)], columns=["place", "product", "value"])
    undated = System.from_trade_table(table).check()
    assert dict(zip(undated["test"], undated["status"], strict=True))["years"] == "SKIPPED"
    assert "1 pairs of place and product, 1 places" in undated.to_string()


def test_each_row_group_of_saved_trade_may_be_read_alone(trade, tmp_path, monkeypatch):
    monkeypatch.setattr("chainwright.system.trade_store.GROUP", 2)
    trade.save(tmp_path / "saved")
    assert pq.ParquetFile(tmp_path / "saved" / "2021.parquet").num_row_groups == 2
    assert rows_of(System.read(tmp_path / "saved").trade.year(2021)) == expected(2021)
