import json

import numpy as np
import pytest

from chainwright.carbon import code_document, code_documents, document_text
from chainwright.carbon.documents.firm_documents import signature_of
from chainwright.carbon.documents.known_names import class_names, division_names, method_names
from chainwright.carbon.documents.signed_documents import signed_document
from chainwright.errors import CodeError, ParameterError, UnknownCodeError
from code_papers import made
from served_city import MONTH, served_city


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return served_city(tmp_path_factory.mktemp("city"), firms=30)


@pytest.fixture(scope="module")
def documents(city):
    return list(code_documents(city.rating, MONTH, texts=city.texts))


def shape(document):
    """Return the keys of a document and of its parts."""
    parts = {k: sorted(v) for k, v in document.items() if isinstance(v, dict)}
    lists = {k: v for k, v in document.items() if isinstance(v, list) and v and k != "measures"}
    rows = {k: sorted(v[0]) for k, v in lists.items()}
    return sorted(document), parts, rows


def test_a_document_has_the_form_that_pages_are_written_for(documents):
    rated = next(d for d in documents if d["rated"])
    keys, parts, rows = shape(made())
    found, found_parts, found_rows = shape(rated)
    assert found == keys
    assert found_parts == {k: v for k, v in parts.items() if k != "reason"}
    assert found_rows == rows


def test_a_document_says_what_the_rating_says(city, documents):
    rating = city.rating
    for document in documents:
        row = rating.row(document["firm"]["id"], MONTH)
        assert document["totals"]["net_t"] == row["net"]
        assert document["totals"]["gross_t"] == row["gross"]
        assert document["totals"]["neutralised_t"] == row["neutralised"]
        assert document["totals"]["value_added"] == row["value_added"]
        assert document["intensity"]["value"] == row["intensity"]
        assert document["intensity"]["mean"] == row["peer_mean"]
        assert document["efficiency"]["value"] == row["ratio"]
        assert document["efficiency"]["grade"] == (row["grade"] or 0)
        assert document["neutrality"]["value"] == row["neutrality"]
        assert document["rated"] == (row["grade"] is not None)
        assert document["method"]["id"] == row["method"]


def test_the_kinds_that_are_listed_are_as_many_as_are_counted(documents):
    for document in documents:
        c = document["coverage"]
        assert c["measured"] + c["estimated"] + c["missing"] == c["kinds"] == 39
        assert len(c["estimated_kinds"]) == c["estimated"]
        assert len(c["missing_kinds"]) == c["missing"]
        listed = [row["number"] for row in c["estimated_kinds"] + c["missing_kinds"]]
        assert len(set(listed)) == len(listed)


def test_the_spread_of_the_peers_is_that_of_a_plain_count(city, documents):
    rating = city.rating
    _, t = rating.place(rating.firms[0], MONTH)
    sections = {f: d["firm"]["class"] for f, d in zip(rating.firms, documents, strict=True)}
    seen = 0
    for i, document in enumerate(documents):
        peers = document["peers"]
        if peers is None or peers["digits"] == 1:
            continue
        own = document["firm"]["id"]
        members = [
            rating.L[j, t]
            for j, f in enumerate(rating.firms)
            if sections[f].startswith(peers["class"]) and rating.grade[j, t]
        ]
        assert peers["firms"] == len(members)
        assert peers["rank"] == 1 + sum(value < rating.L[i, t] for value in members), own
        if len(members) >= 5:
            assert peers["median"] == pytest.approx(np.median(members))
            assert peers["low"] == pytest.approx(np.quantile(members, 0.1))
            assert peers["high"] == pytest.approx(np.quantile(members, 0.9))
        else:
            assert peers["median"] is None  # fewer would tell what single firms emit
        seen += 1
    assert seen >= 5


def test_the_trend_ends_with_the_month_and_has_its_values(documents):
    for document in documents:
        months = [row["month"] for row in document["trend"]]
        assert months == sorted(months)
        if document["rated"]:
            assert months[-1] == MONTH
            assert document["trend"][-1]["efficiency"] == document["efficiency"]["value"]
            assert document["trend"][-1]["net_t"] == document["totals"]["net_t"]


def test_one_document_is_that_of_all(city, documents):
    firm = city.rating.firms[4]
    one = code_document(city.rating, firm, MONTH, text=city.texts[firm])
    assert one == documents[4]
    assert code_document(city.rating, firm, text=city.texts[firm]) == one


def test_a_document_without_a_text_has_no_signature_and_a_bad_text_is_refused(city):
    firm = city.rating.firms[0]
    assert code_document(city.rating, firm)["signature"] is None
    with pytest.raises(CodeError):
        code_document(city.rating, firm, text="CC1:nonsense")
    with pytest.raises(UnknownCodeError):
        code_document(city.rating, "nobody")
    with pytest.raises(ParameterError):
        code_document(city.rating, firm, "1999-01")


def test_measures_are_taken_over(city):
    firm, measures = city.rating.firms[0], made()["measures"]
    assert code_document(city.rating, firm, measures=measures)["measures"] == measures


def test_the_text_is_json_that_is_read_back_the_same(documents):
    for document in documents:
        assert json.loads(document_text(document)) == document
    with pytest.raises(ValueError, match="JSON"):
        document_text({"x": float("nan")})


def test_the_period_is_the_window_up_to_the_last_day(documents):
    assert documents[0]["period"] == {
        "month": MONTH, "first": "2025-11-01", "last": "2026-10-31", "months": 12,
    }  # fmt: skip


def test_the_last_day_of_a_code_is_the_hundredth_after_its_period(city):
    signature, claims = signature_of(city.texts[city.rating.firms[0]])
    assert signature["expires"] == "2027-02-08"
    assert signature["kid"] == city.key.kid.hex()
    assert claims.firm == city.rating.firms[0]


def test_of_the_text_alone_the_signed_numbers_are_the_same(city, documents):
    for document in documents:
        found = signed_document(city.texts[document["firm"]["id"]])
        assert shape(found)[0] == shape(document)[0]
        for part in ("totals", "intensity", "neutrality", "period", "signature"):
            told = {k: v for k, v in document[part].items() if k != "mean"}
            given = {k: v for k, v in found[part].items() if k != "mean"}
            assert given == pytest.approx(told) if part == "totals" else given == told
        assert found["efficiency"]["grade"] == document["efficiency"]["grade"]
        assert found["method"] == document["method"]
        assert found["factors"]["digest"] == document["factors"]["digest"]
        if document["rated"]:
            assert found["intensity"]["mean"] == pytest.approx(document["intensity"]["mean"])


def test_names_are_found_and_unknown_codes_have_none():
    assert class_names("3391")["class_zh"] == "黑色金属铸造"
    assert class_names("C")["class_en"]
    assert class_names("9999") == {"class": "9999", "class_en": "", "class_zh": ""}
    assert division_names("330502")["division_zh"] == "吴兴区"
    assert division_names("330502")["division_en"] == "Wuxing"
    assert division_names("330599")["division_zh"] == "湖州市"
    assert division_names("330599")["division_en"] == "Zhejiang 330599"
    assert division_names("") == {"division": "", "division_en": "", "division_zh": ""}
    assert division_names("999999")["division_zh"] == ""


def test_a_method_that_does_not_come_with_the_program_has_its_name_alone():
    found = method_names("huzhou-own")
    assert found["id"] == "huzhou-own"
    assert found["certainty"] == ""
    assert found["grade_bounds"] == []
