"""What a shock does, in words: every kind of blow, in both languages, with the table's names."""

import re

import pytest

import chainwright as cw
from chainwright.report.shock_words import blow_told, shock_name, shock_told
from chainwright.report.wording import Words
from chainwright.stress import Blow, Shock
from toys import long_table

HAN = re.compile(r"[\u4e00-\u9fff]")
EN, ZH = Words("en"), Words("zh")

BLOWS = {
    "cut": (
        Blow("supply_cut", regions="AUS", products="c2", buyers="CHN", share=1.0, days=56),
        "“Mining and quarrying” of Australia: 100 % of deliveries to China stop from day 0 for 56 "
        "days, then back at once",
    ),
    "cut of all": (
        Blow("supply_cut", regions="JPN", share=0.25, start_day=3),
        "all sectors of Japan: 25 % of deliveries to all outside the seller's region stop from "
        "day 3 on",
    ),
    "capacity": (
        Blow("capacity", nodes="CHN:c14", share=0.5, days=28, recovery="linear", recovery_days=30),
        "“Electrical and optical equipment” of China: 50 % of capacity lost from day 0 for 28 "
        "days, then back along a straight line within 30 days",
    ),
    "by sector": (
        Blow("capacity", regions="EU27", shares={"c2": 0.1, "c4": 0.4}, days=60,
             recovery="concave", recovery_days=90),
        "“Mining and quarrying” and “Textiles and textile products” of EU27: 10 % to 40 % by "
        "sector or region of capacity lost from day 0 for 60 days, then back along a curve with "
        "a recovery time of 90 days",
    ),
    "by region": (
        Blow("capacity", shares={"JPN": 0.2, "DEU": 0.2}, days=7),
        "Japan and Germany: 20 % of capacity lost from day 0 for 7 days, then back at once",
    ),
    "capital": (
        Blow("capital", regions="JPN", money=5e4, days=15, recovery="rebuild", recovery_days=180,
             rebuilding={"c18": 1.0}),
        "all sectors of Japan: 50.0 bn USD of productive capital destroyed, without repair from "
        "day 0 for 15 days, rebuilt within about 180 days by orders to other sectors",
    ),
    "demand": (
        Blow("demand_drop", products="c15", share=0.2),
        "“Transport equipment” of all regions: 20 % of final demand of all final users is gone "
        "from day 0 on",
    ),
    "everything": (
        Blow("demand_drop", buyers=("CHN", "JPN"), share=0.1, days=1),
        "all: 10 % of final demand of China and Japan is gone from day 0 for 1 day, then back at "
        "once",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BLOWS)
def test_a_blow_says_what_is_hit_how_much_when_and_how_it_ends(wiod2011, case):
    blow, wanted = BLOWS[case]
    assert blow_told(blow, EN, wiod2011.flows) == wanted
    chinese = blow_told(blow, ZH, wiod2011.flows)
    assert HAN.search(chinese)
    assert not re.search(r"[a-z]{4,}", chinese)
    assert {n for n in re.findall(r"\d+", wanted) if n != "27"} - {"50", "0"} <= set(
        re.findall(r"\d+", chinese)
    )


def test_what_comes_from_abroad_without_a_name_is_said_so():
    rows = long_table(
        **{
            "intermediate": {("CHN:m", "CHN:k"): 4.0, ("CHN:k", "CHN:m"): 3.0},
            "import": {("abroad:m", "CHN:k"): 2.0},
            "final": {("CHN:m", "CHN:c"): 5.0, ("CHN:k", "CHN:c"): 5.0},
        },
    )
    flows = cw.System.from_table(rows).flows
    cut = Blow("supply_cut", regions="abroad", products="m", buyers="CHN", share=1.0, days=5)
    assert blow_told(cut, EN, flows).startswith("“m” of abroad (origin not stated): 100 %")
    shut = Blow("capacity", nodes="CHN:m", share=1.0, days=5)
    assert blow_told(shut, EN, flows).startswith("“m”: 100 % of capacity")


def test_several_blows_are_told_one_after_the_other(wiod2011):
    shock = Shock((BLOWS["cut"][0], BLOWS["demand"][0]))
    told = shock_told(shock, EN, wiod2011.flows)
    assert told == "; ".join(BLOWS[c][1] for c in ("cut", "demand"))
    assert shock_told(shock, ZH, wiod2011.flows).count("；") == 1


def test_a_shock_goes_by_its_name_in_the_language_else_in_the_other_else_by_its_file():
    blow = BLOWS["cut"][0]
    both = Shock((blow,), name_en="flood", name_zh="洪水")
    assert [shock_name(both, w, otherwise="x") for w in (EN, ZH)] == ["flood", "洪水"]
    one = Shock((blow,), name_en="flood")
    assert [shock_name(one, w, otherwise="x") for w in (EN, ZH)] == ["flood", "flood"]
    assert shock_name(Shock((blow,)), ZH, otherwise="x") == "x"
