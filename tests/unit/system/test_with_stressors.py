"""Stressors that are joined to a table from another source."""

import numpy as np
import pytest

from chainwright.errors import LabelError, ParameterError, UnknownCodeError


def test_a_stressor_is_joined_in_the_order_of_the_nodes(toy):
    flows = toy.flows.with_stressors("CO2", "Mt", np.arange(6.0), final=[1.0, 2.0, 3.0])
    assert flows.stressors.axis.codes == ("CO2",)
    assert flows.stressors.units == ("Mt",)
    assert flows.stressors.matrix.tolist() == [[0, 1, 2, 3, 4, 5]]
    assert flows.stressors.final.tolist() == [[1, 2, 3]]
    assert toy.flows.stressors is None


def test_a_mapping_names_nodes_and_the_others_have_none(toy):
    flows = toy.flows.with_stressors("CO2", "Mt", {"B:k": 5.0}, final={"C:final": 7.0})
    assert flows.stressors.matrix.tolist() == [[0, 0, 0, 5, 0, 0]]
    assert flows.stressors.final.tolist() == [[0, 0, 7]]


def test_a_second_stressor_comes_after_the_first_and_the_origin_tells_both(toy):
    flows = toy.flows.with_stressors("CO2", "Mt", np.ones(6), note="made up")
    flows = flows.with_stressors("water", "km3", 2 * np.ones(6))
    assert flows.stressors.axis.codes == ("CO2", "water")
    assert flows.stressors.units == ("Mt", "km3")
    assert flows.stressors.matrix.sum(axis=1).tolist() == [6, 12]
    assert flows.origin.notes[-2:] == (
        "stressor CO2 [Mt] joined: made up",
        "stressor water [km3] joined",
    )


def test_what_does_not_fit_is_refused(toy):
    flows = toy.flows.with_stressors("CO2", "Mt", np.ones(6))
    with pytest.raises(LabelError, match="'CO2' already"):
        flows.with_stressors("CO2", "t", np.ones(6))
    with pytest.raises(LabelError, match=r"by_node is \(5,\) and must be \(6,\)"):
        flows.with_stressors("SO2", "t", np.ones(5))
    with pytest.raises(UnknownCodeError, match=r"'B:kk' is no known node.*B:k"):
        flows.with_stressors("SO2", "t", {"B:kk": 1.0})
    with pytest.raises(ParameterError, match="nan for B:m"):
        flows.with_stressors("SO2", "t", {"B:m": np.nan})
