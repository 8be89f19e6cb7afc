import numpy as np
import pytest

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system import Axis, Nodes, sector_class
from chainwright.system.axis import read_only

UNEVEN = [("A", "m"), ("A", "k"), ("B", "m")]


def test_a_code_is_listed_once():
    with pytest.raises(LabelError, match="The region 'A' is listed twice"):
        Axis("region", ("A", "B", "A"))


def test_names_must_be_as_many_as_codes():
    with pytest.raises(LabelError, match="has 2 codes and 1 names_en"):
        Axis("region", ("A", "B"), ("Alpha",))


def test_a_name_falls_back_to_the_other_language_and_then_to_the_code():
    axis = Axis("sector", ("c1", "c2", "c3"), ("Farming", "Mining", ""), ("农业", "", ""))
    assert [axis.name(i, "zh") for i in range(3)] == ["农业", "Mining", "c3"]
    assert [axis.name(i) for i in range(3)] == ["Farming", "Mining", "c3"]


def test_an_unknown_code_names_near_ones():
    with pytest.raises(UnknownCodeError, match=r"'c11' is no known sector\. Did you mean c1"):
        Axis("sector", ("c1", "c2")).index(["c11"])


def test_taken_labels_keep_their_names():
    axis = Axis("sector", ("c1", "c2"), ("Farming", "Mining"), parents=("A", "B")).take([1])
    assert (axis.codes, axis.names_en, axis.names_zh, axis.parents) == (
        ("c2",),
        ("Mining",),
        (),
        ("B",),
    )


def test_nodes_keep_the_order_of_the_file():
    nodes = Nodes.of([("B", "k"), ("A", "m"), ("B", "m")])
    assert nodes.codes == ("B:k", "A:m", "B:m")
    assert nodes.regions.codes == ("B", "A")
    assert nodes.frame().to_dict("list") == {"region": ["B", "A", "B"], "sector": ["k", "m", "m"]}


def test_a_node_is_listed_once():
    with pytest.raises(LabelError, match="The node 'A:m' is listed twice"):
        Nodes.of([*UNEVEN, ("A", "m")])


def test_regions_need_not_have_the_same_sectors():
    nodes = Nodes.of(UNEVEN)
    assert not nodes.is_grid
    assert nodes.mask(sectors=["k"]).tolist() == [False, True, False]
    assert nodes.mask(regions=["B"], sectors=["m"]).tolist() == [False, False, True]
    assert nodes.find("B:m") == 2
    with pytest.raises(UnknownCodeError, match="is no known node"):
        nodes.find("B:k")


def test_taken_nodes_drop_labels_that_none_has():
    nodes = Nodes.of(UNEVEN).take(np.array([2]))
    assert (nodes.codes, nodes.regions.codes, nodes.sectors.codes) == (("B:m",), ("B",), ("m",))


@pytest.mark.parametrize(
    ("section", "named"),
    [("C", "goods"), ("D", "goods"), ("F", "construction"), ("G", "trade"), ("H", "transport"),
     ("K", "services"), ("", "unclassified")],
)  # fmt: skip
def test_each_section_has_a_class(section, named):
    assert sector_class(section) == named


def test_arrays_of_parts_cannot_be_written_and_the_given_ones_still_can():
    given = np.zeros(2)
    view = read_only(given)
    given[0] = 1.0
    assert view[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 2.0
