import numpy as np
import pytest

from chainwright.diagnose.sectors.discrimination import alike, alike_notes, tells_apart

APART = np.array([0.01, 0.02, 0.03, 0.04])


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [
        ([0.0, 0.0, 0.0, 5.0], 0.75, 0.0),
        ([1.0, 1.05, 2.0, 4.0], 0.5, 1.0),
        ([1.0, 1.06, 2.0, 4.0], 0.25, 1.0),
        ([3.0, 3.0, 3.1, 9.0], 0.75, 3.0),
        ([2.0], 0.0, np.nan),
    ],
)
def test_the_largest_share_of_like_values_is_found(values, share, value):
    got = alike(np.array(values))
    assert got[0] == share
    np.testing.assert_equal(got[1], value)


@pytest.mark.parametrize(
    ("shares", "apart"),
    [
        (APART, True),
        ([0.0, 0.0, 0.0, *APART], True),
        ([0.0, 0.0, 0.0, 0.05, 0.05, 0.02], False),
        ([0.05, 0.05, 0.05, 0.01], False),
        ([0.05, 0.05, 0.01, 0.02], True),
    ],
)
def test_it_tells_apart_unless_most_that_reach_anyone_reach_the_same(shares, apart):
    assert tells_apart(np.array(shares)) is apart


def test_most_that_stop_no_one_are_told_as_such():
    notes = alike_notes(np.array([0.0] * 6 + APART.tolist()), np.ones(10, dtype=bool))
    assert len(notes) == 1
    assert "60% of all suppliers reach the same result, nothing" in notes[0][0]
    assert "结果同为零" in notes[0][1]


def test_goods_that_reach_the_same_are_told_apart_from_the_rest():
    shares = np.array([0.05, 0.05, 0.05, *APART])
    notes = alike_notes(shares, shares == 0.05)
    assert [en.partition(":")[0] for en, _ in notes] == [
        "shortage_all does not discriminate among the goods that stop anyone"
    ]
