import pickle

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import MissingPartError, TableError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.reading import Origin, Reading
from chainwright.system.assemble import assemble
from toys import long_table


@pytest.mark.parametrize("part", ["trade", "chains", "firms", "links", "readings"])
def test_a_part_that_is_not_there_is_a_clear_error(toy, part):
    with pytest.raises(MissingPartError, match="which the system lacks"):
        getattr(toy, part)


def test_a_system_without_flows_says_so():
    assert repr(System()) == "<System: empty>"
    with pytest.raises(MissingPartError, match=r"System\.read"):
        _ = System().flows


def test_a_system_is_not_changed(toy):
    for change in (lambda: setattr(toy, "flows", None), lambda: delattr(toy, "_flows")):
        with pytest.raises(AttributeError, match="A System is not changed"):
            change()


def test_a_system_can_be_sent_to_another_process(toy):
    back = pickle.loads(pickle.dumps(toy))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(back.flows.matrix, toy.flows.matrix)
    assert not back.flows.output.flags.writeable


def test_an_unknown_attribute_is_an_attribute_error(toy):
    with pytest.raises(AttributeError, match="no attribute 'flow'"):
        _ = toy.flow


def test_a_system_shows_its_size_and_its_money(toy, wiod2011):
    assert repr(toy) == "<System: 3 regions x 2 sectors, 6 nodes; currency not stated>"
    assert repr(wiod2011) == "<System: 41 regions x 35 sectors, 1,435 nodes; million USD of 2011>"


def test_origin_names_file_version_licence_and_hash(wiod2011):
    origin = wiod2011.origin["flows"]
    assert origin["file"] == "wiot_2011.npz"
    assert "2013" in origin["version"]
    assert origin["licence"].startswith("CC BY 4.0")
    assert len(origin["sha256"]) == 64


def test_years_are_read_into_a_mapping():
    from real import data  # noqa: PLC0415

    systems = System.read_years(data("wiod2013"), [2009, 2010])
    assert {y: s.flows.money.year for y, s in systems.items()} == {2009: 2009, 2010: 2010}


def test_a_composite_region_is_known_by_its_code_or_named(toy, wiod2011):
    assert wiod2011.flows.composite == {"RoW"}
    assert toy.flows.composite == frozenset()
    named = System.from_table(toy.table(), composite=["C"])
    assert named.flows.composite == {"C"}
    with pytest.raises(UnknownCodeError):
        System.from_table(toy.table(), composite=["D"])


def test_the_long_table_read_again_is_the_same_system(toy):
    back = System.from_table(toy.table()).flows
    assert back.nodes.codes == toy.flows.nodes.codes
    np.testing.assert_array_equal(back.matrix, toy.flows.matrix)
    np.testing.assert_array_equal(back.final, toy.flows.final)


def test_the_long_table_keeps_imports_value_added_units_and_nodes_without_output(nbs2018):
    cut = nbs2018
    rows = cut.table()
    assert list(rows.columns) == [
        "block", "from_region", "from_sector", "to_region", "to_sector", "value", "unit",
    ]  # fmt: skip
    back = System.from_table(rows).flows
    assert back.nodes.codes == cut.flows.nodes.codes
    np.testing.assert_array_equal(back.matrix, cut.flows.matrix)
    np.testing.assert_allclose(
        back.imports.matrix.sum(), cut.flows.imports.matrix.sum(), rtol=1e-12
    )
    np.testing.assert_allclose(back.added, cut.flows.added, rtol=1e-12)
    assert back.money.currency == "CNY"


def test_the_demo_has_the_national_margins_that_its_fact_table_cites():
    flows = System.demo("country").flows
    cited = pd.DataFrame([dict(r) for r in table("demo_country")])
    output = flows.output.reshape(31, 42).sum(axis=0)
    np.testing.assert_allclose(output, 100 * cited["output"].astype(float), rtol=1e-9)
    added = flows.added.reshape(31, 42).sum(axis=0)
    np.testing.assert_allclose(added, 100 * cited["value_added"].astype(float), rtol=6e-3)
    np.testing.assert_allclose(flows.residual, flows.added, rtol=1e-12)
    assert flows.matrix.min() >= 0.0
    assert "made up" in flows.origin.notes[0]


def test_the_same_seed_gives_the_same_demo_and_another_seed_another():
    one, same, other = (System.demo("country", seed=s).flows.matrix for s in (7, 7, 8))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1.0


def test_an_unknown_demo_is_refused():
    with pytest.raises(UnknownCodeError, match="Did you mean country"):
        System.demo("contry")


def reading(**changed):
    given = {
        "origin": Origin(file="t.csv"),
        "nodes": [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")],
        "users": [("A", "household"), ("B", "household")],
        "matrix": np.array([[2.0, 5, 1, 0], [1, 3, 0, 2], [4, 0, 6, 1], [0, 2, 3, 4]]),
        "final": np.array([[8.0, 1], [9, 2], [1, 7], [2, 9]]),
    }
    return Reading(**{**given, **changed})


def test_labels_and_arrays_of_unequal_number_are_refused_all_at_once():
    with pytest.raises(TableError) as refused:
        assemble(reading(users=[("A", "household")], stated_output=np.ones(3)))
    assert len(refused.value.breaches) == 2
    assert "block of final deliveries: found 4 x 2 numbers, expected 4 x 1" in str(refused.value)


def test_numbers_that_are_not_finite_are_named_by_row_and_column():
    matrix = reading().matrix.copy()
    matrix[0, 1], matrix[3, 2] = np.nan, np.inf
    with pytest.raises(TableError) as refused:
        assemble(reading(matrix=matrix))
    assert [b.where for b in refused.value.breaches] == [
        "row 'A:m', column 'A:k'", "row 'B:k', column 'B:m'",
    ]  # fmt: skip


def test_a_node_that_is_listed_twice_is_refused():
    with pytest.raises(TableError, match="producer 'A:m': found the label twice"):
        assemble(reading(nodes=[("A", "m"), ("A", "m"), ("B", "m"), ("B", "k")]))


def test_a_matrix_turned_round_is_detected(wiod2011):
    flows = wiod2011.flows
    nodes = list(zip(*(flows.nodes.frame()[c] for c in ("region", "sector")), strict=True))
    users = list(zip(*(flows.users.frame()[c] for c in ("region", "sector")), strict=True))
    turned = Reading(
        origin=Origin(), nodes=nodes, users=users, matrix=flows.matrix.T, final=flows.final
    )
    with pytest.raises(TableError, match="The table seems turned round"):
        assemble(turned)


def test_negative_output_beyond_rounding_is_refused():
    final = reading().final.copy()
    final[0] = [-20.0, 1.0]
    with pytest.raises(TableError, match=r"row 'A:m': found deliveries that add up to -11"):
        assemble(reading(final=final))


def test_zero_output_with_inputs_is_refused():
    matrix = reading().matrix.copy()
    matrix[0], final = 0.0, reading().final.copy()
    final[0] = 0.0
    with pytest.raises(TableError, match=r"column 'A:m': found inputs of 5 and no output"):
        assemble(reading(matrix=matrix, final=final))


def test_output_below_zero_within_rounding_is_kept_and_taken_as_zero():
    rows = long_table(
        intermediate={("A:m", "A:m"): 4e6, ("A:k", "A:m"): 0.0},
        final={("A:m", "A:household"): 6e6, ("A:k", "A:inventories"): -1.0},
    )
    flows = System.from_table(rows).flows
    assert flows.output.tolist() == [1e7, 0.0]
    assert flows.rounded_to_zero.tolist() == [1]
    assert flows.final.min() == -1.0
