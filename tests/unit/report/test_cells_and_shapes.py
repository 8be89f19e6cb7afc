"""Cells of tables on pages and screens, files beside a brief, shapes and legends of pictures."""

import hashlib
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import diagnose
from chainwright.diagnose.chain_maps.drawing import arrangement
from chainwright.errors import ChangedInputError, ParameterError
from chainwright.report.answer_grids import answer_grid
from chainwright.report.charts import svg
from chainwright.report.charts.chain_legend import legend, title_of
from chainwright.report.charts.chain_map import LEAST, PAGE, SIZES, STRETCH, draw_chain
from chainwright.report.inputs import hashed, read_beside, refuse_changed, years_of
from chainwright.report.terminal import _in_language, _pad, _text
from chainwright.report.text_columns import cut_text, text_width
from chainwright.report.wording import Words
from chainwright.tables import schema
from toy_chains import made_chain, random_chain, system_of, toy_chain

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = {c.column: c for c in schema("chain_diagnosis")}


@pytest.fixture(scope="module")
def toy():
    return diagnose.chain(system_of(toy_chain()), "toy", home="CHN")


def grid(found, columns, *, rows=3, language="en", **more):
    return answer_grid(
        found, "chain_diagnosis", found.table(), columns, Words(language), title="T", rows=rows,
        **more,
    )  # fmt: skip


def test_a_page_shows_shares_in_per_cent_names_beside_codes_and_dashes_for_nothing(toy):
    held = grid(toy, ["node", "top_share", "exposure", "stuck", "finals_stopped"], rows=7)
    cells = {row[0]: row[1:] for row in held.rows}
    assert cells["resist Resist"] == ["90.0", "90.0", "yes", "1"]
    assert cells["ore Ore"] == ["60.0", "40.0", "–", "1"]
    assert cells["gas Gas"] == ["–", "–", "–", "0"]
    assert [c.numeric for c in held.columns] == [False, True, True, False, True]
    assert [c.unit for c in held.columns][1:3] == ["%", "%"]
    zh = grid(toy, ["node", "stuck"], rows=1, language="zh")
    assert zh.rows == [["resist 环节resist", "是"]]


def test_a_page_says_how_many_rows_there_are_where_it_shows_fewer(toy):
    assert "3 of 7 rows" in grid(toy, ["node"]).where
    assert "All 7 rows" in grid(toy, ["node"], rows=7).where
    assert "7 of 9 rows" in grid(toy, ["node"], rows=7, total=9).where
    held = grid(toy, ["node"], rows=2, remark="reason_en", file="other")
    assert len(held.rows) == len(held.remarks) == 2
    assert held.remarks[0] == toy.table()["reason_en"][0]
    assert "other" in held.where
    assert grid(toy, ["node"]).remarks == []


@pytest.mark.parametrize(
    ("value", "column", "unit", "shown"),
    [
        (np.nan, "score", "", "-"),
        (None, "score", "", "-"),
        (pd.NA, "stuck", "", "-"),
        (0.1234, "top_share", "share", "12.3%"),
        (0.12345678, "score", "", "0.1235"),
        (9999.4, "score", "", "9,999"),
        (1e4, "score", "", "10,000"),
        (-123456.7, "score", "", "-123,457"),
        (1234, "rank", "", "1,234"),
        (np.int64(1234567), "rank", "", "1,234,567"),
        ("JPN", "top_place", "", "JPN Japan"),
        ("XXX", "top_place", "", "XXX"),
        (True, "stuck", "", "True"),
    ],
)
def test_a_cell_on_the_screen_is_short_and_plain(value, column, unit, shown):
    assert _text(value, COLUMNS[column], unit, {"JPN": "Japan"}) == shown


@given(st.text(alphabet="ab链图（ ", max_size=20), st.integers(1, 24))
def test_a_text_is_cut_to_its_width_and_padded_to_it(text, width):
    cut = cut_text(text, width)
    assert text_width(cut) <= max(width, text_width("…"))
    assert (cut == text) == (text_width(text) <= width)
    if cut != text:
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
        more = text[len(cut) - 1]
        assert text_width(cut[:-1] + more) > width - 1  # one more letter would not fit
    for right in (True, False):
        assert text_width(_pad(cut, 30, right=right)) == 32


def test_words_are_shown_in_one_language_and_names_in_both():
    columns = ["name_en", "name_zh", "status", "status_zh", "reason_en", "reason_zh", "rank"]
    frame = pd.DataFrame([["A", "甲", "fine", "正常", "why", "原因", 1]], columns=columns)
    assert _in_language(frame, "en") == ["name_en", "status", "reason_en", "rank", "name_zh"]
    assert _in_language(frame, "zh") == ["name_zh", "status_zh", "reason_zh", "rank", "name_en"]


@pytest.mark.parametrize(
    ("year", "years"),
    [(None, (None,)), (2020, (2020,)), ([2021, 2019, 2021], (2019, 2021)), ((2020,), (2020,))],
)
def test_years_are_rising_and_each_once(year, years):
    assert years_of(year) == years


@pytest.mark.parametrize("year", [[], True, [2020, True], ["2020"], [2020.0], [None]])
def test_what_is_no_year_is_refused(year):
    with pytest.raises(ParameterError, match="a year or several"):
        years_of(year)


def test_a_file_is_named_with_its_size_and_hash_and_a_changed_one_refused(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * (1 << 20) + b"y")
    held = hashed(path)
    assert held.as_dict() == {
        "path": str(path),
        "bytes": (1 << 20) + 1,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    assert hashed(path, given="b").path == "b"
    made_up = {"path": "demo:country", "bytes": 0, "sha256": ""}
    refuse_changed([held.as_dict(), made_up], tmp_path)
    gone = held.as_dict() | {"path": str(tmp_path / "gone.bin")}
    path.write_bytes(b"z")
    with pytest.raises(ChangedInputError) as caught:
        refuse_changed([held.as_dict(), gone, made_up], tmp_path)
    said = str(caught.value)
    assert "2 of 3 input(s) changed" in said
    assert f"has sha256 {hashlib.sha256(b'z').hexdigest()}, expected {held.sha256}" in said
    assert "is gone; expected a file of 1,048,577 bytes" in said


def test_what_lies_beside_a_table_is_read_and_its_files_are_named(tmp_path):
    none, files = read_beside(None, (), progress=str)
    assert (none.trade, none.chains, files) == (None, None, ())
    ours, files = read_beside(None, ("photovoltaics",), progress=str)
    assert list(ours.chains.chains) == ["photovoltaics"]
    assert files == ()  # fixed by the version
    from chainmaps import written  # noqa: PLC0415 - a folder on disk for this test alone

    folder = written(tmp_path / "mine")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    mine, files = read_beside(None, (str(folder),), progress=str)
    assert list(mine.chains.chains) == ["mine"]
    assert [f.path.rsplit("/", 1)[-1] for f in files] == ["links.csv", "nodes.csv", "supply.csv"]


def test_shapes_are_written_with_as_few_digits_as_do():
    assert svg.box((1.0, 2.50), 3.126, 0.0, fill="#fff") == (
        '<rect x="1" y="2.5" width="3.13" height="0" fill="#fff"/>'
    )
    edged = svg.box((0.0, -1.0), 1.0, 1.0, fill="none", edge="red", thick=0.5, dashed=True)
    assert ' stroke="red" stroke-width="0.5" stroke-dasharray="3 2"/>' in edged
    assert 'y="-1"' in edged
    assert svg.path("M0 0", colour="red", thick=0.0) == '<path d="M0 0" fill="red"/>'
    drawn = svg.path("M0 0", colour="red", thick=1.5, dashed=True, unit=10.0)
    assert 'stroke-width="15" stroke-dasharray="40 24"' in drawn
    assert 'd="M1 2.25L3 4"' in svg.line((1.0, 2.25), (3.0, 4.0), colour="red", thick=1.0)
    assert svg.words(0.0, 0.0, "a&b", size=7.0) == (
        '<text x="0" y="0" font-size="7" fill="#1c2b39">a&amp;b</text>'
    )
    page = svg.document(["<g/>"], (10.0, 20.0), title='a"<', description="b&", paper='width="1pt"')
    root = ET.fromstring(page)  # noqa: S314
    assert (root.attrib["viewBox"], root.attrib["aria-label"]) == ("0 0 10 20", 'a"<')
    assert [node.tag.removeprefix(SVG) for node in root] == ["title", "desc", "rect", "g"]
    assert page.endswith("</svg>\n")


@dataclass(frozen=True)
class Shapes:
    rects: list
    texts: list


def shapes(parts):
    root = ET.fromstring("<g>" + "".join(parts) + "</g>")  # noqa: S314
    return Shapes(list(root.iter("rect")), list(root.iter("text")))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_the_words_of_a_legend_stand_apart_and_grow_with_the_scale(toy, language, scale):
    parts, tall = legend(toy, language, scale=scale, width=900.0 * scale, top=100.0, left=12.0)
    held = shapes(parts)
    lines = {}
    for text in held.texts:
        lines.setdefault(text.attrib["y"], []).append(float(text.attrib["x"]))
        assert float(text.attrib["font-size"]) == pytest.approx(8.0 * scale)
    assert all(xs == sorted(set(xs)) for xs in lines.values())
    rows = sorted(float(y) for y in lines)
    assert rows[0] == pytest.approx(100.0 + 14.0 * scale, abs=0.01)
    steps = np.diff(rows)
    np.testing.assert_allclose(steps, 11.5 * scale, atol=0.02)
    assert rows[-1] < 100.0 + tall
    assert len(next(iter(lines.values()))) == 6  # kinds of links, and the heavy outline


def test_the_chips_of_a_heading_stand_side_by_side_with_their_counts(toy):
    root = ET.fromstring(draw_chain(toy).svg())  # noqa: S314
    counted = [t for t in root.iter(f"{SVG}text") if re.match(r"\d+  ", t.text or "")]
    told = [int(t.text.split()[0]) for t in counted]
    assert sum(told) == len(toy.status)
    places = [float(t.attrib["x"]) for t in counted]
    assert places == sorted(places)
    assert min(np.diff(places)) > 30.0
    assert len({t.attrib["y"] for t in counted}) == 1
    chips = [r for r in root.iter(f"{SVG}rect") if "stroke" in r.attrib][: len(counted)]
    for chip, x in zip(chips, places, strict=True):
        end = float(chip.attrib["x"]) + float(chip.attrib["width"])
        assert end < x < end + 10.0


@settings(max_examples=6)
@given(st.integers(0, 500), st.integers(2, 45))
def test_any_chain_is_drawn_whole_apart_inside_and_the_same_each_time(seed, count):
    chain = random_chain(count, seed=seed, finals=1)
    found = diagnose.chain(system_of(chain), chain.name, home="CHN")
    for only in ("all", "weak"):
        picture = draw_chain(found, only=only)
        again = diagnose.chain(system_of(chain), chain.name, home="CHN")
        assert picture.svg().encode() == draw_chain(again, only=only).svg().encode()
        assert len(set(picture.nodes)) == len(picture.nodes)
        if only == "all":
            assert sorted(picture.nodes) == sorted(chain.axis.codes)
        x, y, width, height = picture.boxes.T
        a = (x[:, None] < x + width - 1e-6) & (x < (x + width)[:, None] - 1e-6)
        b = (y[:, None] < y + height - 1e-6) & (y < (y + height)[:, None] - 1e-6)
        assert not np.triu(a & b, 1).any()
        assert (x >= 0.0).all()
        assert (y >= 0.0).all()
        assert (x + width <= picture.width).all()
        assert (y + height <= picture.height).all()
        assert picture.width >= LEAST
        root = ET.fromstring(picture.svg())  # noqa: S314
        assert root.attrib["viewBox"] == (
            f"0 0 {svg._number(picture.width)} {svg._number(picture.height)}"
        )


def test_a_small_chain_is_drawn_for_a_sheet_and_a_huge_one_at_its_own_size():
    small = draw_chain(diagnose.chain(system_of(toy_chain()), "toy", home="CHN"))
    assert 'width="297mm" height="210mm"' in small.svg()
    x, y, width, height = small.boxes.T
    plain = arrangement(toy_chain(), height, SIZES).layout
    apart = np.ptp(y + height / 2.0) / np.ptp(plain.y + height / 2.0)
    assert apart == pytest.approx(STRETCH)  # as far as rows may be, to fill the sheet
    assert np.ptp(x + width) == pytest.approx(np.ptp(plain.x))
    big = random_chain(1600, seed=3)
    huge = draw_chain(diagnose.chain(system_of(big), big.name, home="CHN"))
    assert huge.width > 2.2 * PAGE
    assert f'width="{huge.width:.0f}pt" height="{huge.height:.0f}pt"' in huge.svg()


def test_the_title_names_the_year_that_was_asked_for_and_the_chain_without_one():
    chain = toy_chain()
    found = diagnose.chain(system_of(chain), "toy", home="CHN", year=2024)
    assert title_of(found, "en") == "Toy chain: weak links and strengths for China, 2024"
    assert title_of(found, "zh") == "玩具链：中国的薄弱环节与优势（2024 年）"
    plain = made_chain({"a": {}, "b": {"final": 1.0}}, [("a", "b", "essential")])
    bare = type(plain)("bare", "", "", plain.nodes, plain.links, plain.supply, plain.origin)
    answer = diagnose.chain(system_of(bare), "bare", home="EU27")
    assert title_of(answer, "en").startswith("bare: weak links and strengths for EU27")


def test_a_heavy_outline_is_that_of_what_stops_every_finished_good(toy):
    root = ET.fromstring(draw_chain(toy).svg())  # noqa: S314
    heavy = [r for r in root.iter(f"{SVG}rect") if r.attrib.get("stroke-width") == "2.4"]
    assert len(heavy) == int(toy.losses.critical.sum()) == 5
    dashed = [
        r for r in root.iter(f"{SVG}rect")
        if "stroke-dasharray" in r.attrib and r.attrib.get("fill") == "none"
    ]  # fmt: skip
    assert len(dashed) == int((toy.status == "unknown").sum()) == 2
