"""From a reading to flows: what is named, what is refused, and that all of it is said at once."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.sources.reading import Origin, Reading
from chainwright.system.assemble import assemble

NODES = [("A", "ore"), ("A", "steel"), ("B", "ore")]
USERS = [("A", "HFCE"), ("B", "HFCE")]


def reading(**changes):
    """Return a small sound reading with everything in it, changed as asked."""
    sound = Reading(
        origin=Origin(file="made.csv"),
        nodes=NODES,
        users=USERS,
        matrix=np.array([[1.0, 20.0, 2.0], [3.0, 10.0, 4.0], [2.0, 8.0, 1.0]]),
        final=np.array([[5.0, 6.0], [50.0, 33.0], [7.0, 12.0]]),
        value_added_kinds=["wages", "surplus"],
        value_added=np.array([[10.0, 20.0, 9.0], [8.0, 30.0, 7.0]]),
        imports=[("X", "ore"), ("", "steel")],
        imports_matrix=np.array([[4.0, 9.0, 1.0], [2.0, 3.0, 1.0]]),
        imports_final=np.array([[1.0, 0.0], [2.0, 5.0]]),
        stressors=[("CO2", "kt"), ("jobs", "1000")],
        stressors_matrix=np.array([[1.0, 9.0, 2.0], [3.0, 4.0, 5.0]]),
        stressors_final=np.array([[0.5, 0.4], [0.0, 0.0]]),
        stated_output=np.array([34.0, 100.0, 30.0]),
        currency="USD",
        year=2020,
        unit="million",
    )
    return replace(sound, **changes)


def refused(**changes):
    """Return the breaches for which a changed reading is refused."""
    with pytest.raises(TableError, match=r"made\.csv cannot be used") as error:
        assemble(reading(**changes))
    return error.value.breaches


def test_a_sound_reading_keeps_every_number_and_label():
    given = reading()
    flows = assemble(given)
    assert flows.nodes.codes == ("A:ore", "A:steel", "B:ore")
    assert flows.nodes.regions.codes == ("A", "B")
    assert flows.nodes.sectors.codes == ("ore", "steel")
    assert flows.users.codes == ("A:HFCE", "B:HFCE")
    np.testing.assert_array_equal(flows.matrix, given.matrix)
    np.testing.assert_array_equal(flows.final, given.final)
    np.testing.assert_array_equal(flows.value_added, given.value_added)
    np.testing.assert_array_equal(flows.output, [34.0, 100.0, 30.0])
    np.testing.assert_array_equal(flows.stated_output, given.stated_output)
    assert flows.value_added_kinds.codes == ("wages", "surplus")
    assert flows.imports.rows.codes == ("X:ore", ":steel")
    np.testing.assert_array_equal(flows.imports.matrix, given.imports_matrix)
    np.testing.assert_array_equal(flows.imports.final, given.imports_final)
    assert flows.stressors.axis.codes == ("CO2", "jobs")
    assert flows.stressors.units == ("kt", "1000")
    np.testing.assert_array_equal(flows.stressors.matrix, given.stressors_matrix)
    assert str(flows.money) == "million USD of 2020"


SHAPES = {
    "intermediate deliveries": {"matrix": np.ones((3, 2))},
    "final deliveries": {"final": np.ones((3, 3))},
    "value added": {"value_added": np.ones((1, 3))},
    "imports": {"imports_matrix": np.ones((2, 4))},
    "imports to final users": {"imports_final": np.ones((3, 2))},
    "stressors": {"stressors_matrix": np.ones((2, 2))},
    "stressors of final users": {"stressors_final": np.ones((1, 2))},
    "stated output": {"stated_output": np.ones(4)},
}


@pytest.mark.parametrize("block", SHAPES)
def test_a_block_of_another_size_than_its_labels_is_named(block):
    (breach,) = refused(**SHAPES[block])
    assert breach.where == f"block of {block}"
    assert "as many as there are labels" in breach.expected


def test_all_blocks_of_another_size_are_named_at_once():
    changes = {key: value for change in SHAPES.values() for key, value in change.items()}
    assert {b.where for b in refused(**changes)} == {f"block of {name}" for name in SHAPES}


def test_a_table_of_nothing_is_refused():
    breaches = refused(
        nodes=[],
        matrix=np.ones((0, 0)),
        final=np.ones((0, 2)),
        value_added=None,
        imports_matrix=None,
        stressors_matrix=None,
        stated_output=None,
    )
    assert breaches[-1].found == "0 producers and 2 final users"


def with_one(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


HOLES = [
    ("matrix", (0, 1), "row 'A:ore', column 'A:steel'"),
    ("final", (2, 0), "row 'B:ore', column 'A:HFCE'"),
    ("value_added", (1, 2), "row 'surplus', column 'B:ore'"),
    ("imports_matrix", (0, 0), "row 'import X:ore', column 'A:ore'"),
    ("imports_matrix", (1, 0), "row 'import steel', column 'A:ore'"),
    ("imports_final", (1, 1), "row 'import steel', column 'B:HFCE'"),
    ("stressors_matrix", (0, 1), "row 'CO2', column 'A:steel'"),
    ("stressors_final", (1, 0), "row 'jobs', column 'A:HFCE'"),
]


@pytest.mark.parametrize(("block", "place", "where"), HOLES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_named_by_row_and_column(block, place, where, value):
    (breach,) = refused(**{block: with_one(getattr(reading(), block), place, value)})
    assert breach.where == where
    assert breach.found == str(value)
    assert breach.expected == "a finite number"


def test_two_infinities_that_cancel_are_both_found():
    matrix = with_one(with_one(reading().matrix, (0, 1), np.inf), (1, 0), -np.inf)
    assert [b.where for b in refused(matrix=matrix)] == [
        "row 'A:ore', column 'A:steel'",
        "row 'A:steel', column 'A:ore'",
    ]


def test_a_hole_in_the_stated_output_is_named():
    (breach,) = refused(stated_output=np.array([34.0, np.nan, 30.0]))
    assert breach.where == "stated output of 'A:steel'"


REPEATS = [
    ({"nodes": [NODES[0], NODES[0], NODES[2]]}, "producer 'A:ore'"),
    ({"users": [USERS[0], USERS[0]]}, "final user 'A:HFCE'"),
    ({"imports": [("X", "ore"), ("X", "ore")]}, "import 'X:ore'"),
    ({"stressors": [("CO2", "kt"), ("CO2", "t")]}, "stressor 'CO2'"),
    ({"value_added_kinds": ["wages", "wages"]}, "kind of value added 'wages'"),
]


@pytest.mark.parametrize(("change", "where"), REPEATS)
def test_a_label_that_stands_twice_is_refused(change, where):
    (breach,) = refused(**change)
    assert breach.where == where
    assert breach.found == "the label twice"


def test_holes_and_repeats_are_told_together():
    breaches = refused(users=[USERS[0], USERS[0]], final=with_one(reading().final, (0, 0), np.nan))
    assert len(breaches) == 2


def test_what_the_file_lacks_is_absent_or_zero():
    bare = assemble(
        reading(
            value_added_kinds=(),
            value_added=None,
            imports=(),
            imports_matrix=None,
            imports_final=None,
            stressors=(),
            stressors_matrix=None,
            stressors_final=None,
            stated_output=None,
        )
    )
    assert bare.imports is None
    assert bare.stressors is None
    assert bare.stated_output is None
    assert bare.value_added.shape == (0, 3)
    np.testing.assert_array_equal(bare.added, bare.output - bare.matrix.sum(axis=0))
    half = assemble(reading(imports_final=None, stressors_final=None))
    assert not half.imports.final.any()
    assert not half.stressors.final.any()


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("C26", "C"),
        ("D", "D"),
        ("A01_02", "A"),
        ("C10T12", "C"),
        ("U", "U"),
        ("Z9", ""),
        ("ore", ""),
    ],
)
def test_a_code_written_as_isic_writes_it_has_its_section(code, section):
    flows = assemble(reading(nodes=[("A", code), ("A", "steel"), ("B", code)]))
    assert flows.nodes.sectors.parents[0] == section


def test_names_are_those_of_the_file_before_those_of_the_list():
    nodes = [("CHN", "c12"), ("CHN", "c14"), ("DEU", "c12")]
    flows = assemble(
        reading(nodes=nodes, code_list="wiod2013", names_en={"c14": "Electrical things"})
    )
    assert flows.nodes.regions.names_en == ("China", "Germany")
    assert flows.nodes.regions.names_zh == ("中国", "德国")
    assert flows.nodes.sectors.names_en[1] == "Electrical things"
    assert flows.nodes.sectors.names_zh[0] != ""
    assert flows.nodes.sectors.parents == ("C", "C")


def test_roles_of_final_categories_are_told_by_their_list_and_else_unknown():
    flows = assemble(reading(users=[("A", "HFCE"), ("A", "INVNT")]))
    assert flows.roles == ("household", "inventories")
    assert assemble(reading(users=[("A", "HFCE"), ("A", "whatever")])).roles[1] == "other"


@pytest.mark.parametrize("code", ["RoW", "ROW", "row"])
def test_the_rest_of_the_world_is_composite_however_it_is_spelt(code):
    nodes = [("A", "ore"), ("A", "steel"), (code, "ore")]
    assert assemble(reading(nodes=nodes)).composite == {code}


def test_a_reader_may_name_other_composite_regions():
    assert assemble(reading(composite=["B"])).composite == {"B"}
    assert assemble(reading()).composite == frozenset()
