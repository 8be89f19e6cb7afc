"""Which sites an area holds and what a timeline tells, against plain walks through the rows."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.plan import event, event_area, event_timeline
from chainwright.plan.events.polygons import inside, polygon_of
from event_logs import START, after, event_log
from event_twins import fold, in_force, in_polygon, random_log, recovering, told_lines
from random_makers import drawn
from toy_makers import maker

PLACES = ["CHN", "JPN", "DEU", ""]
REGIONS = {
    "CHN": ["Anhui", "安徽", "340000", "Jiangsu", ""],
    "JPN": ["Aichi", "Miyagi", ""],
    "DEU": ["Bayern", ""],
    "": [""],
}


def placed(seed, sites=14):
    """Return a maker with sites in places, regions and at coordinates, some not known."""
    rng = np.random.default_rng(seed)
    rows, sourcing = [], []
    for s in range(sites):
        place = str(rng.choice(PLACES))
        region = str(rng.choice(REGIONS[place]))
        known = rng.random() < 0.8
        spot = np.round(rng.uniform(0, 10, size=2), 1) if known else (None, None)
        weeks = None if rng.random() < 0.3 else float(rng.integers(1, 30))
        rows.append((f"S{s}", f"V{s % 4}", place, region, *spot, weeks))
        sourcing += [(f"p{i}", f"V{s % 4}", f"S{s}") for i in rng.choice(6, size=2, replace=False)]
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", *[("F", f"p{i}", 1) for i in range(6)]],
        suppliers=["supplier", *[(f"V{v}",) for v in range(4)]],
        sites=["site supplier place region latitude_deg longitude_deg recovery_weeks", *rows],
        sourcing=["item supplier site", *sourcing],
    )


def rows_of(system):
    return system.maker.tables["sites"].fillna({"place": "", "region": ""}).to_dict("records")


def star(rng, corners):
    """Return the corners of a star about a centre: never crossing itself."""
    centre = rng.uniform(3, 7, size=2)
    turns = np.sort(rng.uniform(0, 2 * np.pi, size=corners))
    far = rng.uniform(0.5, 5.0, size=corners)
    points = centre + far[:, None] * np.column_stack([np.sin(turns), np.cos(turns)])
    return np.clip(points, 0.0, 10.0).round(2)


@pytest.mark.parametrize("seed", range(8))
def test_sites_in_a_polygon_are_those_that_its_rings_turn_about(seed):
    system, rng = placed(seed), np.random.default_rng(seed)
    area = polygon_of([tuple(p) for p in star(rng, int(rng.integers(3, 9)))])
    if seed % 3 == 0:
        area += polygon_of([(0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0)])
    found = event_area(system, {"kind": "polygon", "polygons": area})
    hit, untold = [], []
    for row in rows_of(system):
        if np.isnan(row["latitude_deg"]):
            untold.append((row["site"], row["place"]))
        elif in_polygon(area, row["longitude_deg"], row["latitude_deg"]):
            hit.append((row["site"], row["place"]))
    assert list(found.sites) == [site for site, _ in hit]
    near = {place for _, place in hit}
    expected = [site for site, place in untold if not hit or not place or place in near]
    assert list(found.untold) == expected


@pytest.mark.parametrize("seed", range(6))
def test_points_on_a_grid_are_in_or_out_as_by_winding(seed):
    rng = np.random.default_rng(seed)
    area = polygon_of([tuple(p) for p in rng.integers(0, 8, size=(int(rng.integers(3, 6)), 2))])
    hole = [[x, y] for x, y in ((2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0), (2.0, 2.0))]
    area = (
        area if seed % 2 else [[[[0.0, 0.0], [0.0, 7.0], [7.0, 7.0], [7.0, 0.0], [0.0, 0.0]], hole]]
    )
    x, y = (
        axis.ravel() for axis in np.meshgrid(np.arange(-0.5, 8.5, 0.5), np.arange(-0.5, 8.5, 0.5))
    )
    found = inside(area, x, y)
    for a, b, said in zip(x, y, found, strict=True):
        assert said == in_polygon(area, a, b), (a, b)


@pytest.mark.parametrize("place", ["CHN", "JPN", "DEU"])
@pytest.mark.parametrize("seed", range(4))
def test_sites_of_a_place_are_those_whose_row_says_so(seed, place):
    system = placed(seed)
    found = event_area(system, {"kind": "place", "codes": [place]})
    rows = rows_of(system)
    assert list(found.sites) == [row["site"] for row in rows if row["place"] == place]
    assert list(found.untold) == [row["site"] for row in rows if not row["place"]]


@pytest.mark.parametrize("name", ["Anhui", "安徽省", "340000"])
@pytest.mark.parametrize("seed", range(4))
def test_a_region_is_one_by_whatever_name(seed, name):
    system = placed(seed)
    found = event_area(system, {"kind": "region", "codes": [f"CHN:{name}"]})
    rows = rows_of(system)
    anhui = {"Anhui", "安徽", "340000"}
    assert list(found.sites) == [r["site"] for r in rows if r["region"] in anhui]
    unsaid = [
        r["site"] for r in rows if not r["place"] or (r["place"] == "CHN" and not r["region"])
    ]
    assert list(found.untold) == unsaid


@pytest.mark.parametrize("seed", range(4))
def test_a_supplier_is_all_its_sites_and_a_list_is_itself(seed):
    system = placed(seed)
    rows = rows_of(system)
    for supplier in ("V0", "V3"):
        mine = [row["site"] for row in rows if row["supplier"] == supplier]
        assert list(event_area(system, {"kind": "supplier", "codes": [supplier]}).sites) == mine
    listed = event_area(system, {"kind": "sites", "codes": ["S7", "S2"]})
    assert sorted(listed.sites) == ["S2", "S7"]
    assert listed.untold == ()


@pytest.mark.parametrize("seed", range(4))
def test_a_material_hits_the_sites_that_make_it_and_that_item_alone(seed):
    system = placed(seed)
    sourcing = system.maker.tables["sourcing"]
    made = event_area(system, {"kind": "material", "codes": ["p1"]})
    at = set(sourcing[sourcing["item"] == "p1"]["site"])
    assert set(made.sites) == at
    rows = made.table()
    hit = rows[rows["hit"] == "yes"]
    assert set(hit["items"]) <= {"p1"}
    network = system.maker.network
    nodes = {network.nodes.codes[n] for n in np.flatnonzero(made.nodes)}
    assert nodes == {f"p1@{site}" for site in at}


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_of_an_area_show_the_slowest_item_and_what_is_assumed(seed):
    system = placed(seed)
    rows = event_area(system, {"kind": "place", "codes": ["CHN", "JPN", "DEU"]}).table()
    told = {row["site"]: row for row in rows_of(system)}
    sourcing = system.maker.tables["sourcing"]
    hit = rows[rows["hit"] == "yes"]
    for row in hit.itertuples():
        given = told[row.site]["recovery_weeks"]
        assert row.assumed == np.isnan(given)
        assert row.recovery_weeks == (12.0 if np.isnan(given) else given)
        made = sourcing[sourcing["site"] == row.site]["item"]
        assert sorted(row.items.split(";")) == sorted(made)
        assert (row.place, row.supplier) == (told[row.site]["place"], told[row.site]["supplier"])
    assert hit["recovery_weeks"].is_monotonic_decreasing
    assert rows["hit"].tolist() == sorted(rows["hit"], key=["yes", "cannot be told"].index)
    assert (rows[["reason_en", "reason_zh"]] != "").all(axis=None)


@pytest.mark.parametrize("seed", range(2))
def test_a_timeline_counts_and_costs_what_was_known_after_each_line(seed):
    system = recovering(drawn(seed, parts=4), seed)
    log = random_log(system.maker.network, 700 + seed, entries=10)
    lines = told_lines(log)
    rows = event_timeline(system, log, weight="price").table()
    assert rows["entry"].tolist() == [line["seq"] for line in lines]
    assert rows["kind"].tolist() == [line["kind"] for line in lines]
    assert rows["by"].tolist() == [line["by"] for line in lines]
    assert rows["text"].tolist() == [line["text"] for line in lines]
    withdrawn = {line["of"] for line in lines if line["kind"] == "correction" and line["withdrawn"]}
    assert rows[rows["withdrawn"]]["entry"].tolist() == sorted(withdrawn)
    for number, row in enumerate(rows.itertuples(), 1):
        told = [status for status, *_ in fold(lines, number).values()]
        for status in ("potential", "confirmed", "no_impact", "restored"):
            assert getattr(row, status) == told.count(status)
        if number % 4 == 0:
            costs = event(system, log, as_of=number, weight="price").table()["loss"]
            said = [row.loss_low, row.loss_high]
            assert said == pytest.approx([costs.iloc[0], costs.iloc[2]], rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_history_of_a_site_is_its_lines_one_after_another(seed):
    system = recovering(drawn(seed, parts=4), seed)
    log = random_log(system.maker.network, 800 + seed, entries=10)
    history = event_timeline(system, log).tables()["event_site_history"]
    expected = {}
    for line in in_force(told_lines(log)):
        kind = line["kind"]
        if kind in {"potential", "confirmed", "no_impact", "restored"}:
            for site in line.get("sites", [line.get("site")]):
                expected.setdefault(site, []).append((kind, line["seq"], line["by"]))
    for site, rows in history.groupby("site", sort=False):
        said = list(zip(rows["status"], rows["entry"], rows["by"], strict=True))
        assert said == expected.pop(site)
        starts, ends = rows["from"].tolist(), rows["to"].tolist()
        assert ends == [*starts[1:], ""]
    assert not expected


def test_weeks_that_are_over_are_out_no_longer():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", ("F", "a", 2)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier", ("X", "V")],
        sourcing=["item supplier site", ("a", "V", "X")],
        stocks=["item site quantity", ("a", "X", 30)],
    )
    log = event_log("X", clock=lambda: START + timedelta(weeks=99))
    log.confirm("X", weeks=(2.0, 3.0, 5.0), by="Wang", at=START)
    lost = [10.0 * max(0.0, weeks - 1.5) for weeks in (2.0, 3.0, 5.0)]
    assert event(system, log).table()["loss"].tolist() == pytest.approx(lost)
    for week in (1.0, 2.0, 2.5, 4.0, 5.0, 8.0):
        rows = event(system, log, as_of=after(week)).table()
        left = [max(0.0, weeks - week) for weeks in (2.0, 3.0, 5.0)]
        assert rows["horizon_weeks"].tolist() == pytest.approx(left)
        assert rows["sites_out"].tolist() == [int(weeks > 0) for weeks in left]
        assert rows["loss"].tolist() == pytest.approx([10.0 * max(0.0, w - 1.5) for w in left])


def test_a_maker_whose_table_of_sites_is_in_another_order_has_the_same_event():
    system = recovering(drawn(3, parts=5), 3)
    log = random_log(system.maker.network, 9)
    tables = {
        k: t.iloc[::-1].reset_index(drop=True) for k, t in system.maker.tables.items() if len(t)
    }
    other = System(maker=type(system.maker).of_tables("turned", currency="CNY", **tables))
    one, two = (event(s, log, weight="price").table() for s in (system, other))
    columns = ["case", "sites_out", "horizon_weeks", "survival_weeks", "loss"]
    pd.testing.assert_frame_equal(one[columns], two[columns], rtol=1e-6, atol=1e-6)
