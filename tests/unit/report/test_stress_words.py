"""What the chapter on stress says in each case, in both languages, with the numbers of the run."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from chainwright import stress
from chainwright.report.blocks import Grid, Note, Picture, Text, Tiles
from chainwright.report.findings import more_sentences
from chainwright.report.scenario_runs import Scenario
from chainwright.report.scenarios import Choice
from chainwright.report.sections.stress import stress_sections
from chainwright.report.stress_words import back, first_short, percent, ranged, why, with_names
from chainwright.report.wording import Words
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.system import Home
from worlds import national

EN, ZH = Words("en"), Words("zh")
BOTH = pytest.mark.parametrize("words", [EN, ZH], ids=lambda w: w.language)
AMPLE = InventoryModel(stock_days=200.0)
SCARCE = InventoryModel(stock_days=4.0, restoration_days=8.0)
NAMED = {"name_en": "flood", "name_zh": "洪水"}
SHUT = Shock((Blow("capacity", nodes="A:m", share=0.6, days=14, start_day=2),), **NAMED)
ELSEWHERE = Shock((Blow("capacity", products="m", share=0.95, days=12, start_day=1),), **NAMED)
CALM = Shock((Blow("capacity", nodes="B:m", share=0.0, days=9),), **NAMED)
CUT = Shock(
    (Blow("supply_cut", regions="C", products="m", buyers="A", share=1.0, days=20, start_day=3),),
    **NAMED,
)


def told(system, shock, model, home="A", *, days=40, reason="", **filled):
    """Return an analysis that holds one scenario, and the scenario."""
    run = stress.run(system, shock, days=days, model=model)
    place = Home.of(system.flows, home)
    found = Scenario(Choice("flood", shock, reason, filled), run, place)
    frames = {"stress_short.flood": run.tables()["stress_short"]}
    return SimpleNamespace(
        system=system, home=place, scenarios=(found,), left_out={}, frames=frames, products=None,
        maps=(), repair=None,
    ), found  # fmt: skip


def row_of(found, end, region="A"):
    """Return the row of the table of losses of a region in a run."""
    table = found.run.table()
    mine = (table["end"] == end) & (table["level"] == "region") & (table["region"] == region)
    return table[mine].iloc[0]


def texts(section, kind=(Text, Note)):
    return [block.text for block in section.blocks if isinstance(block, kind)]


def test_a_shock_that_is_not_felt_is_said_and_never_called_safe(toy):
    analysis, found = told(toy, CALM, AMPLE)
    assert more_sentences(analysis, EN) == [
        "Shock, flood: within 40 days A does not feel it at either end, as no stock comes to "
        "bind; that does not mean safe."
    ]
    assert "此不等于安全" in more_sentences(analysis, ZH)[0]
    side, section = stress_sections(analysis, EN)
    assert not [b for b in section.blocks if isinstance(b, Picture)]
    (tiles,) = (b for b in section.blocks if isinstance(b, Tiles))
    assert [value for value, _ in tiles.figures[1:4]] == ["0 %", "0 %", "never below"]  # fmt: skip
    assert "No stock comes to bind at home" in " ".join(texts(section))
    (grid,) = (b for b in side.blocks if isinstance(b, Grid))
    assert grid.rows[0][0] == "Flood"
    assert grid.rows[0][4:] == ["none", "never below"]
    assert not any(f.is_felt for f in found.felt)


@BOTH
def test_a_loss_without_a_shortage_says_how_much_and_that_no_stock_binds(toy, words):
    analysis, found = told(toy, SHUT, AMPLE)
    row = row_of(found, "single")
    (sentence,) = more_sentences(analysis, words)
    share = row["output_lost"] / 200.0
    assert words.amount(row["output_lost"], toy.flows.money) in sentence
    assert percent(share) in sentence
    assert ("no stock at home comes to bind" in sentence) == (words is EN)
    assert first_short(found, words, toy.flows) == ""
    section = stress_sections(analysis, words)[1]
    assert words.say("stress_no_short") in texts(section)
    assert words.say("stress_why_given") in texts(section)[0]
    assert words.say("stress_ends_same") not in texts(section)


@BOTH
def test_the_first_to_run_short_is_named_with_its_input_and_day(toy, words):
    analysis, found = told(toy, ELSEWHERE, SCARCE)
    short = found.run.tables()["stress_short"]
    mine = short[short["region"] == "A"].sort_values("day", kind="stable").iloc[0]
    day = f"{mine['day']:g}"
    wanted = {
        "en": f"“{mine['sector']}” (of “{mine['product']}”, day {day})",
        "zh": f"“{mine['sector']}”（缺“{mine['product']}”，第 {day} 天）",
    }[words.language]
    assert first_short(found, words, toy.flows) == wanted
    (sentence,) = more_sentences(analysis, words)
    assert wanted in sentence
    assert words.amount(row_of(found, "single")["output_lost"], toy.flows.money) in sentence
    section = stress_sections(analysis, words)[1]
    (grid,) = (b for b in section.blocks if isinstance(b, Grid))
    assert len(grid.rows) == (short["region"] == "A").sum()
    assert words.say("stress_no_short") not in texts(section)


@BOTH
def test_of_several_regions_at_home_the_one_that_runs_short_is_named_too(toy, words):
    analysis, found = told(toy, ELSEWHERE, SCARCE, home="A+B")
    assert set(found.shorts["region"]) == {"A", "B"}
    row = found.shorts.iloc[0]
    said = first_short(found, words, toy.flows)
    start = {"en": f"“{row['sector']}” of {row['region']} (", "zh": f"{row['region']}“"}
    assert said.startswith(start[words.language])
    assert said in more_sentences(analysis, words)[0]
    lost = sum(row_of(found, "single", r)["output_lost"] for r in "AB")
    assert words.amount(lost, toy.flows.money) in more_sentences(analysis, words)[0]


@BOTH
def test_both_ends_of_a_cut_are_told_as_ranges_and_the_far_one_as_a_limit(toy, words):
    analysis, found = told(toy, CUT, SCARCE)
    near, far = (row_of(found, end) for end in ("pooled", "by_origin"))
    assert far["output_lost"] > near["output_lost"]
    side, section = stress_sections(analysis, words)
    (grid,) = (b for b in side.blocks if isinstance(b, Grid))
    (tiles,) = (b for b in section.blocks if isinstance(b, Tiles))
    to = {"en": " to ", "zh": " 至 "}[words.language]

    def both(number, a, b):
        return to.join(number(value) for value in sorted((a, b)))

    money = both(
        lambda v: words.amount(v, toy.flows.money), near["output_lost"], far["output_lost"]
    )
    share = both(percent, near["output_lost"] / 200.0, far["output_lost"] / 200.0)
    worst = both(percent, 1.0 - near["lowest_share"], 1.0 - far["lowest_share"])
    assert grid.rows[0][1:4] == [money, share, worst]
    assert [value for value, _ in tiles.figures[:3]] == [money, share, worst]
    assert f"{far['lowest_day']:g}" in tiles.figures[2][1]
    (sentence,) = more_sentences(analysis, words)
    assert percent(1.0 - far["lowest_share"]) in sentence
    assert percent(near["output_lost"] / 200.0) in sentence
    assert {"en": "a limit and no forecast", "zh": "极"}[words.language] in sentence
    assert words.say("stress_ends") in texts(section)


def test_a_shock_that_no_stock_lets_through_has_two_ends_that_tell_the_same(toy):
    tiny = Shock((Blow("supply_cut", regions="C", products="k", buyers="A", share=0.0, days=2),))
    analysis, found = told(toy, tiny, AMPLE)
    assert found.run.ends == ("pooled", "by_origin")
    assert EN.say("stress_ends_same") in texts(stress_sections(analysis, EN)[1])
    assert back(found, EN) == ("never below", "")


@BOTH
def test_when_home_is_back_is_counted_from_day_0_or_said_not_to_be(toy, words):
    _, found = told(toy, SHUT, AMPLE)
    made = found.run.runs["single"].production[:, :2].sum(axis=1) * 365.0 / 200.0
    day = np.flatnonzero(made < 0.95)[-1] + 1
    said = {"en": f"day {day}", "zh": f"第 {day} 天"}[words.language]
    assert back(found, words) == (said, "")
    _, short = told(toy, SHUT, AMPLE, days=10)
    assert back(short, words) == (
        {"en": "not within 10 days", "zh": "10 天内未恢复"}[words.language], "",
    )  # fmt: skip


def test_others_are_told_unless_home_is_all(toy):
    analysis, found = told(toy, SHUT, SCARCE)
    (tiles,) = (b for b in stress_sections(analysis, EN)[1].blocks if isinstance(b, Tiles))
    others = sum(row_of(found, "single", r)["output_lost"] for r in "BC")
    value, label = tiles.figures[-1]
    assert (value, label) == (
        EN.amount(others, toy.flows.money), "output lost by all others in the table",
    )  # fmt: skip
    shut = Shock((Blow("capacity", nodes="N:s1", share=0.5, days=9),))
    analysis, _ = told(national(3), shut, SCARCE, home="N")
    (tiles,) = (b for b in stress_sections(analysis, EN)[1].blocks if isinstance(b, Tiles))
    assert len(tiles.figures) == 4


def test_an_embargo_that_is_not_possible_is_said_beside_the_others(toy):
    analysis, _ = told(toy, SHUT, AMPLE)
    analysis.left_out = {"stress_embargo": "stress_no_foreign", "other": "x"}
    first = stress_sections(analysis, EN)[0]
    assert (
        "Stress: embargo. " + EN.say("cannot") + ": No input of home is bought from a supplier "
        "outside that the table names, so there is no delivery to cut."
    ) in texts(first)
    analysis.scenarios = ()
    (only,) = stress_sections(analysis, ZH)
    (note,) = texts(only)
    assert "本方没有向表中具名外部供给方购买的投入" in note
    analysis.left_out = {}
    assert stress_sections(analysis, EN) == []


def test_a_table_of_one_region_has_bars_of_what_it_loses():
    system = national(3)
    shut = Shock((Blow("capacity", nodes="N:s1", share=0.5, days=9),), **NAMED)
    analysis, found = told(system, shut, AMPLE, home="N")
    section = stress_sections(analysis, EN)[1]
    bars = [b for b in section.blocks if isinstance(b, Picture)][-1]
    assert bars.chart.title == "Output lost while the shock holds, by sector: Flood"
    lost = found.felt[0].lost_between(0.0, 9.0)
    node = int(lost.argmax())
    sector = EN.sector(system.flows, system.flows.nodes.sectors.codes[node])
    assert f"the longest is {sector} with " in bars.chart.description
    assert "from day 0 to day 8" in bars.caption
    assert EN.amount(lost[node], system.flows.money) in bars.chart.description
    lasts = texts(section)[0]
    assert "for 9 days, then back at once" in lasts


def test_the_darkest_cell_of_the_heat_map_is_named_with_its_share(toy):
    analysis, found = told(toy, SHUT, SCARCE)
    section = stress_sections(analysis, EN)[1]
    heat = [b for b in section.blocks if isinstance(b, Picture)][-1]
    made = found.run.runs["single"].production[2:16].sum(axis=0)
    share = 1.0 - made / (14.0 * found.run.economy.x0)
    assert f"“m” of A with {percent(share.max())}" in heat.chart.description
    assert share.argmax() == 0
    assert "from day 2 to day 15" in heat.caption


def test_curves_of_the_picture_run_through_the_losses_of_each_day(toy):
    analysis, found = told(toy, CUT, SCARCE)
    section = stress_sections(analysis, EN)[1]
    picture = next(b for b in section.blocks if isinstance(b, Picture))
    svg = picture.chart.svg()
    for felt, colour in zip(found.felt, ("#0072b2", "#d55e00"), strict=True):
        points = curve(svg, colour)
        assert len(points) == 40
        x, y = points.T
        np.testing.assert_allclose(np.diff(x), np.diff(x).mean(), atol=0.02)
        height = (y[0] - y).max()  # an SVG has two digits: half of the last one at either end
        wanted = height * felt.loss / felt.loss.max()
        np.testing.assert_allclose(y[0] - y, wanted, atol=0.021)
        assert height > 2.0
    assert "home" not in picture.chart.title
    assert f"at most {percent(max(f.worst[0] for f in found.felt))}" in picture.chart.description


def curve(svg, colour):
    """Return the points of the longest line of a colour in an SVG."""
    found = []
    for path in re.findall(r"<path [^>]*>", svg):
        if f"stroke: {colour}" in path.lower() and "fill: none" in path:
            numbers = re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path)
            found.append(np.array(numbers, float))
    return max(found, key=len)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0 %"), (1.0, "100 %"), (0.9996, "100 %"), (0.5, "50.0 %"), (0.0994, "9.94 %"),
        (0.001, "0.10 %"), (0.0009, "0.090 %"), (1e-9, "0 %"), (-0.25, "-25.0 %"),
        (float("nan"), "–"), (1.234, "123 %"),
    ],
)  # fmt: skip
def test_a_share_has_more_digits_the_smaller_it_is(value, said):
    assert percent(value) == said
    assert ranged([value, value], EN, percent) == said


def test_reasons_are_filled_with_names_and_shares(toy):
    for reason, words in (
        ("stress_why_sector", "It is home's largest factory sector, with 12 % of home's output."),
        ("stress_why_region", "It is where home's factories make most: 12 % of their output."),
    ):
        _, found = told(toy, SHUT, AMPLE, reason=reason, region="A", sector="m", share=0.1234)
        assert why(found, EN, toy.flows) == words
    filled = {"user": "k", "product": "m", "supplier": "B", "imported": 0.05, "exposure": 0.031,
              "through": 0.4}  # fmt: skip
    _, found = told(toy, CUT, AMPLE, reason="stress_why_neck", **filled)
    assert "of the “m” that “k” uses, 5.0 % is imported and 3.1 % comes from B alone" in why(
        found, EN, toy.flows
    )
    assert why(found, ZH, toy.flows).endswith("“k”所用“m”中 5.0 % 为进口，仅B一方即占 3.1 %。")
    assert with_names("A:m, then x:y (C:k).", EN, toy.flows).count("“") == 2
