"""Laws of ratings: what units, orders and more firms may change, and what they may not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import carbon
from chainwright.carbon.methods.method_files import Method
from rated_firms import by_hand

THEIRS, OURS = Method.named("zj-2021"), Method.named("zj-2021-loo")
CLASSES = ("3110", "3120", "3130", "1711", "1712", "2614", "")
METHODS = [
    THEIRS,
    OURS,
    replace(THEIRS, mean="mean_of_ratios"),
    replace(OURS, mean="mean_of_ratios", least_peers=2),
]

amounts = st.floats(0.5, 5_000.0)


@st.composite
def cities(draw):
    """Return classes, emissions and value added of a few firms; some lose money."""
    n = draw(st.integers(2, 14))
    codes = draw(st.lists(st.sampled_from(CLASSES), min_size=n, max_size=n))
    net = draw(st.lists(amounts, min_size=n, max_size=n))
    added = draw(st.lists(amounts, min_size=n, max_size=n))
    losing = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    return codes, np.array(net), np.where(losing, -1.0, 1.0) * np.array(added)


def ratios(found):
    return found.K[:, -1]


def last(found, name):
    return getattr(found, name)[:, -1].tolist()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None)
@given(city=cities(), scale=st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_emission_changes_no_ratio(method, city, scale):
    codes, net, added = city
    one = carbon.rate(by_hand(codes, net, added), method=method)
    other = carbon.rate(by_hand(codes, net * scale, added), method=method)
    assert ratios(other) == pytest.approx(ratios(one), rel=1e-12, nan_ok=True)
    assert last(other, "reason") == last(one, "reason")
    assert other.L[:, -1] == pytest.approx(scale * one.L[:, -1], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None)
@given(city=cities(), seed=st.integers(0, 99))
def test_the_order_of_firms_changes_nothing_but_the_order(method, city, seed):
    codes, net, added = city
    order = np.random.default_rng(seed).permutation(len(codes))
    one = carbon.rate(by_hand(codes, net, added), method=method)
    turned = by_hand([codes[i] for i in order], net[order], added[order])
    other = carbon.rate(turned, method=method)
    assert ratios(other) == pytest.approx(ratios(one)[order], rel=1e-12, nan_ok=True)
    for name in ("peers", "digits", "peer_class", "reason"):
        assert last(other, name) == getattr(one, name)[order, -1].tolist()


@settings(max_examples=25, deadline=None)
@given(city=cities())
def test_weighed_by_what_they_would_emit_the_ratios_of_a_group_average_to_one(city):
    codes, net, added = city
    found = carbon.rate(by_hand(codes, net, added), method=replace(THEIRS, least_peers=1))
    rated = found.grade[:, -1] > 0
    for code in set(found.peer_class[rated, -1].tolist()):
        inside = rated & (found.peer_class[:, -1] == code)
        if inside.sum() < found.peers[inside, -1][0]:
            continue  # some of the group are compared with a finer one
        share = added[inside] / added[inside].sum()
        assert (share * ratios(found)[inside]).sum() == pytest.approx(1.0, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(city=cities())
def test_without_itself_a_firm_lies_further_from_its_peers(city):
    codes, net, added = city
    one = carbon.rate(by_hand(codes, net, added), method=THEIRS)
    two = carbon.rate(by_hand(codes, net, added), method=OURS)
    both = (one.grade[:, -1] > 0) & (two.grade[:, -1] > 0)
    same = both & (one.peer_class[:, -1] == two.peer_class[:, -1])
    far, near = np.abs(np.log(ratios(two)[same])), np.abs(np.log(ratios(one)[same]))
    assert (far >= near - 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(city=cities())
def test_a_firm_that_is_not_rated_has_nothing_but_a_reason(city):
    codes, net, added = city
    found = carbon.rate(by_hand(codes, net, added), method=OURS)
    none = found.grade[:, -1] == 0
    assert ((found.reason[:, -1] > 0) == none).all()
    assert np.isnan(found.K[none, -1]).all()
    assert np.isnan(found.mean[none, -1]).all()
    assert (found.level[none, -1] == 0).all()
    assert (found.digits[none, -1] == 0).all()
    assert (found.peer_class[none, -1] == "").all()
    assert (found.peers[~none, -1] >= 1).all()
    assert np.isfinite(found.K[~none, -1]).all()


@settings(max_examples=30, deadline=None)
@given(city=cities(), worse=st.floats(1.01, 5.0))
def test_who_emits_more_has_no_better_grade(city, worse):
    codes, net, added = city
    one = carbon.rate(by_hand(codes, net, added))
    more = net.copy()
    more[0] *= worse
    other = carbon.rate(by_hand(codes, more, added))
    assert other.grade[0, -1] >= one.grade[0, -1]
    assert other.level[0, -1] >= one.level[0, -1]
    assert not ratios(other)[0] < ratios(one)[0] * (1 - 1e-12)


@settings(max_examples=25, deadline=None)
@given(city=cities(), least=st.integers(1, 8))
def test_a_group_is_as_large_as_the_method_asks_or_it_is_the_widest(city, least):
    codes, net, added = city
    found = carbon.rate(by_hand(codes, net, added), method=replace(THEIRS, least_peers=least))
    rated = found.grade[:, -1] > 0
    small = rated & (found.peers[:, -1] < least)
    assert (found.digits[small, -1] == 1).all()
    width = np.array([1 if c.isalpha() else len(c) for c in found.peer_class[rated, -1].tolist()])
    assert (found.digits[rated, -1] == width).all()
