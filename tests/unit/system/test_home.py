import pytest

from chainwright import System
from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system import Home, groups


def test_home_is_a_region_a_list_or_codes_joined_by_plus(toy):
    assert Home.of(toy.flows, "B").regions == ("B",)
    assert Home.of(toy.flows, ["C", "A"]).regions == ("A", "C")
    assert Home.of(toy.flows, "C+A").regions == ("A", "C")
    assert Home.of(toy.flows, "C+A").name == "C+A"
    assert Home.of(toy.flows, "B").mask(toy.flows).tolist() == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_the_nation_holds_home(toy):
    home = Home.of(toy.flows, "A", "A+B")
    assert home.nation == ("A", "B")
    assert home.nation_mask(toy.flows).sum() == 4
    with pytest.raises(LabelError, match="The nation lacks A of home"):
        Home.of(toy.flows, "A", "B+C")


def test_an_unknown_home_offers_near_names(wiod2011):
    with pytest.raises(
        UnknownCodeError, match=r"'CHNN' is no known region of this table. Did you mean CHN"
    ):
        Home.of(wiod2011.flows, "CHNN")


def test_the_whole_table_is_no_home(toy):
    with pytest.raises(LabelError, match="Home is the whole table"):
        Home.of(toy.flows, "A+B+C")


def test_a_group_is_its_members_that_the_table_lists_and_says_which_it_lacks(wiod2011):
    home = Home.of(wiod2011.flows, "EU27")
    assert len(home.regions) == 26
    assert home.missing == ("HRV",)
    assert "ROM" in home.regions  # the table's own code for ROU


def test_a_group_without_a_member_in_the_table_is_refused(toy):
    with pytest.raises(LabelError, match="None of the 7 members of G7"):
        Home.of(toy.flows, "G7")


def test_parts_of_a_split_country_are_that_country():
    import pandas as pd  # noqa: PLC0415

    from toys import long_table  # noqa: PLC0415

    rows = long_table(
        intermediate={("CN1:m", "CN2:m"): 1.0, ("CN2:m", "USA:m"): 1.0},
        final={(f"{r}:m", "USA:household"): 2.0 for r in ("CN1", "CN2", "USA")},
    )
    assert isinstance(rows, pd.DataFrame)
    assert Home.of(System.from_table(rows).flows, "CHN").regions == ("CN1", "CN2")


def test_groups_have_the_members_that_treaties_name():
    assert len(groups()["EU27"]) == 27
    assert set(groups()["USMCA"]) == {"USA", "CAN", "MEX"}
