"""Bridges: equal to their tables, the same both ways, with the right kind of each pair."""

from itertools import combinations

import pytest

from chainwright.classes import bridge, classification, translated
from chainwright.errors import UnknownCodeError
from chainwright.params import table

PAIRS = list(combinations(("HS2022", "HS1992", "ISIC4", "GBT4754", "NACE2"), 2))


def pairs(frame):
    return set(zip(frame["from_code"], frame["to_code"], strict=True))


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_a_bridge_is_the_same_both_ways(start, end):
    there, back = bridge(start, end), bridge(end, start)
    assert pairs(there) == {(b, a) for a, b in pairs(back)}
    assert len(there) == len(pairs(there)) == len(back)


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_a_bridge_has_codes_of_its_two_lists_alone(start, end):
    frame = bridge(start, end)
    assert list(frame.columns) == ["from_code", "to_code", "kind", "source"]
    assert set(frame["from_code"]) <= set(classification(start).codes)
    assert set(frame["to_code"]) <= set(classification(end).codes)
    assert frame["from_code"].is_monotonic_increasing


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_the_kind_counts_the_partners_of_both_sides(start, end):
    frame = bridge(start, end)
    many_to = frame.groupby("from_code")["to_code"].transform("nunique") > 1
    many_from = frame.groupby("to_code")["from_code"].transform("nunique") > 1
    said = frame["kind"].str.split(":")
    assert (said.str[0].eq("n") == many_from).all()
    assert (said.str[1].eq("n") == many_to).all()


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_the_source_of_a_pair_is_a_publication_for_each_leg(start, end):
    known = {row["key"] for row in table("references")}
    for source in bridge(start, end)["source"].unique():
        assert set(source.split("+")) <= known


def test_a_conversion_gives_each_newer_code_one_older_code():
    for newer, older in (("HS2022", "HS2017"), ("HS2017", "HS1992"), ("HS2022", "HS1992")):
        frame = bridge(newer, older)
        assert not frame["from_code"].duplicated().any()
        six = [c for c in classification(newer).codes if len(c) == 6]
        assert set(six) == set(frame["from_code"])


def test_two_steps_between_revisions_are_one_after_the_other():
    first = bridge("HS2022", "HS2017").set_index("from_code")["to_code"]
    second = bridge("HS2017", "HS1992").set_index("from_code")["to_code"]
    both = bridge("HS2022", "HS1992").set_index("from_code")["to_code"]
    assert both.to_dict() == first.map(second).to_dict()
    assert set(bridge("HS2022", "HS1992")["source"]) == {"hs2022-hs2017+hs2017-hs1992"}


def test_photovoltaic_modules_of_2022_were_photosensitive_devices_before():
    found = translated("854143", "HS2022", "HS2017")
    assert found["to_code"].tolist() == ["854140"]


def test_every_division_of_gbt_4754_has_a_division_of_isic_and_the_main_one_first():
    frame = bridge("GBT4754", "ISIC4")
    divisions = [c for c in classification("GBT4754").codes if len(c) == 2]
    assert sorted(set(frame["from_code"])) == divisions
    main = frame.drop_duplicates("from_code").set_index("from_code")["to_code"]
    assert main[["06", "13", "25", "26", "31", "36", "38", "39", "44"]].tolist() == [
        "05", "10", "19", "20", "24", "29", "27", "26", "35"
    ]  # fmt: skip


def test_no_division_of_isic_but_households_is_left_without_one_of_gbt_4754():
    frame = bridge("GBT4754", "ISIC4")
    divisions = {c for c in classification("ISIC4").codes if len(c) == 2}
    assert divisions - set(frame["to_code"]) == {"98"}


def test_goods_go_to_the_makers_and_not_to_the_repairers():
    goods = bridge("HS2022", "NACE2")
    assert not goods[goods["from_code"] == "850760"]["to_code"].str.startswith("33").any()
    to_isic = bridge("HS2022", "ISIC4")
    assert "3314" in set(to_isic[to_isic["from_code"] == "850760"]["to_code"])


@pytest.mark.parametrize(
    ("code", "division"),
    [("850760", "38"), ("720839", "31"), ("870380", "36"), ("300490", "27"), ("260111", "08")],
)
def test_a_product_is_made_in_the_division_one_expects(code, division):
    assert division in set(translated(code, "HS2022", "GBT4754")["to_code"])


def test_of_a_division_only_the_main_one_of_isic_leads_to_products():
    assert translated("850760", "HS2022", "GBT4754")["to_code"].tolist() == ["38"]
    assert "24" not in set(translated("283691", "HS2022", "GBT4754")["to_code"])


def test_a_class_is_taken_over_by_its_division():
    found = translated("3841", "GBT4754", "ISIC4")
    assert found["from_code"].unique().tolist() == ["38"]
    assert found["to_code"].tolist() == ["27", "26", "28"]


def test_a_code_without_a_partner_has_no_rows():
    assert translated("T", "GBT4754", "ISIC4").empty
    assert translated("98", "ISIC4", "GBT4754").empty


def test_all_revisions_together_have_codes_that_no_list_here_has():
    every = set(bridge("HS", "ISIC4")["from_code"])
    listed = {c for y in ("1992", "2017", "2022") for c in classification(f"HS{y}").codes}
    assert len(every - listed) == 166
    assert "850760" in every


def test_a_bridge_that_was_changed_is_whole_again_for_the_next():
    given = bridge("ISIC4", "NACE2")
    given["kind"] = "spoilt"
    assert "spoilt" not in set(bridge("ISIC4", "NACE2")["kind"])


def test_each_revision_of_hs_has_a_bridge_to_isic_of_its_own_codes():
    for year in ("1992", "2017", "2022"):
        codes = set(bridge(f"HS{year}", "ISIC4")["from_code"])
        assert codes < set(classification(f"HS{year}").codes)
        assert len(codes) > 4900


def test_a_list_is_bridged_to_itself_code_by_code():
    frame = bridge("ISIC4", "ISIC4")
    assert (frame["from_code"] == frame["to_code"]).all()
    assert set(frame["kind"]) == {"1:1"}
    assert len(bridge("HS2017", "HS2017")) == len(classification("HS2017"))


def test_a_list_without_a_bridge_and_a_code_that_is_not_there_are_refused():
    with pytest.raises(UnknownCodeError, match="no known list with a bridge"):
        bridge("ISO3166", "ISIC4")
    with pytest.raises(UnknownCodeError, match="no known list with a bridge"):
        bridge("ISIC4", "ISIC3")
    with pytest.raises(UnknownCodeError, match="no known code of GBT4754"):
        translated("38x", "GBT4754", "ISIC4")
