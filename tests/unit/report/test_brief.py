"""The brief as a whole, on a small table: files, page, workbook, manifest, replay."""

import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import chainwright as cw
from chainwright import report
from chainwright.errors import (
    ChangedInputError,
    FormatError,
    MissingFileError,
    ParameterError,
    UnknownCodeError,
)
from chainwright.report.workbook import FIRST_ROW, cells
from chainwright.tables import schema
from toys import toy_table

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the toy's table of two years."""
    place = tmp_path_factory.mktemp("data")
    rows = toy_table()
    rows["unit"] = "million"
    rows.to_csv(place / "toy_2019.csv", index=False)
    rows["value"] *= 1.25
    rows.to_csv(place / "toy_2020.csv", index=False)
    return place


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    """A brief on A, of both years, in English."""
    place = tmp_path_factory.mktemp("briefs") / "en"
    return report.brief(folder, home="A", year=[2019, 2020], currency="USD", folder=place)


@pytest.fixture(scope="module")
def chinese(folder, tmp_path_factory):
    """The same in Chinese."""
    place = tmp_path_factory.mktemp("briefs") / "zh"
    years = [2019, 2020]
    return report.brief(folder, home="A", year=years, currency="USD", folder=place, lang="zh")


def files_in(place):
    return {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}


class Page(HTMLParser):
    """What stands in a page: texts by tag, tags that are open, attributes."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.attributes, self.tags, self.open = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in {"meta", "path", "br", "img", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    def of(self, *tags):
        return [text for tag, text in self.texts if tag in tags]


def test_the_folder_holds_page_workbook_manifest_and_every_table_in_three_formats(made):
    there = files_in(made.folder)
    tables = {p.stem for p in (made.folder / "tables").glob("*.csv")}
    assert {"scenario-embargo.toml", "scenario-closure.toml"} <= there
    assert {"brief.html", "chain-map.xlsx", "manifest.json"} <= there
    assert {"glance", "deliveries", "stuck_necks", "suppliers", "long_plates", "supply_trees"} <= (
        tables
    )
    assert {"dropped_chains", "assessment", "assessment_years"} <= tables
    assert {f"stress_{kind}.embargo" for kind in ("run", "summary", "by_day", "short")} <= tables
    for table in tables:
        for ending in ("csv", "json", "parquet"):
            assert f"tables/{table}.{ending}" in there
            assert f"tables/{table}.{ending}.origin.json" in there


def test_the_tables_are_as_their_schemas_say_and_the_same_in_all_formats(made):
    for path in (made.folder / "tables").glob("*.csv"):
        frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
        assert list(frame.columns) == [c.column for c in schema(path.stem.partition(".")[0])]
        stored = pd.read_parquet(path.with_suffix(".parquet"))
        assert list(stored.columns) == list(frame.columns)
        assert len(stored) == len(frame)
        for column in schema(path.stem.partition(".")[0]):
            if column.type == "float":
                assert np.array_equal(
                    stored[column.column].astype(float),
                    frame[column.column].astype(float),
                    equal_nan=True,
                )


def test_the_page_opens_without_network_and_runs_no_script(made):
    text = made.page.read_text("utf-8")
    page = Page(text)
    assert not page.open
    assert not {"script", "link", "img", "iframe", "object", "image", "use"} & page.tags
    assert not [v for _, n, v in page.attributes if n == "href" and not v.startswith("#")]
    assert not [n for _, n, _ in page.attributes if n in {"src", "srcset"} or n.startswith("on")]
    assert not re.search(r"https?://|@import|url\(", text)


def test_every_link_of_the_contents_leads_somewhere(made):
    page = Page(made.page.read_text("utf-8"))
    anchors = {v for _, n, v in page.attributes if n == "id"}
    links = {v[1:] for _, n, v in page.attributes if n == "href"}
    assert links
    assert links <= anchors


def test_page_one_says_how_old_the_data_are_and_answers_in_five_sentences(made):
    text = made.page.read_text("utf-8")
    first = text[: text.index('<section id="glance"')]
    assert "The table describes 2020" in first
    assert first.count("<li>") == 7  # two of them on shocks
    assert len(made.sentences) == 5
    for sentence in made.sentences:
        assert sentence.replace("'", "&#39;") in first
    inputs = json.loads((made.folder / "manifest.json").read_text())["inputs"]
    assert inputs[-1]["sha256"] in first


def test_the_sections_come_in_the_order_of_the_question(made):
    text = made.page.read_text("utf-8")
    order = ["glance", "weak", "strong", "knockout", "trees", "assessment", "method", "glossary"]
    places = [text.index(f'<section id="{key}"') for key in [*order, "sources"]]
    assert places == sorted(places)


def test_each_chart_has_a_name_and_each_table_says_where_it_lies(made):
    text = made.page.read_text("utf-8")
    assert text.count('<svg role="img" aria-label=') == text.count("<figure>") >= 5
    assert text.count("<desc>") == text.count("<figure>")
    tables = re.findall(r'<div class="table">\n<h3>.*?</div>', text, re.DOTALL)
    assert len(tables) >= 6
    assert all('<p class="where">' in table for table in tables)
    for name in re.findall(r"tables/(\w+)\.csv", text):
        assert (made.folder / "tables" / f"{name}.csv").is_file()


def test_the_page_is_made_for_paper(made):
    text = made.page.read_text("utf-8")
    for rule in ("size: A4", "counter(page)", "counter(pages)", "table-header-group"):
        assert rule in text
    assert text.count("break-inside: avoid") >= 2


def test_in_chinese_no_heading_is_left_in_english(chinese):
    page = Page(chinese.page.read_text("utf-8"))
    headings = page.of("h1", "h2", "h3", "th", "dt", "figcaption", "title")
    assert len(headings) > 60
    names = {"SHA-256", "A"}
    left = [
        h for h in headings if not HAN.search(h) and h not in names and re.search("[a-z]{3}", h)
    ]
    assert not left
    assert ("html", "lang", "zh-CN") in page.attributes


def test_in_chinese_every_paragraph_is_chinese(chinese):
    page = Page(chinese.page.read_text("utf-8"))
    left = [t for t in page.of("p", "li", "td") if re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", t)]
    assert not [t for t in left if not HAN.search(t) and "Leontief" not in t]
    assert "imported_share" not in "".join(t for _, t in page.texts)


def test_in_english_no_chinese_is_left_but_the_glossarys(made):
    text = made.page.read_text("utf-8")
    body = text[text.index("<body") :]
    start, end = body.index('<section id="glossary"'), body.index('<section id="sources"')
    assert not HAN.search(body[:start])
    assert HAN.search(body[start:end])
    assert not HAN.search(body[end:])


def test_the_workbook_is_one_map_and_four_lists_with_their_origin(made):
    book = load_workbook(made.folder / "chain-map.xlsx")
    lists = ["Chain map", "Sectors", "Weak links", "Suppliers", "Advantages"]
    assert book.sheetnames == [*lists, "Stress embargo", "Stress closure"]
    digest = json.loads((made.folder / "manifest.json").read_text())["inputs"][-1]["sha256"]
    for page in book.worksheets:
        assert "2020" in page["A1"].value
        assert digest in page["A2"].value
        assert page.freeze_panes == f"A{FIRST_ROW + 1}"
        assert page.column_dimensions["A"].width >= 9.0
    assert len(book["Chain map"]._images) == 1


def test_the_workbook_holds_the_numbers_of_the_tables(made):
    frame = pd.read_csv(made.folder / "tables" / "glance.csv")
    sheet = load_workbook(made.folder / "chain-map.xlsx")["Sectors"]
    head = [cell.value for cell in sheet[FIRST_ROW]]
    place = head.index("Output")
    rows = list(sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True))
    assert [row[place] for row in rows] == frame["output"].tolist()
    assert sheet.cell(FIRST_ROW + 1, place + 1).number_format == "#,##0.0"
    share = head.index("Imported share of inputs")
    assert sheet.cell(FIRST_ROW + 1, share + 1).number_format == "0.0%"
    assert [row[share] for row in rows] == pytest.approx([0.6585, 0.5763], abs=5e-5)


def test_the_manifest_lists_every_file_with_its_hash(made, folder):
    note = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    listed = {row["file"]: row["sha256"] for row in note["files"]}
    assert set(listed) == files_in(made.folder) - {"manifest.json"}
    for name, digest in listed.items():
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == digest
    assert [row["path"] for row in note["inputs"]] == [
        str(folder / "toy_2019.csv"),
        str(folder / "toy_2020.csv"),
    ]
    assert note["question"]["home"] == "A"
    assert note["question"]["years"] == [2019, 2020]
    assert note["threads"] >= 1
    assert note["parameters"]["dropped_chains"]["cut"] == 0.1
    assert note["versions"]["numpy"] == np.__version__


def test_a_replay_makes_every_table_byte_for_byte(made):
    outcome = report.replay(made.folder / "manifest.json")
    assert outcome.same
    assert set(outcome.files["outcome"]) == {"same bytes"}
    names = set(outcome.files["file"])
    assert names == files_in(made.folder) - {"manifest.json", "brief.html"}
    assert outcome.conditions == ()
    assert f"{len(names)} same bytes" in str(outcome)


def test_a_replay_can_be_kept(made, tmp_path):
    outcome = report.replay(made.folder, folder=tmp_path / "again")
    kept = files_in(tmp_path / "again")
    assert kept == files_in(made.folder) - {"brief.html"}
    for name in kept - {"manifest.json"}:
        assert (tmp_path / "again" / name).read_bytes() == (made.folder / name).read_bytes()
    assert outcome.folder == tmp_path / "again"


@pytest.fixture
def own(folder, tmp_path):
    """A brief on a copy of the table that a test may spoil."""
    table = tmp_path / "toy.csv"
    table.write_bytes((folder / "toy_2019.csv").read_bytes())
    return table, report.brief(table, home="B", year=2019, folder=tmp_path / "brief")


def test_a_changed_input_is_refused_with_both_hashes(own):
    table, made = own
    before = hashlib.sha256(table.read_bytes()).hexdigest()
    table.write_text(table.read_text().replace("20.0", "20.5", 1))
    now = hashlib.sha256(table.read_bytes()).hexdigest()
    with pytest.raises(ChangedInputError) as caught:
        report.replay(made.folder, folder=table.parent / "again")
    for word in (str(table), before, now, "Put the file back"):
        assert word in str(caught.value)
    assert not (table.parent / "again").exists()


def test_a_missing_input_is_refused_by_name(own):
    table, made = own
    table.unlink()
    with pytest.raises(ChangedInputError, match=r"toy.csv' is gone"):
        report.replay(made.folder)


def test_a_spoiled_table_is_found(own):
    _, made = own
    frame = made.folder / "tables" / "glance.csv"
    frame.write_text(frame.read_text().replace("B,m", "B,n"))
    note = json.loads((made.folder / "manifest.json").read_text())
    for row in note["files"]:
        if row["file"] == "tables/glance.csv":
            row["sha256"] = hashlib.sha256(frame.read_bytes()).hexdigest()
    (made.folder / "manifest.json").write_text(json.dumps(note))
    outcome = report.replay(made.folder)
    assert not outcome.same
    found = outcome.files.set_index("file")["outcome"]
    assert found["tables/glance.csv"] == "differs"
    assert found.drop("tables/glance.csv").eq("same bytes").all()
    assert "tables/glance.csv: differs" in str(outcome)


@pytest.mark.parametrize(
    ("factor", "outcome"), [(1 + 1e-12, "within tolerance"), (1.01, "differs")]
)
def test_a_replay_elsewhere_compares_numbers_to_a_billionth(own, factor, outcome):
    _, made = own
    path = made.folder / "tables" / "suppliers.csv"
    frame = pd.read_csv(path)
    frame["imported_inputs"] *= factor
    frame.to_csv(path, index=False)
    note = json.loads((made.folder / "manifest.json").read_text())
    for row in note["files"]:
        if row["file"] == "tables/suppliers.csv":
            row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    note["versions"]["numpy"] = "1.0"
    (made.folder / "manifest.json").write_text(json.dumps(note))
    made_again = report.replay(made.folder)
    row = made_again.files.set_index("file").loc["tables/suppliers.csv"]
    assert row["outcome"] == outcome
    assert row["difference"] == pytest.approx(abs(factor - 1.0), rel=0.02)
    assert made_again.same == (outcome == "within tolerance")
    assert any("numpy was 1.0" in text for text in made_again.conditions)


def test_workbooks_are_compared_cell_by_cell(made):
    data = (made.folder / "chain-map.xlsx").read_bytes()
    found = cells(data)
    assert found["Sectors", FIRST_ROW, 1] == "Region"
    assert cells(data) == found


def test_what_is_no_manifest_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match=r"manifest\.json"):
        report.replay(tmp_path)
    (tmp_path / "manifest.json").write_text("[1]")
    with pytest.raises(FormatError, match="no manifest of a brief"):
        report.replay(tmp_path)
    (tmp_path / "manifest.json").write_text('{"path": "x"}')
    with pytest.raises(FormatError, match="it lacks chainwright, question"):
        report.replay(tmp_path)


def test_a_brief_of_tables_in_memory_cannot_be_replayed(toy, tmp_path):
    made = report.brief(toy, home="C", folder=tmp_path / "brief")
    assert made.page.is_file()
    assert json.loads((made.folder / "manifest.json").read_text())["path"] is None
    with pytest.raises(MissingFileError, match="made of tables in memory"):
        report.replay(made.folder)


def test_a_brief_of_several_systems_takes_their_years(folder, tmp_path):
    systems = cw.System.read_years(folder, [2019, 2020])
    made = report.brief(systems, home="A", folder=tmp_path / "brief")
    assert made.analysis.question.years == (2019, 2020)
    assert made.analysis.system is systems[2020]
    with pytest.raises(ParameterError, match="'year' parameter"):
        report.brief(systems, home="A", year=2021, folder=tmp_path / "other")


def test_nothing_is_written_when_home_is_not_in_the_table(folder, tmp_path):
    with pytest.raises(UnknownCodeError, match="Q"):
        report.brief(folder, home="Q", year=2020, folder=tmp_path / "deep" / "brief")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_when_the_page_cannot_be_drawn(folder, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("chainwright.report.making.page", fail)
    with pytest.raises(ZeroDivisionError):
        report.brief(folder, home="A", year=2020, folder=tmp_path / "brief")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_or_year_is_refused_before_anything_is_read(folder, tmp_path):
    with pytest.raises(ParameterError, match="en or zh"):
        report.brief(folder, home="A", year=2020, folder=tmp_path / "b", lang="fr")
    with pytest.raises(ParameterError, match="a year or several"):
        report.brief(folder, home="A", year=["2020"], folder=tmp_path / "b")
    with pytest.raises(MissingFileError, match="2031"):
        report.brief(folder, home="A", year=2031, folder=tmp_path / "b")


def test_progress_is_told_in_words(folder, tmp_path):
    told = []
    report.brief(folder, home="A", year=2020, folder=tmp_path / "b", progress=told.append)
    assert any("toy_2020.csv" in line for line in told)
    assert "drawing the page" in told
    assert len(told) >= 7


def test_a_brief_prints_as_its_answer_and_where_it_lies(made):
    lines = str(made).splitlines()
    assert len(lines) == 6 + len(made.more)
    assert lines[0].startswith("1. In 2020, industries in A bought")
    assert "brief.html" in lines[-1]
    assert str(made.folder) in lines[-1]


def test_the_workbook_names_codes_and_speaks_its_language(chinese):
    book = load_workbook(chinese.folder / "chain-map.xlsx")
    lists = ["产业链图", "部门清单", "薄弱环节清单", "供给方清单", "优势清单"]
    assert book.sheetnames == [*lists, "压力情景 embargo", "压力情景 closure"]
    sheet = book["薄弱环节清单"]
    head = [cell.value for cell in sheet[FIRST_ROW]]
    assert all(HAN.search(text) for text in head)
    assert "最大供应国名称" in head
    found = [row[head.index("判定")] for row in sheet.iter_rows(min_row=6, values_only=True)]
    assert found
    assert all(HAN.search(text) for text in found)
