"""What holds of codes whatever they are."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.classes import (
    bridge,
    classification,
    hs_revisions,
    place_code,
    place_codes,
    search,
    translated,
)

GBT = classification("GBT4754")
HS = tuple(sorted({c for y in ("1992", "2017", "2022") for c in classification(f"HS{y}").codes}))
PLACES = tuple(sorted(place_codes()))


@given(st.sampled_from(GBT.codes))
def test_a_code_is_found_first_by_itself(code):
    row = search(code, within="GBT4754", limit=1).iloc[0]
    assert (row["code"], row["match"]) == (code, "exact code")


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([c for c in GBT.codes if GBT.level(c) == 4]), st.booleans())
def test_a_code_is_among_the_hits_of_its_own_name(code, chinese):
    name = GBT.name(code, "zh" if chinese else "en")
    found = search(name, within="GBT4754", limit=50)
    assert code in set(found["code"])
    assert set(found.head(1)["match"]) == {"name"}


@given(st.sampled_from(GBT.codes))
def test_the_line_of_a_code_ends_at_a_section_and_each_holds_the_one_before(code):
    line = GBT.line(code)
    assert GBT.level(line[-1]) == 1
    assert all(below in GBT.children(above) for below, above in pairwise(line))


@given(st.lists(st.sampled_from(HS), max_size=30))
def test_a_revision_holds_all_codes_or_lacks_some_of_them(codes):
    found = hs_revisions(codes)
    assert set(found.holding) | set(found.lacking) == {"HS1992", "HS2017", "HS2022"}
    assert not set(found.holding) & set(found.lacking)
    for name, lost in found.lacking.items():
        assert set(lost) == set(codes) - set(classification(name).codes)
    assert found.unknown == ()


@given(st.lists(st.sampled_from(HS), max_size=20), st.lists(st.sampled_from(HS), max_size=20))
def test_more_codes_are_held_by_no_more_revisions(some, more):
    assert set(hs_revisions([*some, *more]).holding) <= set(hs_revisions(some).holding)


@given(st.sampled_from(PLACES))
def test_the_code_of_a_place_is_its_own_code(text):
    code = place_code(text)
    assert place_code(code) == code
    assert place_code(text.lower()) == code


@settings(max_examples=40)
@given(st.sampled_from(classification("HS2022").codes))
def test_what_a_code_is_elsewhere_are_rows_of_the_bridge(code):
    found = translated(code, "HS2022", "ISIC4")
    pairs = bridge("HS2022", "ISIC4")
    assert set(found["to_code"]) <= set(pairs["to_code"])
    assert set(found["from_code"]) <= {code}


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_any_text_has_an_answer_or_is_blank(text):
    if text.split():
        found = search(text, within="ISIC4", limit=5)
        assert len(found) <= 5
        assert not found.duplicated(["list", "code"]).any()
