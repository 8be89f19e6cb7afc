"""WIOD 2011: what a disaster stops in Japan, restarted in the best order, checked by the run."""

import pytest

from chainwright import stress
from chainwright.plan import resume
from chainwright.stress import Blow, InventoryModel, Shock

LOST = {"JPN:c12": 0.30, "JPN:c13": 0.25, "JPN:c14": 0.35, "JPN:c15": 0.50}
"""Shares of capacity lost: an assumption of the size of 2011."""


@pytest.fixture(scope="module")
def japan(wiod2011):
    blow = Blow(
        "capacity", nodes=tuple(LOST), shares=LOST, days=7, recovery="linear", recovery_days=90
    )
    shock = Shock((blow,), "Japan, as in 2011")
    weekly = InventoryModel(step="week")
    return resume(wiod2011, shock, capacity=1, home="JPN", model=weekly)


def test_every_order_was_run_and_none_loses_less(japan, wiod2011):
    assert japan.searched.all_orders
    assert japan.searched.runs == 24
    run = stress.run(wiod2011, japan.shock(), days=japan.days, model=japan.question.model)
    table = run.table()
    lost = table[(table["level"] == "region") & (table["region"] == "JPN")]["value_added_lost"]
    assert japan.loss() == pytest.approx(float(lost.iloc[0]), rel=1e-3)
    for way in ("value_alone", "additive_order"):
        if way in japan.ways:
            assert japan.loss() <= japan.loss(way) * (1 + 1e-9)


def test_what_is_lost_a_day_is_the_share_of_value_added(japan, wiod2011):
    flows = wiod2011.flows
    found = japan.table().set_index("node")
    for code, share in LOST.items():
        node = flows.nodes.find(code)
        inputs = flows.matrix[:, node].sum()
        per_day = share * (flows.output[node] - inputs) / 365.0
        assert found.loc[code, "value_per_day"] == pytest.approx(per_day, rel=1e-6)
        assert found.loc[code, "work_days"] == pytest.approx(90.0 * share)
    assert japan.begin == 7.0


def test_basic_metals_are_needed_by_the_other_three(japan):
    stopped = japan.question.stopped
    needs = {tuple(stopped.codes[list(pair)]) for pair in stopped.needs}
    assert {(code, "JPN:c12") for code in LOST if code != "JPN:c12"} <= needs


def test_the_sum_is_between_its_bound_and_proportional_restart_at_most_in_an_order(japan):
    frame = japan.compared().set_index("way")
    best = frame.loc["additive_order" if "additive_order" in frame.index else "this_order"]
    assert best["bound"] <= best["loss_additive"] * (1 + 1e-12)
    assert best["loss_additive"] < frame.loc["proportional", "loss_additive"]
    assert frame.loc["all_at_once", "loss_engine"] < frame["loss_engine"].drop("all_at_once").min()
