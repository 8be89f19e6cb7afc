import numpy as np
import pytest

from chainwright import System
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.repairs.supplement import maker_of, supplemented
from chainwright.stress import Shock
from chainwright.stress.sectors.economy import Economy
from small_tables import NATION, TWO, system_of

HALF = {"product": "p", "users": ["A"], "maker": "A:p", "share": 0.5, "origins": ["B"]}


def test_a_supplement_worked_by_hand():
    # Half of B's deliveries to A moves to A's own maker. Coefficients: A takes .1 of its own and
    # .2 of B's; now .2 and .1. Final demand of A's p: 70 + 5 + 20 = 95; of B's: 5 + 60 = 65.
    #   x_A = .2 x_A + 95            -> 118.75
    #   x_B = .1 x_A + .1 x_B + 65   -> 76.875 / .9 = 85.41666...
    #   value added .7 x_A = 83.125 and .9 x_B = 76.875: 160 as before; CO2 .5 x_A, .3 x_B
    found = supplemented(system_of(TWO).flows, **HALF)
    assert found.output == pytest.approx([118.75, 76.875 / 0.9], rel=1e-14)
    assert found.matrix == pytest.approx(np.array([[23.75, 0.0], [11.875, 76.875 / 9.0]]))
    a, b = found.users.find("A:household"), found.users.find("B:household")
    assert found.final[:, a].tolist() == [75.0, 5.0]
    assert found.final[:, b].tolist() == [20.0, 60.0]
    assert found.added == pytest.approx([83.125, 76.875])
    assert found.stressors.matrix[0] == pytest.approx([59.375, 25.625])
    assert "0.5 of the deliveries of p from B to A moved to A:p" in found.origin.notes[-1]


def test_imports_of_a_nation_move_in_the_same_way():
    # the same A, B being abroad: x = .2 x + 95; imports .1 x = 11.875 and 5 to households
    found = supplemented(system_of(NATION).flows, **HALF)
    assert found.output == pytest.approx([118.75])
    assert found.imports.matrix[0, 0] == pytest.approx(11.875)
    assert found.imports.final.sum() == pytest.approx(5.0)
    assert found.residual == pytest.approx([83.125])


def test_rows_and_columns_balance_and_final_demand_stays():
    flows = System.demo("country").flows
    maker = flows.nodes.codes[7]
    region, _, product = maker.partition(":")
    found = supplemented(flows, product=product, users=[region], maker=maker, share=0.3)
    largest = flows.output.max()
    assert np.abs(found.matrix.sum(axis=1) + found.demand - found.output).max() < 1e-9 * largest
    old = flows.residual * flows.per_output
    abroad = np.abs(found.residual - old * found.output).max()
    assert abroad < 1e-9 * largest
    made = np.asarray(flows.final).sum() + np.asarray(flows.imports.final).sum()
    makes = np.asarray(found.final).sum() + np.asarray(found.imports.final).sum()
    assert makes == pytest.approx(made, rel=1e-12)
    assert found.output[7] > flows.output[7]


def test_only_the_rows_of_makers_get_other_coefficients():
    flows = System.demo("country").flows
    region, _, product = flows.nodes.codes[7].partition(":")
    found = supplemented(
        flows, product=product, users=[region], maker=flows.nodes.codes[7], share=0.3
    )
    moved = flows.nodes.sector == flows.nodes.sector[7]
    change = found.coefficients() - flows.coefficients()
    assert np.abs(change[~moved]).max() < 1e-12
    # what comes of abroad is made at home now, so columns may only rise, and of this region alone
    assert change.sum(axis=0).min() > -1e-12
    assert np.abs(change[:, ~flows.nodes.mask(regions=[region])]).max() < 1e-12


def test_nothing_moves_where_nothing_is_asked_for_or_there_is_nothing():
    flows = system_of(TWO).flows
    assert supplemented(flows, **{**HALF, "share": 0.0}) is flows
    assert supplemented(flows, **{**HALF, "origins": ["A"]}) is flows  # only the maker itself
    none_left = supplemented(flows, **{**HALF, "share": 1.0})
    assert supplemented(none_left, **HALF) is none_left


def test_a_second_supplement_moves_a_share_of_what_the_first_left():
    flows = system_of(TWO).flows
    twice = supplemented(supplemented(flows, **HALF), **HALF)
    once = supplemented(flows, **{**HALF, "share": 0.75})
    assert twice.output == pytest.approx(once.output, rel=1e-13)
    assert twice.matrix == pytest.approx(once.matrix, rel=1e-12)


def test_a_user_may_be_a_node_without_its_households():
    found = supplemented(system_of(TWO).flows, **{**HALF, "users": ["A:p"]})
    # x_A = .2 x_A + 90 -> 112.5; final demand as it was
    assert found.output[0] == pytest.approx(112.5)
    assert (found.final == system_of(TWO).flows.final).all()


def test_deliveries_below_zero_stay_where_they_are():
    rows = [*TWO, ("final", "B", "p", "A", "inventories", -4.0)]
    flows = system_of(rows).flows
    found = supplemented(flows, **HALF)
    stocks = found.users.find("A:inventories")
    assert found.final[:, stocks].tolist() == [0.0, -4.0]


def test_a_repaired_table_is_a_table_that_engines_run():
    system = system_of(TWO)
    changed = system.with_parts(flows=supplemented(system.flows, **HALF))
    economy = Economy.of(changed)
    assert economy.raised < 1e-9
    assert Shock.named("embargo", "B:p", to="A", days=5).checked(changed).blows


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"maker": "A:q"}, UnknownCodeError, "A:q"),
        ({"users": ["C"]}, UnknownCodeError, "C"),
        ({"origins": ["C"]}, UnknownCodeError, "C"),
        ({"product": "q"}, ParameterError, "a node of the sector q"),
        ({"share": 1.5}, ParameterError, "from 0 to 1"),
        ({"share": float("nan")}, ParameterError, "from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(change, error, told):
    with pytest.raises(error, match=told):
        supplemented(system_of(TWO).flows, **{**HALF, **change})


def test_a_maker_without_output_has_no_technique():
    rows = [*TWO, ("final", "C", "p", "C", "household", 0.0)]
    with pytest.raises(ParameterError, match="C:p, whose output is 0"):
        maker_of(system_of(rows).flows, "p", "C:p")


def test_a_table_that_mixes_imports_is_refused_by_name():
    rows = [row for row in NATION if row[0] != "import"]
    rows.append(("final", "A", "p", "A", "imports", -30.0))
    with pytest.raises(ParameterError, match="split_imports"):
        supplemented(system_of(rows).flows, **{**HALF, "origins": []})
