"""Blocs among the places of trade: who is in, who is missing, what they are called."""

import numpy as np
import pytest

from chainwright.classes import place_codes
from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system import Axis, bloc
from chainwright.system.home import groups
from chainwright.system.places import Bloc, joined

PLACES = Axis("place", ("CHN", "DEU", "FRA", "JPN"), ("China", "Germany", "France", "Japan"))


def test_a_place_is_a_bloc_of_itself():
    assert bloc(PLACES, "CHN") == Bloc("CHN", ("CHN",), ())


def test_a_group_names_the_members_that_are_not_there():
    union = bloc(PLACES, "EU27")
    assert union.members == ("DEU", "FRA")
    assert len(union.missing) == 25
    assert not set(union.missing) & set(PLACES.codes)
    assert {*union.members, *union.missing} == set(groups()["EU27"])


@pytest.mark.parametrize("wanted", ["JPN+EU27", ["JPN", "EU27"], ("JPN", "EU27")])
def test_places_and_groups_may_be_joined_by_plus_or_in_a_list(wanted):
    found = bloc(PLACES, wanted)
    assert (found.name, found.members) == ("JPN+EU27", ("JPN", "DEU", "FRA"))


def test_a_member_that_is_named_twice_counts_once():
    found = bloc(PLACES, "DEU+EU27+DEU")
    assert found.name == "DEU+EU27"
    assert found.members == ("DEU", "FRA")


def test_a_group_of_the_user_comes_before_one_of_ours():
    found = bloc(PLACES, "EU27", own={"EU27": ["JPN", "KOR"]})
    assert (found.members, found.missing) == (("JPN",), ("KOR",))
    assert bloc(PLACES, "EU27", own={"other": ["JPN"]}).members == ("DEU", "FRA")


def test_a_place_comes_before_a_group_of_the_same_name():
    assert bloc(PLACES, "JPN", own={"JPN": ["DEU"]}).members == ("JPN",)


def test_a_word_that_is_neither_is_refused_with_near_ones():
    with pytest.raises(UnknownCodeError, match=r"'EU26' .*EU27"):
        bloc(PLACES, "EU26")
    with pytest.raises(UnknownCodeError, match=r"'JPM' .*JPN"):
        bloc(PLACES, "CHN+JPM")


def test_a_group_without_a_member_here_is_refused():
    with pytest.raises(LabelError, match="None of the 27 members of EU27"):
        bloc(Axis("place", ("CHN", "JPN")), "EU27")


def test_the_mask_marks_the_members_in_the_order_of_the_places():
    np.testing.assert_array_equal(bloc(PLACES, "EU27").mask(PLACES), [False, True, True, False])
    turned = Axis("place", PLACES.codes[::-1])
    np.testing.assert_array_equal(bloc(PLACES, "EU27").mask(turned), [False, True, True, False])
    np.testing.assert_array_equal(bloc(PLACES, "JPN").mask(turned), [True, False, False, False])


def test_blocs_come_after_the_countries_in_the_order_they_were_asked_for():
    axis, new = joined(PLACES, [bloc(PLACES, "JPN+CHN"), bloc(PLACES, "EU27")])
    assert axis.codes == ("JPN+CHN", "EU27")
    assert new.tolist() == [0, 1, 1, 0]
    axis, new = joined(PLACES, [bloc(PLACES, "EU27")])
    assert axis.codes == ("CHN", "JPN", "EU27")
    assert new.tolist() == [0, 2, 2, 1]
    assert new.dtype == np.int32


def test_countries_keep_their_names_and_a_bloc_has_its_own():
    axis, _ = joined(PLACES, [bloc(PLACES, "EU27")])
    assert [axis.name(i, "en") for i in range(3)] == ["China", "Japan", "EU27"]


def test_a_group_with_one_member_here_keeps_the_place_of_that_member():
    few = Axis("place", ("CHN", "DEU", "JPN"))
    axis, new = joined(few, [bloc(few, "EU27")])
    assert axis.codes == few.codes  # and no empty place of the group besides
    assert new.tolist() == [0, 1, 2]


def test_no_bloc_changes_nothing():
    axis, new = joined(PLACES, [])
    assert axis.codes == PLACES.codes
    assert new.tolist() == [0, 1, 2, 3]


def test_two_blocs_that_share_a_member_are_refused_even_if_one_has_no_other():
    both = [bloc(PLACES, "EU27"), bloc(PLACES, "DEU")]
    with pytest.raises(LabelError, match="DEU is in both EU27 and DEU"):
        joined(PLACES, both)
    with pytest.raises(LabelError, match="FRA is in both FRA and EU27"):
        joined(PLACES, [bloc(PLACES, "FRA"), bloc(PLACES, "EU27")])


def test_each_group_of_ours_has_members_that_are_countries_once():
    known = set(place_codes().values())
    for name, members in groups().items():
        assert len(set(members)) == len(members), name
        assert set(members) <= known, name
        axis = Axis("place", tuple(members))
        assert bloc(axis, name).missing == ()
        assert joined(axis, [bloc(axis, name)])[0].codes == (name,)
