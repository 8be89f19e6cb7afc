"""Unified social credit codes: published ones hold, and every slip of one character is seen."""

import pytest

from chainwright.classes.credit_codes import ALPHABET, credit_code_fault, expected_check_digit

PUBLISHED = {
    # check-china.com, example report on the company's business licence
    "91440300708461136T": "Shenzhen Tencent Computer Systems",
    # China Checkup, "What is a Unified Social Credit Code", 27 August 2018
    "9144030071526726XG": "Tencent Technology (Shenzhen)",
    "91110000710926094P": "China Petroleum & Chemical Corporation",
    "91310000631696382C": "Baoshan Iron and Steel",
}


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_check_digit_of_a_published_code_is_the_computed_one(code):
    assert expected_check_digit(code[:-1]) == code[-1]
    assert credit_code_fault(code) is None


def test_the_alphabet_is_that_of_the_standard():
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("IOSVZ") & set(ALPHABET)
    assert "".join(sorted(ALPHABET)) == ALPHABET


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_slip_of_one_character_is_caught(code):
    slips = [
        code[:i] + sign + code[i + 1 :]
        for i in range(18)
        for sign in ALPHABET
        if sign != code[i]
    ]  # fmt: skip
    assert len(slips) == 18 * 30
    assert all(credit_code_fault(slip) is not None for slip in slips)


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_interchange_of_two_neighbours_among_the_first_17_is_caught(code):
    for i in range(16):
        swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        assert (credit_code_fault(swapped) is None) == (swapped == code)


def test_the_expected_character_is_told():
    expected, remedy = credit_code_fault("91440300708461136X")
    assert expected == "a last character 'T' after 91440300708461136"
    assert "mistyped" in remedy


def test_an_interchange_is_mended():
    _, remedy = credit_code_fault("91440300708461163T")
    assert "91440300708461136T would be one." in remedy


def test_a_letter_that_no_code_has_is_told_with_the_digit_it_stands_for():
    expected, remedy = credit_code_fault("9I440300708461136T")
    assert "without I, O, S, V, Z" in expected
    assert "'I' at place 2" in remedy
    assert "91440300708461136T would be one." in remedy
    _, remedy = credit_code_fault("91440300708461136t")
    assert "'t' at place 18" in remedy
    assert "91440300708461136T would be one." in remedy
    _, remedy = credit_code_fault("9144030070846113-T")
    assert "would be one" not in remedy


@pytest.mark.parametrize("code", ["9144030070846113", "91440300708461136TT"])
def test_a_code_of_another_length_is_refused(code):
    expected, remedy = credit_code_fault(code)
    assert expected == "18 characters"
    assert f"It has {len(code)}" in remedy
