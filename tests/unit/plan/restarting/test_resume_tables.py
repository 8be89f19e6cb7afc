"""Tables of a restart on the case that is worked by hand: each column, each way, each day."""

import numpy as np
import pytest

from chainwright.plan import resume
from chainwright.stress import Blow, InventoryModel, Shock
from restart_worlds import NAMES, NEEDS, VALUES, WORK, WORKED, code, worked_shock, worked_system

MODEL = InventoryModel(overproduction_max=1.0)
"""Nothing that was lost is made later, so that the engine adds up."""

REST = 154.0
"""Output a day at rest: 54 of the five nodes and 100 of a sixth."""


def asked(**more):
    return resume(
        worked_system(), worked_shock(), model=MODEL, days=40, engine_runs=0, **(WORKED | more)
    )


@pytest.fixture(scope="module")
def found():
    return asked()


@pytest.fixture(scope="module")
def compared(found):
    return found.compared().set_index("way")


def test_the_order_of_the_case_is_told_day_by_day(found):
    rows = found.table().set_index("node")
    order = [name[-1] for name in rows.index]
    work = dict(zip(NAMES, WORK, strict=True))
    starts = np.concatenate([[0.0], np.cumsum([work[name] for name in order])])
    assert rows["start_day"].tolist() == starts[:-1].tolist()
    assert rows["done_day"].tolist() == starts[1:].tolist()
    # S and K need M, T needs S and P: each runs when the last of these and itself is restarted
    done = rows["done_day"].to_dict()
    for name in NAMES:
        needed = [code(i) for user, i in NEEDS if user == name]
        assert rows.loc[code(name), "runs_day"] == max(done[n] for n in [code(name), *needed])


def test_the_loss_of_each_node_is_its_value_times_the_days_until_it_runs(found):
    rows = found.table().set_index("node")
    values = {code(n): v for n, v in zip(NAMES, VALUES, strict=True)}
    assert rows["value_per_day"].to_dict() == pytest.approx(values)
    for node, row in rows.iterrows():
        assert row["loss"] == pytest.approx(values[node] * row["runs_day"])
        assert row["loss_share"] == pytest.approx(row["loss"] / 500.0)


def test_how_many_need_a_node_counts_each_of_them_once():
    twice = asked(needs=[*WORKED["needs"], *WORKED["needs"]])
    rows = twice.table().set_index("node")
    assert "2 that stand still need it." in rows.loc["A:M", "reason_en"]  # S and K
    assert "1 that stands still needs it." in rows.loc["A:P", "reason_en"]
    assert "still need" not in rows.loc["A:K", "reason_en"]


def test_where_no_value_is_lost_no_share_is_told():
    worthless = Shock((Blow("capacity", nodes="A:M", share=1.0, days=9),))
    nothing = resume(worked_system(), worthless, capacity=1, model=MODEL, days=20, engine_runs=0)
    assert nothing.table()["loss"].tolist() == [0.0]
    assert nothing.table()["loss_share"].isna().all()


def test_what_each_way_saves_is_counted_from_proportional_restart(compared):
    # proportional: 12 days of all, half of it in part: 324; whole: 648; this order 500; alone 630
    assert compared["loss_engine"].to_dict() == pytest.approx({
        "this_order": 500.0, "proportional": 324.0, "proportional_whole": 648.0,
        "value_alone": 630.0, "all_at_once": 198.0,
    })  # fmt: skip
    assert compared["saved"].to_dict() == pytest.approx({
        "this_order": -176.0, "proportional": 0.0, "proportional_whole": -324.0,
        "value_alone": -306.0, "all_at_once": 126.0,
    })  # fmt: skip


def test_a_crew_for_everyone_has_no_bound_of_its_own_and_the_others_one_of_their_kind(compared):
    assert np.isnan(compared.loc["all_at_once", "bound"])
    whole = compared.loc[["this_order", "value_alone"], "bound"]
    assert whole.tolist() == pytest.approx([500.0, 500.0])
    in_part = compared.loc["proportional", "bound"]
    assert in_part <= 324.0
    assert in_part < compared.loc["this_order", "bound"]


def test_last_days_are_those_on_which_all_run(compared):
    assert compared["last_day"].to_dict() == {
        "this_order": 12.0, "proportional": 12.0, "proportional_whole": 12.0,
        "value_alone": 12.0, "all_at_once": 4.0,
    }  # fmt: skip


def test_days_before_crews_begin_are_lost_in_every_way_and_in_every_bound(compared):
    late = asked(begin_day=3.0).compared().set_index("way")
    assert late["loss_before"].tolist() == pytest.approx([3 * 54.0] * len(late))
    assert late["loss_engine"].tolist() == pytest.approx(
        (compared["loss_engine"] + 3 * 54.0).tolist()
    )
    assert late.loc["this_order", "bound"] == pytest.approx(500.0 + 3 * 54.0)
    assert late["last_day"].tolist() == (compared["last_day"] + 3.0).tolist()


def test_output_by_day_lacks_what_does_not_run_and_adds_up_to_the_loss(found, compared):
    frame = found.by_day()
    for way, rows in frame.groupby("way"):
        lost = REST * (1.0 - rows["output_share"]).sum()
        assert lost == pytest.approx(compared.loc[way, "loss_engine"])
        assert len(rows) == 40
    whole = frame[frame["way"] == "proportional_whole"].set_index("day")
    assert whole.loc[0:11, "output_share"].tolist() == pytest.approx([100.0 / REST] * 12)
    assert whole.loc[12:, "output_share"].tolist() == pytest.approx([1.0] * 28)
    assert whole["running"].tolist() == [0] * 12 + [5] * 28


def test_in_part_output_rises_evenly_while_all_are_mended_at_once(found):
    rows = found.by_day()
    even = rows[rows["way"] == "proportional"].set_index("day")["output_share"]
    # mean of each of twelve days: 1/24, 3/24, ... of the 54 that were lost
    wanted = [(100.0 + 54.0 * (2 * t + 1) / 24.0) / REST for t in range(12)]
    assert even.loc[0:11].tolist() == pytest.approx(wanted)
