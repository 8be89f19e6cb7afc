"""Revisions of the Harmonized System: which hold all codes, which codes break the others."""

import pytest

from chainwright.classes import classification, hs_revisions
from chainwright.params import table


@pytest.mark.parametrize("name", ["HS1992", "HS2017", "HS2022"])
def test_a_list_is_held_by_its_own_revision_alone(name):
    found = hs_revisions(classification(name).codes)
    assert found.holding == (name,)
    assert set(found.lacking) == {"HS1992", "HS2017", "HS2022"} - {name}
    assert found.unknown == found.undated == ()


def test_a_code_that_never_changed_is_in_all_revisions():
    found = hs_revisions(["283691"])
    assert found.holding == ("HS1992", "HS2017", "HS2022")
    assert found.lacking == {}
    assert not found.mixed


def test_codes_of_two_revisions_are_mixed_and_the_ones_that_break_each_are_named():
    found = hs_revisions(["010111", "854142", "283691"])
    assert found.holding == ()
    assert found.mixed
    assert found.lacking == {
        "HS1992": ("854142",),
        "HS2017": ("010111", "854142"),
        "HS2022": ("010111",),
    }


def test_unknown_codes_are_told_from_those_of_a_revision_between():
    ever = {row["from_code"] for row in table("bridge_hs_isic4")}
    here = {c for y in ("1992", "2017", "2022") for c in classification(f"HS{y}").codes}
    between = sorted(ever - here)
    found = hs_revisions([between[0], "000000", "283691"])
    assert found.undated == (between[0],)
    assert found.unknown == ("000000",)
    assert not found.mixed


def test_chapters_and_headings_are_codes_too():
    assert hs_revisions(["85", "8507"]).holding == ("HS1992", "HS2017", "HS2022")
    assert hs_revisions(["77"]).unknown == ("77",)


def test_a_code_that_lost_its_leading_zero_is_unknown():
    assert hs_revisions(["10121"]).unknown == ("10121",)


def test_no_codes_are_in_every_revision():
    found = hs_revisions([])
    assert found.holding == ("HS1992", "HS2017", "HS2022")
    assert not found.mixed
