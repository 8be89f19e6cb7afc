import asyncio
import threading

from asked_pages import Page, ask
from chainwright.serve.app import application
from chainwright.serve.city_page import MOST_PAGES, CityPages
from chainwright.serve.code_pages import CodePages
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


class CountedStore(PaperStore):
    """Counts how often all its codes were asked for, and by which threads."""

    def __init__(self, *rows):
        super().__init__(*(dict(row) for row in rows))
        self.threads = []

    def codes(self, period=None):
        self.threads.append(threading.current_thread())
        return super().codes(period)


def test_a_page_is_made_once_until_the_store_changes():
    store, number = CountedStore(*ROWS), [1]
    served = application(store, language="en", changes=lambda: number[0])
    first = [ask(served, "/city").text for _ in range(3)]
    assert first[0] == first[1] == first[2]
    assert len(store.threads) == 1
    assert ask(served, "/city?lang=zh").text != first[0]
    assert len(store.threads) == 2
    store.rows[1] |= {"withdrawn": "2026-11-20", "reason": "wrong"}
    number[0] = 2
    assert "3 firms, 2 rated" in ask(served, "/city").text
    assert len(store.threads) == 3


def test_where_changes_are_not_told_each_page_is_made_anew():
    store = CountedStore(*ROWS)
    served = application(store, language="en")
    assert "4 firms" in ask(served, "/city").text
    store.rows.pop()
    assert "3 firms" in ask(served, "/city").text


def test_the_documents_of_a_city_are_not_read_in_the_loop_that_answers():
    store = CountedStore(*ROWS)
    pages = CityPages(CodePages(store, changes=lambda: 1))

    async def asked():
        return await asyncio.gather(*(pages.page(None, "en") for _ in range(5)))

    found = asyncio.run(asked())
    assert len(set(found)) == 1
    assert len(store.threads) == 1  # who waits gets what the first one made
    assert store.threads[0] is not threading.main_thread()


def test_no_more_pages_are_kept_than_two_years_have():
    months = [f"20{24 + m // 12}-{m % 12 + 1:02d}" for m in range(MOST_PAGES + 3)]
    rows = [row_of(firm(graded(0.7), "A")) | {"period": month} for month in months]
    pages = CityPages(CodePages(PaperStore(*rows), changes=lambda: 1))

    async def asked():
        for month in months:
            await pages.page(month, "en")

    asyncio.run(asked())
    assert len(pages._pages) == MOST_PAGES
    assert (months[-1], "en") in pages._pages
    assert (months[0], "en") not in pages._pages
