"""Laws of shocks: what is written is read, courses keep their bounds, weeks are sums of days."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.courses import course

texts = st.text(min_size=1, max_size=12)
codes = st.lists(texts, min_size=1, max_size=3, unique=True)
shares = st.floats(0.0, 1.0)
days = st.floats(0.01, 2000.0)


@st.composite
def sound_blows(draw):
    """Draw a blow with nothing wrong in itself."""
    kind = draw(st.sampled_from(["capacity", "capital", "supply_cut", "demand_drop"]))
    targets = ["nodes", "regions", "products", "firms"]
    words = {draw(st.sampled_from(targets)): draw(codes)}
    if kind == "supply_cut" and draw(st.booleans()):
        words = {"links": [("a", draw(texts))]}
    elif kind in {"supply_cut", "demand_drop"} and draw(st.booleans()):
        words["buyers"] = draw(codes)
    size = draw(st.sampled_from(["share", "shares"] + ["money"] * (kind == "capital")))
    sizes = {
        "share": shares,
        "shares": st.dictionaries(texts, shares, min_size=1, max_size=3),
        "money": st.floats(0.0, 1e300),
    }
    recovery = draw(st.sampled_from(["at_once", "linear", "convex", "convex_scaled", "concave"]))
    time = {"start_day": draw(st.floats(0.0, 400.0)), "days": draw(days), "recovery": recovery}
    if recovery != "at_once":
        time["recovery_days"] = draw(st.floats(2.5, 500.0))
    elif draw(st.booleans()):
        time["days"] = inf
    if recovery == "concave" and draw(st.booleans()):
        time["half_recovery_days"] = draw(st.floats(1.1, 2.4))
    if kind == "capital" and recovery == "linear" and draw(st.booleans()):
        time |= {"recovery": "rebuild", "rebuilding": {draw(texts): 1.0}}
    return Blow(kind, **words, **{size: draw(sizes[size])}, **time)


@given(st.lists(sound_blows(), min_size=1, max_size=4), st.text(), st.text(), st.text(max_size=40))
def test_what_is_written_is_read(blows, name_en, name_zh, source):
    shock = Shock(tuple(blows), name_en, name_zh, source)
    assert Shock.of_toml(shock.to_toml()) == shock


@given(sound_blows(), st.sampled_from([0.5, 1.0, 7.0]))
def test_a_course_lies_between_0_and_1_and_falls_once_it_is_full(blow, step_days):
    held = course(blow, 60, step_days)
    assert ((held >= 0.0) & (held <= 1.0)).all()
    after = held[int(blow.start_day // step_days) + 1 :]
    if blow.days > step_days:
        assert (np.diff(after) <= 1e-12).all()


@given(st.floats(0.0, 100.0), st.floats(0.01, 100.0))
def test_a_blow_that_ends_at_once_holds_for_its_days_whatever_the_step(start, lasting):
    blow = Blow("capacity", nodes="a", share=1.0, start_day=start, days=lasting)
    assert course(blow, 210).sum() == pytest.approx(lasting)
    assert 7.0 * course(blow, 30, 7.0).sum() == pytest.approx(lasting)


@given(sound_blows())
def test_weeks_are_means_of_days(blow):
    by_day = course(blow, 70).reshape(10, 7).mean(axis=1)
    assert course(blow, 10, 7.0) == pytest.approx(by_day)
