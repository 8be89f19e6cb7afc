"""Which sites an event may have hit, by region, country, polygon, list, supplier and material."""

import json

import numpy as np
import pytest

from chainwright.errors import (
    FormatError,
    MissingFileError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.plan import event_area, polygon_of, read_polygons
from chainwright.plan.events.polygons import inside
from toy_makers import maker, two_products

SQUARE = [(0, 0), (0, 10), (10, 10), (10, 0)]


def placed():
    """Return a maker whose sites are known to very different degrees."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        parts=["item hs gbt4754", ("a", "854231", "3973"), ("b", "850760", "")],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1), ("F", "c", 1)],
        suppliers=["supplier place", ("V", "CHN"), ("W", "DEU")],
        sites=[
            "site supplier place region latitude_deg longitude_deg recovery_weeks",
            ("home", "", "CHN", "安徽省", 5, 5, 3),
            ("near", "V", "CHN", "合肥市", 5, 6, None),
            ("blind", "V", "CHN", "", None, None, 9),
            ("lost", "V", "", "", None, None, None),
            ("far", "W", "DEU", "Bayern", 20, 20, 7),
            ("dark", "W", "DEU", "Bayern", None, None, 7),
        ],
        sourcing=[
            "item supplier site",
            ("F", "", "home"),
            ("a", "V", "near"),
            ("a", "V", "blind"),
            ("b", "W", "far"),
            ("b", "V", ""),
        ],
        stocks=["item site quantity", ("a", "lost", 5)],
    )


@pytest.mark.parametrize(
    ("area", "hit", "untold"),
    [
        ({"kind": "region", "codes": ["CHN:Anhui"]}, "home near", "blind lost V/?"),
        ({"kind": "region", "codes": ["CN:340000"]}, "home near", "blind lost V/?"),
        ({"kind": "region", "codes": ["CHN:合肥"]}, "near", "home blind lost V/?"),
        ({"kind": "region", "codes": ["DEU:bayern"]}, "far dark", "lost V/?"),
        ({"kind": "region", "codes": ["CHN:Hubei"]}, "", "blind lost V/?"),
        ({"kind": "place", "codes": ["DEU"]}, "far dark", "lost V/?"),
        ({"kind": "place", "codes": ["DEU", "CHN"]}, "home near blind far dark", "lost V/?"),
        ({"kind": "polygon", "polygons": polygon_of(SQUARE)}, "home near", "blind lost V/?"),
        (
            {"kind": "polygon", "polygons": polygon_of([(50, 50), (50, 51), (51, 51)])},
            "",
            "blind lost dark V/?",
        ),
        ({"kind": "sites", "codes": ["far", "home"]}, "home far", ""),
        ({"kind": "supplier", "codes": ["V"]}, "near blind lost V/?", ""),
        ({"kind": "material", "codes": ["b"]}, "far V/?", ""),
        ({"kind": "material", "codes": ["hs:8542"]}, "near blind", ""),
        ({"kind": "material", "codes": ["gbt4754:397", "b"]}, "near blind far V/?", ""),
        ({"kind": "material", "codes": ["c"]}, "", ""),
    ],
)
def test_an_area_holds_these_sites_and_cannot_tell_of_those(area, hit, untold):
    found = event_area(placed(), area)
    assert set(found.sites) == set(hit.split())
    assert set(found.untold) == set(untold.split())
    rows = found.table()
    told = rows[rows["site"] != ""]
    assert set(told.loc[told["hit"] == "yes", "site"]) == set(found.sites)
    assert (rows["reason_en"] != "").all()
    assert (rows["reason_zh"] != "").all()


def test_a_material_hits_its_own_nodes_alone_and_names_what_has_no_source():
    found = event_area(placed(), {"kind": "material", "codes": ["b", "c"]})
    network = found.system.maker.network
    assert {network.nodes.codes[n] for n in np.flatnonzero(found.nodes)} == {"b@far", "b@V/?"}
    row = found.table().iloc[-1]
    assert (row["site"], row["items"], row["hit"]) == ("", "c", "cannot be told")
    assert row["reason_en"] == "Who makes c is not known."


def test_time_to_recover_is_shown_and_an_assumption_is_marked():
    rows = event_area(placed(), {"kind": "place", "codes": ["CHN"]}).table().set_index("site")
    assert rows.loc["near", ["recovery_weeks", "assumed"]].tolist() == [12.0, True]
    assert rows.loc["home", ["recovery_weeks", "assumed"]].tolist() == [3.0, False]


@pytest.mark.parametrize(
    ("area", "error", "said"),
    [
        ({"kind": "galaxy", "codes": ["x"]}, ParameterError, "region, place, polygon"),
        ({"kind": "sites", "codes": []}, ParameterError, "not empty"),
        ({"kind": "sites", "codes": ["hom"]}, UnknownCodeError, "Did you mean home"),
        ({"kind": "supplier", "codes": ["Q"]}, UnknownCodeError, "supplier"),
        ({"kind": "material", "codes": ["zz"]}, UnknownCodeError, "item"),
        ({"kind": "material", "codes": ["hs:99"]}, UnknownCodeError, "class of the maker's parts"),
        ({"kind": "place", "codes": ["XXX"]}, UnknownCodeError, "place code"),
        ({"kind": "region", "codes": ["Anhui"]}, ParameterError, "CHN:Anhui"),
        ({"kind": "region", "codes": ["DEU:Bayer"]}, UnknownCodeError, "DEU:Bayern"),
    ],
)
def test_an_area_that_is_none_is_refused(area, error, said):
    with pytest.raises(error, match=said):
        event_area(placed(), area)


def test_a_point_is_inside_by_the_even_odd_rule_holes_and_edges_minded():
    ring = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    x = [1, 5, 4, 10, 11, -1, 5, np.nan]
    y = [1, 5, 5, 10, 5, 5, 10, 5]
    told = inside([[ring, hole]], x, y).tolist()
    assert told == [True, False, True, True, False, False, True, False]
    assert inside([[ring], [[[20, 0], [22, 0], [22, 2], [20, 0]]]], [21.5], [0.5]).tolist() == [
        True
    ]


def test_points_and_polygons_drawn_at_random_agree_with_winding_angles():
    rng = np.random.default_rng(4)
    for _ in range(20):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        far = rng.uniform(1, 5, 9)
        corners = [
            (float(r * np.sin(a)), float(r * np.cos(a))) for a, r in zip(angle, far, strict=True)
        ]
        ring = polygon_of(corners)
        points = rng.uniform(-5, 5, (40, 2))
        shape = np.array(ring[0][0])
        for (x, y), told in zip(points, inside(ring, *points.T), strict=True):
            turns = np.diff(np.unwrap(np.arctan2(shape[:, 1] - y, shape[:, 0] - x)))
            assert told == (abs(turns.sum()) > np.pi)


GOOD = [[0, 0], [4, 0], [4, 4], [0, 0]]


@pytest.mark.parametrize(
    "held",
    [
        {"type": "Polygon", "coordinates": [GOOD]},
        {"type": "MultiPolygon", "coordinates": [[GOOD]]},
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [GOOD]},
        },
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [GOOD]}}
            ],
        },
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "coordinates": [[[*p, 8.5] for p in GOOD]]}],
        },
    ],
)
def test_polygons_are_read_from_every_kind_of_geojson(tmp_path, held):
    path = tmp_path / "flood.geojson"
    path.write_text(json.dumps(held))
    assert read_polygons(path) == [[GOOD]]


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("no", FormatError, "no GeoJSON"),
        ("[]", FormatError, "no GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', FormatError, "a Point, which is no polygon"),
        ('{"type": "FeatureCollection", "features": []}', FormatError, "holds no polygon"),
        (
            json.dumps({"type": "Polygon", "coordinates": [[*GOOD[:3], [1, 1]]]}),
            TableError,
            "closed",
        ),
        (json.dumps({"type": "Polygon", "coordinates": [GOOD[:2]]}), TableError, "three corners"),
        (
            json.dumps(
                {"type": "Polygon", "coordinates": [[[31, 117], [32, 117], [32, 118], [31, 117]]]}
            ),
            TableError,
            "the wrong way round",
        ),
        (
            json.dumps(
                {"type": "Polygon", "coordinates": [[[170, 0], [-170, 0], [-170, 9], [170, 0]]]}
            ),
            TableError,
            "180th meridian",
        ),
        (json.dumps({"type": "Polygon", "coordinates": [["x", 1, 2, 3]]}), TableError, "no pair"),
    ],
)
def test_a_file_that_holds_no_usable_polygon_is_refused(tmp_path, content, error, said):
    path = tmp_path / "flood.geojson"
    path.write_text(content)
    with pytest.raises(error, match=said):
        read_polygons(path)
    with pytest.raises(MissingFileError):
        read_polygons(tmp_path / "none.geojson")


def test_a_toy_in_anhui_is_hit_in_its_own_plants():
    found = event_area(two_products(), {"kind": "region", "codes": ["CHN:Anhui"]})
    assert found.sites == ("P1", "P2")
    assert found.parameters["area"]["kind"] == "region"
