import re
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from asked_pages import Page, contrast
from chainwright.carbon import SigningKey, qr_svg, signed
from chainwright.carbon.methods.method_files import Method
from chainwright.serve.phone_page import phone_page, yuan
from chainwright.serve.rendering import rendered
from chainwright.serve.standings import Standing
from chainwright.serve.wording import PageWords
from code_papers import FIRM, graded, made, unrated
from signed_codes import ISSUER, full_claims

GRADES = {0: unrated(), 1: graded(0.45), 2: graded(0.7), 3: made(), 4: graded(1.5), 5: graded(2.6)}
HOSTILE = "</title><script>alert(1)</script>\"'&\r\n{{ 7*7 }}"


@pytest.fixture(scope="module")
def qr(tmp_path_factory):
    key = SigningKey.create(tmp_path_factory.mktemp("keys") / "key.json", issuer=ISSUER)
    return qr_svg(signed(full_claims(), key))


def page(document, language="en", **more):
    return phone_page(document, PageWords(language), **more)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("grade", GRADES)
def test_a_page_with_its_qr_is_balanced_small_and_needs_nothing_else(grade, language, qr):
    text = page(GRADES[grade], language, qr=qr)
    read = Page(text)
    assert read.faults == []
    assert len(text.encode()) < 30_000
    assert "<script" not in text
    assert "http:" not in text.replace("http://www.w3.org", "")
    assert not re.search(r"""\s(src|style|on\w+)=["']""", text)
    assert not re.search(r"url\((?!#)", text)
    assert read.all("html")[0]["lang"] == {"zh": "zh-CN", "en": "en"}[language]


@pytest.mark.parametrize("grade", GRADES)
def test_a_grade_is_told_by_digit_pattern_and_colour(grade):
    text = page(GRADES[grade])
    badge = text[text.index('<div class="grade">') :].split("</svg>")[0]
    assert f'fill="url(#p{grade})"' in badge
    assert f">{grade or '–'}</text>" in badge
    assert f'aria-label="{f"Grade {grade}" if grade else "Not rated"}"' in badge
    patterns = dict(re.findall(r'<pattern id="p(\d)"[^>]*>(.*?)</pattern>', text))
    marks = [re.sub(r'<rect class="c\d"[^>]*/>', "", p) for p in patterns.values()]
    assert len(patterns) == 6
    assert len(set(marks[1:])) == 5  # five patterns that differ without their colours


def test_the_numbers_of_the_three_marks_stand_on_the_page():
    text = Page(page(made())).text
    assert "3,004 t CO₂" in text
    assert "Carbon efficiency value K 0.84 16 % less per value added than the mean" in text
    assert "Neutralised R 12 %" in text
    assert "421 of 3,425 t" in text
    assert "0.52 t per 10,000 yuan · level 1" in text
    assert "12 months to Oct 2026 · ± 7 % (95 %)" in text
    assert "92 % likely" in text
    assert "grade 2: 8 %" in text


def test_the_same_numbers_stand_on_the_page_in_chinese():
    text = Page(page(made(), "zh")).text
    for words in ("3,004 吨 CO₂", "碳效值 K 0.84", "碳中和率 R 12 %", "3 级", "概率 92 %"):
        assert words in text
    assert "33 项实测，4 项估算，2 项缺失" in text
    assert "同行组：339 铸造及其他金属制品制造，14 家企业" in text
    assert "14 家中居第 5" in text
    assert "投资 126 万元" in text
    assert "非官方赋码" in text


def test_peers_coverage_method_and_validity_stand_on_the_page():
    text = Page(page(made())).text
    assert "Peer group: 339 Casting and other metal products, 14 firms" in text
    assert "Too few rated firms in the 4-digit class: the 3-digit group is used." in text
    assert "5th lowest of 14" in text
    assert "33 measured, 4 estimated, 2 missing" in text
    assert "zj-2021" in text
    assert "secondary: read in a page that quotes the rule" in text
    assert "Valid until 8 Feb 2027" in text
    assert "53be1da58b9a0e11" in text
    assert "chainwright carbon code verify" in text


def test_one_firm_is_a_firm():
    document = made()
    document["peers"] |= {"firms": 1, "digits": 0}
    text = Page(page(document)).text
    assert "1 firm " in text
    assert "the section is used" in text


def test_measures_are_listed_with_what_is_only_assumed():
    text = Page(page(made())).text
    assert "Recover the heat of the furnaces saves 214 t CO₂ a year · costs 1.26 m yuan" in text
    assert "pays back in 2.8 years" in text
    assert text.count("assumption") == 2
    none = Page(page(made(measures=[]))).text
    assert "No measures have been worked out" in none


@pytest.mark.parametrize(
    ("standing", "english"),
    [
        (Standing("unofficial"), "on no official trust list"),
        (Standing("unchecked"), "Nobody has checked the signature here"),
        (Standing("expired"), "This code expired on 8 Feb 2027"),
        (Standing("refused", "tampered"), "The signature does not fit the figures"),
        (Standing("refused", "mismatch"), "not those that were signed"),
    ],
)
def test_what_is_not_official_says_so_and_why(standing, english):
    text = Page(page(made(), standing=standing)).text
    assert "Not an official code" in text
    assert english in text
    assert Page(page(made(), "zh", standing=standing)).faults == []


def test_an_official_code_is_called_so_only_after_a_check():
    document = made()
    document["signature"]["official"] = True  # whatever the document says
    assert "Not an official code" in page(document)
    checked = page(document, standing=Standing("official"))
    assert "Not an official code" not in checked
    assert "Official code" in checked


def test_without_a_signature_there_is_no_qr_and_no_last_day():
    text = page(made(signature=None))
    assert "No signed code has been issued" in text
    assert "Valid until" not in text
    assert 'class="qr"' not in text


def test_a_firm_that_is_not_rated_has_the_reason_and_no_scale():
    text = page(unrated())
    assert Page(text).text.count("value added is not above zero over the window") == 2
    assert 'class="scale"' not in text
    assert "likely" not in Page(text).text


@pytest.mark.parametrize("part", ["name_en", "class_en", "division_en", "credit_code"])
def test_a_hostile_name_is_text_and_nothing_else(part):
    document = made()
    document["firm"][part] = HOSTILE
    text = page(document)
    assert "<script" not in text
    assert "49" not in Page(text).all("title")
    assert Page(text).faults == []
    assert "alert(1)" in Page(text).text


def test_a_hostile_code_of_a_firm_cannot_leave_its_address():
    document = made()
    document["firm"]["id"] = 'a/b?x="><b>&#'
    hrefs = [given["href"] for given in Page(page(document)).all("a")]
    own = [h for h in hrefs if h.startswith("/c/")]
    assert len(own) == 4
    assert all(h.startswith("/c/a%2Fb%3Fx%3D%22%3E%3Cb%3E%26%23") for h in own)
    assert all(h.startswith(("/", "#")) for h in hrefs)


def test_links_keep_month_and_language():
    hrefs = [given["href"] for given in Page(page(made(), "zh")).all("a")]
    assert f"/c/{FIRM}/missing?period=2026-10&lang=zh" in hrefs
    assert f"/c/{FIRM}/projects?period=2026-10&lang=zh" in hrefs
    assert f"/c/{FIRM}.json?period=2026-10&lang=zh" in hrefs
    assert f"/c/{FIRM}?period=2026-10&lang=en" in hrefs


def test_every_picture_that_says_something_has_a_name_and_every_region_too():
    read = Page(page(made(), qr="<svg><path d=''/></svg>"))
    for given in read.all("svg"):
        assert given.get("aria-label") or given.get("aria-hidden") == "true"
    ids = {given.get("id") for _, given in read.tags}
    for given in read.all("section"):
        assert given.get("aria-label") or given["aria-labelledby"] in ids
    for tag in ("header", "main", "footer", "h1", "title"):
        assert len(read.all(tag)) == 1, tag
    assert read.all("a")[0]["href"] == "#main"
    assert all("scope" in given for given in read.all("th"))


def test_headings_go_down_one_level_at_a_time():
    levels = [int(tag[1]) for tag, _ in Page(page(made())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def colours(css):
    blocks = [dict(re.findall(r"--(\w+): (#\w+)", b)) for b in re.findall(r":root \{(.*?)\}", css)]

    def whole(c):
        return c if len(c) == 7 else "#" + "".join(2 * d for d in c[1:])

    light = {k: whole(v) for k, v in blocks[0].items()}
    return light, {**light, **{k: whole(v) for k, v in blocks[1].items()}}


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "card"), ("ink", "back"), ("soft", "card"), ("soft", "back"), ("link", "card"),
        ("link", "back"), ("warn", "warnback"),
    ],
)  # fmt: skip
def test_words_can_be_read_in_light_and_dark(theme, ink, ground):
    css = re.search("<style>(.*)</style>", page(made()))[1]
    given = colours(css)[theme]
    assert contrast(given[ink], given[ground]) >= 4.5


def test_contrast_is_that_of_the_guideline():
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_of_grades_are_those_of_the_method():
    light, dark = colours(re.search("<style>(.*)</style>", page(made()))[1])
    for grade, colour in enumerate(Method.named("zj-2021").colours, 1):
        assert light[f"g{grade}"] == dark[f"g{grade}"] == colour.lower()


def test_paper_and_darkness_are_thought_of():
    css = re.search("<style>(.*)</style>", page(made()))[1]
    assert "@media print" in css
    assert "prefers-color-scheme: dark" in css
    assert ".qr { background: #fff" in css  # a dark frame makes a code unreadable
    assert 'content="width=device-width, initial-scale=1"' in page(made())


def test_a_long_history_is_told_to_its_24th_month():
    text = page(made())
    assert text.count("<tr><td>20") == 24
    assert "<tr><td>2026-10</td>" in text


def test_yuan_in_the_sizes_that_people_use():
    assert yuan(8600.0, PageWords("zh")) == "8,600 元"
    assert yuan(1.26e6, PageWords("zh")) == "126 万元"
    assert yuan(1.26e6, PageWords("en")) == "1.26 m yuan"
    assert yuan(8600.0, PageWords("en")) == "8,600 yuan"


def test_a_template_that_lacks_a_value_is_an_error_and_not_a_blank():
    with pytest.raises(UndefinedError):
        rendered("problem.html.j2", PageWords("en"), title="x")


@pytest.mark.parametrize(("language", "band"), [("en", "Grade"), ("zh", "等级")])
def test_a_band_of_the_chart_says_that_its_digit_is_a_grade(language, band):
    chart = page(made(), language).partition('id="h-trend"')[2]
    told = re.findall(r'<text class="mute" x="4" y="[\d.]+">([^<]*)</text>', chart)
    assert told
    assert all(re.fullmatch(rf"{band} [1-5]", words) for words in told)


def test_a_value_stands_beside_its_own_month_where_later_ones_have_none():
    document = made()
    last = re.compile(r'<text class="digit here" x="([\d.]+)"')
    assert set(last.findall(page(document).partition('id="h-trend"')[2])) == {"342"}
    document["trend"] = [dict(row) for row in document["trend"]]
    document["trend"][-1]["efficiency"] = None
    at = [float(x) for x in last.findall(page(document).partition('id="h-trend"')[2])]
    assert min(at) < 290.0
    assert max(at) == 342.0


def test_the_issuer_of_the_method_is_named_in_the_language_of_the_page():
    assert "湖州市经济和信息化局" in page(made(), "zh")
    assert "Huzhou bureau" not in page(made(), "zh")
    assert "Huzhou bureau" in page(made(), "en")
