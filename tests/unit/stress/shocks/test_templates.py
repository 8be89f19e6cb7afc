"""Shocks by name: what they hit, what was assumed, what they refuse."""

import csv
from importlib.resources import files

import pytest

from chainwright import System, stress
from chainwright.errors import ParameterError, TableError
from chainwright.params import table
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.template_values import capacity_lost_by_section
from chainwright.stress.shocks.templates import TEMPLATES
from toys import toy_table

COUNTRY = System.demo("country")


def test_every_template_is_public_and_answers_to_its_name():
    for name, template in TEMPLATES.items():
        assert getattr(stress, name) is template
    assert Shock.named("closure", "CHN", days=7) == stress.closure("CHN", days=7)


@pytest.mark.parametrize(
    "shock",
    [
        stress.embargo(("JPN:c14", "KOR"), to="CHN"),
        stress.disaster("JPN", products="c14", share=0.1),
        stress.disaster("JPN:c14", money=5.0, rebuilding={"c18": 1.0}),
        stress.closure("CHN"),
        stress.port("NLD"),
        stress.route(("CHN", "JPN"), "DEU", products="c14"),
        stress.strike("FRA", products=("c23", "c24")),
        stress.rationing("CHN", products="c12"),
        stress.default(("f1", "f2")),
    ],
    ids=lambda shock: shock.name_en,
)
def test_every_template_makes_a_sound_shock_with_both_names_that_toml_keeps(shock):
    assert shock.checked() is shock
    assert Shock.of_toml(shock.to_toml()) == shock
    assert shock.name_en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in shock.name_zh)


def test_what_is_assumed_is_said_and_what_is_given_is_not():
    shock = stress.embargo("JPN:c14", to="CHN", days=56)
    assert shock.source == "embargo: share 1 (assumption: all deliveries end)"
    given = stress.embargo("JPN:c14", to="CHN", days=56, share=0.5)
    assert given.source == "embargo: all values given by the user"


def test_an_embargo_takes_nodes_and_regions_apart():
    nodes, regions = stress.embargo(("JPN:c14", "KOR"), to=("CHN", "EU27")).blows
    assert (nodes.nodes, nodes.regions, nodes.buyers) == (("JPN:c14",), (), ("CHN", "EU27"))
    assert (regions.nodes, regions.regions) == ((), ("KOR",))


def test_a_port_cuts_what_is_sold_and_what_is_bought():
    sold, bought = stress.port("B", share=0.4, days=9).blows
    assert sold == Blow("supply_cut", regions="B", share=0.4, days=9)
    assert bought == Blow("supply_cut", buyers="B", share=0.4, days=9)


def test_a_route_is_closed_both_ways():
    there, back = stress.route("A", "B", share=1.0, days=3).blows
    assert (there.regions, there.buyers, back.regions, back.buyers) == (
        ("A",),
        ("B",),
        ("B",),
        ("A",),
    )


def test_a_disaster_recovers_or_is_rebuilt():
    back = stress.disaster("A", share=0.2).blows[0]
    assert (back.recovery, back.days, back.recovery_days) == ("linear", 15.0, 90.0)
    rebuilt = stress.disaster("A", money=3.0, rebuilding={"k": 1.0}).blows[0]
    assert (rebuilt.recovery, rebuilt.recovery_days) == ("rebuild", 60.0)
    for values in ({}, {"share": 0.1, "money": 3.0}):
        with pytest.raises(ParameterError, match="money instead"):
            stress.disaster("A", **values)
    with pytest.raises(ParameterError, match="split once"):
        stress.disaster(("A", "B:m"), money=3.0)


def test_an_epidemic_spares_who_works_at_home_and_who_is_essential():
    lost = capacity_lost_by_section(1.0)
    rows = {(r["section"], r["measure"]): float(r["value"]) for r in table("workability")}
    assert lost["C"] == pytest.approx((1 - rows["C", "remote"]) * (1 - rows["C", "essential"]))
    assert lost["D"] == 0.0
    assert lost["I"] > lost["C"] > lost["K"]
    half = capacity_lost_by_section(0.5)
    assert half["C"] == pytest.approx(lost["C"] / 2)


def test_the_ranges_of_workability_hold_its_values():
    low, value, high = (capacity_lost_by_section(1.0, b) for b in ("low", "value", "high"))
    for section in "ABCDEFGHIJKLMNOPQRSTU":
        assert 0.0 <= low[section] <= value[section] <= high[section] <= 1.0
    assert low["C"] < value["C"] < high["C"]


def test_an_epidemic_is_told_by_sector_of_the_table():
    region = COUNTRY.flows.nodes.regions.codes[0]
    shock = stress.epidemic(COUNTRY, region).checked(COUNTRY)
    (blow,) = shock.blows
    sectors = COUNTRY.flows.nodes.sectors
    lost = capacity_lost_by_section(1.0)
    assert dict(blow.shares) == {
        code: lost[section] for code, section in zip(sectors.codes, sectors.parents, strict=True)
    }
    assert (blow.recovery, blow.recovery_days, blow.days) == ("linear", 30.0, 60.0)
    assert "Dingel & Neiman" in shock.source
    assert "assumption" in shock.source
    at_once = stress.epidemic(COUNTRY, region, recovery_days=0).blows[0]
    assert at_once.recovery == "at_once"


def test_an_epidemic_needs_sectors_of_known_sections():
    with pytest.raises(TableError, match=r"'m'.*a known section") as refused:
        stress.epidemic(System.from_table(toy_table()), "A")
    assert len(refused.value.breaches) == 2


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: Shock.named("embrago", "JPN"), "did you mean embargo"),
        (lambda: Shock.named("embargo"), "sellers"),
        (lambda: Shock.named("embargo", "JPN", weeks=8), "weeks"),
        (lambda: stress.embargo(()), "at least one"),
        (lambda: stress.embargo("JPN:c14", products="c15"), "left out"),
        (lambda: stress.port("NLD:c14"), "regions"),
        (lambda: stress.route("A", ()), "both ends"),
        (lambda: stress.default(()), "one or more firms"),
        (lambda: stress.epidemic(COUNTRY, "x", severity=2.0), "from 0 to 1"),
        (lambda: stress.epidemic(COUNTRY, "x", bound="mean"), "'low' or 'high'"),
    ],
)
def test_what_a_template_cannot_take_is_refused(ask, told):
    with pytest.raises(ParameterError, match=told):
        ask()


def test_defaults_lie_in_their_ranges_and_belong_to_templates():
    for row in table("shock_templates"):
        assert row["template"] in TEMPLATES
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
        assert row["source"].startswith("assumption") == (row["mark"] == "assumption")


def test_workability_has_both_shares_of_every_section_within_their_ranges():
    text = files("chainwright").joinpath("params/workability.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {(r["section"], r["measure"]) for r in rows} == {
        (section, measure)
        for section in "ABCDEFGHIJKLMNOPQRSTU"
        for measure in ("remote", "essential")
    }
    for row in rows:
        assert 0.0 <= float(row["low"]) <= float(row["value"]) <= float(row["high"]) <= 1.0
        assert ("assumption" in row["source"]) == (row["mark"] == "assumption")
