"""What a written word stands for among things that are known."""

from chainwright.system.maker_intake.known import SLIPPED, Known


def suppliers():
    return Known(
        ["V-1", "V-2", "V-3"],
        [("V-1", "North Electronics Co., Ltd."), ("V-2", "Twin"), ("V-3", "Twin")],
    )


def test_the_code_as_written_wins():
    assert suppliers().exact("V-1").how == "as written"


def test_another_spelling_or_the_name_stands_for_the_code():
    known = suppliers()
    assert (known.exact("v 1").code, known.exact("v 1").how) == ("V-1", "spelling")
    assert (known.exact("north electronics").code, known.exact("NORTH electronics").how) == (
        "V-1",
        "name",
    )


def test_a_name_of_two_is_neither():
    found = suppliers().exact("twin")
    assert found.code == ""
    assert found.how == "several"
    assert [code for code, _ in found.candidates] == ["V-2", "V-3"]


def test_two_codes_that_share_a_spelling_are_told_apart_as_written_alone():
    known = Known(["A-1", "A 1"])
    assert known.exact("A-1").code == "A-1"
    assert known.exact("a1").how == "several"


def test_a_code_that_is_a_name_is_found_without_its_legal_form():
    known = Known(["River Seats"])
    assert known.exact("River Seats Co., Ltd.").code == "River Seats"
    known.add("Delta Ltd.")
    assert known.exact("delta").code == "Delta Ltd."


def test_slips_of_codes_are_near_and_other_numbers_are_not():
    known = Known(["BAT-01", "P-00123"])
    words = ["BAT-O1", "P-123", "BAT-02"]
    near = known.near(words, strict=True, codes_are_names=False)
    assert near == [(("BAT-01", SLIPPED),), (("P-00123", SLIPPED),), ()]


def test_where_a_word_must_be_known_codes_that_look_alike_are_offered():
    known = Known([f"SEAT-{c}" for c in "ABCDE"])
    (near,) = known.near(["SEAT-Z"], strict=False, codes_are_names=False)
    assert len(near) == 3
    assert known.near([], strict=False, codes_are_names=False) == []
