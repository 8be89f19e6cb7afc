"""The pages over a real store of a made-up city: rated, signed, kept, shown."""

import re

import pandas as pd
import pytest
import zxingcpp

from asked_pages import Page, ask
from chainwright.records import ProjectLedger, Store, StoreChanges
from chainwright.serve.app import application
from served_city import MONTH, served_city
from signed_codes import AT, drawn


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    found = served_city(tmp_path_factory.mktemp("city"))
    with Store.open(found.path, read_only=True) as store, StoreChanges(store) as changes:
        pages = application(
            store,
            language="en",
            trust=found.trust,
            ledger=ProjectLedger(store),
            changes=changes.number,
            clock=lambda: AT,
        )
        yield pages, found.rating, found.texts, found.path


def test_every_firm_has_a_page_that_is_verified_and_says_what_the_rating_says(city):
    served, rating, _, _ = city
    for firm in rating.firms:
        answer = ask(served, f"/c/{firm}")
        text, row = Page(answer.text).text, rating.row(firm, MONTH)
        assert answer.status_code == 200
        assert len(answer.content) < 30_000
        assert Page(answer.text).faults == []
        assert "Official code" in text
        assert f"{row['measured']} measured, {row['estimated']} estimated" in text
        grade = row["grade"]
        assert (f"Grade {grade}" if grade else "Not rated") in text
        assert f"{row['net']:,.0f} t CO₂" in text or row["net"] < 99.5


def test_the_qr_on_the_page_is_read_back_and_verified_by_the_form(city):
    served, rating, texts, _ = city
    firm = rating.firms[3]
    svg = ask(served, f"/c/{firm}/qr.svg").text
    read = zxingcpp.read_barcodes(drawn(svg))[0].text
    assert read == texts[firm]
    answer = ask(served, "/verify?lang=en", method="POST", data={"text": read})
    text = Page(answer.text).text
    assert "The signature holds" in text
    assert firm in text
    assert "Official code" in text


def test_the_city_is_the_sum_of_its_codes(city):
    served, rating, _, _ = city
    text = Page(ask(served, "/city?lang=en").text).text
    i, t = rating.place(rating.firms[0], MONTH)
    assert i == 0
    total = rating.net[:, t].sum()
    assert f"{total:,.0f} t CO₂" in text
    rated = int((rating.grade[:, t] > 0).sum())
    assert f"40 firms, {rated} rated" in text
    label = re.search(r'aria-label="Firms by grade: ([^"]+)"', ask(served, "/city?lang=en").text)[1]
    counts = dict(part.split(": ") for part in label.split(", "))
    for grade in range(1, 6):
        assert int(counts[f"Grade {grade}"]) == int((rating.grade[:, t] == grade).sum())


def test_a_code_withdrawn_by_another_process_is_gone(city):
    served, rating, texts, path = city
    firm = rating.firms[-1]
    assert ask(served, f"/c/{firm}").status_code == 200
    with Store.open(path) as writer:
        writer.withdraw(firm, MONTH, by="bureau", reason="meter 7 was wrong")
    answer = ask(served, f"/c/{firm}")
    assert answer.status_code == 410
    assert "meter 7 was wrong" in answer.text
    said = ask(served, "/verify?lang=en", method="POST", data={"text": texts[firm]})
    assert "The issuer has withdrawn this code. meter 7 was wrong" in said.text
    assert "39 firms" in ask(served, "/city?lang=en").text


def test_projects_of_a_firm_are_listed_and_those_of_others_are_not(city):
    served, rating, _, path = city
    firm = rating.firms[0]
    assert "No project of this firm" in ask(served, f"/c/{firm}/projects").text
    with Store.open(path) as writer:
        ledger = ProjectLedger(writer)
        for code, of in (("P1", firm), ("P2", rating.firms[1])):
            ledger.add(
                code, kind="energy_saving", owner="Wang <b>", by="Li", title_en=f"Heat of {code}",
                title_zh="余热", firm=of, effect_unit="tCO2 a year", promised=800.0,
                milestones={"design": "2026-12-31"},
            )  # fmt: skip
    answer = ask(served, f"/c/{firm}/projects?lang=en")
    text = Page(answer.text).text
    assert Page(answer.text).faults == []
    assert "Heat of P1 proposed" in text
    assert "800 tCO2 a year" in text
    assert "Owner Wang <b>" in text
    assert "Next: design, due 2026-12-31" in text
    assert "P2" not in text
    assert "拟议" in ask(served, f"/c/{firm}/projects?lang=zh").text


def test_an_unknown_firm_is_not_found_with_near_codes(city):
    served, rating, _, _ = city
    firm = rating.firms[5]
    answer = ask(served, f"/c/{firm[:-1]}?lang=en")
    assert answer.status_code == 404
    assert firm in answer.text
    assert ask(served, f"/c/{firm}?period=2020-01").status_code == 404


def test_the_store_is_only_read(city):
    served, rating, _, path = city
    with Store.open(path, read_only=True) as store:
        before = len(store.audit())
        for page in (f"/c/{rating.firms[2]}", "/city", "/", "/verify"):
            ask(served, page)
        assert len(store.audit()) == before


def test_what_is_kept_in_the_store_is_json_without_nan(city):
    _, rating, _, path = city
    with Store.open(path, read_only=True) as store:
        rows = store.codes(MONTH)
    assert isinstance(rows, pd.DataFrame)
    assert len(rows) == 40
    assert not rows["document"].str.contains("NaN|Infinity").any()
    assert set(rows["firm"]) == set(rating.firms)
