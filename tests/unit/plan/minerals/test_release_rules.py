"""Rules of release against a plain reading of them, week by week."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan import Release, mineral_reserves
from chainwright.plan.minerals.outage_need_kernels import released
from chainwright.plan.minerals.release_rules import RULES
from mineral_worlds import case_ramps, one_supplier, plain_release, use_of_the_case


def ran(rule, release, *, reserve=500.0, kept=0.999, draws=60):
    """Return the draws of the case, and what the kernel makes of them by a rule."""
    found = mineral_reserves(
        one_supplier(),
        "JPN",
        draws=draws,
        consumption=use_of_the_case(),
        replacement=case_ramps(),
    )
    need, drawn, ramps = found.needs[0], found.draws, found.replacement.ramps(104)
    out = np.zeros((1, draws, 6))
    released(
        need.use, need.rest, need.failing, need.others, drawn.weeks, drawn.share, need.saved,
        need.delivered, ramps, reserve, kept, RULES.index(rule), release.hold_back,
        int(release.hold_back_weeks), release.priority_share, out,
    )  # fmt: skip
    gaps = [
        np.maximum(
            0.0,
            need.failing[0] * drawn.share[d]
            - 100 * 0.2 * ramps[0, : drawn.weeks[d]]
            - 100 * 0.1 * ramps[1, : drawn.weeks[d]],
        )
        for d in range(draws)
    ]
    return found, gaps, out[0]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("reserve", [50.0, 500.0, 3000.0])
def test_each_rule_does_what_it_says_week_by_week(rule, reserve):
    release = Release(hold_back=0.4, hold_back_weeks=9, priority_share=0.25)
    _, gaps, out = ran(rule, release, reserve=reserve)
    for gap, row in zip(gaps, out, strict=True):
        met, ahead, short, left, spoiled = plain_release(gap, reserve, 0.999, rule, release)
        assert row[0] == pytest.approx(gap.sum())
        assert row[1:3] == pytest.approx([met, ahead])
        assert row[3] == (-1.0 if short is None else short)
        assert row[4:] == pytest.approx([left, spoiled], abs=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_held_is_released_left_or_spoiled(rule):
    _, _, out = ran(rule, Release(), kept=0.99)
    assert out[:, 1] + out[:, 4] + out[:, 5] == pytest.approx(np.full(len(out), 500.0))
    assert (out[:, 1] <= out[:, 0] + 1e-9).all()


def test_priority_users_get_at_least_as_much_as_by_other_rules():
    release = Release(hold_back=0.5, hold_back_weeks=40, priority_share=0.3)
    ahead = {rule: ran(rule, release)[2][:, 2] for rule in RULES}
    assert (ahead["priority"] >= ahead["proportional"] - 1e-9).all()
    assert (ahead["priority"] >= ahead["held_back"] - 1e-9).all()
    assert ahead["priority"].sum() > ahead["proportional"].sum()


def test_nothing_held_back_and_no_priority_makes_all_rules_alike():
    release = Release(hold_back=0.0, priority_share=0.0)
    first, *others = (ran(rule, release)[2] for rule in RULES)
    for other in others:
        assert other == pytest.approx(first)


def test_the_table_tells_shares_of_the_outages_that_the_reserve_is_for():
    found = mineral_reserves(one_supplier(), "JPN", draws=500, level=0.8)
    table = found.tables()["mineral_reserves_release"].set_index("rule")
    assert list(table.index) == list(RULES)
    assert table.loc["proportional", "met_in_full"] == pytest.approx(0.8)
    assert (table["met_in_full"] <= 0.8 + 1e-12).all()
    assert table.loc["priority", "priority_met"] > table.loc["priority", "met"]
    assert (table["spoiled"] == 0.0).all()


def test_what_spoils_meets_less():
    spoiling = use_of_the_case(spoilage_per_year=0.5)
    plain, less = (
        mineral_reserves(one_supplier(), "JPN", draws=100, consumption=use).tables()[
            "mineral_reserves_release"
        ]
        for use in (use_of_the_case(), spoiling)
    )
    assert (less["met"] < plain["met"]).all()
    assert (less["spoiled"] > 0.05).all()


def test_a_share_above_one_is_refused():
    with pytest.raises(ParameterError, match="hold_back"):
        Release(hold_back=1.2)
