"""What is assumed where a maker's data are silent."""

import numpy as np
import pytest

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.errors import ParameterError
from toy_makers import two_products


def test_given_capacities_are_taken_as_they_are():
    network = two_products().maker.network
    assert MakerAssumptions().capacity(network).tolist() == [60, 60, 60, 50, 50]


def test_a_time_to_recover_that_is_not_given_is_the_assumed_one():
    network = two_products().maker.network
    assert MakerAssumptions(recovery_weeks=9).recovery(network).tolist() == [9, 9, 6, 9, 4]
    assert np.isfinite(network.recovery).tolist() == [False, False, True, False, True]


def test_a_share_below_zero_is_refused():
    with pytest.raises(ParameterError, match="spare_share"):
        MakerAssumptions(spare_share=-0.1)
