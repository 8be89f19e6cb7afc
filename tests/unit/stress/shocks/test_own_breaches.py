"""What is wrong with a blow in itself is told, all at once, where it stands."""

from math import inf, nan

import pytest

from chainwright.errors import ParameterError, TableError
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.own_breaches import breaches_of

REBUILD = {"days": 5, "recovery": "rebuild", "recovery_days": 60, "rebuilding": {"c18": 1.0}}


def wrong(kind="capacity", **fields):
    """Return where a blow is wrong, as field names."""
    fields = {"nodes": "CHN:c14", "share": 0.5} | fields
    return [b.where.partition(", ")[2].strip("'") for b in breaches_of(Blow(kind, **fields), 0)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"share": 0},
        {"share": 1},
        {"share": None, "shares": {"c14": 0.2}},
        {"days": inf},
        {"days": 3, "recovery": "linear", "recovery_days": 10},
        {"days": 3, "recovery": "concave", "recovery_days": 40, "half_recovery_days": 5},
        {"kind": "capital", "share": None, "money": 3.0},
        {"kind": "capital", **REBUILD},
        {"kind": "supply_cut", "nodes": (), "buyers": "CHN"},
        {"kind": "demand_drop", "nodes": (), "buyers": "CHN"},
        {"kind": "supply_cut", "nodes": (), "links": [("a", "b")]},
    ],
)
def test_nothing_is_wrong_with_a_good_blow(fields):
    assert wrong(**fields) == []


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"kind": "capasity"}, ["kind"]),
        ({"recovery": "linea"}, ["recovery"]),
        ({"share": 1.01}, ["share"]),
        ({"share": -0.1}, ["share"]),
        ({"share": nan}, ["share"]),
        ({"share": True}, ["share"]),
        ({"share": "half"}, ["share"]),
        ({"share": None}, ["share"]),
        ({"shares": {"c14": 0.2}}, ["share"]),
        ({"share": None, "shares": {"c14": 2.0, "c15": nan}}, ["shares", "shares"]),
        ({"money": 3.0}, ["share", "money"]),
        ({"kind": "capital", "share": None, "money": -1.0}, ["money"]),
        ({"kind": "capital", "share": None, "money": inf}, ["money"]),
        ({"start_day": -1}, ["start_day"]),
        ({"start_day": nan}, ["start_day"]),
        ({"start_day": inf}, ["start_day"]),
        ({"days": 0}, ["days"]),
        ({"days": nan}, ["days"]),
        ({"recovery": "linear", "recovery_days": 10}, ["days"]),
        ({"days": 3, "recovery": "linear"}, ["recovery_days"]),
        ({"days": 3, "recovery": "convex", "recovery_days": 0.5}, ["recovery_days"]),
        ({"days": 3, "recovery": "concave", "recovery_days": 2}, ["recovery_days"]),
        ({"days": 3, "recovery": "linear", "recovery_days": nan}, ["recovery_days"]),
        ({"recovery_days": 4}, ["recovery_days"]),
        ({"half_recovery_days": 4}, ["half_recovery_days"]),
        (
            {"days": 3, "recovery": "concave", "recovery_days": 9, "half_recovery_days": 9},
            ["half_recovery_days"],
        ),
        (REBUILD, ["recovery"]),
        ({"kind": "capital", **REBUILD, "rebuilding": {}}, ["rebuilding"]),
        ({"kind": "capital", **REBUILD, "rebuilding": {"c18": 0.5}}, ["rebuilding"]),
        (
            {"kind": "capital", **REBUILD, "rebuilding": {"c18": 1.5, "c14": -0.5}},
            2 * ["rebuilding"],
        ),
        ({"kind": "capital", **REBUILD, "rebuild_factor": 0.0}, ["rebuild_factor"]),
        ({"rebuilding": {"c18": 1.0}}, ["rebuilding"]),
        ({"nodes": ()}, ["regions"]),
        ({"kind": "supply_cut", "nodes": ()}, ["regions"]),
        ({"regions": "CHN"}, ["nodes"]),
        ({"firms": "f"}, ["firms"]),
        ({"nodes": (), "links": [("a", "b")]}, ["links"]),
        ({"kind": "supply_cut", "nodes": (), "links": [("a", "b", "c")]}, ["links"]),
        ({"kind": "supply_cut", "nodes": (), "links": 2 * [("a", "b")]}, ["links"]),
        ({"kind": "supply_cut", "nodes": (), "firms": "a", "links": [("a", "b")]}, ["links"]),
        ({"buyers": "CHN"}, ["buyers"]),
        ({"nodes": ("CHN:c14", "CHN:c14")}, ["nodes"]),
        ({"nodes": ("CHN:c14", "")}, ["nodes"]),
        ({"nodes": (), "products": (14,)}, ["products"]),
        ({"share": None, "shares": (("c14", 0.1), ("c14", 0.2))}, ["shares"]),
    ],
)
def test_each_slip_is_told_where_it_stands(fields, where):
    assert wrong(**fields) == where


def test_all_slips_of_all_blows_stand_in_one_error():
    shock = Shock(
        (Blow("capacity", share=2.0, days=-1), Blow("capital", nodes="a:b", start_day=-1)),
        name_en="Two slips too many",
    )
    with pytest.raises(TableError) as refused:
        shock.checked()
    places = {breach.where for breach in refused.value.breaches}
    assert places == {
        "blow 1, 'regions'",
        "blow 1, 'share'",
        "blow 1, 'days'",
        "blow 2, 'share'",
        "blow 2, 'start_day'",
    }
    assert str(refused.value).startswith("The shock 'Two slips too many' cannot be used")


def test_a_shock_without_blows_is_none():
    with pytest.raises(TableError, match="blows: found none"):
        Shock(()).checked()


def test_what_is_no_blow_is_refused_at_once():
    with pytest.raises(ParameterError, match="Blow objects"):
        Shock(("capacity",))


def test_a_kind_that_is_misspelt_is_told_with_a_near_one():
    (breach,) = breaches_of(Blow("suply_cut", nodes="a:b", share=1.0), 4)
    assert breach.where == "blow 5, 'kind'"
    assert "supply_cut" in breach.remedy


def test_shocks_join_scale_and_move():
    one = Shock((Blow("capacity", nodes="a:b", share=0.4, start_day=3),), "One", "一", "me")
    two = Shock((Blow("capital", nodes="a:b", money=10.0),), "Two", "二", "me")
    both = one + two
    assert (both.blows, both.name_en, both.name_zh) == (
        one.blows + two.blows,
        "One + Two",
        "一 + 二",
    )
    assert both.source == "me"
    assert [b.share for b in both.scaled(2.0).blows] == [0.8, None]
    assert both.scaled(2.0).blows[1].money == 20.0
    assert one.scaled(3.0).blows[0].share == 1.0
    assert [b.start_day for b in both.shifted(2).blows] == [5, 2]
    with pytest.raises(TableError, match="start_day"):
        one.shifted(-4).checked()
    with pytest.raises(ParameterError, match="factor"):
        one.scaled(nan)


def test_one_word_is_a_list_of_one_and_mappings_are_pairs():
    blow = Blow("capacity", regions="CHN", shares={"c14": 0.5}, share=None)
    assert (blow.regions, blow.shares) == (("CHN",), (("c14", 0.5),))
    assert hash(blow) == hash(Blow("capacity", regions=["CHN"], shares=[("c14", 0.5)]))
