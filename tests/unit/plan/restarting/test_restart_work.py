"""Tables of restart work: what is read, and every breach named."""

import pandas as pd
import pytest

from chainwright.errors import ParameterError, TableError
from chainwright.plan import read_restart_work, resume
from chainwright.plan.restarting.restart_work import RestartWork
from chainwright.stress import InventoryModel
from chainwright.tables import example
from restart_worlds import NEEDS, WORKED, code, worked_shock, worked_system

MODEL = InventoryModel(overproduction_max=1.0)


def table(**columns):
    return pd.DataFrame(columns)


def test_the_example_is_read():
    read = read_restart_work_of(example("restart_work"))
    assert read.days == {"JPN:c12": 20.0, "JPN:c15": 45.0}
    assert read.needs == {"JPN:c12": (), "JPN:c15": ("JPN:c12", "JPN:c14")}


def read_restart_work_of(text):
    from io import StringIO  # noqa: PLC0415

    return read_restart_work(pd.read_csv(StringIO(text), dtype=str, keep_default_na=False))


def test_a_mapping_and_what_was_read_are_taken_as_they_are():
    read = read_restart_work({"A": 3})
    assert read == RestartWork({"A": 3.0}, {})
    assert read_restart_work(read) is read


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), True, "3"])
def test_a_mapping_with_no_days_is_refused(wrong):
    with pytest.raises(ParameterError, match="0 or more, for A"):
        read_restart_work({"A": wrong})


def test_days_below_zero_and_nodes_named_twice_are_all_listed():
    with pytest.raises(TableError) as caught:
        read_restart_work(table(node=["A", "B", "A"], days=[-1.0, 2.0, -3.0]))
    said = str(caught.value)
    assert "row 2, column 'days'" in said
    assert "row 4, column 'days'" in said
    assert "0 or more" in said


def test_a_file_says_work_and_needs_of_the_worked_case(tmp_path):
    needs = {j: ";".join(code(i) for user, i in NEEDS if user == j) for j in "MSPTK"}
    frame = table(
        node=[code(n) for n in "MSPTK"],
        days=[3, 2, 4, 1, 2],
        needs=[needs[n] or "none" for n in "MSPTK"],
        source="foremen",
    )
    path = tmp_path / "work.csv"
    frame.to_csv(path, index=False)
    found = resume(
        worked_system(), worked_shock(), capacity=1, restart_work=path, in_part=False, days=40,
        model=MODEL, engine_runs=0,
    )  # fmt: skip
    assert found.ways["this_order"].loss == pytest.approx(500.0)
    assert found.loss() == pytest.approx(500.0, rel=1e-9)
    assert set(found.table()["work_source"]) == {"given"}
    given = {
        tuple(found.question.stopped.codes[list(pair)]) for pair in found.question.stopped.given
    }
    assert given == {(code(j), code(i)) for j, i in NEEDS}


def test_what_is_not_in_the_table_keeps_its_own_work():
    found = resume(
        worked_system(), worked_shock(), restart_work={"A:S": 2.0}, capacity=1, engine_runs=0,
        days=30,
    )  # fmt: skip
    frame = found.table().set_index("node")
    assert frame.loc["A:S", ["work_days", "work_source"]].tolist() == [2.0, "given"]
    assert frame.loc["A:P", ["work_days", "work_source"]].tolist() == [99.0, "blow"]


def test_every_code_that_does_not_stand_still_is_named_with_its_row():
    work = table(node=["A:S", "A:Z", "A:Q"], days=[1, 2, 3], needs=["A:S;A:Y", "", ""])
    with pytest.raises(TableError) as caught:
        resume(worked_system(), worked_shock(), **{**WORKED, "restart_work": work})
    said = str(caught.value)
    for part in ("row 3, column 'node'", "row 4, column 'node'", "row 2, column 'needs'", "'A:Y'"):
        assert part in said
    assert "another node that the shock stops" in said
    assert len(caught.value.breaches) == 4
