"""Whole journeys: a table, one command, a brief; read, replayed, spoilt, and made in odd places."""

import hashlib
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from chainwright import report
from chainwright.cli import main
from chainwright.tables import example

HAN = re.compile(r"[\u4e00-\u9fff]")
VOID = {"meta", "path", "br", "img", "link"}


def files_in(place):
    """Return the bytes of every file below a folder by its name."""
    return {
        p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()
    }


def call(*words):
    """Run the command as a user would and return its exit code."""
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    return stopped.value.code or 0


@pytest.fixture
def run(capsys):
    """Run a command and return exit code, output and messages."""

    def one(*words):
        capsys.readouterr()
        code = call(*words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return one


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The embedded example as a file."""
    path = tmp_path_factory.mktemp("data") / "flows.csv"
    path.write_text(example("flows"), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request, table, tmp_path_factory):
    """The brief of the example by the command line, in each language."""
    place = tmp_path_factory.mktemp("briefs") / request.param
    assert call("brief", table, "--home", "A", "--lang", request.param, "-o", place) == 0
    return place


@pytest.fixture(scope="module")
def template(table, tmp_path_factory):
    """A folder with a table and a brief of it, told by paths below that folder."""
    place = tmp_path_factory.mktemp("template")
    shutil.copy(table, place / "mine.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert call("brief", "mine.csv", "--home", "B", "-o", "brief") == 0
    return place


@pytest.fixture
def own(template, tmp_path, monkeypatch):
    """A table and a brief of it that a test may spoil, in the working folder."""
    place = tmp_path / "own"
    shutil.copytree(template, place)
    monkeypatch.chdir(place)
    return place / "mine.csv", place / "brief"


class Page(HTMLParser):
    """The elements of a page, each with its attributes, its depth and the text inside it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "attrs": dict(attrs), "text": "", "inside": [], "parents": []}
        element["parents"] = [e["tag"] for e in self.open]
        for parent in self.open:
            parent["inside"].append(element)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for parent in self.open:
            parent["text"] += data

    def of(self, tag):
        return [e for e in self.elements if e["tag"] == tag]


def page_of(place):
    return Page((place / "brief.html").read_text("utf-8"))


def test_the_command_prints_the_answer_and_where_it_lies(run, table, tmp_path):
    code, out, err = run("brief", table, "--home", "A", "-o", tmp_path / "new" / "b")
    lines = out.splitlines()
    assert code == 0
    assert [line[:2] for line in lines[:5]] == ["1.", "2.", "3.", "4.", "5."]
    assert [line[:2] for line in lines[5:-1]] == ["+ ", "+ "]  # an embargo and a closure
    assert lines[-1].startswith(str(tmp_path / "new" / "b"))
    assert "drawing the page" in err
    assert "flows.csv" in err


def test_every_element_of_the_page_is_closed_and_every_id_is_its_own(made):
    page = page_of(made)
    assert not page.open
    ids = [e["attrs"]["id"] for e in page.elements if "id" in e["attrs"]]
    assert len(ids) >= 9
    assert len(ids) == len(set(ids))


def test_every_table_has_heads_and_as_many_cells_in_each_row(made):
    tables = page_of(made).of("table")
    assert len(tables) >= 8
    for one in tables:
        heads = [e for e in one["inside"] if e["tag"] == "th"]
        assert heads
        assert all(h["attrs"].get("scope") == "col" for h in heads)
        for row in (e for e in one["inside"] if e["tag"] == "tr"):
            cells = [e for e in row["inside"] if e["tag"] in {"td", "th"}]
            assert sum(int(c["attrs"].get("colspan", 1)) for c in cells) == len(heads)


def test_every_chart_has_a_role_a_label_and_a_description(made):
    charts = page_of(made).of("svg")
    assert len(charts) >= 5
    for one in charts:
        assert one["attrs"]["role"] == "img"
        assert one["attrs"]["aria-label"].strip()
        for tag in ("title", "desc"):
            assert [e for e in one["inside"] if e["tag"] == tag and e["text"].strip()]
    labels = [one["attrs"]["aria-label"] for one in charts]
    assert len(set(labels)) == len(labels)


def test_the_page_asks_for_nothing_from_outside(made):
    page = page_of(made)
    text = (made / "brief.html").read_text("utf-8")
    for tag in ("script", "link", "iframe", "img", "image", "object", "embed", "base", "form"):
        assert not page.of(tag)
    for element in page.elements:
        for name, value in element["attrs"].items():
            assert not name.startswith("on")
            if name in {"href", "xlink:href", "src", "srcset", "action", "data"}:
                assert value.startswith("#")
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\(\s*[^#\s]", text)


def test_every_file_that_the_page_names_is_there(made):
    text = (made / "brief.html").read_text("utf-8")
    named = set(re.findall(r"tables/[\w.]+\.\w+", text)) | {"chain-map.xlsx", "manifest.json"}
    assert len(named) >= 12
    for name in named:
        assert (made / name).is_file(), name
    listed = {p.stem for p in (made / "tables").glob("*.csv")}
    assert {n.split("/")[1].rpartition(".")[0] for n in named if "/" in n} == listed


def test_the_row_counts_on_the_page_are_those_of_the_files(made):
    text = (made / "brief.html").read_text("utf-8")
    found = re.findall(r"<td[^>]*>tables/([\w.]+)\.csv</td><td class=\"n\">([\d,]+)</td>", text)
    assert len(found) >= 9
    for name, count in found:
        assert len(pd.read_csv(made / "tables" / f"{name}.csv")) == int(count.replace(",", ""))


def test_links_inside_the_page_lead_somewhere(made):
    page = page_of(made)
    links = [a["attrs"]["href"][1:] for a in page.of("a")]
    ids = {e["attrs"].get("id") for e in page.elements}
    assert len(links) == 12
    assert set(links) <= ids


def test_headings_do_not_skip_a_level(made):
    levels = [int(e["tag"][1]) for e in page_of(made).elements if re.fullmatch(r"h\d", e["tag"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    titles = [e["text"].strip() for e in page_of(made).elements if re.fullmatch(r"h\d", e["tag"])]
    assert all(titles)


def figures(made):
    """Return the numbers of the sentences, and the tables that they come from."""
    tables = {p.stem: pd.read_csv(p, keep_default_na=False, na_values=[""])
              for p in (made / "tables").glob("*.csv")}  # fmt: skip
    page = page_of(made)
    answer = next(e for e in page.of("ol"))
    sentences = [e["text"].strip() for e in answer["inside"] if e["tag"] == "li"]
    return sentences, tables, page


def test_the_numbers_of_the_five_sentences_are_those_of_the_tables(made):
    sentences, tables, _ = figures(made)
    zh = made.name == "zh"
    glance, suppliers = tables["glance"], tables["suppliers"]
    inputs, abroad = glance["inputs"].sum(), glance["imported_inputs"].sum()
    assert (inputs, abroad) == (151.0, 31.0)  # by hand from the example
    assert f"{100 * abroad / inputs:.1f} %" in sentences[0]
    assert ("1.51 亿美元" if zh else "151.0 m USD") in sentences[0]
    assert f"{100 * suppliers['share_of_imports'][0]:.1f} %" in sentences[0]
    necks = tables["stuck_necks"]
    flagged = necks[necks["flagged"]]
    first = flagged[flagged["product_class"].isin(["goods", "unclassified"])].iloc[0]
    assert str(len(necks)) in sentences[1]
    assert str(len(flagged)) in sentences[1]
    assert f"{100 * first['imported_share']:.0f} %" in sentences[1]
    assert f"{100 * first['exposure_direct']:.0f} %" in sentences[1]
    amount = first["output_at_risk"]
    assert (f"{amount / 100:.2f} 亿" if zh and amount >= 100 else f"{amount:.1f}" if not zh
            else f"{amount * 100:,.0f} 万") in sentences[1]  # fmt: skip
    dropped = tables["dropped_chains"]
    outside = dropped[(dropped["place"] == "abroad") & ~dropped["composite"]]
    worst = outside["shortage_first"].max()
    assert (f"{worst * 100:.1f} 万美元" if zh else f"{worst:.2f} m USD") in sentences[2]
    plates = tables["long_plates"]
    share = plates.iloc[0]["world_share_exports"]
    assert f"{100 * share:.0f} %" in sentences[3]


def test_the_key_figures_are_those_of_the_tables(made):
    _, tables, page = figures(made)
    zh = made.name == "zh"
    tiles = next(e for e in page.of("div") if e["attrs"].get("class") == "tiles")
    shown = {e["text"].strip(): e for e in tiles["inside"] if e["tag"] in {"b", "span"}}
    glance = tables["glance"]
    output, added = glance["output"].sum(), glance["value_added"].sum()
    assert (output, added) == (351.0, 200.0)  # the example, by hand
    wanted = ["3.51 亿美元" if zh else "351.0 m USD", "2.00 亿美元" if zh else "200.0 m USD"]
    wanted += [f"{100 * 31 / 151:.1f} %", f"{100 * (5 + 30 + 6 + 20 + 5 + 20) / 351:.1f} %"]
    wanted.append(str(int(tables["stuck_necks"]["flagged"].sum())))
    for text in wanted:
        assert text in shown


def test_the_chinese_page_holds_no_english_sentence_and_the_english_one_no_chinese(made):
    page = page_of(made)
    blocks = [e for e in page.elements
              if e["tag"] in {"p", "li", "td", "th", "h1", "h2", "h3", "dt", "dd", "figcaption",
                              "desc", "title", "span"}]  # fmt: skip
    assert len(blocks) > 150
    if made.name == "zh":
        for block in blocks:
            text = block["text"].strip()
            if block["attrs"].get("class") == "src" or "chainwright" in text:
                continue
            assert not re.search(r"([A-Za-z]+ ){4}[A-Za-z]+", text) or HAN.search(text), text
            assert not re.search(r"\b(the|is|are|and|from|with|home|abroad|yes|no)\b", text), text
    else:
        glossary = next(e for e in page.of("section") if e["attrs"].get("id") == "glossary")
        apart = {id(e) for e in glossary["inside"]}
        for block in blocks:
            if id(block) not in apart:
                assert not HAN.search(block["text"]), block["text"]


def test_page_one_names_the_file_its_hash_and_the_age_of_the_data(made, table):
    text = (made / "brief.html").read_text("utf-8")
    first = text[: text.index('<section id="glance"')]
    assert hashlib.sha256(table.read_bytes()).hexdigest() in first
    assert "flows.csv" in first
    assert ("年份未注明" if made.name == "zh" else "year not stated") in first
    assert '<div class="age old"' in first


def test_the_workbook_opens_in_two_readers_with_the_same_cells(made):
    path = made / "chain-map.xlsx"
    book = load_workbook(path)
    other = CalamineWorkbook.from_path(path)
    assert other.sheet_names == book.sheetnames
    assert len(book.sheetnames) == 7
    for page in book.worksheets:
        rows = other.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        for cell in (c for row in page.iter_rows() for c in row if c.value is not None):
            assert rows[cell.row - 1][cell.column - 1] == cell.value


def test_every_sheet_has_title_units_hash_frozen_heads_and_no_formula(made, table):
    book = load_workbook(made / "chain-map.xlsx")
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    for page in book.worksheets:
        assert page["A1"].value.startswith(page.title)
        assert digest in page["A2"].value
        assert ("百万美元" if made.name == "zh" else "million USD") in page["A3"].value
        assert page.freeze_panes == "A6"
        assert page.auto_filter.ref.startswith("A5:")
        assert not [c for row in page.iter_rows() for c in row if c.data_type in {"f", "e"}]
        heads = [c.value for c in page[5] if c.value is not None]
        assert len(set(heads)) == len(heads) >= 8


def test_each_sheet_says_which_file_holds_the_same_rows_and_it_does(made):
    for page in load_workbook(made / "chain-map.xlsx").worksheets:
        name = re.search(r"tables/([\w.]+)\.csv", page["A4"].value)[1]
        frame = pd.read_csv(made / "tables" / f"{name}.csv")
        if name.startswith("stress_run."):  # of all nodes only those at home
            frame = frame[(frame["level"] != "node") | (frame["region"].astype(str) == "A")]
        assert page.max_row - 5 == len(frame)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_every_table_says_where_it_comes_from(made, ending, table):
    found = [p for p in (made / "tables").glob(f"*.{ending}") if "origin" not in p.name]
    assert len(found) >= 9
    for path in found:
        note = json.loads(Path(f"{path}.origin.json").read_text("utf-8"))
        told = json.dumps(note)
        assert hashlib.sha256(table.read_bytes()).hexdigest() in told
        assert note["columns"]
        assert set(note["units"]) <= set(note["columns"])


def test_tables_do_not_depend_on_the_language(table, tmp_path):
    for lang in ("en", "zh"):
        assert call("brief", table, "--home", "A", "--lang", lang, "-o", tmp_path / lang) == 0
    en, zh = (files_in(tmp_path / lang / "tables") for lang in ("en", "zh"))
    assert en == zh


def test_a_replay_gives_the_same_bytes_and_can_itself_be_replayed(run, own):
    _, made = own
    before = files_in(made)
    code, out, _ = run("brief", "--replay", made / "manifest.json", "-o", made.parent / "again")
    assert code == 0
    assert "same bytes" in out
    assert "differs" not in out
    assert files_in(made) == before
    again = files_in(made.parent / "again")
    assert set(again) == set(before) - {"brief.html"}
    assert all(again[name] == before[name] for name in again if name != "manifest.json")
    assert call("brief", "--replay", made.parent / "again") == 0


def test_a_changed_input_is_refused_and_nothing_is_written(run, own):
    table, made = own
    table.write_text(table.read_text().replace(",60,", ",61,", 1))
    before = files_in(table.parent)
    code, out, err = run("brief", "--replay", made / "manifest.json", "-o", table.parent / "again")
    assert (code, out) == (2, "") or (code != 0 and not out)
    assert "mine.csv' has sha256" in err
    assert files_in(table.parent) == before
    assert not (table.parent / "again").exists()


def test_a_missing_input_is_refused(run, own):
    table, made = own
    table.unlink()
    code, out, err = run("brief", "--replay", made / "manifest.json")
    assert code != 0
    assert not out
    assert "mine.csv' is gone" in err


@pytest.mark.parametrize("spoil", ["edited", "deleted"])
def test_a_table_that_was_edited_or_deleted_since_is_told(run, own, spoil):
    _, made = own
    path = made / "tables" / "glance.csv"
    if spoil == "edited":
        path.write_text(path.read_text().replace("steel", "stale"))
    else:
        path.unlink()
    code, out, _ = run("brief", "--replay", made / "manifest.json")
    assert code == 0
    told = [line for line in out.splitlines() if "tables/glance.csv" in line]
    assert told
    assert "glance.json" not in out


def test_a_replay_never_goes_over_the_brief_that_it_is_of(run, own):
    _, made = own
    before = files_in(made)
    code, _, err = run("brief", "--replay", made / "manifest.json", "-o", made)
    assert code == 2
    assert "another folder" in err
    assert files_in(made) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("question", {}),
        ("question", []),
        ("inputs", [{}]),
        ("inputs", "x"),
        ("files", [{}]),
        ("threads", "many"),
        ("threads", None),
    ],
)
def test_a_damaged_manifest_is_an_error_and_no_traceback(run, own, key, value):
    _, made = own
    path = made / "manifest.json"
    note = json.loads(path.read_text("utf-8"))
    note[key] = value
    path.write_text(json.dumps(note))
    code, out, err = run("brief", "--replay", path)
    assert code == 2
    assert not out
    assert "is no manifest of a brief" in err


def test_a_new_brief_takes_the_place_of_an_earlier_one_and_leaves_other_files(own):
    table, made = own
    (made / "notes.txt").write_text("mine")
    assert call("brief", table, "--home", "A", "--lang", "zh", "-o", made) == 0
    assert (made / "notes.txt").read_text() == "mine"
    assert 'lang="zh-CN"' in (made / "brief.html").read_text("utf-8")
    note = json.loads((made / "manifest.json").read_text("utf-8"))
    assert set(files_in(made)) == {row["file"] for row in note["files"]} | {
        "manifest.json", "notes.txt",
    }  # fmt: skip
    assert call("brief", "--replay", made) == 0


def spots(place, table):
    """Return places where no brief can lie, with a word of the message."""
    full = place / "full"
    full.mkdir(exist_ok=True)
    (full / "thesis.docx").write_text("mine")
    return {"a file": table, "below a file": table / "brief", "other files": full}


@pytest.mark.parametrize("which", ["a file", "below a file", "other files"])
def test_a_place_where_no_brief_can_lie_is_refused_before_any_work(run, own, which):
    table, _ = own
    place = spots(table.parent, table)[which]
    before = files_in(table.parent)
    code, out, err = run("brief", table, "--home", "A", "-o", place)
    assert code == 2
    assert not out
    assert "Traceback" not in err
    assert "reading" not in err
    assert files_in(table.parent) == before


def test_a_folder_that_may_not_be_written_is_a_message(run, own, monkeypatch):
    table, _ = own

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(table.parent / "shut"))

    monkeypatch.setattr("chainwright.report.staging.tempfile.mkdtemp", refuse)
    code, out, err = run("brief", table, "--home", "A", "-o", table.parent / "shut" / "b")
    assert code == 2
    assert not out
    assert "Permission denied" in err
    assert "shut" in err
    assert not (table.parent / "shut").exists()


def test_a_full_disk_leaves_nothing_half_written(run, own, monkeypatch):
    table, made = own
    before = files_in(table.parent)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chainwright.report.making.write_bytes", full)
    code, out, err = run("brief", table, "--home", "A", "-o", made)
    assert code == 2
    assert not out
    assert "No space left" in err
    assert files_in(table.parent) == before
    assert {p.name for p in table.parent.iterdir()} == {"mine.csv", "brief"}


@pytest.mark.parametrize("where", ["analysed", "write_tables", "page", "_write_manifest"])
def test_an_interrupted_brief_leaves_the_earlier_one_whole(run, own, monkeypatch, where):
    table, made = own
    before = files_in(table.parent)

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"chainwright.report.making.{where}", stop)
    code, out, err = run("brief", table, "--home", "A", "-o", made)
    assert code == 130
    assert not out
    assert "nothing was written" in err
    assert files_in(table.parent) == before
    assert {p.name for p in table.parent.iterdir()} == {"mine.csv", "brief"}


def test_several_years_come_from_a_folder_and_a_missing_one_is_named(run, table, tmp_path):
    for year in (2018, 2020):
        shutil.copy(table, tmp_path / f"flows_{year}.csv")
    code, out, err = run(
        "brief", tmp_path, "--home", "A", "--year", "2018:2020", "-o", tmp_path / "b"
    )
    assert code == 2
    assert not out
    assert "2019" in err
    assert not (tmp_path / "b").exists()
    made = report.brief(tmp_path, home="A", year=(2018, 2020), folder=tmp_path / "b")
    frame = pd.read_csv(made.folder / "tables" / "assessment_years.csv")
    assert frame["year"].tolist() == [2020, 2018]  # the latest first
    assert "2018" in made.page.read_text("utf-8")


def test_one_file_is_never_taken_for_several_years(run, table, tmp_path):
    code, out, err = run("brief", table, "--home", "A", "--year", "2009:2011", "-o", tmp_path / "b")
    assert code == 2
    assert not out
    assert "2009" in err
    assert not (tmp_path / "b").exists()


def test_a_relative_path_is_replayed_from_where_the_brief_was_made(run, own, monkeypatch):
    table, _ = own
    monkeypatch.chdir(table.parent)
    assert call("brief", "mine.csv", "--home", "A", "-o", "rel") == 0
    assert call("brief", "--replay", "rel") == 0
    elsewhere = table.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    code, _, err = run("brief", "--replay", "../rel")
    assert code != 0
    assert "run from the folder where the brief was made" in err


@pytest.mark.parametrize("command", ["accounts", "assessment"])
def test_an_answer_is_not_written_over_a_folder_or_a_file_of_another_kind(run, own, command):
    table, made = own
    before = files_in(table.parent)
    options = ["--home", "A"] if command == "assessment" else []
    wrong = table if command == "assessment" else made
    code, out, err = run(command, table, *options, "-o", wrong)
    assert code == 2
    assert not out
    assert str(wrong) in err
    assert files_in(table.parent) == before


def test_what_is_missing_on_the_command_line_is_named_at_once(run):
    code, out, err = run("brief")
    assert code == 2
    assert not out
    for word in ("PATH", "--home", "-o"):
        assert word in err


def test_the_folder_can_be_read_by_others_as_the_mask_allows(own):
    _, made = own
    mask = os.umask(0)
    os.umask(mask)
    assert made.stat().st_mode & 0o777 == 0o755
    assert (made / "brief.html").stat().st_mode & 0o777 == 0o666 & ~mask
