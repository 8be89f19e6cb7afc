"""Each finding of the audit, on a table made to have it, and on one that has not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright.sources.reading import Origin, Reading
from chainwright.system import System
from chainwright.system.assemble import assemble
from chainwright.system.audit import check, imbalances, spectral_radius

SOUND = Reading(
    origin=Origin(file="made.csv"),
    nodes=[("A", "s1"), ("A", "s2"), ("B", "s1"), ("B", "s2")],
    users=[("A", "HFCE"), ("A", "INVNT")],
    matrix=np.array(
        [[10.0, 20.0, 2.0, 8.0], [5.0, 5.0, 4.0, 6.0], [2.0, 8.0, 1.0, 9.0], [1.0, 2.0, 3.0, 4.0]]
    ),
    final=np.array([[55.0, 5.0], [70.0, 10.0], [75.0, 5.0], [85.0, 5.0]]),
    value_added_kinds=["wages"],
    value_added=np.array([[82.0, 65.0, 90.0, 73.0]]),
    stated_output=np.array([100.0, 100.0, 100.0, 100.0]),
    currency="EUR",
    year=2019,
)


def made(**changes):
    return assemble(replace(SOUND, **changes))


def rows(test, **changes):
    """Return the findings of one test on the sound table with changes."""
    found = check(made(**changes))
    return found[found["test"] == test].reset_index(drop=True)


def only(test, **changes):
    found = rows(test, **changes)
    assert len(found) == 1
    return found.iloc[0]


def test_a_sound_table_passes_every_test():
    found = check(made())
    assert set(found["status"]) == {"PASS"}
    assert list(found.columns) == ["test", "status", "place", "found"]
    assert imbalances(made()).empty


def test_a_currency_that_is_not_stated_is_a_warning_and_no_failure():
    assert only("currency", currency=None)["status"] == "WARNING"
    assert only("currency")["found"] == "EUR of 2019"


@pytest.mark.parametrize(
    ("stated", "status"), [(100.0 + 1e-8, "PASS"), (101.0, "WARNING"), (130.0, "FAIL")]
)
def test_the_row_balance_is_judged_by_the_size_of_all_gaps(stated, status):
    found = only("row balance", stated_output=np.array([100.0, stated, 100.0, 100.0]))
    assert found["status"] == status
    assert found["place"] == "A:s2"
    assert f"the largest is {100.0 - stated:,.6g}" in found["found"]


def test_a_table_that_states_no_output_skips_the_row_balance():
    assert only("row balance", stated_output=None)["status"] == "SKIPPED"


def test_the_column_balance_compares_inputs_and_value_added_with_output():
    value_added = SOUND.value_added + np.array([[0.0, 0.0, 0.0, 2.0]])
    found = only("column balance", value_added=value_added)
    assert (found["status"], found["place"]) == ("WARNING", "B:s2")
    table = imbalances(made(value_added=value_added))
    assert table[["balance", "region", "sector", "difference"]].to_numpy().tolist() == [
        ["column", "B", "s2", 2.0]
    ]
    without = only("column balance", value_added_kinds=(), value_added=None)
    assert without["status"] == "SKIPPED"


def test_imbalances_stand_largest_first_whatever_their_sign():
    table = imbalances(
        made(
            stated_output=np.array([103.0, 100.0, 99.0, 100.0]),
            value_added=SOUND.value_added + np.array([[0.0, -2.0, 0.0, 0.0]]),
        )
    )
    assert table["difference"].tolist() == [-3.0, -2.0, 1.0]
    assert table["balance"].tolist() == ["row", "column", "row"]
    np.testing.assert_allclose(table["relative"], [-3 / 103, -2 / 100, 1 / 100])


def test_a_stated_output_off_by_a_power_of_ten_is_a_suspect_of_scale():
    found = only("scale", stated_output=np.array([100.0, 1000.0, 100.0, 100.0]))
    assert (found["status"], found["place"]) == ("WARNING", "A:s2")
    assert "a power of ten?" in found["found"]
    assert rows("scale", stated_output=np.array([100.0, 300.0, 100.0, 100.0])).empty


IDLE = {
    "matrix": SOUND.matrix * np.array([1, 1, 1, 0])[:, None] * np.array([1, 1, 1, 0]),
    "final": SOUND.final * np.array([1, 1, 1, 0])[:, None],
    "value_added": SOUND.value_added * np.array([1, 1, 1, 0]),
    "stated_output": None,
}


def test_a_node_without_output_is_listed():
    found = only("zero output", **IDLE)
    assert (found["status"], found["found"]) == ("WARNING", "1 nodes: B:s2")
    assert only("zero output")["found"] == "0 nodes"


def test_output_below_zero_within_rounding_is_listed_with_its_inputs():
    final = IDLE["final"] + np.array([[0, 0], [0, 0], [0, 0], [0, -1e-5]])
    found = only("output within rounding", **{**IDLE, "final": final})
    assert found["place"] == "B:s2"
    assert "kept, taken as zero" in found["found"]
    assert "-1e-05" in found["found"]


def test_negative_value_added_is_counted_and_listed():
    value_added = np.array([[82.0, -65.0, 90.0, 73.0]])
    found = rows("negative value added", value_added=value_added)
    assert found["status"].tolist() == ["WARNING", "WARNING"]
    assert found["found"][0] == "1 nodes"
    assert found["place"][1] == "A:s2"


def test_a_negative_change_of_stocks_is_expected_and_a_negative_household_is_not():
    stocks = SOUND.final + np.array([[0.0, -15.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    assert only("negative final deliveries", final=stocks)["status"] == "PASS"
    assert "1 cells, 0 of them" in only("negative final deliveries", final=stocks)["found"]
    households = SOUND.final * np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [-0.1, 1.0]])
    households[3, 1] = 50.0
    assert only("negative final deliveries", final=households)["status"] == "WARNING"


def test_a_negative_intermediate_delivery_is_a_warning():
    matrix = SOUND.matrix.copy()
    matrix[0, 1] = -1.0
    found = only("negative intermediate deliveries", matrix=matrix)
    assert (found["status"], found["found"]) == ("WARNING", "1 cells")


def test_a_final_category_of_no_known_role_is_named():
    users = [("A", "HFCE"), ("A", "mystery")]
    found = only("final categories", users=users)
    assert found["status"] == "WARNING"
    assert "mystery" in found["found"]
    assert rows("final categories").empty


@pytest.mark.parametrize("what", ["row", "column"])
def test_a_total_left_in_the_table_is_found(what):
    matrix = SOUND.matrix.copy()
    if what == "row":
        matrix[3] = matrix[:3].sum(axis=0)
    else:
        matrix[:, 3] = matrix[:, :3].sum(axis=1)
    found = only("totals left in the table", matrix=matrix)
    assert found["status"] == "FAIL"
    assert f"{what} B:s2" in found["found"]


def test_two_nodes_are_too_few_to_look_for_a_total():
    found = only(
        "totals left in the table",
        nodes=SOUND.nodes[:2],
        matrix=SOUND.matrix[:2, :2],
        final=SOUND.final[:2],
        value_added=SOUND.value_added[:, :2],
        stated_output=None,
    )
    assert found["status"] == "SKIPPED"


def test_inputs_above_output_are_named_and_the_radius_is_that_of_the_whole_table():
    greedy = SOUND.matrix * 8.0
    found = check(made(matrix=greedy, final=SOUND.final * 0.05, stated_output=None))
    table = found.set_index("test")
    assert table.loc["productive", "status"] == "PASS"  # some column is above one, the whole is not
    assert "inputs above output" in table.index
    radius = float(table.loc["productive", "found"].split("coefficients ")[1].split(",")[0])
    flows = made(matrix=greedy, final=SOUND.final * 0.05, stated_output=None)
    assert radius == pytest.approx(np.abs(np.linalg.eigvals(flows.coefficients())).max(), abs=1e-4)


def test_the_spectral_radius_of_nothing_is_zero():
    assert spectral_radius(np.zeros((3, 3))) == 0.0
    assert spectral_radius(np.diag([0.2, 0.7, 0.1])) == pytest.approx(0.7, rel=1e-6)


def test_the_audit_repairs_nothing():
    flows = made(stated_output=np.array([130.0, 100.0, 100.0, 100.0]))
    before = flows.matrix.copy(), flows.final.copy()
    system = System(flows)
    first, second = system.check(), system.check()
    pd.testing.assert_frame_equal(first, second)
    np.testing.assert_array_equal(flows.matrix, before[0])
    np.testing.assert_array_equal(flows.final, before[1])
