"""Every template is the blows that its page says, with the defaults of its table, by hand."""

import csv
from importlib.resources import files

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.example_files import example_of
from chainwright.stress.shocks.sector_hits import hits_in, sector_blows
from chainwright.stress.shocks.template_values import capacity_lost_by_section
from chainwright.stress.shocks.templates import TEMPLATES
from worlds import world

COUNTRY = System.demo("country")
REGION = COUNTRY.flows.nodes.regions.codes[0]
CUT, SHUT = "supply_cut", "capacity"

BY_HAND = {
    "an embargo as it comes": (
        stress.embargo("JPN:c14"),
        "Embargo on deliveries of JPN:c14",
        "禁运：JPN:c14 停止对外供货",
        (Blow(CUT, nodes="JPN:c14", share=1.0, days=56.0),),
    ),
    "an embargo of products to buyers": (
        stress.embargo(
            ("JPN", "KOR"), products=("c13", "c14"), to=("CHN", "DEU:c15"), share=0.7, days=21,
            start_day=4,
        ),
        "Embargo on deliveries of JPN, KOR c13, c14 to CHN, DEU:c15",
        "禁运：JPN, KOR c13, c14 停止向 CHN, DEU:c15 供货",
        (
            Blow(
                CUT, regions=("JPN", "KOR"), products=("c13", "c14"), buyers=("CHN", "DEU:c15"),
                share=0.7, days=21, start_day=4,
            ),
        ),
    ),
    "an embargo of nodes and regions": (
        stress.embargo(("JPN:c14", "KOR"), days=7, share=0.5),
        "Embargo on deliveries of JPN:c14, KOR",
        "禁运：JPN:c14, KOR 停止对外供货",
        (
            Blow(CUT, nodes="JPN:c14", share=0.5, days=7),
            Blow(CUT, regions="KOR", share=0.5, days=7),
        ),
    ),
    "a product that nobody delivers": (
        stress.embargo((), products="c2", share=1.0, days=9),
        "Embargo on deliveries of c2",
        "禁运：c2 停止对外供货",
        (Blow(CUT, products="c2", share=1.0, days=9),),
    ),
    "a disaster that recovers": (
        stress.disaster("JPN", products="c14", share=0.1),
        "Disaster in JPN c14",
        "灾害：JPN c14",
        (
            Blow("capital", regions="JPN", products="c14", share=0.1, days=15.0,
                 recovery="linear", recovery_days=90.0),
        ),
    ),
    "a disaster in money that is rebuilt": (
        stress.disaster(
            ("JPN:c14", "JPN:c15"), money=5e3, days=10, rebuilding={"c18": 0.6, "c13": 0.4},
            start_day=3,
        ),
        "Disaster in JPN:c14, JPN:c15",
        "灾害：JPN:c14, JPN:c15",
        (
            Blow("capital", nodes=("JPN:c14", "JPN:c15"), money=5e3, days=10, start_day=3,
                 recovery="rebuild", recovery_days=60.0,
                 rebuilding=(("c18", 0.6), ("c13", 0.4))),
        ),
    ),
    "a closure": (
        stress.closure("CHN"),
        "Closure in CHN",
        "停产：CHN",
        (Blow(SHUT, regions="CHN", share=1.0, days=28.0),),
    ),
    "a closure of nodes and of a region's sectors": (
        stress.closure(("CHN:c3", "CHN:c4"), share=0.25, days=5, start_day=2),
        "Closure in CHN:c3, CHN:c4",
        "停产：CHN:c3, CHN:c4",
        (Blow(SHUT, nodes=("CHN:c3", "CHN:c4"), share=0.25, days=5, start_day=2),),
    ),
    "a strike": (
        stress.strike("FRA", products="c23"),
        "Strike in FRA c23",
        "罢工：FRA c23",
        (Blow(SHUT, regions="FRA", products="c23", share=1.0, days=14.0),),
    ),
    "rationed power": (
        stress.rationing(("CHN", "VNM"), start_day=9),
        "Power rationing in CHN, VNM",
        "限电：CHN, VNM",
        (Blow(SHUT, regions=("CHN", "VNM"), share=0.2, days=30.0, start_day=9),),
    ),
    "a port": (
        stress.port("NLD", products="c8", share=0.3),
        "Closed port of NLD c8",
        "港口关闭：NLD c8",
        (
            Blow(CUT, regions="NLD", products="c8", share=0.3, days=14.0),
            Blow(CUT, buyers="NLD", products="c8", share=0.3, days=14.0),
        ),
    ),
    "a route": (
        stress.route("CHN", ("DEU", "FRA"), products="c14", days=30, start_day=1),
        "Closed route between CHN and DEU, FRA for c14",
        "航线中断：CHN 与 DEU, FRA（c14）",
        (
            Blow(CUT, regions="CHN", products="c14", buyers=("DEU", "FRA"), share=1.0, days=30,
                 start_day=1),
            Blow(CUT, regions=("DEU", "FRA"), products="c14", buyers="CHN", share=1.0, days=30,
                 start_day=1),
        ),
    ),
    "a default of many": (
        stress.default([f"f{i}" for i in range(8)], start_day=2),
        "Default of f0, f1, f2, f3, f4, +3",
        "企业违约停产：f0, f1, f2, f3, f4, +3",
        (Blow(SHUT, firms=[f"f{i}" for i in range(8)], share=1.0, start_day=2),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", BY_HAND)
def test_a_template_is_its_blows_and_names_written_by_hand(which):
    shock, name_en, name_zh, blows = BY_HAND[which]
    assert shock.blows == blows
    assert (shock.name_en, shock.name_zh) == (name_en, name_zh)
    assert shock.checked() is shock


def defaults():
    """Return the table of defaults as text, by template."""
    text = files("chainwright").joinpath("params/shock_templates.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["template"], {})[row["parameter"]] = row
    return found


ASKED = {
    "embargo": lambda **v: stress.embargo("A", **v),
    "epidemic": lambda **v: stress.epidemic(COUNTRY, REGION, **v),
    "closure": lambda **v: stress.closure("A", **v),
    "port": lambda **v: stress.port("A", **v),
    "route": lambda **v: stress.route("A", "B", **v),
    "strike": lambda **v: stress.strike("A", **v),
    "rationing": lambda **v: stress.rationing("A", **v),
    "default": lambda **v: stress.default("A", **v),
}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_each_default_is_noted_with_its_source_and_no_value_that_is_given(name):
    rows = defaults()[name]
    bare = ASKED[name]().source
    assert bare.startswith(f"{name}: ")
    for parameter, row in rows.items():
        said = f"{parameter} {float(row['value']):g} ({row['source']})"
        assert said in bare
        without = ASKED[name](**{parameter: float(row["value"])})
        assert said not in without.source
        assert without.blows == ASKED[name]().blows
    every = ASKED[name](**{parameter: float(row["value"]) for parameter, row in rows.items()})
    if name != "epidemic":  # whose shares by section always have a source of their own
        assert every.source == f"{name}: all values given by the user"


@pytest.mark.parametrize(("severity", "bound"), [(1.0, "value"), (0.3, "low"), (0.6, "high")])
def test_an_epidemic_takes_who_is_neither_remote_nor_essential(severity, bound):
    text = files("chainwright").joinpath("params/workability.csv").read_text("utf-8")
    column = {"value": "value", "low": "high", "high": "low"}[bound]
    stays = {}
    for row in csv.DictReader(text.splitlines()):
        stays.setdefault(row["section"], {})[row["measure"]] = float(row[column])
    lost = capacity_lost_by_section(severity, bound)
    assert set(lost) == set(stays)
    for section, share in lost.items():
        away = (1.0 - stays[section]["remote"]) * (1.0 - stays[section]["essential"])
        assert share == pytest.approx(severity * away, abs=1e-15)
    (blow,) = stress.epidemic(COUNTRY, REGION, severity=severity, bound=bound).blows
    sectors = COUNTRY.flows.nodes.sectors
    (hit,) = hits_in(COUNTRY, Shock((blow,)))
    nodes = COUNTRY.flows.nodes
    assert (nodes.region[hit.rows] == nodes.regions.place[REGION]).all()
    wanted = [lost[sectors.parents[s]] for s in nodes.sector[hit.rows]]
    np.testing.assert_allclose(hit.size, wanted, atol=1e-15)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_the_example_file_of_a_template_says_its_own_values(name):
    text = example_of(name)
    shock = Shock.of_toml(text)
    assert text.splitlines()[0].startswith("# A shock for")
    assert text.endswith(shock.to_toml())
    kinds = {"default": {SHUT}, "disaster": {"capital"}}
    for template in ("epidemic", "closure", "strike", "rationing"):
        kinds[template] = {SHUT}
    assert {blow.kind for blow in shock.blows} == kinds.get(name, {CUT})
    assert name in shock.source


def test_ports_and_routes_cut_every_delivery_across_and_none_inside():
    system = world(4)
    region = np.asarray(system.flows.nodes.region)

    def open_pairs(shock):
        found = np.ones((9, 9), bool)
        for cut in sector_blows(system, shock, 5).cuts:
            found[np.ix_(cut.sellers[cut.sellers < 9], cut.buyers)] = False
        return found

    port = open_pairs(stress.port("R1", share=1.0, days=2))
    across = (region[:, None] == 1) ^ (region[None, :] == 1)
    np.testing.assert_array_equal(port, ~across)
    route = open_pairs(stress.route("R0", "R2", share=1.0, days=2))
    ends = {(0, 2), (2, 0)}
    closed = [[(a, b) in ends for b in region.tolist()] for a in region.tolist()]
    np.testing.assert_array_equal(route, ~np.array(closed))
    embargo = open_pairs(stress.embargo("R0", products="s1", to="R1", share=1.0, days=2))
    assert np.argwhere(~embargo).tolist() == [[1, 3], [1, 4], [1, 5]]
