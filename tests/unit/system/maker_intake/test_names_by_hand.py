"""Names and codes as people write them: which are one, which are asked about, which are others."""

import pytest

from chainwright.system.maker_intake.known import Known

NORTH = "North Electronics Co., Ltd."
HUAXIN = "华新电子（苏州）有限公司"

SAME_NAMES = [
    (NORTH, NORTH),
    (NORTH, "North Electronics"),
    (NORTH, "NORTH ELECTRONICS CO LTD"),
    (NORTH, "north electronics co.,ltd"),
    (NORTH, "North Electronics Company Limited"),
    (NORTH, "North  Electronics\u00a0Co., Ltd"),
    (NORTH, "Ｎｏｒｔｈ Ｅｌｅｃｔｒｏｎｉｃｓ"),
    (NORTH, "North-Electronics"),
    (NORTH, "North Electronics\u200b"),
    (NORTH, "(North Electronics)"),
    (HUAXIN, "华新电子(苏州)有限公司"),
    (HUAXIN, "华新电子（苏州）"),
    (HUAXIN, "华新电子 (苏州) 有限公司"),
    (HUAXIN, "华新电子苏州有限公司"),
    (HUAXIN, "\u3000华新电子（苏州）有限公司 "),
    (HUAXIN, "华新电子〔苏州〕有限公司"),
    ("Müller GmbH", "Muller GmbH"),
    ("Müller GmbH", "MÜLLER"),
    ("Müller GmbH", "Mu\u0308ller GmbH"),
    ("Brembo S.p.A.", "Brembo SpA"),
    ("Brembo S.p.A.", "BREMBO"),
    ("Société Générale S.A.", "Societe Generale SA"),
    ("苏州一厂", "苏州1厂"),
    ("Plant 1", "plant-1"),
    ("日本電産株式会社", "日本電産"),
    ("宁波拓普集团股份有限公司", "宁波拓普集团"),
]

ASKED_NAMES = [
    (NORTH, "North Electronic"),
    (NORTH, "Nroth Electronics"),
    (NORTH, "Noth Electronics Ltd"),
    (NORTH, "North Electronics Group"),
    (NORTH, "South Electronics Co., Ltd."),
    (HUAXIN, "华新电子"),
    (HUAXIN, "华新电子苏洲有限公司"),
    ("Müller GmbH", "Mueller GmbH"),
    ("Smith & Sons Ltd", "Smith and Sons Ltd"),
    ("宁波拓普集团股份有限公司", "拓普集团"),
    (NORTH, "Electron"),  # a short name stands inside the long one
]

OTHER_NAMES = [
    (NORTH, "Brand New Bolts"),
    (NORTH, "River Seats"),
    (HUAXIN, "长春一汽"),
    ("华东精密", "华南精密"),
    ("苏州一厂", "苏州二厂"),
    ("Plant 1", "Plant 2"),
    ("Plant A", "Plant B"),
    ("Line 1, hall 2", "Line 2, hall 1"),
    ("Plant 12", "Plant 1"),
]

SAME_CODES = [
    ("ECU-7", "ecu-7"),
    ("ECU-7", "ECU 7"),
    ("ECU-7", "ECU7"),
    ("ECU-7", "ECU_7"),
    ("ECU-7", "ＥＣＵ－７"),
    ("ECU-7", "ECU–7"),
    ("ECU-7", " ecu.7 "),
    ("A/B-3", "AB3"),
    ("R-1.5", "r-1.5"),
    ("10-20", "10.20"),
    ("轴承-7", "轴承7"),
]

NOT_CERTAIN_CODES = [
    ("R-1.5", "R-15"),
    ("10-20", "1020"),
    ("0012", "12"),
    ("12", "0012"),
    ("BAT-01", "BAT-O1"),
    ("BAT-01", "BAT-1"),
    ("PIN-11", "PIN-1l"),
    ("A-1", "A-11"),
    ("A-1", "B-1"),
    ("ECU-7", "ECU-8"),
    ("ECU-7A", "ECU-7"),
    ("100", "1000"),
]

SLIPS = [("0012", "12"), ("BAT-01", "BAT-O1"), ("BAT-01", "bat-1"), ("PIN-11", "PIN-1l")]


def meant_by_name(name, word):
    known = Known(["V-1", "V-2"], [("V-1", name), ("V-2", "Zephyr Quarry")])
    return known.exact(word), known.near([word], strict=True, codes_are_names=True)[0]


@pytest.mark.parametrize(("name", "word"), SAME_NAMES)
def test_a_name_written_otherwise_is_the_same_firm(name, word):
    exact, _ = meant_by_name(name, word)
    assert (exact.code, exact.how) == ("V-1", "name")


@pytest.mark.parametrize(("name", "word"), SAME_NAMES)
def test_a_firm_without_a_code_is_found_by_either_writing(name, word):
    for code, written in ((name, word), (word, name)):
        assert Known([code]).exact(written).code == code


@pytest.mark.parametrize(("name", "word"), ASKED_NAMES)
def test_a_name_that_is_nearly_the_same_is_asked_about(name, word):
    exact, near = meant_by_name(name, word)
    assert exact.code == ""
    assert [code for code, _ in near] == ["V-1"]
    assert 0.8 <= near[0][1] < 1


@pytest.mark.parametrize(("name", "word"), OTHER_NAMES)
def test_another_name_is_another_firm(name, word):
    exact, near = meant_by_name(name, word)
    assert exact.code == ""
    assert near == ()


@pytest.mark.parametrize("word", ["華新電子（蘇州）有限公司", "華新電子"])
def test_traditional_signs_are_never_taken_for_simplified_ones_in_silence(word):
    exact, _ = meant_by_name(HUAXIN, word)
    assert exact.code == ""


@pytest.mark.parametrize(("code", "word"), SAME_CODES)
def test_a_code_written_otherwise_is_the_same_item(code, word):
    known = Known([code, "Z-99"])
    assert known.exact(word).code == code
    assert known.exact(word).how in {"as written", "spelling"}


@pytest.mark.parametrize(("code", "word"), NOT_CERTAIN_CODES)
def test_another_code_is_never_taken_for_it(code, word):
    assert Known([code, "Z-99"]).exact(word).code == ""


@pytest.mark.parametrize(("code", "word"), SLIPS)
@pytest.mark.parametrize("strict", [False, True])
def test_a_code_with_a_slip_is_asked_about(code, word, strict):
    (near,) = Known([code, "Z-99"]).near([word], strict=strict, codes_are_names=False)
    assert [found for found, _ in near] == [code]


def test_the_code_comes_before_the_name_of_another():
    known = Known(["North", "V-2"], [("North", "River Seats"), ("V-2", "North")])
    assert known.exact("North").code == "North"
    assert known.exact("NORTH").code == "North"
    assert known.exact("River Seats").code == "North"


def test_two_firms_of_one_name_are_both_offered_and_neither_is_taken():
    known = Known(["V-1", "V-2"], [("V-1", HUAXIN), ("V-2", "华新电子(苏州)有限公司")])
    found = known.exact("华新电子苏州")
    assert found.code == ""
    assert found.how == "several"
    assert [code for code, _ in found.candidates] == ["V-1", "V-2"]
    assert len({likeness for _, likeness in found.candidates}) == 1


def test_two_codes_of_one_spelling_are_told_apart_only_as_written():
    known = Known(["A-1", "A1"])
    assert known.exact("A-1").code == "A-1"
    assert known.exact("A1").code == "A1"
    assert known.exact("A 1").how == "several"
    assert known.exact("a1").code == "A1"  # case alone differs


def test_the_nearest_of_several_comes_first_and_three_are_enough():
    names = ["Golden Bridge Tools", "Golden Bridge Tool", "Golden Bridges", "Golden Bride Tools"]
    codes = [f"V-{i}" for i in range(len(names))]
    known = Known(codes, list(zip(codes, names, strict=True)))
    (near,) = known.near(["Golden Bridge Toolz"], strict=True, codes_are_names=False)
    assert len(near) == 3
    assert [s for _, s in near] == sorted((s for _, s in near), reverse=True)
    assert {code for code, _ in near[:2]} == {"V-0", "V-1"}


def test_matching_does_not_depend_on_the_order_of_what_is_known():
    names = [NORTH, HUAXIN, "River Seats", "Brembo S.p.A.", "Müller GmbH", "Zephyr Quarry"]
    codes = [f"V-{i}" for i in range(len(names))]
    pairs = list(zip(codes, names, strict=True))
    words = [word for _, word in (*SAME_NAMES, *ASKED_NAMES, *OTHER_NAMES)]
    forward, back = Known(codes, pairs), Known(codes[::-1], pairs[::-1])
    assert [forward.exact(w).code for w in words] == [back.exact(w).code for w in words]
    one = forward.near(words, strict=True, codes_are_names=True)
    other = back.near(words, strict=True, codes_are_names=True)
    assert [dict(near) for near in one] == [dict(near) for near in other]
