import numpy as np
import pytest

from chainwright import System
from chainwright.errors import InfeasibleError, MissingPartError
from chainwright.system.audit import spectral_radius
from chainwright.system.audited import audited
from chainwright.system.balance import gras
from toys import long_table

GIVEN = np.array([[7.0, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1]])
ROWS, COLUMNS = np.array([15.0, 26, -1]), np.array([9.0, 16, 17, -2])


def test_gras_solves_the_example_of_junius_and_oosterhaven():
    balanced, gap, _ = gras(GIVEN, ROWS, COLUMNS, tolerance=1e-13)
    expected = [
        [8.97644, 3.74316, 5.721728, -3.441329],
        [2.799335, 12.25684, 9.992314, 0.951511],
        [-2.775776, 0, 1.285958, 0.489818],
    ]
    np.testing.assert_allclose(balanced, expected, atol=1e-6)
    assert gap <= 1e-12


def test_gras_with_margins_that_hold_changes_nothing():
    balanced, _, steps = gras(GIVEN, GIVEN.sum(axis=1), GIVEN.sum(axis=0))
    np.testing.assert_allclose(balanced, GIVEN)
    assert steps == 1


def test_margins_with_two_totals_are_refused():
    with pytest.raises(InfeasibleError, match="The two totals must be equal"):
        gras(GIVEN, ROWS, COLUMNS + 1.0)


def test_a_row_that_cannot_reach_its_sum_is_named():
    with pytest.raises(InfeasibleError, match=r"row 1 \(5\)"):
        gras(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([2.0, 5.0]), np.array([3.0, 4.0]))


def test_zeros_that_do_not_allow_the_margins_are_told():
    with pytest.raises(InfeasibleError, match="did not converge"):
        gras(
            np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([5.0, 1.0]), np.array([1.0, 5.0]), steps=50
        )


def test_imbalances_are_listed_largest_first(wiod2011):
    table = wiod2011.imbalances()
    first = table.iloc[0]
    assert (first["region"], first["sector"], first["stated"], first["computed"]) == (
        "NLD", "c23", 29022.0, 28914.0,
    )  # fmt: skip
    assert first["difference"] == -108.0
    assert table["difference"].abs().is_monotonic_decreasing
    assert table["difference"].abs().sum() == pytest.approx(59_272, abs=2)


def test_a_repair_brings_output_to_what_the_file_states_and_tells_what_it_moved(wiod2011):
    repair = wiod2011.balanced()
    np.testing.assert_allclose(
        repair.system.flows.output, wiod2011.flows.stated_output, rtol=0, atol=0.05
    )
    moved = repair.moved
    assert moved["moved"].abs().is_monotonic_decreasing
    np.testing.assert_allclose(moved["after"] - moved["before"], moved["moved"], atol=1e-6)
    assert repair.system.flows.origin.notes[-1].startswith("balanced by GRAS")
    assert wiod2011.imbalances()["difference"].abs().sum() > 59_000  # the given one is as it was
    assert repair.gap <= 1e-8


def test_a_table_that_states_no_output_has_nothing_to_be_balanced_against(toy):
    with pytest.raises(MissingPartError, match="the output that the file states"):
        toy.balanced()
    assert len(toy.imbalances()) == 0


def test_columns_are_checked_where_the_file_has_value_added():
    rows = long_table(
        intermediate={("A:m", "A:m"): 4.0},
        final={("A:m", "A:household"): 6.0},
        value_added={("wages", "A:m"): 5.0},
    )
    table = System.from_table(rows).imbalances()
    assert table.to_dict("records") == [
        {
            "balance": "column", "region": "A", "sector": "m", "stated": 10.0, "computed": 9.0,
            "difference": -1.0, "relative": -0.1,
        }
    ]  # fmt: skip


def test_the_audit_of_wiod_2011_finds_what_is_known_of_it(wiod2011):
    audit = wiod2011.check().set_index("test")
    assert audit.loc["zero output", "found"].startswith("22 nodes")
    assert list(audit.loc["output within rounding", "place"]) == ["LUX:c5", "LUX:c8"]
    assert audit.loc["inputs above output", "place"] == "LUX:c24"
    assert "0.6102" in audit.loc["productive", "found"]
    assert audit.loc["negative final deliveries", "found"].startswith("352 cells")
    assert audit.loc["column balance", "status"] == "SKIPPED"
    assert "FAIL" not in set(audit["status"])


def test_a_total_left_in_the_table_fails():
    cells = {("A:a", "A:a"): 1.0, ("A:b", "A:b"): 2.0, ("A:c", "A:a"): 1.5, ("A:c", "A:b"): 1.5}
    final = {(f"A:{s}", "A:household"): 9.0 for s in "abc"}
    system = System.from_table(long_table(intermediate=cells, final=final))
    row = system.check().set_index("test").loc["totals left in the table"]
    assert (row["status"], row["found"]) == ("FAIL", "row A:c")


def test_the_audit_is_an_answer_of_two_tables(toy):
    assert list(audited(toy).tables()) == ["check", "imbalances"]
    assert audited(toy).table().iloc[0].to_list() == [
        "currency", "WARNING", "table", "currency not stated",
    ]  # fmt: skip


def test_the_spectral_radius_is_the_largest_eigenvalue():
    matrix = np.array([[0.15, 0.25], [0.2, 0.05]])
    assert spectral_radius(matrix) == pytest.approx(
        np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-9
    )
    assert spectral_radius(np.zeros((3, 3))) == 0.0
