"""The report on a maker: every number on its page is in its tables, and it can be made again."""

import hashlib
import io
import json
import re
from html.parser import HTMLParser
from inspect import signature

import pandas as pd
import pytest
from openpyxl import load_workbook

from chainwright import report
from chainwright.cli import main
from chainwright.errors import (
    ChangedInputError,
    MissingFileError,
    MissingPartError,
    ParameterError,
    UnknownCodeError,
)
from chainwright.report.maker.analysis import maker_analysed
from chainwright.report.maker.making import PAGE, WORKBOOK, is_maker
from chainwright.report.maker.question import PARTS, UNASKED, MakerQuestion, parts_of
from chainwright.report.workbook import FIRST_ROW
from chainwright.system import System, write_maker
from toy_makers import maker, two_products

HAN = re.compile(r"[\u4e00-\u9fff]")


class Page(HTMLParser):
    """Collects headings, the words of sections, and whether tags close as they open."""

    def __init__(self, text):
        super().__init__()
        self.words, self.sections, self.open, self.links = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "section":
            self.sections.append(told["id"])
        if tag == "a":
            self.links.append(told["href"])
        for name in ("src", "href"):
            assert not (told.get(name) or "").startswith(("http", "//"))
        if tag not in {"meta", "br", "rect", "circle", "path", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"rect", "circle", "path"}:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("maker") / "toy"
    write_maker(two_products().maker, place)
    return place


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request, folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("made") / "brief"
    return report.brief(folder, folder=place, lang=request.param, parts=PARTS)


def test_the_folder_holds_page_workbook_tables_and_manifest(made):
    names = {p.name for p in made.folder.iterdir()}
    assert names == {PAGE, WORKBOOK, "tables", "manifest.json"}
    for name, frame in made.analysis.frames.items():
        for kind in ("csv", "json", "parquet"):
            assert (made.folder / "tables" / f"{name}.{kind}").is_file(), name
        back = pd.read_csv(made.folder / "tables" / f"{name}.csv")
        assert len(back) == len(frame)
        note = json.loads((made.folder / "tables" / f"{name}.csv.origin.json").read_text("utf-8"))
        assert note["origin"]["system"]["maker"]["sha256"]


def test_the_page_is_whole_needs_no_network_and_leads_to_its_sections(made):
    page = Page(made.page.read_text("utf-8"))
    assert page.open == []
    wanted = ["exposure", "chain", "single", "common", "deeper", "measures", "missing"]
    assert page.sections == [*wanted, "parameters", "method", "glossary", "sources"]
    assert set(page.links) >= {f"#{key}" for key in page.sections}


def test_the_page_speaks_one_language(made):
    text = Page(made.page.read_text("utf-8")).text
    if made.analysis.question.language == "en":
        terms = set(re.findall(r"[\u4e00-\u9fff]+", text))
        assert len(terms) <= 12  # the glossary has each term in the other language too
    else:
        assert len(HAN.findall(text)) > 1000
        assert "None" not in text
    assert "nan" not in text.split()


def test_the_sentences_hold_the_numbers_of_the_tables(made):
    exposure = made.analysis.frame("exposure")
    first = exposure[exposure["gap_weeks"] > 0.0].iloc[0]
    one = made.sentences[0]
    numbers = [float(n.replace(",", "")) for n in re.findall(r"[\d,]*\d(?:\.\d+)?", one)]
    assert {float(len(exposure)), float((exposure["gap_weeks"] > 0).sum())} <= set(numbers)
    assert round(float(first["time_to_recover_weeks"]), 1) in numbers
    assert round(float(first["time_to_survive_weeks"]), 1) in numbers
    assert str(first["scenario"]) in one
    single = made.analysis.frame("single_sources")
    bought = single[single["kind"] == "bought"]
    lone = int(bought["finding"].isin(["one site", "one site, alternate"]).sum())
    two = re.findall(r"\d+", made.sentences[1])
    assert {str(len(bought)), str(lone)} <= set(two)
    steps = made.analysis.frame("mitigation")
    four = re.findall(r"[\d,]+", made.sentences[3])
    assert f"{int(steps['taken'].sum())}" in four
    assert f"{steps.loc[steps['taken'], 'cost'].sum():,.0f}" in four
    assert len(made.sentences) == 5
    page = Page(made.page.read_text("utf-8")).text
    for sentence in made.sentences:
        assert sentence in page


def test_the_hand_worked_figures_are_on_the_page(made):
    ranking = made.analysis.frame("exposure").set_index("scenario")
    assert ranking.loc["B", "time_to_recover_weeks"] == 4.0
    page = made.page.read_text("utf-8")
    page = page[page.index('id="exposure"') : page.index('id="chain"')]
    rows = re.findall(r'<tr><td class="n">(\d+)</td><td class="t">(.*?)</td>', page)
    told = {name: int(rank) for rank, name in rows}
    assert told == ranking["rank"].to_dict()


def test_the_workbook_has_one_map_the_lists_and_the_origin(made):
    book = load_workbook(io.BytesIO((made.folder / WORKBOOK).read_bytes()))
    zh = made.analysis.question.language == "zh"
    names = (
        ["一图", "产品清单", "单一来源清单", "暴露排序", "共同供应商", "隐性依赖", "缺口与措施",
         "缺失数据", "来源"]
        if zh
        else ["Map", "Products", "Single sources", "Exposure", "Common suppliers",
              "Hidden dependence", "Gaps and measures", "Missing data", "Origin"]
    )  # fmt: skip
    assert book.sheetnames == names
    assert len(book[names[0]]._images) == 1
    frame = made.analysis.frame("exposure")
    page = book[names[3]]
    head = [cell.value for cell in page[FIRST_ROW]]
    column = next(i for i, h in enumerate(head) if h.startswith("缺口" if zh else "Gap"))
    assert "[周]" in head[column] if zh else "[weeks]" in head[column]
    cells = [page.cell(FIRST_ROW + 1 + i, column + 1).value for i in range(len(frame))]
    assert cells == frame["gap_weeks"].tolist()
    origin = {row[0].value: row[1].value for row in book[names[-1]].iter_rows(min_row=FIRST_ROW)}
    assert made.analysis.maker.origin.sha256 in origin.values()


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path):
    system = maker(
        products=["item name demand_per_week price", ("=1+1", "=2+2", 10, 1)],
        bill=["parent component quantity", ("=1+1", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", ""), ("A", "S")],
        sourcing=["item supplier site", ("=1+1", "", "P"), ("a", "S", "A")],
    )
    made = report.brief(system, folder=tmp_path / "b", parts=["single_sources"])
    book = load_workbook(io.BytesIO((made.folder / WORKBOOK).read_bytes()))
    cell = book["Products"].cell(FIRST_ROW + 1, 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("made", ["zh"], indirect=True)
def test_the_same_question_gives_the_same_bytes(made, folder, tmp_path):
    again = report.brief(folder, folder=tmp_path / "b", lang="zh", parts=PARTS)
    for name in (PAGE, WORKBOOK, "tables/maker_exposure.csv", "tables/mitigation.parquet"):
        assert (again.folder / name).read_bytes() == (made.folder / name).read_bytes(), name


@pytest.mark.parametrize("made", ["en"], indirect=True)
def test_a_report_is_made_again_and_nothing_differs(made):
    outcome = report.replay(made.folder)
    assert outcome.same
    assert set(outcome.files["outcome"]) == {"same bytes"}
    manifest = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    assert manifest["question"]["of"] == "maker"
    assert {"products.csv", "bill.csv", "maker.json"} <= {
        row["path"].rpartition("/")[2] for row in manifest["inputs"]
    }


def test_a_changed_input_is_refused(folder, tmp_path):
    copy = tmp_path / "toy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    made = report.brief(copy, folder=tmp_path / "b", parts=["single_sources"])
    stocks = copy / "stocks.csv"
    stocks.write_text(stocks.read_text("utf-8").replace("80", "90"), "utf-8")
    with pytest.raises(ChangedInputError, match=r"stocks\.csv"):
        report.replay(made.folder)


@pytest.fixture(scope="module", params=["en", "zh"])
def short(request, tmp_path_factory):
    """Return a report of a system in memory that answers one question alone."""
    place = tmp_path_factory.mktemp("short") / "b"
    return report.brief(two_products(), folder=place, lang=request.param, parts=["single_sources"])


def test_a_report_of_a_system_in_memory_cannot_be_made_again(short):
    with pytest.raises(MissingFileError, match="in memory"):
        report.replay(short.folder)


def test_a_damaged_manifest_is_told_by_its_part(short, tmp_path):
    note = json.loads((short.folder / "manifest.json").read_text("utf-8"))
    del note["question"]["outages"]
    (tmp_path / "manifest.json").write_text(json.dumps(note), "utf-8")
    with pytest.raises(Exception, match="outages of its question"):
        report.replay(tmp_path)


def test_what_is_not_asked_is_left_out_with_a_sentence(short):
    made, lang = short, short.analysis.question.language
    text = Page(made.page.read_text("utf-8")).text
    said = "未作此项提问" if lang == "zh" else "It was not asked for."
    assert text.count(said) == 5
    assert len(made.sentences) == 2
    names = {p.stem for p in (made.folder / "tables").glob("*.csv")}
    assert names == {"maker_product_list", "maker_site_list", "single_sources"}
    book = load_workbook(io.BytesIO((made.folder / WORKBOOK).read_bytes()))
    sheet = book["暴露排序" if lang == "zh" else "Exposure"]
    assert said.rstrip(".") in sheet.cell(FIRST_ROW, 1).value


def test_measures_are_sought_only_when_asked_for():
    assert set(PARTS) - set(UNASKED) == {"mitigation"}
    assert signature(report.maker_brief).parameters["parts"].default == UNASKED
    asked = MakerQuestion(language="en", outages=(2.0,))
    analysis = maker_analysed(two_products(), asked, lambda _: None)
    assert analysis.left_out == {"mitigation": "not_asked"}


def test_a_chain_whose_products_have_no_price_still_has_a_report(tmp_path):
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "x", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", ""), ("A", "S")],
        sourcing=["item supplier site", ("F", "", "P"), ("a", "S", "A")],
    )
    made = report.brief(system, folder=tmp_path / "b", parts=["exposure", "single-sources"])
    assert "units" in made.sentences[0]
    page = made.page.read_text("utf-8")
    assert "No site has coordinates" in page
    assert "nan" not in Page(page).text.split()


def test_scenarios_of_suppliers_are_ranked_and_the_pictures_say_that_they_show_none(tmp_path):
    made = report.brief(two_products(), folder=tmp_path / "b", parts=["exposure"], by="supplier")
    assert set(made.analysis.frame("exposure")["scenario"]) == {"SA", "SB"}
    assert set(made.analysis.frame("sites")["standing"]) == {"not known"}
    assert "The scenarios are not of sites" in made.page.read_text("utf-8")
    assert "2 suppliers" in made.sentences[0]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"parts": ["exposures"]}, ParameterError, "exposures"),
        ({"home": "CHN"}, ParameterError, "home"),
        ({"nation": "CHN", "year": 2020}, ParameterError, "nation, year"),
        ({"by": "street"}, ParameterError, "street"),
        ({"lang": "fr"}, ParameterError, "en or zh"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(tmp_path, options, error, said):
    with pytest.raises(error, match=said):
        report.brief(two_products(), folder=tmp_path / "b", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_system_without_a_maker_is_refused(tmp_path):
    with pytest.raises(MissingPartError, match="maker"):
        report.maker_brief(System(), folder=tmp_path / "b")
    with pytest.raises(ParameterError, match="home"):
        report.brief("demo:country", folder=tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_is_a_maker(folder):
    assert is_maker("demo:maker")
    assert is_maker(folder)
    assert is_maker(str(folder))
    assert is_maker(two_products())
    assert not is_maker("demo:country")
    assert not is_maker(folder.parent)
    assert not is_maker({2020: two_products()})


def test_parts_stand_in_the_order_of_the_pages():
    assert parts_of(["mitigation", "exposure"]) == ("exposure", "mitigation")
    assert parts_of([]) == ()
    asked = MakerQuestion(language="zh", parts=("exposure",), outages=(1.0,), gaps=3)
    assert MakerQuestion.of_dict(json.loads(json.dumps(asked.as_dict()))) == asked


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_one_command_writes_the_report_and_makes_it_again(capsys, folder, tmp_path):
    words = ["brief", folder, "-o", tmp_path / "b", "--lang", "zh", "--parts", "single-sources"]
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "外购物料" in out
    assert (tmp_path / "b" / PAGE).is_file()
    code, out, _ = run(capsys, "brief", "--replay", tmp_path / "b" / "manifest.json")
    assert code == 0
    assert "same bytes" in out


def test_the_command_says_what_is_missing(capsys, folder, tmp_path):
    code, out, err = run(capsys, "brief", folder)
    assert (code, out) == (2, "")
    assert "-o" in err
    assert "--home" not in err
    code, _, err = run(capsys, "brief", folder, "-o", tmp_path / "b", "--parts", "all")
    assert code == 2
    assert "single_sources" in err
    assert not (tmp_path / "b").exists()


def test_no_tables_are_left_when_a_chain_map_is_unknown(folder, tmp_path):
    with pytest.raises((UnknownCodeError, MissingFileError)):
        report.brief(folder, folder=tmp_path / "b", chains=["no-such-chain"])
    assert list(tmp_path.iterdir()) == []


def test_deeper_tiers_come_from_a_chain_map_that_is_given(tmp_path):
    system = two_products()
    made = report.brief(
        system, folder=tmp_path / "b", parts=["supplier_tiers"], chains=["photovoltaics"]
    )
    assert "chains" in made.analysis.system.has
    told = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    assert told["question"]["chains"] == ["photovoltaics"]
    hashes = {row["sha256"] for row in told["inputs"]}
    assert all(h == "" or len(h) == len(hashlib.sha256().hexdigest()) for h in hashes)
