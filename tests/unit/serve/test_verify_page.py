import pytest

from asked_pages import Page, ask
from chainwright.carbon import SigningKey, StatusList, signed
from chainwright.errors import ParameterError
from chainwright.serve.app import application
from chainwright.serve.verify_page import posted_text
from code_papers import PaperStore
from signed_codes import AT, ISSUED, ISSUER, full_claims, trusting, unrated


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return SigningKey.create(tmp_path_factory.mktemp("keys") / "key.json", issuer=ISSUER)


def said(key, text, language="en", **more):
    given = {"trust": trusting(key), "clock": lambda: AT, "language": language}
    served = application(PaperStore(), **(given | more))
    answer = ask(served, "/verify", method="POST", data={"text": text})
    assert answer.status_code == 200
    assert Page(answer.text).faults == []
    return Page(answer.text).text


def test_a_code_that_holds_is_told_with_what_it_says(key):
    text = said(key, signed(full_claims(), key))
    assert "The signature holds" in text
    assert "These figures are as CN-330500 signed them" in text
    assert "Not an official code" in text
    assert "3,004 t CO₂" in text
    assert "33 measured, 4 estimated, 2 missing" in text
    assert "not checked: this server was given no status list" in text


def test_an_official_key_makes_an_official_code(key):
    text = said(key, signed(full_claims(), key), trust=trusting(key, official=True))
    assert "Not an official code" not in text
    assert "Official code" in text


def test_the_same_in_chinese(key):
    text = said(key, signed(full_claims(), key), language="zh")
    assert "签名有效" in text
    assert "非官方赋码" in text


def test_a_firm_that_is_not_rated_is_told_with_the_reason(key):
    assert "Not rated: no_value_added" in said(key, signed(unrated(), key))


def test_with_a_status_list_the_day_of_it_is_told(key):
    status = StatusList(ISSUER, int(ISSUED.timestamp()))
    text = said(key, signed(full_claims(), key), status=status)
    assert "not withdrawn by 2 Nov 2026" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[:-6] + ("A" if t[-6] != "A" else "B") + t[-5:], "does not fit the figures"),
        (lambda t: t[4:], "is not a carbon efficiency code"),
        (lambda _: "hello", "is not a carbon efficiency code"),
        (lambda _: "", "is not a carbon efficiency code"),
        (lambda _: "<script>alert(1)</script>", "is not a carbon efficiency code"),
        (lambda t: t + "A" * 9000, "longer than any code"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_reason(key, change, words):
    text = said(key, change(signed(full_claims(), key)))
    assert "This code does not hold" in text
    assert words in text
    assert "3,004" not in text


def test_without_a_trust_list_nothing_is_called_valid(key):
    text = said(key, signed(full_claims(), key), trust=None)
    assert "started without a trust list" in text
    assert "The signature holds" not in text


def test_an_expired_code_is_refused(key):
    late = AT.replace(year=2027)
    text = said(key, signed(full_claims(), key), clock=lambda: late)
    assert "has expired" in text


def test_a_paste_may_have_line_ends_and_blanks_are_kept():
    assert posted_text(b"text=CC1%3AA+B%0D%0AC%09") == "CC1:A BC"


@pytest.mark.parametrize(
    "body", [b"", b"txt=1", b"text=1&text=2", b"text=1&more=2", b"text=%ff", b"\xff", b"a=1" * 9]
)
def test_a_body_that_is_no_such_form_is_refused(body):
    with pytest.raises(ParameterError):
        posted_text(body)


def test_another_type_of_body_is_415_and_a_large_one_413(key):
    served = application(PaperStore(), trust=trusting(key))
    assert ask(served, "/verify", method="POST", json={"text": "CC1:"}).status_code == 415
    large = ask(served, "/verify", method="POST", data={"text": "A" * 20_000})
    assert large.status_code == 413
    assert Page(large.text).faults == []


def test_the_form_can_be_filled_by_anybody():
    page = Page(ask(application(PaperStore(), language="en"), "/verify").text)
    area, label = page.all("textarea")[0], page.all("label")[0]
    assert label["for"] == area["id"]
    assert page.all("form")[0]["method"] == "post"
    assert "Paste the text of a code" in page.text
