import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from asked_pages import Page, ask
from chainwright.carbon import SigningKey, StatusList, signed
from chainwright.errors import ParameterError, StoreError
from chainwright.serve import code_pages
from chainwright.serve.app import application
from chainwright.serve.code_pages import Kept
from chainwright.serve.standings import standing_of
from code_papers import FIRM, PaperStore, graded, made, row_of, unrated
from signed_codes import AT, ISSUER, full_claims, trusting

PAGE = f"/c/{FIRM}"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return SigningKey.create(tmp_path_factory.mktemp("keys") / "key.json", issuer=ISSUER)


def claimed(document, **changes):
    """Return claims that say what a document says."""
    d = document
    given = {
        "firm": d["firm"]["id"],
        "net": d["totals"]["net_t"],
        "neutralised": d["totals"]["neutralised_t"],
        "intensity": d["intensity"]["value"],
        "ratio": d["efficiency"]["value"],
        "grade": d["efficiency"]["grade"],
        "level": d["intensity"]["level"],
        "neutrality": d["neutrality"]["value"],
    }
    return full_claims(**(given | changes))


def with_code(document, key, **changes):
    """Return a document whose code is signed."""
    text = signed(claimed(document, **changes), key)
    document["signature"] |= {"text": text, "kid": key.kid.hex(), "issuer": ISSUER}
    return document


def pages(*rows, **more):
    return application(PaperStore(*(rows or [row_of(made())])), clock=lambda: AT, **more)


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}/missing", f"{PAGE}/projects", "/city", "/verify", "/"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_balanced_in_both_languages(path, language):
    answer = ask(pages(), path, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert Page(answer.text).faults == []
    assert len(answer.content) < 30_000


def test_the_language_is_asked_for_then_that_of_the_browser_then_the_default():
    def tag(application, path=PAGE, **headers):
        return Page(ask(application, path, headers=headers).text).all("html")[0]["lang"]

    assert tag(pages()) == "zh-CN"
    assert tag(pages(language="en")) == "en"
    assert tag(pages(), **{"accept-language": "en-US,zh;q=0.5"}) == "en"
    assert tag(pages(), f"{PAGE}?lang=zh", **{"accept-language": "en"}) == "zh-CN"
    with pytest.raises(ParameterError, match="zh or en"):
        pages(language="fr")


def test_the_json_says_what_the_page_says_and_how_far_it_may_be_relied_on():
    answer = ask(pages(), f"{PAGE}.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    found = answer.json()
    standing = found.pop("standing")
    assert found == made()
    assert standing["kind"] == "unchecked"
    assert standing["notice_en"] == "Not an official code"
    assert standing["notice_zh"] == "非官方赋码"


def test_a_month_is_taken_where_it_is_asked_for_and_the_last_one_otherwise():
    old = made(
        period={"month": "2026-09", "first": "2025-10-01", "last": "2026-09-30", "months": 12}
    )
    both = pages(row_of(old), row_of(made()))
    assert ask(both, f"{PAGE}.json").json()["period"]["month"] == "2026-10"
    assert ask(both, f"{PAGE}.json?period=2026-09").json()["period"]["month"] == "2026-09"
    assert "Sep 2026" in ask(both, f"{PAGE}?period=2026-09&lang=en").text


@pytest.mark.parametrize(
    "path",
    [
        "/c/nobody",
        "/c/nobody.json",
        "/c/",
        f"{PAGE}?period=2020-01",
        "/nowhere",
        "/c",
        "/city?period=2020-01",
    ],
)
def test_what_is_not_there_is_404(path):
    answer = ask(pages(), path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("peroid=2026-10", "Did you mean period?"),
        ("lang=fr", "zh or en"),
        ("lang=zh&lang=en", "each name once"),
        ("period=2026-13", "a month YYYY-MM"),
        ("period=2026-1", "a month YYYY-MM"),
        ("period=", "a month YYYY-MM"),
        ("period=２０２６-10", "a month YYYY-MM"),
        ("x=%ff", "text in UTF-8"),
        ("&".join(f"a{i}=1" for i in range(20)), "of few parts"),
    ],
)
def test_a_question_that_cannot_be_is_422_with_its_reason(query, words):
    answer = ask(pages(), f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert Page(answer.text).faults == []


def test_a_problem_of_json_is_json():
    answer = ask(pages(), "/c/nobody.json?lang=en")
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    found = answer.json()
    assert found["status"] == 404
    assert found["title"] == "Not found"
    assert len(found["id"]) == 12
    assert "nobody" in found["detail"]


def test_two_problems_have_two_numbers():
    numbers = {ask(pages(), "/c/nobody.json").json()["id"] for _ in range(5)}
    assert len(numbers) == 5


@pytest.mark.parametrize("tail", ["", ".json", "/missing", "/projects", "/qr.svg"])
def test_a_withdrawn_code_is_gone_with_its_reason_and_without_its_figures(tail):
    row = row_of(made(), withdrawn="2026-11-20T08:00:00+00:00", reason="meter 7 <was> wrong")
    answer = ask(pages(row), f"{PAGE}{tail}?lang=en")
    assert answer.status_code == 410
    text = answer.json()["detail"] if tail == ".json" else Page(answer.text).text
    assert "meter 7 <was> wrong" in text
    assert "3,004" not in text
    assert "3004" not in text


def test_what_is_withdrawn_while_the_server_runs_is_gone_at_once():
    store = PaperStore(row_of(made()))
    served = application(store, clock=lambda: AT)
    assert ask(served, PAGE).status_code == 200
    store.rows[0]["withdrawn"] = "2026-11-22"
    assert ask(served, PAGE).status_code == 410


def test_what_is_issued_anew_is_shown_at_once():
    store = PaperStore(row_of(made()))
    served = application(store, clock=lambda: AT, language="en")
    assert "Grade 3" in ask(served, PAGE).text
    store.rows[0] = row_of(graded(0.45))
    assert "Grade 1" in ask(served, PAGE).text


def test_a_status_list_withdraws_too(key):
    document = with_code(made(), key)
    withdrawn = StatusList(ISSUER, int(AT.timestamp())).with_code(claimed(made()), "sold", at=AT)
    served = pages(row_of(document), trust=trusting(key), status=withdrawn)
    answer = ask(served, f"{PAGE}?lang=en")
    assert answer.status_code == 410
    assert "sold" in answer.text


def test_only_a_checked_signature_of_an_official_key_is_official(key):
    row = row_of(with_code(made(), key))
    official = pages(row, trust=trusting(key, official=True), language="en")
    assert "Official code" in ask(official, PAGE).text
    assert ask(official, f"{PAGE}.json").json()["signature"]["official"] is True
    assert "notice_en" not in ask(official, f"{PAGE}.json").json()["standing"]
    for trust in (trusting(key), trusting(key, official=True, pinned=False)):
        text = ask(pages(row, trust=trust, language="en"), PAGE).text
        assert "on no official trust list" in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"net": 1.0}, "mismatch"),
        ({"grade": 1}, "mismatch"),
        ({"ratio": 0.8420001}, "mismatch"),
        ({"method": "zj-2021-loo"}, "mismatch"),
        ({"firm": "somebody else"}, "mismatch"),
        ({"period": (20251001, 20260930)}, "mismatch"),
        ({}, ""),
    ],
)
def test_a_document_that_says_something_else_than_its_code_is_refused(key, change, reason):
    document = with_code(made(), key, **change)
    found = standing_of(document, trust=trusting(key, official=True), status=None, at=AT)
    assert (found.kind, found.reason) == (("refused", reason) if reason else ("official", ""))


def test_a_code_of_an_unknown_key_is_refused_and_says_so(key, tmp_path):
    other = SigningKey.create(tmp_path / "other.json", issuer=ISSUER)
    row = row_of(with_code(made(), other))
    text = ask(pages(row, trust=trusting(key), language="en"), PAGE).text
    assert "on no trust list that is used here" in text


def test_an_expired_code_says_so_from_the_day_after_its_last(key):
    document = with_code(made(), key)
    trust = trusting(key, official=True)

    def kind(*day):
        return standing_of(
            document, trust=trust, status=None, at=datetime(*day, 12, tzinfo=UTC)
        ).kind

    assert kind(2027, 2, 8) == "official"
    assert kind(2027, 2, 9) == "expired"


def test_a_store_that_has_the_text_alone_shows_what_it_says(key):
    row = row_of(with_code(made(), key)) | {"document": ""}
    served = pages(row, trust=trusting(key), language="en")
    answer = ask(served, PAGE)
    text = Page(answer.text).text
    assert answer.status_code == 200
    assert Page(answer.text).faults == []
    assert "Grade 3" in text
    assert "3,004 t CO₂" in text
    assert "33 measured, 4 estimated, 2 missing" in text
    assert "on no official trust list" in text
    assert ask(served, f"{PAGE}/missing").status_code == 200


def test_the_qr_is_the_code_of_the_page(key):
    document = with_code(made(), key)
    served = pages(row_of(document))
    answer = ask(served, f"{PAGE}/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["content-security-policy"]
    path = answer.text.split(' d="')[1].split('"')[0]
    assert path in ask(served, PAGE).text
    assert answer.text.startswith("<svg")


def test_what_is_missing_is_listed_with_how_to_give_it():
    text = Page(ask(pages(), f"{PAGE}/missing?lang=en").text).text
    assert "33 measured, 4 estimated, 2 missing" in text
    assert "Missing (2)" in text
    assert "Estimated or by default (4)" in text
    assert "F-gases, N2O and SF6 process_gases kg" in text
    assert "chainwright carbon intake FILE --firms FIRMS --into STORE --confirm" in text


def test_a_hostile_address_is_text_on_the_page_of_its_problem():
    answer = ask(pages(language="en"), "/c/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status_code == 404
    assert "<script>" not in answer.text
    assert "alert(1)" in Page(answer.text).text


def test_a_firm_whose_code_has_a_slash_has_a_page():
    document = made()
    document["firm"]["id"] = "plant/7"
    row = row_of(document)
    served = pages(row, language="en")
    assert ask(served, "/c/plant%2F7").status_code == 200
    assert ask(served, "/c/plant%2F7/missing").status_code == 200
    assert ask(served, "/c/plant%2F7.json").json()["firm"]["id"] == "plant/7"


def test_the_first_page_finds_firms_by_code_and_names():
    other = graded(1.5)
    other["firm"] |= {"id": "X-17", "name_en": "Castings <b>", "name_zh": "甲乙丙"}
    served = pages(row_of(made()), row_of(other), language="en")

    def links(q):
        answer = ask(served, "/", params={"q": q})
        return [g["href"] for g in Page(answer.text).all("a") if g["href"].startswith("/c/")]

    assert links("castings") == [f"/c/{FIRM}?lang=en", "/c/X-17?lang=en"]
    assert links("x-1") == ["/c/X-17?lang=en"]
    assert links("甲乙") == ["/c/X-17?lang=en"]
    assert links(".*") == []
    assert links("  ") == []
    assert "No firm fits" in ask(served, "/", params={"q": "zzz"}).text
    assert ask(served, "/", params={"q": "a" * 81}).status_code == 422


def test_no_more_firms_are_shown_than_a_phone_scrolls():
    firms = pd.DataFrame(
        {"firm": [f"F{i:03d}" for i in range(30)], "name_en": "Works", "name_zh": ""}
    )
    text = Page(ask(application(PaperStore(firms=firms), language="en"), "/?q=works").text).text
    assert "30 firms fit; the first 20 are shown" in text
    assert "F019" in text
    assert "F020" not in text


def test_a_page_is_made_once_for_a_document_and_language(monkeypatch):
    made_ = []
    real = code_pages.phone_page
    monkeypatch.setattr(code_pages, "phone_page", lambda *a, **k: made_.append(1) or real(*a, **k))
    store = PaperStore(row_of(made()))
    served = application(store, clock=lambda: AT)
    for _ in range(3):
        ask(served, PAGE)
    ask(served, f"{PAGE}?lang=en")
    assert len(made_) == 2
    assert store.asked == 4  # the store is asked each time


def test_the_pages_that_were_not_asked_for_longest_make_room():
    kept, count = Kept(2), []

    def page(name):
        return kept.page((name,), lambda: count.append(name) or name.encode())

    assert [page("a"), page("b"), page("a"), page("c"), page("a"), page("b")][-1] == b"b"
    assert count == ["a", "b", "c", "b"]
    assert len(kept) == 2


def test_a_store_that_is_busy_is_503():
    class Busy(PaperStore):
        def code(self, firm, period=None):
            raise StoreError("The store is busy.")

    answer = ask(application(Busy(row_of(made())), language="en"), PAGE)
    assert answer.status_code == 503
    assert "Try again shortly" in answer.text


def test_health_says_no_more_than_that_it_answers():
    assert ask(pages(), "/healthz").json() == {"status": "ok"}
    assert ask(pages(), "/healthz?x=1").status_code == 422


def test_there_are_no_other_routes():
    for path in ("/docs", "/redoc", "/openapi.json", "/static/", "/.git/config", "/metrics"):
        assert ask(pages(), path).status_code == 404


def test_not_rated_is_a_page_too():
    answer = ask(pages(row_of(unrated()), language="en"), PAGE)
    assert answer.status_code == 200
    assert "Not rated" in answer.text
    assert json.loads(ask(pages(row_of(unrated())), f"{PAGE}.json").text)["rated"] is False
