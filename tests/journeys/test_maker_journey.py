"""From spreadsheets as people keep them to the cheapest cover: every figure worked out by hand."""

import numpy as np
import pytest
from openpyxl import Workbook

import chainwright as cw
from chainwright.errors import TableError
from chainwright.records import IncidentLog
from chainwright.system import intake

MONTH = 365.25 / 12 / 7
"""Weeks of a month."""

SUV, CITY = 1200 / MONTH, 600 / MONTH
"""Cars sold a week: 1,200 and 600 a month."""

SUV_MARGIN, CITY_MARGIN = 21_000.0, 9_000.0

BOOK = {
    "说明": [["整车物料数据汇总（内部）"], ["编制：王芳", None, "2026年11月1日"]],
    "产品计划": [
        ["2026年度产品计划"],
        [],
        ["车型", None, "需求", "价格", None],
        ["代码", "名称", "月需求（台）", "售价（万元）", "单车毛利（万元）"],
        ["SUV-1", "轩驰", "1,200", 16.8, "2.10"],
        ["CITY-1", "城市通", "６００", "9.90", 0.9],
        ["合计", None, 1800, None, None],
    ],
    "BOM-SUV": [
        ["轩驰 物料清单"],
        ["层级", "零件号", "零件名称", "单台用量", "单位"],
        ["0", "SUV-1", "轩驰", 1, "台"],
        [".1", "SEAT-A", "座椅", "５", "件"],
        [".1", "DSH-4", "仪表台", "1 件", "件"],
        ["..2", "MCU-32", "微控制器", 2, "件"],
        ["小计", None, None, 8, None],
    ],
    "CITY-1": [
        ["City car, rev C"],
        ["Lvl", "Part No.", "Description", "Qty per assy", "UoM"],
        [0, "CITY-1", "City car", None, "ea"],
        [1, "seat-a", "Seat", 4, "ea"],
        [1, "DSH-4", "Dashboard", 1, "ea"],
        [1, "CLIP-9", "Clip", "24 pcs", "ea"],
        [],
        ["Released 03/10/2026"],
    ],
    "父子关系": [
        ["父件编码", "子件编码", "用量"],
        ["DSH-4", "MCU-32", 2],
        ["MCU-32", "DSH-4", 1],
        ["SEAT-A", "FOAM-1", "若干"],
    ],
    "Supplier contacts": [
        ["Supplier contact list — updated 2026-10-28"],
        ["Vendor no.", "Vendor name", "Phone", "Country"],
        ["V01", "River Seats Co., Ltd.", "+86 27 5555 01", "China"],
        ["V02", "Delta Semiconductors Sdn Bhd", "+60 4 5555 02", "Malaysia"],
        ["V03", "东方电子有限公司", "+86 512 5555 03", "中国"],
        ["Total: 3 vendors"],
    ],
    "工厂 Plants": [
        ["工厂信息", None, None, "地点", None, "恢复"],
        ["工厂代码", "工厂名称", "供应商", "省/州", "国家", "恢复时间（天）"],
        ["P1", "合肥总装厂", "自有", "安徽", "中国", 14],
        ["S1", "武汉座椅厂", "RIVER SEATS", "湖北", "中国", 21],
        ["S2", "长沙座椅厂", "River Seats", "湖南", "中国", 21],
        ["S3", "Penang Fab", "Delta Semiconductors", "Penang", "Malaysia", 70],
        ["S4", "苏州一厂", "东方电子", "江苏", "中国", "待定"],
    ],
    "Sourcing": [
        ["Sourcing split FY2026, CNY excl. VAT"],
        ["Part", "Supplier", "Plant", "Share", "Unit price", "Lead time (days)", "Capacity/month"],
        ["SUV-1", "自制", "合肥总装厂", "100%", None, None, "1,300"],
        ["CITY-1", "自制", "合肥总装厂", None, None, None, 700],
        ["SEAT－A", "River Seats Co., Ltd.", "武汉座椅厂", "60%", "1,500.00", 7, 6000],
        ["SEAT-A", "river seats", "长沙座椅厂", 0.4, 1520, 7, "4,200"],
        ["DSH-4", "东方电子有限公司", "苏州一厂", "100%", 900, 14, 2000],
        ["MCU-32", "DELTA SEMICONDUCTORS", "Penang Fab", "100%", 31.2, 112, "4,000"],
        ["Grand total", None, None, None, None, None, None],
    ],
}

STOCKS = """库存日报表,,,
打印日期：2026年11月2日,,,
仓库,物料编码,库存数量,盘点日期
中心库,DSH-4,"1,800",2026/11/1
,ＭＣＵ-32,７２００,2026年11月1日
中心库小计,,9000,
整车库,SUV-1,120,20261101
,CITY-1,60,2026-11-01
整车库小计,,180,
合计,,9180,
"""


def files(folder, *, mended):
    """Write the workbook and the stock report in GBK; mended as the preview asked for, or not."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in BOOK.items():
        page = book.create_sheet(title)
        for row in rows[:2] if mended and title == "父子关系" else rows:
            page.append(row)
    book["产品计划"].merge_cells("A1:E1")
    book["产品计划"].merge_cells("A3:B3")
    book["产品计划"].merge_cells("D3:E3")
    book["工厂 Plants"].merge_cells("A1:C1")
    book.save(folder / "整车.xlsx")
    (folder / "库存.csv").write_bytes(STOCKS.replace("\n", "\r\n").encode("gbk"))
    return [folder / "整车.xlsx", folder / "库存.csv"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maker")
    read = intake(files(folder, mended=True), name="晨星", currency="CNY", year=2026)
    read.store(folder / "chain")
    return read, cw.System.read(folder / "chain")


def test_the_preview_names_what_a_person_would_and_stores_nothing(tmp_path):
    read = intake(files(tmp_path, mended=False), name="晨星", currency="CNY", year=2026)
    assert read.counts == {
        "read": 29,
        "matched": 26,
        "possible": 0,
        "rejected": 3,
        "left_out": 0,
        "set_aside": 15,
    }
    rejected = read.rows[read.rows["status"] == "rejected"]
    assert dict(zip(rejected["address"], rejected["found"], strict=True)) == {
        "BOM-SUV!B6": "MCU-32",
        "父子关系!B3": "DSH-4",
        "父子关系!C4": "若干",
    }
    assert "DSH-4 > MCU-32 > DSH-4" in rejected["reason_en"].iloc[0]
    with pytest.raises(TableError, match="若干"):
        read.store(tmp_path / "chain")
    assert not (tmp_path / "chain").exists()


def test_the_tables_are_what_a_person_reads(stored):
    read, system = stored
    assert not read.open
    first = read.rows.iloc[0]
    assert (first["status"], first["found"]) == ("taken", "CLIP-9")
    assert "No source is given for 1 of the items: CLIP-9" in first["reason_en"]
    tables = system.maker.tables
    products = tables["products"].set_index("item")
    assert products["demand_per_week"].to_dict() == pytest.approx({"SUV-1": SUV, "CITY-1": CITY})
    assert products["price"].tolist() == [168_000.0, 99_000.0]
    assert products["margin"].tolist() == [SUV_MARGIN, CITY_MARGIN]
    bill = tables["bill"]
    assert dict(
        zip(zip(bill["parent"], bill["component"], strict=True), bill["quantity"], strict=True)
    ) == {
        ("SUV-1", "SEAT-A"): 5,
        ("SUV-1", "DSH-4"): 1,
        ("DSH-4", "MCU-32"): 2,
        ("CITY-1", "SEAT-A"): 4,
        ("CITY-1", "DSH-4"): 1,
        ("CITY-1", "CLIP-9"): 24,
    }
    sites = tables["sites"].set_index("site")
    assert sites.loc[["P1", "S1", "S2", "S3", "S4"], "region"].tolist() == [
        "安徽",
        "湖北",
        "湖南",
        "Penang",
        "江苏",
    ]
    assert sites.loc[["P1", "S1", "S3"], "recovery_weeks"].tolist() == [2.0, 3.0, 10.0]
    assert np.isnan(sites.loc["S4", "recovery_weeks"])
    assert set(sites.index) == {"P1", "S1", "S2", "S3", "S4", "中心库", "整车库"}
    stocks = tables["stocks"]
    assert list(
        stocks[["item", "site", "quantity", "date"]].itertuples(index=False, name=None)
    ) == [
        ("DSH-4", "中心库", 1800.0, "2026-11-01"),
        ("MCU-32", "中心库", 7200.0, "2026-11-01"),
        ("SUV-1", "整车库", 120.0, "2026-11-01"),
        ("CITY-1", "整车库", 60.0, "2026-11-01"),
    ]
    sourcing = tables["sourcing"].set_index(["item", "site"])
    assert sourcing.loc[("SEAT-A", "S2"), "share"] == 0.4
    assert sourcing.loc[("SEAT-A", "S2"), "supplier"] == "V01"
    assert sourcing.loc[("MCU-32", "S3"), "lead_time_weeks"] == 16.0
    assert sourcing.loc[("SEAT-A", "S1"), "capacity_per_week"] == pytest.approx(6000 / MONTH)


def lost(short, share, city, suv=1.0):
    """Return the profit lost where `short` units are missing, and city cars are cut first."""
    most = city * share
    return min(short, most) / share * CITY_MARGIN + max(0.0, short - most) / suv * SUV_MARGIN


def by_hand():
    """Return weeks survived, weeks to recover and profit lost until then, by site.

    All cars need a dashboard and it 2 controllers; an SUV 5 seats, a city car 4. In stock are 120
    and 60 cars, 1,800 dashboards, 7,200 controllers. Where a part is short city cars are cut
    first: they earn less a car (9,000 against 21,000) and a seat (2,250 against 4,200).
    """
    cars = SUV + CITY
    seats = 120 * 5 + 60 * 4
    without_wuhan, without_changsha = (8400 - 4200) / MONTH, (8400 - 6000) / MONTH
    return {
        "P1": (0.1 * MONTH, 2.0, (2 - 0.1 * MONTH) * (SUV * SUV_MARGIN + CITY * CITY_MARGIN)),
        "S1": (
            seats / without_wuhan,
            3.0,
            lost(3 * without_wuhan - seats, 4, 3 * CITY - 60, 5),
        ),
        "S2": (
            seats / without_changsha,
            3.0,
            lost(3 * without_changsha - seats, 4, 3 * CITY - 60, 5),
        ),
        "S3": ((3600 + 1800 + 180) / cars, 10.0, 0.0),
        "S4": ((1800 + 180) / cars, 12.0, lost(12 * cars - 1980, 1, 12 * CITY - 60)),
    }


def test_exposure_is_what_is_worked_out_by_hand(stored):
    _, system = stored
    found = cw.diagnose.exposure(system).table().set_index("scenario")
    for site, (survived, recovery, loss) in by_hand().items():
        assert found.loc[site, "time_to_survive_weeks"] == pytest.approx(survived, rel=1e-6)
        assert found.loc[site, "time_to_recover_weeks"] == recovery
        assert found.loc[site, "loss_at_recovery"] == pytest.approx(loss, rel=1e-6, abs=1e-3)
    assert list(found.index[:2]) == ["S4", "P1"]
    assert list(found.index[found["recovery_assumed"] & (found["items"] > 0)]) == ["S4"]
    for store in ("中心库", "整车库"):
        assert found.loc[store, "loss_at_recovery"] == 0.0
    by_supplier = cw.diagnose.exposure(system, by="supplier").table().set_index("scenario")
    seats = by_supplier.loc["V01"]
    assert seats["time_to_survive_weeks"] == pytest.approx(0.1 * MONTH)
    assert seats["loss_at_recovery"] == pytest.approx(
        (3 - 0.1 * MONTH) * (SUV * SUV_MARGIN + CITY * CITY_MARGIN)
    )
    places = cw.diagnose.exposure(system, by="place").table()
    assert set(places["scenario"]) == {"CHN", "MYS"}
    regions = cw.diagnose.exposure(system, by="region").table()
    assert {"CHN:湖北", "CHN:江苏", "MYS:Penang"} <= set(regions["scenario"])


def test_single_sources_and_common_suppliers_are_those_of_the_sheets(stored):
    _, system = stored
    single = cw.diagnose.single_sources(system).table().set_index("item")
    assert single.loc[["DSH-4", "MCU-32"], "only_site"].tolist() == ["S4", "S3"]
    assert (single.loc["SEAT-A", "finding"], single.loc["SEAT-A", "only_supplier"]) == (
        "one supplier",
        "V01",
    )
    assert single.loc["CLIP-9", "finding"] == "no source known"
    revenue = SUV * 168_000 + CITY * 99_000
    assert single.loc["MCU-32", "revenue_per_week"] == pytest.approx(revenue)
    assert single.loc["MCU-32", "cover_weeks"] == pytest.approx(7200 / (2 * (SUV + CITY)))
    common = cw.diagnose.common_suppliers(system).table().set_index("group")
    assert set(common.index) == {"V01", "V02", "V03"}
    assert common["revenue_per_week"].tolist() == pytest.approx([revenue] * 3)
    assert common.loc["V02", "items_stopped"] == 4


def test_the_cheapest_cover_of_a_gap_is_the_stock_that_is_missing(stored):
    _, system = stored
    plan = cw.plan.mitigate(system, of=["S4"], forbid=["line:DSH-4"])
    (step,) = plan.steps.to_dict("records")
    short = 12 * (SUV + CITY) - 1980
    assert step["measure"] == "stock:DSH-4"
    assert step["amount"] == pytest.approx(short, rel=1e-6)
    # 20 to 40 % of 900 a year, in the middle.
    assert plan.cost == pytest.approx(short * 900 * 0.3, rel=1e-6)
    whole = cw.plan.mitigate(system)
    assert whole.uncovered == ()
    verified = whole.tables()["mitigation_scenarios"]
    assert set(verified["scenario"]) == {"P1", "S1", "S2", "S4"}
    assert verified["loss_verified"].max() == pytest.approx(0.0, abs=1.0)


def test_a_fire_costs_what_is_worked_out_and_tells_which_cars_to_cut(stored, tmp_path):
    _, system = stored
    at = "2026-11-02T08:00:00+08:00"
    area = cw.plan.event_area(system, {"kind": "supplier", "codes": ["V03"]})
    assert area.sites == ("S4",)
    log = IncidentLog.create(
        tmp_path / "fire.jsonl",
        title="苏州火灾",
        cause="fire",
        by="王芳",
        area=area.area,
        sites=area.sites,
        at=at,
    )
    log.confirm("S4", weeks=(4, 6, 12), by="李伟", at=at)
    told = cw.plan.event(system, log).table().set_index("case")
    cars = SUV + CITY
    expected = [lost(max(0.0, w * cars - 1980), 1, w * CITY - 60) for w in (4, 6, 12)]
    assert told["loss"].tolist() == pytest.approx(expected, rel=1e-6, abs=1e-3)
    steps = cw.plan.dispatch(system, log).table()
    (cut,) = steps[steps["action"] == "cut"].to_dict("records")
    assert cut["item"] == "CITY-1"
    assert cut["units"] == pytest.approx(6 * cars - 1980, rel=1e-6)
    assert log.verify() == 3
