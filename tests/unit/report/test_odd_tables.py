"""Briefs of odd tables: one sector, strange codes, nothing imported, no currency, many years."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import chainwright as cw
from chainwright import report
from chainwright.report.analysis import Question, analysed
from chainwright.report.findings import five_sentences, share_of
from chainwright.report.page import page
from chainwright.report.sections.cover import cover_of
from chainwright.report.wording import Words
from chainwright.system import System
from toys import long_table, toy_table

TODAY = date(2026, 1, 31)

ONE_SECTOR = {
    "intermediate": {
        ("A:m", "A:m"): 10, ("B:m", "A:m"): 5, ("A:m", "B:m"): 3, ("B:m", "B:m"): 9,
    },
    "final": {("A:m", "A:household"): 20, ("B:m", "B:household"): 20, ("A:m", "B:household"): 4},
}  # fmt: skip
CLOSED = {
    "intermediate": {
        ("A:m", "A:m"): 10, ("A:k", "A:m"): 3, ("B:m", "B:m"): 9, ("B:k", "B:k"): 3,
    },
    "final": {(n, f"{n[0]}:household"): 20 for n in ("A:m", "A:k", "B:m", "B:k")},
}  # fmt: skip
BUYS_NOTHING = {
    "intermediate": {("A:m", "B:m"): 10, ("B:k", "B:m"): 3},
    "final": {(n, f"{n[0]}:household"): 20 for n in ("A:m", "A:k", "B:m", "B:k")},
}
MAKES_NOTHING = {
    "intermediate": {("A:m", "B:m"): 0, ("B:k", "B:m"): 3},
    "final": {("A:m", "A:household"): 0, ("B:m", "B:household"): 20, ("B:k", "B:household"): 9},
}
ALONE = {"intermediate": {("A:m", "A:m"): 10}, "final": {("A:m", "A:household"): 20}}
ODD = {
    "one sector": ONE_SECTOR,
    "closed": CLOSED,
    "buys nothing": BUYS_NOTHING,
    "makes nothing": MAKES_NOTHING,
    "one nation of one sector": ALONE,
}


def question_of(home, nation=None, years=(None,), language="en", **more):
    given = {"currency": None, "fold": False, "split_imports": False, "composite": (), **more}
    return Question(home=home, nation=nation, years=years, language=language, **given)


def asked(system, home="A", *, language="en", nation=None):
    question = question_of(home, nation, (system.flows.money.year,), language)
    return analysed({system.flows.money.year: system}, question, lambda _: None)


def html_of(answers, language="en"):
    return page(answers, Words(language), inputs=(), tables=[], today=TODAY)


def renamed(region="A", sector="m"):
    """Return the toy with another code for region A, and for sector m."""
    rows = toy_table()
    for column in ("from_region", "to_region"):
        rows[column] = rows[column].replace({"A": region})
    for column in ("from_sector", "to_sector"):
        rows[column] = rows[column].replace({"m": sector})
    return System.from_table(rows)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", ODD)
def test_an_odd_table_still_gives_a_whole_brief(case, language, tmp_path):
    system = System.from_table(long_table(**ODD[case]))
    made = report.brief(system, home="A", folder=tmp_path / "b", lang=language)
    text = made.page.read_text("utf-8")
    assert len(made.sentences) == 5
    for word in ("nan", "None", "inf ", "NaN", "&lt;NA"):
        assert not re.search(rf">[^<]*\b{word}\b[^<]*<", text[text.index("<body") :]), word
    sheets = load_workbook(made.folder / "chain-map.xlsx").sheetnames
    assert len(sheets) == 5 + len(made.analysis.scenarios)


def test_a_home_that_buys_nothing_abroad_says_so():
    answers = asked(System.from_table(long_table(**CLOSED)))
    first = five_sentences(answers, Words("en"))[0]
    assert "none of them from abroad" in first
    assert "does not say" not in first
    assert "无一来自国外" in five_sentences(answers, Words("zh"))[0]
    second = five_sentences(answers, Words("en"))[1]
    assert "none crosses a threshold" in second


def test_the_chart_of_one_sector_balances():
    answers = asked(System.from_table(long_table(**ONE_SECTOR)))
    frame = answers.frames["glance"].iloc[0]
    assert (frame["output"], frame["inputs"], frame["imported_inputs"]) == (37.0, 15.0, 5.0)
    text = html_of(answers)
    chart = re.search(r"<svg.*?</svg>", text, re.DOTALL)[0]
    shown = set(" ".join(ET.fromstring(f"<x xmlns:xlink='x'>{chart}</x>").itertext()).split())  # noqa: S314
    assert {"22", "10", "5", "37", "20", "7"} <= shown


def test_a_share_of_nothing_is_not_known():
    zero = np.zeros(3)
    assert np.isnan(share_of(zero, zero))
    assert share_of(np.ones(2), np.full(2, 4.0)) == 0.25


STRANGE = ["=1+1m", "=cmd|' /C calc'!A0", "@x", "-x", "<b>&\"'", "a{b}", "$x$", "\\", "#N/A"]
STRANGE += ["]]>", "</style><script>alert(1)</script>", "x" * 200, "电池", "TRUE", "%s"]


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    """A brief of a table whose sectors all have strange codes."""
    nodes = [f"{region}:{i}" for region in "AB" for i in range(len(STRANGE))]
    blocks = {
        "intermediate": {(a, b): 1 + k % 5 for k, a in enumerate(nodes) for b in nodes},
        "final": {(a, f"{a[0]}:household"): 90 for a in nodes},
    }
    rows = long_table(**blocks)
    for column in ("from_sector", "to_sector"):
        rows[column] = [STRANGE[int(c)] if c.isdigit() else c for c in rows[column]]
    place = tmp_path_factory.mktemp("strange") / "b"
    return report.brief(System.from_table(rows), home="A", folder=place)


def test_strange_codes_stand_in_the_page_as_text(strange):
    text = strange.page.read_text("utf-8")
    assert "<script" not in text
    assert "<b>&" not in text
    cells = [unescape(c) for c in re.findall(r"<td[^>]*>([^<]*)</td>", text)]
    for code in (*STRANGE[:10], *STRANGE[11:]):
        assert code in cells, code
    for chart in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ET.fromstring(f"<x xmlns:xlink='x'>{chart}</x>")  # noqa: S314 - our own text


def test_strange_codes_stand_in_the_workbook_as_text(strange):
    book = load_workbook(strange.folder / "chain-map.xlsx")
    cells = [c for p in book.worksheets for row in p.iter_rows() for c in row]
    assert not [c.value for c in cells if c.data_type in {"f", "e"}]
    values = [c.value for c in cells]
    assert all(values.count(code) >= 3 for code in STRANGE)


def test_strange_codes_come_back_from_every_file(strange):
    for name in ("glance", "deliveries"):
        path = strange.folder / "tables" / f"{name}.csv"
        column = "sector" if name == "glance" else "from_sector"
        frame = pd.read_csv(path, keep_default_na=False, dtype=str)
        stored = pd.read_parquet(path.with_suffix(".parquet"))[column]
        safe = [f"'{code}" if code[:1] in set("=+-@") else code for code in stored]
        assert safe == list(frame[column])  # a spreadsheet runs no formula
        assert name == "deliveries" or set(stored) == set(STRANGE)


@pytest.mark.parametrize("code", ["<b>&\"'", "$x$", "]]>", "x" * 120])
def test_a_strange_region_is_named_in_title_sentences_and_charts(code):
    answers = asked(renamed(region=code), code)
    text = html_of(answers)
    title = re.search(r"<title>(.*?)</title>", text)[1]
    assert unescape(title).startswith(f"{code}: weak links")
    assert all(code in s for s in (five_sentences(answers, Words("en"))[i] for i in (0, 2, 3)))


def test_without_a_currency_every_amount_says_so_and_no_currency_is_named():
    for language, told in (("en", "currency not stated"), ("zh", "币种未说明")):
        answers = asked(System.from_table(toy_table()), language=language)
        text = html_of(answers, language)
        body = text[text.index("<body") :]
        assert not re.search(r"USD|CNY|EUR|美元|亿元", body)
        words = Words(language)
        money = answers.system.flows.money
        assert told in cover_of(answers, words, today=TODAY).figures[0][0]
        for sentence in five_sentences(answers, words)[:3]:
            assert told in sentence
        assert told in words.scale(money)[1]
        heads = [h for h in re.findall(r"<th[^>]*>(.*?)</th>", body) if told in h]
        assert len(heads) >= 3


@pytest.mark.parametrize(
    ("year", "old", "told"),
    [
        (2025, False, "about as fresh"),
        (2022, False, "about as fresh"),
        (2021, True, "5 years before"),
        (None, True, "does not say which year"),
    ],
)
def test_the_age_on_page_one_is_from_the_year_of_the_table(year, old, told):
    rows = toy_table()
    system = System.from_table(rows, currency="USD", year=year)
    cover = cover_of(asked(system), Words("en"), today=TODAY)
    assert cover.old is old
    assert told in cover.remark
    assert (str(year) in cover.title) == (year is not None)


def test_home_of_several_is_named_by_its_members_and_joined():
    system = System.from_table(toy_table(), currency="USD", year=2020)
    answers = asked(system, ["A", "B"])
    assert "A and B" in five_sentences(answers, Words("en"))[0]
    assert "A、B" in five_sentences(answers, Words("zh"))[0]
    assert answers.frames["glance"]["output"].sum() == 455.0
    assert set(answers.frames["suppliers"]["region"]) == {"C"}


def test_a_nation_around_home_is_neither_home_nor_outside():
    answers = asked(System.from_table(toy_table()), "A", nation=["A", "B"])
    assert set(answers.frames["suppliers"]["region"]) == {"C"}
    assert "in a nation of 2 regions" in html_of(answers)
    sources = set(answers.frames["supply_trees"]["source"])
    assert sources == {"home", "nation", "abroad"}


def test_several_years_show_lines_and_the_last_is_looked_at():
    systems = {}
    for year, factor in ((2018, 1.0), (2019, 1.1), (2020, 1.3)):
        rows = toy_table()
        rows["value"] *= factor
        systems[year] = System.from_table(rows, currency="USD", year=year)
    question = question_of("A", years=(2018, 2019, 2020))
    answers = analysed(systems, question, lambda _: None)
    assert answers.system is systems[2020]
    text = html_of(answers)
    assert ", 2018 to 2020" in text
    assert answers.frames["glance"]["output"].sum() == pytest.approx(260.0)
    assert sorted(answers.frames["assessment_years"]["year"]) == [2018, 2019, 2020]


def test_a_question_is_told_as_json_values():
    question = question_of(("A", "B"), ("A", "B", "C"), (2020,), "zh", composite=("C",))
    assert question.as_dict()["home"] == ["A", "B"]
    assert question.as_dict()["nation"] == ["A", "B", "C"]
    assert replace(question, home="A", nation="N").as_dict()["nation"] == "N"


def test_an_unknown_name_of_the_package_is_refused():
    with pytest.raises(AttributeError, match="has no attribute 'breif'"):
        _ = report.breif
    assert cw.report.charts.Bar("a", 1.0).label == "a"
