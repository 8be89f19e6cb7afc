import numpy as np
import pytest

from chainwright import System
from chainwright.errors import LabelError, UnknownCodeError
from toys import long_table


def test_joined_regions_keep_all_totals(toy):
    joined = toy.aggregated({"A": "AB", "B": "AB"}).flows
    assert joined.nodes.codes == ("AB:m", "AB:k", "C:m", "C:k")
    assert joined.output.tolist() == [240, 215, 209, 136]
    assert joined.added.tolist() == [102, 111, 137, 85]
    assert joined.users.regions.codes == ("AB", "C")
    assert joined.matrix[0, 0] == 20 + 5 + 15 + 30  # by hand from the toy table
    assert joined.final.sum() == toy.flows.final.sum()


def test_joined_sectors_keep_all_totals(toy):
    joined = toy.aggregated({"m": "all", "k": "all"}).flows
    assert joined.nodes.codes == ("A:all", "B:all", "C:all")
    assert joined.output.tolist() == [200, 255, 345]


def test_a_code_may_be_joined_to_one_that_stays(wiod2011):
    joined = wiod2011.aggregated({"TWN": "CHN"}).flows
    place = joined.nodes.find("CHN:c14")
    both = [wiod2011.flows.nodes.find(c) for c in ("CHN:c14", "TWN:c14")]
    assert joined.output[place] == wiod2011.flows.output[both].sum()
    assert joined.nodes.regions.name(joined.nodes.regions.place["CHN"]) == "China"


def test_an_unknown_code_is_refused(toy):
    with pytest.raises(UnknownCodeError, match="'X' is no known region or sector of this table"):
        toy.aggregated({"X": "Y"})


def test_a_code_that_is_both_must_say_which():
    rows = long_table(
        intermediate={("A:A", "A:B"): 1.0, ("A:B", "B:B"): 1.0}, final={("B:B", "A:household"): 1.0}
    )
    system = System.from_table(rows)
    with pytest.raises(LabelError, match="write region:A or sector:A"):
        system.aggregated({"A": "Z"})
    assert system.aggregated({"sector:A": "Z"}).flows.nodes.codes == ("A:Z", "A:B", "B:B")
    assert system.aggregated({"region:A": "Z"}).flows.nodes.codes == ("Z:A", "Z:B", "B:B")


def test_a_cut_keeps_output_inputs_and_value_added(toy):
    cut = toy.between(["A", "C"]).flows
    kept = toy.flows.nodes.mask(regions=["A", "C"])
    assert cut.nodes.codes == ("A:m", "A:k", "C:m", "C:k")
    assert cut.output.tolist() == toy.flows.output[kept].tolist()
    assert cut.added.tolist() == toy.flows.added[kept].tolist()


def test_a_cut_turns_what_comes_from_elsewhere_into_imports_with_their_origin(toy):
    cut = toy.between(["A"]).flows
    assert cut.imports.rows.codes == ("B:m", "B:k", "C:m", "C:k")
    assert cut.imports.matrix.tolist() == [[15, 6], [4, 9], [30, 12], [5, 7]]
    assert cut.imports.final[:, 0].tolist() == [5, 4, 10, 6]
    assert cut.imports.names_origins
    exports = cut.final[:, cut.final_of("exports")]
    assert exports[:, 0].tolist() == [5 + 2 + 8 + 3 + 12, 3 + 4 + 5 + 6 + 9]


@pytest.mark.parametrize("regions", [[], ["A", "B", "C"]])
def test_a_cut_needs_some_regions_and_not_all(toy, regions):
    with pytest.raises(LabelError, match="not none and not all"):
        toy.between(regions)


def test_aggregation_commutes_with_the_cut(wiod2011):
    mapping = {"JPN": "East", "KOR": "East", "c3": "made", "c4": "made"}
    one = wiod2011.aggregated(mapping).between(["CHN"]).flows
    other = wiod2011.between(["CHN"]).flows
    np.testing.assert_allclose(one.output.sum(), other.output.sum(), rtol=1e-12)
    np.testing.assert_allclose(one.imports.matrix.sum(), other.imports.matrix.sum(), rtol=1e-12)
