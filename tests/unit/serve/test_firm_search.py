import pandas as pd
import pytest

from asked_pages import Page, ask, raw
from chainwright.serve.app import application
from chainwright.serve.firm_search import FirmNames, folded
from code_papers import PaperStore

REGISTRY = pd.DataFrame(
    {
        "firm": ["T-20", "T-3", "A-100", "9133X7"],
        "credit_code": ["91330501MA28C7XY1N", "", "", "T-99"],
        "name_zh": ["湖州太湖铸造有限公司", "南浔木业", "", None],
        "name_en": ["Taihu Castings", "", "ÖLWERKE Nanxun", "x"],
    }
)


@pytest.mark.parametrize(
    ("asked", "firms"),
    [
        ("t-", ["T-20", "T-3", "9133X7"]),  # codes that begin so come first
        ("太湖", ["T-20"]),
        ("ＴＡＩＨＵ　castings", ["T-20"]),  # as a Chinese keyboard writes it
        ("９１３３", ["9133X7", "T-20"]),
        ("28c7xy", ["T-20"]),  # part of a credit code that is not the firm's own code
        ("öLWERKE", ["A-100"]),
        ("%", []),
        ("nan", ["A-100"]),  # and not those who have no name
        ("None", []),
        ("20\n913", []),  # parts of two columns are not one text
    ],
)
def test_a_firm_is_found_by_part_of_its_codes_and_names_however_typed(asked, firms):
    found, count = FirmNames(REGISTRY).fitting(asked, 20)
    assert [row["firm"] for row in found] == firms
    assert count == len(firms)


def test_no_more_are_handed_out_than_asked_for_and_all_are_counted():
    found, count = FirmNames(REGISTRY).fitting("t", 1)
    assert [row["firm"] for row in found] == ["T-20"]
    assert count == 3


def test_case_width_and_blanks_at_the_ends_do_not_count():
    assert folded(" ＡbＣ１\n") == "abc1"


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("91330501MA28C7XY1", "91330501MA28C7XY1N"),  # one left out at the end
        ("91330501A28C7XY1N", "91330501MA28C7XY1N"),  # in the middle
        ("91330501MA28C7XYIN", "91330501MA28C7XY1N"),  # mistyped
        ("91330501AM28C7XY1N", "91330501MA28C7XY1N"),  # swapped
    ],
)
def test_a_mistyped_code_is_answered_with_those_close_to_it(typed, close):
    codes = [f"9133050{i % 9}MA{i:05d}AB{i % 7}X" for i in range(3000)] + [close]
    error = FirmNames(pd.DataFrame({"firm": codes})).unknown(typed, "firm of the registry")
    assert f"Did you mean {close}" in str(error)


@pytest.mark.parametrize("typed", ["", "x" * 3000, "湖州", "\U0001f600"])
def test_what_is_close_to_no_code_names_none(typed):
    assert "Known are" not in str(FirmNames(REGISTRY).unknown(typed, "firm"))
    assert "is no known firm." in str(FirmNames(REGISTRY[:0]).unknown(typed, "firm"))


def test_the_registry_is_read_once_until_the_store_changes():
    class Counted(PaperStore):
        read = 0

        def firms(self):
            self.read += 1
            return REGISTRY

    store, number = Counted(), [1]
    served = application(store, changes=lambda: number[0], language="en")
    for _ in range(3):
        assert "T-20" in ask(served, "/", params={"q": "太湖"}).text
        assert ask(served, "/c/T-2").status_code == 404
    assert store.read == 1
    number[0] = 2
    ask(served, "/?q=t")
    assert store.read == 2


def test_words_in_an_address_may_be_raw_utf8_and_nothing_else():
    served = application(PaperStore(firms=REGISTRY), language="zh")
    status, _, body = raw(served, query="q=南浔".encode())
    assert status == 200
    assert "南浔木业" in Page(body.decode()).text
    assert raw(served, query="q=南浔".encode("gbk"))[0] == 422
