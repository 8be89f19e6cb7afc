"""What lies in the folder of a maker's report: sheets, page, tables and manifest, byte by byte.

The maker is one whose codes are markup, formulas and very long names: what is written must read
back as it was.
"""

import hashlib
import json
import math
import re
import xml.etree.ElementTree as ET
from html import unescape

import pandas as pd
import pytest
from openpyxl import load_workbook

from chainwright import report
from chainwright.report.maker.analysis import maker_analysed
from chainwright.report.maker.maker_findings import maker_sentences
from chainwright.report.maker.making import PAGE, WORKBOOK
from chainwright.report.maker.question import PARTS, MakerQuestion
from chainwright.report.wording import Words
from chainwright.report.workbook import FIRST_ROW
from chainwright.system import write_maker
from chainwright.tables import schema
from report_makers import LONG, MARKUP, nobody_known, odd_codes, priced_in

SHEETS = (
    ("mk_x_map", "maker_site_list"),
    ("mk_x_products", "maker_product_list"),
    ("mk_x_single", "single_sources"),
    ("mk_x_exposure", "maker_exposure"),
    ("mk_x_common", "common_suppliers"),
    ("mk_x_hidden", "hidden_sources"),
    ("mk_x_measures", "mitigation"),
    ("mk_x_missing", "missing_data"),
)
UNITS = {
    "en": {"week": "weeks", "share": "%", "money": "CNY", "money/week": "CNY/week"},
    "zh": {"week": "周", "share": "%", "money": "元", "money/week": "元/周"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("odd") / "maker"
    write_maker(odd_codes().maker, place)
    return place


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request, folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("made") / "brief"
    asked = {"lang": request.param, "parts": PARTS, "outages": (1.0, 3.0)}
    return report.maker_brief(folder, folder=place, **asked)


@pytest.fixture(scope="module")
def words(made):
    return Words(made.analysis.question.language)


@pytest.fixture(scope="module")
def book(made):
    return load_workbook(made.folder / WORKBOOK)


@pytest.fixture(scope="module")
def html(made):
    return made.page.read_text("utf-8")


def heads(page):
    """Return the headings of a sheet, each with its unit."""
    found = {}
    for cell in page[FIRST_ROW]:
        if cell.value is None:
            continue
        name, _, unit = str(cell.value).partition("\n")
        found[cell.column] = (name, unit.strip("[]"))
    return found


def column_of(page, heading):
    (place,) = [at for at, (name, _) in heads(page).items() if name == heading]
    return place


@pytest.mark.parametrize(("title", "table"), SHEETS)
def test_each_sheet_has_as_many_rows_as_its_table(book, made, words, title, table):
    page = book[words.say(title)]
    frame = made.analysis.frames[table]
    assert page.max_row == FIRST_ROW + len(frame)
    for row in range(FIRST_ROW + 1, page.max_row + 1):
        assert any(cell.value is not None for cell in page[row])


@pytest.mark.parametrize(("title", "table"), SHEETS)
def test_each_sheet_has_every_column_of_its_schema_under_its_name(book, words, title, table):
    told = [name for name, _ in heads(book[words.say(title)]).values()]
    other = "_en" if words.language == "zh" else "_zh"
    both = {c.column for c in schema(table)}
    for column in schema(table):
        stem = column.column.removesuffix(other)
        if stem != column.column and f"{stem}_{words.language}" in both:
            assert words.heading(table, column.column) not in told
        else:
            assert words.heading(table, column.column) in told
    assert len(told) == len(set(told))


@pytest.mark.parametrize(("title", "table"), SHEETS)
def test_units_stand_below_the_names_of_columns(book, words, title, table):
    page = book[words.say(title)]
    told = dict(heads(page).values())
    for column in schema(table):
        heading = words.heading(table, column.column)
        for unit, said in UNITS[words.language].items():
            if heading in told and column.unit == unit:
                assert told[heading].removesuffix("（2026 年）").startswith(said), heading
        if heading in told and column.type in {"string", "boolean"}:
            assert told[heading] == ""


@pytest.mark.parametrize(("title", "table"), SHEETS)
def test_numbers_of_a_sheet_are_those_of_the_table_in_full(book, made, words, title, table):
    page, frame = book[words.say(title)], made.analysis.frames[table]
    for column in schema(table):
        if column.type not in {"float", "integer"}:
            continue
        at = column_of(page, words.heading(table, column.column))
        for row, value in enumerate(frame[column.column].tolist(), FIRST_ROW + 1):
            cell = page.cell(row, at).value
            if value is pd.NA or value is None or math.isnan(value):
                assert cell is None
            elif math.isinf(value):
                assert cell == ("∞" if value > 0 else "−∞")
            else:
                assert cell == pytest.approx(value, rel=1e-12, abs=1e-12), column.column


@pytest.mark.parametrize(("title", "table"), SHEETS)
def test_no_cell_of_a_sheet_is_a_formula(book, words, title, table):
    page = book[words.say(title)]
    for row in page.iter_rows():
        for cell in row:
            assert cell.data_type != "f", (table, cell.coordinate)


def test_codes_that_are_markup_or_formulas_stand_in_the_sheets_as_they_are(book, made, words):
    for title, table, column in (
        ("mk_x_single", "single_sources", "item"),
        ("mk_x_exposure", "maker_exposure", "scenario"),
        ("mk_x_common", "common_suppliers", "group"),
        ("mk_x_map", "maker_site_list", "site"),
    ):
        page = book[words.say(title)]
        at = column_of(page, words.heading(table, column))
        told = [page.cell(row, at).value for row in range(FIRST_ROW + 1, page.max_row + 1)]
        assert told == made.analysis.frames[table][column].tolist()
    names = {cell.value for row in book[words.say("mk_x_map")].iter_rows() for cell in row}
    assert {MARKUP, LONG.strip()} <= names or {MARKUP, LONG} <= names


def test_the_workbook_has_these_sheets_in_this_order_and_each_says_what_it_is(book, words):
    titles = [words.say(title) for title, _ in SHEETS]
    assert book.sheetnames == [*titles, words.say("mk_x_origin")]
    for title in book.sheetnames:
        first = str(book[title].cell(1, 1).value)
        assert title in first
        assert "toy" in first
    for title in titles:
        assert words.money(odd_codes().maker.money) in str(book[title].cell(2, 1).value)


def test_the_sheet_of_origin_has_the_hash_of_what_was_read(book, made, words):
    page = book[words.say("mk_x_origin")]
    told = {str(row[0].value): row[1].value for row in page.iter_rows(min_row=FIRST_ROW + 1)}
    origin = made.analysis.maker.origin
    assert told[words.say("d_hash")] == origin.sha256
    assert told[words.say("mk_d_maker")] == "toy"
    asked = [value for name, value in told.items() if name.endswith(": outages")]
    assert asked == ["1, 3"]


def test_the_page_shows_markup_as_text_and_none_of_it_is_run(html):
    assert MARKUP not in html
    assert "<b>&" not in html
    assert "S<&>" not in html
    assert "S&lt;&amp;&gt;" in html
    assert "Tom &amp; Jerry" in html
    assert MARKUP in unescape(html)


def test_each_picture_of_the_page_is_well_formed_and_has_its_dots(html, made):
    pictures = re.findall(r"<svg\b.*?</svg>", html, re.DOTALL)
    assert len(pictures) >= 3  # bars, map, tiers
    roots = [ET.fromstring(text) for text in pictures]  # noqa: S314 - our own page
    dots = [sum(1 for e in root.iter() if e.tag.endswith("circle")) for root in roots]
    sites = made.analysis.frames["maker_site_list"]
    needed = int((sites["tier"] >= 0).sum())
    on_map = int((sites["latitude_deg"].notna() & (sites["tier"] >= 0)).sum())
    assert sorted(d for d in dots if d) == sorted([needed + 3, on_map + 3])  # 3 of the legend
    for root in roots:
        told = [e.text for e in root.iter() if e.tag.endswith(("title", "desc"))]
        assert told
        assert all(told)


def test_a_very_long_name_is_cut_in_pictures_and_whole_in_tables(html, made):
    assert LONG.strip() in unescape(html) or LONG.strip()[:60] in unescape(html)
    frame = made.analysis.frames["maker_site_list"].set_index("site")
    assert frame.loc["-2", "name"].strip() == LONG.strip()


def test_tables_read_back_alike_from_all_three_formats(made):
    for name, frame in made.analysis.frames.items():
        base = made.folder / "tables" / name
        from_csv = pd.read_csv(f"{base}.csv", keep_default_na=False, dtype=str)
        from_parquet = pd.read_parquet(f"{base}.parquet")
        from_json = json.loads(base.with_suffix(".json").read_text("utf-8"))
        assert list(from_csv.columns) == list(from_parquet.columns) == list(frame.columns)
        assert len(from_csv) == len(from_parquet) == len(from_json) == len(frame)
        for column in schema(name):
            told = from_parquet[column.column].tolist()
            if column.type == "string":
                assert told == frame[column.column].tolist()
                numbers = [text.lstrip("+-").replace(".", "").isdigit() for text in told]
                safe = [
                    f"'{text}" if text[:1] in set("=+-@") and not number else text
                    for text, number in zip(told, numbers, strict=True)
                ]
                assert from_csv[column.column].tolist() == safe  # a spreadsheet runs no formula
                assert [row[column.column] or "" for row in from_json] == told
            elif column.type == "float":
                whole = frame[column.column].to_numpy(float)
                assert told == pytest.approx(whole, nan_ok=True)
                numbers = pd.to_numeric(from_csv[column.column]).to_numpy(float)
                assert numbers == pytest.approx(whole, nan_ok=True)


def test_the_manifest_has_the_hash_and_size_of_every_file(made):
    told = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    listed = {row["file"]: row for row in told["files"]}
    there = {
        p.relative_to(made.folder).as_posix()
        for p in made.folder.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert set(listed) == there
    for name, row in listed.items():
        body = (made.folder / name).read_bytes()
        assert row["sha256"] == hashlib.sha256(body).hexdigest(), name
        assert row["bytes"] == len(body)
    assert {PAGE, WORKBOOK} <= there


def test_the_manifest_has_the_hash_of_every_input(made, folder):
    told = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    read = {row["path"].rpartition("/")[2]: row["sha256"] for row in told["inputs"]}
    assert set(read) == {p.name for p in folder.iterdir()}
    for name, digest in read.items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert told["question"]["outages"] == [1.0, 3.0]
    assert told["question"]["parts"] == list(PARTS)


def test_a_table_that_was_changed_afterwards_is_told_by_replay(folder, tmp_path):
    made = report.brief(folder, folder=tmp_path / "b", parts=["single_sources"])
    assert report.replay(made.folder).same
    table = made.folder / "tables" / "single_sources.csv"
    body = table.read_text("utf-8").replace("one site", "one sight")
    table.write_text(body, "utf-8")
    told = report.replay(made.folder)
    assert told.same  # it is made again as the manifest says
    assert any("single_sources.csv" in text and "changed" in text for text in told.conditions)
    manifest = made.folder / "manifest.json"
    note = json.loads(manifest.read_text("utf-8"))
    (row,) = [r for r in note["files"] if r["file"] == "tables/single_sources.csv"]
    row["sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(note), "utf-8")
    outcome = report.replay(made.folder)
    assert not outcome.same
    files = outcome.files.set_index("file")["outcome"]
    assert files["tables/single_sources.csv"] == "differs"
    assert set(files.drop("tables/single_sources.csv")) == {"same bytes"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_chain_of_which_nothing_is_known_has_a_page_that_says_so(tmp_path, lang):
    made = report.brief(
        nobody_known(), folder=tmp_path / "b", lang=lang, parts=["exposure", "single_sources"]
    )
    html = made.page.read_text("utf-8")
    assert Words(lang).say("mk_no_map") in unescape(html)
    sites = made.analysis.frames["maker_site_list"]
    assert sorted(sites["site"]) == ["S/?", "x/?", "y/?", "z/?"]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html, re.DOTALL)
    assert cells
    assert not {"nan", "None", "&lt;NA&gt;", ""} & {cell.strip() for cell in cells}
    assert "84" in made.sentences[0]  # 7 a week for the 12 weeks that are assumed


@pytest.mark.parametrize(
    ("currency", "times", "en", "zh"),
    [
        ("JPY", 1.0, "6.00 m JPY", "600.0 万日元"),
        ("USD", 1e4, "60.0 bn USD", "600.0 亿美元"),
        ("EUR", 1e-4, "600 EUR", "600 欧元"),
        ("VND", 1e7, "60.0 trillion VND", "60.0 万亿VND"),
    ],
)
def test_a_loss_is_told_in_the_makers_own_currency(currency, times, en, zh):
    system = priced_in(currency, times=times, year=2025)
    asked = MakerQuestion(language="en", parts=("exposure",), outages=(2.0,))
    analysis = maker_analysed(system, asked, lambda _: None)
    assert en in maker_sentences(analysis, Words("en"))[0]
    assert zh in maker_sentences(analysis, Words("zh"))[0]
