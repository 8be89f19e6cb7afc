import numpy as np
import pandas as pd
import pytest

from chainwright.carbon import coverage, read_meter_shares, read_meters, readings_template
from chainwright.carbon.intake.outliers import outliers
from chainwright.carbon.intake.periods import period_of
from chainwright.errors import MissingFileError, ParameterError, TableError, UnknownCodeError
from chainwright.sources.intake.safe_archives import archive_fault
from chainwright.system import Readings, carbon_kinds
from chainwright.tables import schema
from messy_meters import BOMB, XLSX


def meters(tmp_path, *lines, head="户号,时间,用电量（kWh）", **said):
    path = tmp_path / "m.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return read_meters(path, **({"firm": "A"} | said))


def days(month, first, last, value="10"):
    return [f"1,{month}-{day:02},{value}" for day in range(first, last + 1)]


def test_days_are_summed_to_their_month(tmp_path):
    got = meters(tmp_path, *days("2025-03", 1, 31), *days("2025-04", 1, 30)).accepted
    assert got["value"].tolist() == pytest.approx([0.31, 0.3], rel=1e-12)
    assert got["coverage"].tolist() == [1, 1]
    assert set(got["quality"]) == {"measured"}


def test_a_month_with_a_day_missing_is_scaled_up_and_marked_as_estimated(tmp_path):
    got = meters(tmp_path, *days("2025-03", 1, 30))
    assert got.accepted["value"].tolist() == [pytest.approx(0.31, rel=1e-12)]
    assert got.accepted["coverage"].tolist() == [pytest.approx(30 / 31)]
    assert got.accepted["quality"].tolist() == ["estimated"]
    assert got.warnings["code"].tolist() == ["quality_given", "scaled"]


def test_a_month_that_is_half_covered_is_rejected_unless_less_will_do(tmp_path):
    rows = days("2025-03", 1, 15)
    assert meters(tmp_path, *rows).rejected["code"].tolist() == ["gaps"]
    got = meters(tmp_path, *rows, least_coverage=0.4).accepted
    assert got["value"].tolist() == [pytest.approx(0.31, rel=1e-12)]


def test_hours_whose_time_is_their_end_belong_to_the_day_before_midnight(tmp_path):
    stamps = pd.date_range("2025-03-01 01:00", "2025-04-01 00:00", freq="h")
    rows = [f"1,{t:%Y-%m-%d %H:%M},1" for t in stamps]
    got = meters(tmp_path, *rows, stamps="end").accepted
    assert got["period"].tolist() == ["2025-03"]
    assert got["value"].tolist() == pytest.approx([0.744], rel=1e-12)
    with_start = meters(tmp_path, *rows)
    assert with_start.accepted["period"].tolist() == ["2025-03"]
    assert with_start.rejected["code"].tolist() == ["gaps"]  # one hour of April


def test_a_year_is_divided_among_its_months_and_estimated(tmp_path):
    got = meters(tmp_path, "1,2025年,1200")
    assert got.accepted["value"].tolist() == pytest.approx([0.1] * 12, rel=1e-12)
    assert set(got.accepted["quality"]) == {"estimated"}
    assert got.accepted["period"].iloc[[0, -1]].tolist() == ["2025-01", "2025-12"]


def test_a_year_beside_one_of_its_months_is_rejected(tmp_path):
    got = meters(tmp_path, "1,2025年,1200", "1,2025-03,100")
    assert got.accepted["value"].tolist() == [0.1]
    assert got.rejected["code"].tolist() == ["yearly_beside_monthly"]


SHARES = {
    "meter": ["1", "1", "1"],
    "firm": ["A", "A", "B"],
    "share": [1.0, 0.7, 0.3],
    "start": ["", "2025-04", "2025-04"],
    "end": ["2025-03", "", ""],
}


def test_a_meter_is_shared_by_firms_from_a_month_on(tmp_path):
    rows = ["1,2025-03,1000", "1,2025-04,1000", "2,2025-04,50"]
    got = meters(tmp_path, *rows, shares=pd.DataFrame(SHARES), firm="").accepted
    found = {(r.firm, r.period): r.value for r in got.itertuples()}
    assert found == {("A", "2025-03"): 1.0, ("A", "2025-04"): 0.7, ("B", "2025-04"): 0.3}
    whole = meters(tmp_path, *rows, shares=pd.DataFrame(SHARES), firm="")
    assert whole.rejected["code"].tolist() == ["no_share"]  # meter 2 is nobody's


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share": [1.0, 0.7, 0.2]}, "shares of 0.9"),
        ({"share": [1.0, 1.7, 0.3]}, "1.7"),
        ({"start": ["", "April", "2025-04"]}, "'April'"),
        ({"end": ["2025-05", "", ""]}, "shares of 2"),
    ],
)
def test_shares_that_do_not_sum_to_one_are_refused(change, said):
    with pytest.raises(TableError) as wrong:
        read_meter_shares(pd.DataFrame(SHARES | change))
    assert said in [b.found for b in wrong.value.breaches]


def monthly(values, firm="A", kind="grid_electricity"):
    periods = [str(np.datetime64("2024-01") + i) for i in range(len(values))]
    rows = {"firm": firm, "kind": kind, "item": "", "period": periods, "value": values}
    return pd.DataFrame(rows).assign(unit="MWh", quality="measured")


def test_a_value_a_thousand_times_too_large_or_a_zero_is_shown():
    values = [50.0, 52, 47, 55, 51, 49_000, 0, 50]
    got = outliers(monthly(values))
    assert got["value"].tolist() == [0, 49_000]
    x = np.log([v for v in values if v])
    spread = max(np.median(np.abs(x - np.median(x))), 0.1)
    score = 0.6745 * (np.log(49_000) - np.median(x)) / spread
    assert got["score"].tolist() == [-np.inf, pytest.approx(score)]
    assert "中位数" in got["reason_zh"].iloc[0]


def test_an_ordinary_season_is_not_shown():
    assert not len(outliers(monthly([50, 60, 70, 80, 70, 60, 50, 45])))


def test_a_firm_with_one_month_is_compared_with_its_peers_per_value_added():
    peers = pd.concat(
        pd.concat([monthly([10.0 + i], f"p{i}"), monthly([5.0], f"p{i}", "value_added")])
        for i in range(8)
    )
    known = Readings.of_table(peers.drop(columns="unit"))
    own = pd.concat([monthly([13_000.0]), monthly([5.0], kind="value_added")])
    got = outliers(own, known)
    assert got[["firm", "value", "compared"]].to_numpy().tolist() == [["A", 13_000.0, "8 firms"]]
    assert got["usual"].tolist() == [pytest.approx(np.sqrt(13 * 14))]  # middle of 10 to 17
    fair = pd.concat([monthly([13.0]), monthly([5.0], kind="value_added")])
    assert not len(outliers(fair, known))


def test_the_line_of_a_month_counts_thirty_nine_kinds_and_says_how_to_give_the_rest():
    rows = [
        {"kind": "taxes", "value": 1.0, "quality": "measured"},
        {"kind": "grid_electricity", "value": 1.0, "quality": "billed"},
        {"kind": "sinks", "value": 1.0, "quality": "defaulted"},
        {"kind": "oil", "item": "diesel", "value": 1.0, "quality": "measured"},
        {"kind": "oil", "item": "petrol", "value": np.nan, "quality": "missing"},
        {"kind": "offsets", "value": np.nan, "quality": "missing"},
        {"kind": "water_use", "value": 3.0, "quality": "measured"},  # outside the 39
    ]
    frame = pd.DataFrame(rows).assign(firm="A", period="2025-03").fillna({"item": ""})
    got = coverage(Readings.of_table(frame), "A", "2025-03")
    assert (got.measured, got.estimated, got.missing) == (2, 1, 36)  # petrol is missing
    assert got.line_en == "39 kinds: 2 measured, 1 estimated, 36 missing"
    assert got.line_zh == "39 类数据：实测 2 类，估算 1 类，缺失 36 类"
    assert len(got.kinds) == 39
    assert len(got.lacking) == 36
    assert (got.lacking["how_en"].str.len() > 20).all()
    assert not got.kinds.loc[got.kinds["quality"] != "missing", "how_en"].any()
    empty = coverage(Readings.of_table(frame), "A", "2020-01")
    assert empty.missing == 39


def test_a_line_of_an_unknown_firm_or_month_is_refused():
    held = Readings.of_table(monthly([1.0]))
    with pytest.raises(UnknownCodeError):
        coverage(held, "B", "2024-01")
    with pytest.raises(ParameterError):
        coverage(held, "A", "March")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_is_understood_column_by_column(tmp_path, language):
    import openpyxl  # noqa: PLC0415

    path = tmp_path / "t.xlsx"
    readings_template(path, language=language)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    width = page.max_column
    page.append(["A", "2025-03", *range(1, width - 1)])
    book.save(path)
    got = read_meters(path)
    assert not len(got.rejected), got.rejected.to_string()
    assert sorted(got.accepted["value"]) == list(range(1, width - 1))
    numbers = [k for k, r in carbon_kinds().items()
               if r["content"] == "number" and r["layer"] == "enterprise"]  # fmt: skip
    assert set(got.accepted["kind"]) == set(numbers) - {"fuel_properties"}
    with pytest.raises(ParameterError):
        readings_template(path, language="fr")


class Shelf:
    """Takes readings as a store does."""

    def add_readings(self, table, **said):
        self.table, self.said = table, said
        return 1


def test_confirming_keeps_all_in_one_step_with_who_and_which_file(tmp_path):
    got = meters(tmp_path, "1,2025-03,1000")
    shelf = Shelf()
    with pytest.raises(ParameterError):
        got.confirm(shelf)
    held = got.confirm(shelf, by="Li")
    pd.testing.assert_frame_equal(shelf.table, held.table())
    assert shelf.said["by"] == "Li"
    assert shelf.said["file"] == "m.csv"
    assert len(shelf.said["sha256"]) == 64


def test_nothing_is_kept_while_a_cell_is_rejected_unless_it_is_left_out(tmp_path):
    got = meters(tmp_path, "1,2025-03,1000", "1,2025-04,-5")
    shelf = Shelf()
    with pytest.raises(TableError, match="0 or more"):
        got.confirm(shelf, by="Li")
    assert not hasattr(shelf, "table")
    assert len(got.confirm(shelf, by="Li", leave_out=True)) == 1
    assert shelf.said["note"] == "left out: 1 rejections"


def test_firms_are_known_by_code_credit_code_and_name(tmp_path):
    firms = pd.DataFrame({"firm": ["f1", "f2"], "name_zh": ["华新电子（湖州）有限公司", "乙厂"]})
    path = tmp_path / "x.csv"
    path.write_text(
        "企业,月份,用电量(kWh)\n华新电子(湖州),2025-03,1\nF2,2025-03,2\n丙厂,2025-03,3\n", "utf-8"
    )
    got = read_meters(path, firms=firms)
    assert got.accepted["firm"].tolist() == ["f1", "f2"]
    assert got.rejected[["code", "address"]].to_numpy().tolist() == [
        ["wrong_firm", "line 4, column 1"]
    ]


def test_tables_of_a_preview_have_the_columns_of_their_schemas(tmp_path):
    got = meters(tmp_path, "1,2025-03,1000", "1,2025-04,x")
    for name, frame in got.tables().items():
        assert list(frame.columns) == [c.column for c in schema(name)], name
    got.save(tmp_path / "out")
    assert len(list((tmp_path / "out").glob("meter_*.csv"))) == 5
    with pytest.raises(MissingFileError):
        got.save(tmp_path / "m.csv")
    assert "1 readings" in repr(got)


def test_parameters_out_of_their_range_are_refused(tmp_path):
    for said in ({"stamps": "middle"}, {"least_coverage": 0}, {"kind": "x"}, {"quality": "good"}):
        with pytest.raises(ParameterError):
            meters(tmp_path, "1,2025-03,1", **said)
    with pytest.raises(MissingFileError):
        read_meters(tmp_path / "none.csv")


@pytest.mark.parametrize("part", range(1, 16, 2))
def test_a_workbook_that_is_cut_anywhere_is_refused_whole(tmp_path, part):
    path = tmp_path / "f.xlsx"
    path.write_bytes(XLSX[: len(XLSX) * part // 16])
    got = read_meters(path)
    assert not len(got.accepted)
    assert len(got.rejected) == 1


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bytes_of_a_workbook_never_give_another_amount(tmp_path, seed):
    rng = np.random.default_rng(seed)
    raw = bytearray(XLSX)
    raw[int(rng.integers(len(raw)))] ^= 1 << int(rng.integers(8))
    path = tmp_path / "f.xlsx"
    path.write_bytes(bytes(raw))
    got = read_meters(path)
    assert got.accepted["value"].tolist() in ([], [1.2345])


def test_a_bomb_is_found_by_what_it_unpacks_to():
    assert archive_fault(XLSX) is None
    code, words = archive_fault(BOMB)
    assert code == "zip_bomb"
    assert int(words["ratio"].replace(",", "")) > 150
    assert archive_fault(XLSX, most_megabytes=0)[0] == "zip_bomb"


@pytest.mark.parametrize(
    ("written", "first", "months"),
    [("2025Q2", "2025-04", 3), ("2025年第四季度", "2025-10", 3), ("2025年度", "2025-01", 12),
     ("2025.03", "2025-03", 1), ("2025 March", "2025-03", 1), ("2025m3", "2025-03", 1)],
)  # fmt: skip
def test_periods_as_people_write_them(written, first, months):
    got = period_of(written)
    assert (str(np.datetime64(got.first, "M")), got.months) == (first, months)
