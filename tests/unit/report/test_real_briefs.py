"""Briefs of real tables: numbers that are known, charts without a clash, both languages."""

from datetime import date
from itertools import combinations

import pytest

from chainwright import System
from chainwright.report.analysis import Question, analysed
from chainwright.report.blocks import Picture
from chainwright.report.findings import five_sentences, outside_of
from chainwright.report.page import page
from chainwright.report.sections.knockout import knockout_section
from chainwright.report.sections.overview import overview_section
from chainwright.report.sections.strong import strong_section
from chainwright.report.sections.supply import supply_section
from chainwright.report.sections.weak import weak_section
from chainwright.report.sections.years import years_section
from chainwright.report.wording import Words


def asked(system, home, nation=None, *, split=False):
    question = Question(
        home=home,
        nation=nation,
        currency=None,
        fold=False,
        composite=(),
        split_imports=split,
        years=(system.flows.money.year,),
        language="en",
    )
    return analysed({system.flows.money.year: system}, question, lambda _: None)


@pytest.fixture(scope="module")
def china(wiod2011):
    return asked(wiod2011, "CHN")


@pytest.fixture(scope="module")
def nation(nbs2018):
    return asked(nbs2018, nbs2018.flows.nodes.regions.codes[0])


@pytest.fixture(scope="module")
def province():
    return asked(System.demo("country"), "44", "CHN")


def pictures(answers, language):
    words = Words(language)
    sections = [
        overview_section(answers, words, outside_of(answers)),
        *(make(answers, words) for make in (weak_section, strong_section, knockout_section)),
        *(make(answers, words) for make in (supply_section, years_section)),
    ]
    return [b.chart for s in sections for b in s.blocks if isinstance(b, Picture)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["china", "nation", "province"])
def test_no_label_of_a_brief_lies_on_another_or_leaves_its_chart(name, language, request):
    charts = pictures(request.getfixturevalue(name), language)
    assert len(charts) >= 6
    for chart in charts:
        clashes = [(a.text, b.text) for a, b in combinations(chart.labels, 2) if a.overlaps(b)]
        assert not clashes, chart.title
        width, height = chart.size
        for label in chart.labels:
            assert all(-0.01 <= x <= width + 0.01 for x, _ in label.corners), label.text
            assert all(-0.01 <= y <= height + 0.01 for _, y in label.corners), label.text


def test_china_in_2011_by_the_world_table(china):
    glance = china.glance
    assert glance.output.sum() == pytest.approx(22_269_801.0)
    assert glance.inputs_abroad.sum() / glance.inputs.sum() == pytest.approx(0.0993, abs=5e-4)
    frame = china.frames["glance"].set_index("sector")
    assert frame.loc["c14", "imported_share"] == pytest.approx(0.1579, abs=5e-5)  # dependence.md
    assert frame.loc["c14", "output"] == pytest.approx(2_131_990.0)


def test_the_first_finding_on_china_is_ore_from_australia(china):
    first = china.frames["stuck_necks"].iloc[0]
    assert (first["sector"], first["product"], first["top_supplier"]) == ("c12", "c2", "AUS")
    sentences = five_sentences(china, Words("en"))
    assert "“Mining and quarrying” for “Basic metals and fabricated metal”" in sentences[1]
    assert "Australia alone" in sentences[1]
    zh = five_sentences(china, Words("zh"))
    assert "采矿业" in zh[1]
    assert "澳大利亚" in zh[1]


def test_shares_of_suppliers_and_trees_stay_within_one(china):
    suppliers = china.frames["suppliers"]
    assert suppliers["share_of_imports"].sum() == pytest.approx(1.0)
    trees = china.frames["supply_trees"]
    direct = trees[trees["tier"] == 1].groupby("sector", sort=False)["share"].sum()
    assert (direct <= 1.0).all()
    assert len(direct) == 3


def test_a_table_without_countries_names_none(nation):
    sentences = five_sentences(nation, Words("en"))
    assert "does not say from which country" in sentences[0]
    assert "Where China stands in the world this table cannot tell" in sentences[3]
    html = page(nation, Words("en"), inputs=(), tables=[], today=date(2026, 1, 31))
    assert "from Australia" not in html
    assert "8 years before this brief was made" in html


def test_the_made_up_country_says_that_it_is_made_up(province):
    html = page(province, Words("en"), inputs=(), tables=[], today=date(2026, 1, 31))
    assert "None of its numbers is a fact about any place" in html
    zh = page(province, Words("zh"), inputs=(), tables=[], today=date(2026, 1, 31))
    assert "均不代表真实地区" in zh
