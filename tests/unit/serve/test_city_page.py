from asked_pages import Page, ask
from chainwright.serve.app import application
from code_papers import PaperStore, graded, made, row_of, unrated


def firm(document, code, division="330502", name="吴兴区"):
    document["firm"] |= {
        "id": code, "name_en": f"Firm {code}", "name_zh": "", "division": division,
        "division_zh": name, "division_en": "",
    }  # fmt: skip
    return document


ROWS = [
    row_of(firm(graded(0.45), "A")),
    row_of(firm(graded(0.7), "B")),
    row_of(firm(graded(2.6), "C", "330503", "南浔区")),
    row_of(firm(unrated(), "D", "330503", "南浔区")),
]


def city(*rows, language="en"):
    answer = ask(application(PaperStore(*rows), language=language), "/city")
    assert answer.status_code == 200
    assert Page(answer.text).faults == []
    return answer.text


def test_sums_counts_and_reasons():
    page = city(*ROWS)
    text = Page(page).text
    assert "12,017 t CO₂" in text  # 4 x 3,004.21
    assert "4 firms, 3 rated" in text
    assert "Firms by grade: Grade 1: 1, Grade 2: 1, Grade 3: 0, Grade 4: 0, Grade 5: 1, Not" in page
    assert "value added is not above zero over the window: 1" in text
    assert "On average 33.0 of 39 kinds of data are measured, 2.00 are missing." in text


def test_best_and_worst_are_in_order_and_link_to_their_pages():
    page = city(*ROWS)
    best, worst = page.index("Highest carbon efficiency"), page.index("Lowest carbon efficiency")
    assert best < page.index("Firm A") < page.index("Firm B") < worst
    assert page.rindex("Firm C") < page.rindex("Firm B") < page.rindex("Firm A")
    hrefs = [given["href"] for given in Page(page).all("a")]
    assert "/c/A?period=2026-10&lang=en" in hrefs


def test_districts_sum_up_to_the_city():
    text = Page(city(*ROWS, language="zh")).text
    assert "吴兴区 330502 2 6,008 1 1 0 0 0" in text
    assert "南浔区 330503 2 6,008 0 0 0 0 1" in text


def test_a_withdrawn_code_does_not_count():
    rows = [ROWS[0], ROWS[1] | {"withdrawn": "2026-11-20", "reason": "wrong"}]
    text = Page(city(*rows)).text
    assert "1 firm, 1 rated" in text
    assert "Firm B" not in text


def test_only_codes_of_one_month_are_summed():
    old = made(
        period={"month": "2026-09", "first": "2025-10-01", "last": "2026-09-30", "months": 12}
    )
    served = application(PaperStore(*ROWS, row_of(firm(old, "E"))), language="en")
    assert "4 firms" in ask(served, "/city").text
    assert "1 firm, 1 rated" in ask(served, "/city?period=2026-09").text
    assert ask(served, "/city?period=2026-08").status_code == 404


def test_without_codes_there_is_nothing_to_sum():
    assert "No code has been issued yet" in Page(city()).text
