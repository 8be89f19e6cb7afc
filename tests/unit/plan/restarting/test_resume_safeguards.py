"""Restarts of systems that hold something ready: it acts once, in every run, at both ends."""

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.plan import resume
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.system import Safeguard
from worlds import world

NODES = ("R0:s0", "R0:s1", "R1:s0")
MODEL = InventoryModel(stock_days=6.0, restoration_days=6.0, replaceable=0.0)


def shock(*more):
    shut = Blow("capacity", nodes=NODES, share=0.8, start_day=1, days=20)
    return Shock((shut, *more))


CUT = Blow("supply_cut", regions="R2", buyers="R0", share=1.0, start_day=0, days=30)


@pytest.fixture(scope="module")
def held():
    return world(3).with_safeguards(
        Safeguard("power", "stabilise", ("R0:s0",), 0.5),
        Safeguard("store", "reserve", ("R0",), 1.0, product="s0"),
        Safeguard("second", "second_source", ("R0",), 0.6, product="s1"),
        Safeguard("idle", "backup_capacity", ("R1:s0",), 0.3, after_days=2.0),
    )


def lost_in_runs(answer):
    table = answer.table()
    return table[table["level"] == "all"].set_index("end")["value_added_lost"]


@pytest.mark.parametrize("blows", [(), (CUT,)])
def test_a_way_run_on_its_own_loses_what_the_answer_says_at_every_end(held, blows):
    found = resume(held, shock(*blows), capacity=1, days=50, engine_runs=6, model=MODEL)
    ends = ["pooled", "by_origin"] if blows else ["single"]
    assert found.compared()["end"].unique().tolist() == ends
    for way in ("this_order", "proportional"):
        lost = lost_in_runs(stress.run(held, found.shock(way), days=50, model=MODEL))
        for end in ends:
            assert found.loss(way, end) == pytest.approx(lost[end], rel=1e-9)


def test_what_stabilises_is_taken_off_once(held):
    found = resume(held, shock(), capacity=1, days=50, engine_runs=0, model=MODEL, in_part=False)
    stopped = found.question.stopped
    share = dict(zip(stopped.codes.tolist(), stopped.share.tolist(), strict=True))
    assert share == pytest.approx({"R0:s0": 0.4, "R0:s1": 0.8, "R1:s0": 0.8})
    assert stopped.stated.tolist() == pytest.approx([0.8, 0.8, 0.8])
    # work is of what is left, and the shock of the way states what was stated
    work = dict(zip(stopped.codes.tolist(), stopped.work.tolist(), strict=True))
    assert work["R0:s0"] == pytest.approx(0.4 * 20.0)
    top = {}
    for blow in found.shock("all_at_once").blows:
        top[blow.nodes[0]] = max(top.get(blow.nodes[0], 0.0), blow.share)
    assert top == pytest.approx({"R0:s0": 0.8, "R0:s1": 0.8, "R1:s0": 0.8})


def test_what_is_kept_off_wholly_does_not_stand_still():
    safe = world(3).with_safeguards(Safeguard("power", "stabilise", ("R0:s0",), 1.0))
    found = resume(safe, shock(), capacity=1, days=50, engine_runs=0, model=MODEL)
    assert found.question.stopped.codes.tolist() == ["R0:s1", "R1:s0"]
    assert found.question.stopped.stated.tolist() == pytest.approx([0.8, 0.8])
    lost = lost_in_runs(stress.run(safe, found.shock(), days=50, model=MODEL))
    assert found.loss() == pytest.approx(lost["single"], rel=1e-9)


def test_what_is_held_ready_is_in_force_and_told(held):
    bare = world(3)
    with_it, without = (
        resume(system, shock(CUT), capacity=1, days=50, engine_runs=0, model=MODEL)
        for system in (held, bare)
    )
    for end in ("pooled", "by_origin"):
        assert with_it.loss("this_order", end) < without.loss("this_order", end)
    told = [note for note, _ in with_it.notes if note.startswith("What the system holds ready")]
    assert len(told) == 1
    assert told[0] in with_it.reading()
    assert "已备的保障措施" in with_it.reading("zh")
    assert "holds ready" not in without.reading()


def test_firms_hold_their_safeguards_in_the_runs_of_restarts():
    made = System.demo("firms", firms=80, links=320)
    codes = made.links.axis.codes
    shut = Shock((Blow("capacity", firms=codes[3:6], share=0.9, start_day=1, days=12.0),))
    user = made.links.buyer[np.isin(made.links.supplier, [3, 4, 5])][0]
    at = (made.links.buyer == user) & np.isin(made.links.supplier, [3, 4, 5])
    product = made.links.sectors.codes[made.links.sector[made.links.supplier[at][0]]]
    held = made.with_safeguards(
        Safeguard("store", "reserve", (codes[user],), 3.0, product=product),
        Safeguard("idle", "backup_capacity", (codes[3],), 0.4, after_days=1.0),
        Safeguard("power", "stabilise", (codes[4],), 0.5),
    )
    found = resume(held, shut, capacity=1, days=50, engine_runs=3)
    bare = resume(made, shut, capacity=1, days=50, engine_runs=3)
    assert found.question.stopped.share.tolist() == pytest.approx([0.9, 0.45, 0.9])
    for way in ("this_order", "proportional", "all_at_once"):
        lost = lost_in_runs(stress.run_firms(held, found.shock(way), days=50))
        for end in ("market", "suppliers"):
            assert found.loss(way, end) == pytest.approx(lost[end], rel=1e-9)
            assert found.loss(way, end) < bare.loss(way, end)
